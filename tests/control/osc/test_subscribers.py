import asyncio
from typing import Any

import pytest

from liveengine.bus import Bus, Event
from liveengine.control.osc import pushes, subscribers
from liveengine.control.osc.codec import Bundle, Message, decode
from liveengine.control.osc.peers import Peer
from liveengine.control.osc.subscribers import MAX_ALL_PATTERNS, MAX_PATTERNS, Subscribers
from liveengine.errors import BadArgument, Full
from liveengine.events import Changed, ClipStarted

ME = ("127.0.0.1", 9999)


class Post:
    def __init__(self) -> None:
        self.bus = Bus()
        self.sent: list[tuple[Any, Message]] = []
        self.subscribers = Subscribers(self.bus, self._send)

    async def publish(self, event: Event) -> None:
        """Publish, and let the loop's turn end."""
        self.bus.publish(event)
        await asyncio.sleep(0)

    def _send(self, packet: bytes, target: Peer) -> None:
        found = decode(packet)
        for message in found.items if isinstance(found, Bundle) else (found,):
            assert isinstance(message, Message)
            self.sent.append((target, message))


async def test_a_lease_ends_unless_it_is_renewed(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr(asyncio.get_running_loop(), "time", lambda: now)
    post = Post()
    post.subscribers.subscribe(ME, "*", None)
    now = 0.6 * subscribers.LEASE_S
    post.subscribers.renew(ME)
    now = 1.2 * subscribers.LEASE_S
    await post.publish(ClipStarted(1, 1, 1, 1.0))
    assert len(post.sent) == 1
    now = 2.3 * subscribers.LEASE_S
    await post.publish(ClipStarted(1, 1, 2, 1.0))
    assert len(post.sent) == 1
    assert len(post.subscribers) == 0


async def test_the_ports_of_one_host_are_different_clients() -> None:
    post = Post()
    post.subscribers.subscribe(ME, "/a", None)
    post.subscribers.subscribe(("127.0.0.1", 8888), "/a", 7777)
    await post.publish(Changed("/a", 1))
    assert [target[1] for target, _ in post.sent] == [9999, 7777]


async def test_overlapping_patterns_send_once() -> None:
    post = Post()
    post.subscribers.subscribe(ME, "/a", None)
    post.subscribers.subscribe(ME, "*", None)
    await post.publish(Changed("/a", 1))
    assert len(post.sent) == 1


async def test_the_latest_value_of_each_address_follows_within_a_thirtieth() -> None:
    post = Post()
    post.subscribers.subscribe(ME, "*", None)
    for value in range(10):
        await post.publish(Changed("/a", value))
        await post.publish(Changed("/b", -value))
    assert [message for _, message in post.sent] == [Message("/a", (0,)), Message("/b", (0,))]
    await asyncio.sleep(0.1)
    assert [message for _, message in post.sent[2:]] == [Message("/a", (9,)), Message("/b", (-9,))]
    post.subscribers.close()


async def test_patterns_are_bounded_and_checked() -> None:
    post = Post()
    with pytest.raises(BadArgument):
        post.subscribers.subscribe(ME, "/a[", None)
    for number in range(MAX_PATTERNS):
        post.subscribers.subscribe(ME, f"/{number}", None)
    with pytest.raises(Full):
        post.subscribers.subscribe(ME, "/one/more", None)


async def test_who_takes_back_the_last_pattern_is_gone() -> None:
    post = Post()
    post.subscribers.subscribe(ME, "/a", None)
    post.subscribers.unsubscribe(ME, "/b")
    assert len(post.subscribers) == 1
    post.subscribers.unsubscribe(ME, "/a")
    post.subscribers.unsubscribe(ME, "/a")
    assert len(post.subscribers) == 0


async def test_a_new_port_of_a_sender_renews_what_goes_to_the_same_target(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subscribers, "LEASE_S", 0.1)
    post = Post()
    for port in (50_001, 50_002, 50_003):  # as oscsend does
        post.subscribers.subscribe(("127.0.0.1", port), "/a", 7777)
        await asyncio.sleep(0.06)
    await post.publish(Changed("/a", 1))
    assert [target for target, _ in post.sent] == [("127.0.0.1", 7777)]
    assert len(post.subscribers) == 1


async def test_one_sender_may_ask_for_several_targets_and_renews_them_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subscribers, "LEASE_S", 0.1)
    post = Post()
    for port in (None, 7001, 7002, 7001):
        post.subscribers.subscribe(ME, "/a", port)
    await asyncio.sleep(0.06)
    post.subscribers.renew(ME)
    await asyncio.sleep(0.06)
    await post.publish(Changed("/a", 1))
    assert [target[1] for target, _ in post.sent] == [9999, 7001, 7002]
    post.subscribers.unsubscribe(ME, None)
    assert len(post.subscribers) == 0


async def test_any_port_of_the_host_may_take_back_what_goes_to_a_port_that_it_names() -> None:
    post = Post()
    post.subscribers.subscribe(("127.0.0.1", 50_001), "/a", 7777)
    post.subscribers.unsubscribe(("127.0.0.1", 50_002), "/a")
    assert len(post.subscribers) == 1
    post.subscribers.unsubscribe(("127.0.0.1", 50_002), "/a", 7777)
    assert len(post.subscribers) == 0


async def test_who_listens_where_it_sends_from_hears_no_echo_whoever_subscribed_it() -> None:
    post = Post()
    post.subscribers.subscribe(("127.0.0.1", 50_001), "/a", ME[1])
    post.subscribers.touch(ME, "/a", 1)
    await post.publish(Changed("/a", 1))
    assert post.sent == []


async def test_senders_that_come_and_go_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subscribers, "LEASE_S", 0.1)
    monkeypatch.setattr(subscribers, "MAX_SENDERS", 2)
    post = Post()
    for port in (50_001, 50_002, 50_003):
        post.subscribers.subscribe(("127.0.0.1", port), "/a", 7777)
    await asyncio.sleep(0.06)
    post.subscribers.renew(("127.0.0.1", 50_001))
    await asyncio.sleep(0.06)
    await post.publish(Changed("/a", 1))
    assert post.sent == []


class Slow:
    """A stream that can be told not to read."""

    host = "127.0.0.1"

    def __init__(self) -> None:
        self.behind = False

    def send(self, packet: bytes) -> None:
        """Never called: the post sends."""


async def test_a_stream_that_is_behind_gets_the_latest_value_once_it_reads_again() -> None:
    post, client = Post(), Slow()
    post.subscribers.subscribe(client, "*", None)
    client.behind = True
    for value in range(10):
        await post.publish(Changed("/a", value))
    await asyncio.sleep(0.1)
    assert post.sent == []
    client.behind = False
    await asyncio.sleep(0.1)
    assert post.sent == [(client, Message("/a", (9,)))]
    post.subscribers.close()


async def test_a_stream_that_has_ended_is_no_subscriber(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subscribers, "LEASE_S", -1.0)
    post, client = Post(), Slow()
    post.subscribers.subscribe(client, "*", None)
    await post.publish(Changed("/a", 1))
    post.subscribers.gone(client)
    await post.publish(Changed("/a", 2))
    assert [message.args for _, message in post.sent] == [(1,)]


async def test_a_target_of_the_settings_has_no_lease(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subscribers, "LEASE_S", -1.0)
    post = Post()
    post.subscribers.hold(ME, "/a")
    post.subscribers.renew(ME)
    post.subscribers.subscribe(("127.0.0.1", 50_001), "/b", ME[1])
    await post.publish(Changed("/a", 1))
    await post.publish(Changed("/b", 2))
    assert [message.address for _, message in post.sent] == ["/a", "/b"]


async def test_all_clients_together_have_a_bounded_number_of_patterns() -> None:
    post = Post()
    for number in range(MAX_ALL_PATTERNS):
        post.subscribers.subscribe(("127.0.0.1", 1000 + number // 32), f"/{number}", None)
    with pytest.raises(Full, match="wildcards"):
        post.subscribers.subscribe(("127.0.0.1", 1), "/one/more", None)
    post.subscribers.subscribe(("127.0.0.1", 1000), "/0", None)  # renewed, not added


async def test_values_that_wait_for_many_clients_go_out_in_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pushes, "SLICE_S", 0.0)
    post = Post()
    for port in range(1000, 1008):
        post.subscribers.subscribe(("127.0.0.1", port), "*", None)
    before = 0
    for value in (1, 2):
        before = len(post.sent)
        for number in range(40):
            post.bus.publish(Changed(f"/{number}", value))
        async with asyncio.timeout(5.0):
            while len(post.sent) < before + 8 * 40:
                await asyncio.sleep(0.01)
    assert {message.args for _, message in post.sent[before:]} == {(2,)}
    assert {target[1] for target, _ in post.sent[before:]} == set(range(1000, 1008))


async def test_an_event_never_overtakes_a_value_that_was_published_before_it() -> None:
    post = Post()
    post.subscribers.subscribe(ME, "*", None)
    post.bus.publish(Changed("/a", 1))
    post.bus.publish(ClipStarted(1, 1, 1, 1.0))
    assert [message.address for _, message in post.sent] == ["/a", "/track/1/clip/1/state"]
