import asyncio
from typing import Any

import pytest

from liveengine.control.osc import pushes
from liveengine.control.osc.codec import Bundle, Message, decode, encode
from liveengine.control.osc.peers import Peer
from liveengine.control.osc.pushes import BUNDLE_BYTES, ECHO_S, INTERVAL_S, Pushes, Subscriber, bundles
from tests.patience import until

HERE = "127.0.0.1"


class Crowd:
    """Clients that want everything."""

    def __init__(self, clients: int) -> None:
        self.clients = tuple(Subscriber((HERE, port), 1e9) for port in range(1, clients + 1))
        self.packets: list[tuple[bytes, Peer]] = []
        self.pushes = Pushes(lambda packet, target: self.packets.append((packet, target)), lambda _: self.clients)

    def heard(self, client: int) -> list[tuple[str, Any]]:
        found: list[tuple[str, Any]] = []
        for packet, target in self.packets:
            if target == (HERE, client):
                message = decode(packet)
                items = message.items if isinstance(message, Bundle) else (message,)
                found += [(item.address, item.args[0]) for item in items if isinstance(item, Message)]
        return found


def test_packets_are_bundled_as_far_as_a_frame_of_the_network_carries_them() -> None:
    packets = [encode(f"/track/{number}/gain", 0.5) for number in range(100)]
    found = list(bundles(iter(packets)))
    assert all(len(one) <= BUNDLE_BYTES for one in found)
    assert len(found) == 3
    items = [item for one in found if isinstance(bundle := decode(one), Bundle) for item in bundle.items]
    assert [item.address for item in items if isinstance(item, Message)] == [f"/track/{n}/gain" for n in range(100)]


def test_a_packet_alone_and_one_that_is_too_long_go_without_a_bundle() -> None:
    long = encode("/a", "x" * 2 * BUNDLE_BYTES)
    short = encode("/b", 1)
    assert list(bundles(iter([short]))) == [short]
    assert list(bundles(iter([short, long, short]))) == [short, long, short]


async def test_what_waited_goes_to_every_client_in_the_same_bytes() -> None:
    crowd = Crowd(20)
    for value in (1, 2, 3):
        for number in range(10):
            crowd.pushes.push(f"/{number}", value)
        await asyncio.sleep(0)
    assert len(crowd.packets) == 20
    await asyncio.sleep(2 * INTERVAL_S)
    assert len(crowd.packets) == 40
    assert len({id(packet) for packet, _ in crowd.packets}) == 2
    assert crowd.heard(7) == [(f"/{number}", value) for value in (1, 3) for number in range(10)]
    crowd.pushes.close()


async def test_the_finger_on_a_fader_hears_no_echo_while_the_others_hear_it() -> None:
    crowd = Crowd(2)
    finger = crowd.clients[0]
    for value in (0.1, 0.2, 0.3):
        crowd.pushes.touch(finger, "/a", value)
        crowd.pushes.push("/a", value)
        await asyncio.sleep(0)
    await asyncio.sleep(2 * INTERVAL_S)
    assert crowd.heard(1) == []
    assert [round(value, 3) for _, value in crowd.heard(2)] == [0.1, 0.3]
    crowd.pushes.push("/a", 0.9)
    await asyncio.sleep(ECHO_S / 4)
    assert crowd.heard(1) == []
    await asyncio.sleep(ECHO_S + 3 * INTERVAL_S)
    assert [round(value, 3) for _, value in crowd.heard(1)] == [0.9]
    crowd.pushes.close()


async def test_no_older_value_comes_after_a_newer_one_however_long_the_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pushes, "SLICE_S", 0.0)
    monkeypatch.setattr(pushes, "INTERVAL_S", 0.001)
    crowd = Crowd(8)
    for value in range(200):
        for number in range(5):
            crowd.pushes.push(f"/{number}", value)
        await asyncio.sleep(0)
    newest = {(f"/{number}", 199) for number in range(5)}
    await until(lambda: all(newest <= set(crowd.heard(client)) for client in range(1, 9)))
    for client in range(1, 9):
        for number in range(5):
            values = [value for address, value in crowd.heard(client) if address == f"/{number}"]
            assert values == sorted(values)
            assert values[-1] == 199
    crowd.pushes.close()


async def test_who_has_gone_is_sent_nothing_that_waited() -> None:
    crowd = Crowd(2)
    for value in (1, 2):
        crowd.pushes.push("/a", value)
        await asyncio.sleep(0)
    crowd.pushes.forget(crowd.clients[0])
    await asyncio.sleep(2 * INTERVAL_S)
    assert crowd.heard(1) == [("/a", 1)]
    assert crowd.heard(2) == [("/a", 1), ("/a", 2)]
    crowd.pushes.close()
