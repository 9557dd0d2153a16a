import socket
from contextlib import closing

import pytest

from liveengine import config
from liveengine.bus import Bus
from liveengine.command import Registry
from liveengine.control.doors import Doors
from liveengine.control.osc import subscribers
from liveengine.control.osc.codec import Message
from liveengine.control.osc.door import OscDoor
from liveengine.control.osc.targets import BadTarget, Target, target_of
from liveengine.control.ports import claim
from liveengine.events import Changed
from tests.control.stage import Client, Clock, Stage


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("192.168.1.20:9001", Target(("192.168.1.20", 9001), "*")),
        ("localhost:9001/track/*", Target(("127.0.0.1", 9001), "/track/*")),
        ("[::1]:9001/master/gain", Target(("::1", 9001), "/master/gain")),
    ],
)
def test_a_target_is_an_address_and_what_is_pushed_to_it(text: str, target: Target) -> None:
    assert target_of(text) == target


@pytest.mark.parametrize("text", ["", "9001", "ipad.local:9001", "127.0.0.1:0", "127.0.0.1:99999", "127.0.0.1:1/[a"])
def test_a_target_that_says_no_address_is_told_with_what_to_write(text: str) -> None:
    with pytest.raises(BadTarget, match=r"control\.osc_targets: "):
        target_of(text)


def test_the_doors_do_not_open_with_a_wrong_target() -> None:
    values = {"http_port": 0, "osc_port": 0, "osc_targets": ["nowhere"]}
    with pytest.raises(BadTarget):
        Doors(config.load(overrides={"control": values}))


async def test_a_target_gets_everything_without_asking_and_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subscribers, "LEASE_S", -1.0)
    bus = Bus()
    registry = Registry()
    registry.add(Stage(bus))
    sock = claim(socket.SOCK_DGRAM, "127.0.0.1", 0)
    with closing(Client(sock.getsockname()[1])) as listener:
        target = target_of(f"127.0.0.1:{listener.port}/track/1/*")
        door = OscDoor(sock, registry, bus, Clock(), {"track": 2, "slot": 2}, targets=[target])
        present = {(await listener.receive()).address for _ in range(4)}
        assert present == {f"/track/1/{name}" for name in ("gain", "mute", "clip/1/state", "clip/2/state")}
        assert (await listener.ask("/ping")).address == "/pong"
        bus.publish(Changed("/track/1/gain", 0.25))
        assert await listener.receive() == Message("/track/1/gain", (0.25,))
        bus.publish(Changed("/track/2/gain", 0.25))
        await listener.silence()
        await door.close()
