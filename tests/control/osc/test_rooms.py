"""What other doors build on: rooms of addresses, and clients that come another way than by UDP or TCP."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from liveengine.bus import Bus
from liveengine.command import Registry, when
from liveengine.control.osc.check import Room
from liveengine.control.osc.codec import Message, bundle, decode, encode
from liveengine.control.osc.door import OscDoor
from liveengine.control.osc.peers import Peer
from liveengine.control.ports import claim
from liveengine.errors import BadArgument, Full
from liveengine.events import Changed
from tests.control.osc.line import ntp
from tests.control.stage import Clock, Stage


class Parlour:
    """A room that refuses each message with "wrong" in it."""

    def __init__(self, take: Callable[[str, tuple[Any, ...], Peer], None]) -> None:
        self.take = take
        self.failed: list[str] = []

    def check(self, address: str, args: tuple[Any, ...], *, whole: bool) -> None:
        if "wrong" in args:
            raise BadArgument(f"{address} is wrong, whole: {whole}")

    def fail(self, error: Exception, peer: Peer) -> None:
        self.failed.append(str(error))


class Guest:
    """A client behind another transport, such as a WebSocket."""

    host = "127.0.0.1"
    behind = False

    def __init__(self) -> None:
        self.heard: list[Message] = []

    def send(self, packet: bytes) -> None:
        found = decode(packet)
        assert isinstance(found, Message)
        self.heard.append(found)


@asynccontextmanager
async def opened(bus: Bus, rooms: dict[str, Room] | None = None) -> AsyncIterator[tuple[OscDoor, Stage]]:
    registry, stage = Registry(), Stage(bus)
    registry.add(stage)
    door = OscDoor(claim(socket.SOCK_DGRAM, "127.0.0.1", 0), registry, bus, Clock(), {"track": 2}, rooms=rooms or {})
    try:
        yield door, stage
    finally:
        await door.close()


async def test_a_guest_is_answered_and_pushed_to_by_its_own_way() -> None:
    bus, guest = Bus(), Guest()
    async with opened(bus) as (door, _):
        for packet in (encode("/track/1/gain", 0.5, "#1"), encode("/subscribe", "/track/2/gain"), encode("/nowhere")):
            door.packet(packet, guest)
        await asyncio.sleep(0.05)
        bus.publish(Changed("/track/2/gain", 0.25))
    assert guest.heard[0] == Message("/reply", ("/track/1/gain", 0.5, "#1"))
    assert guest.heard[1].args[:2] == ("/nowhere", "unknown_address")
    assert guest.heard[2:] == [Message("/track/2/gain", (0.75,)), Message("/track/2/gain", (0.25,))]


async def test_a_room_gets_what_begins_with_its_name_in_turn_and_with_its_frame() -> None:
    seen: list[tuple[Any, ...]] = []

    def take(address: str, args: tuple[Any, ...], peer: Peer) -> None:
        seen.append((address, args, when.get()))
        door.answer(encode("/live/done"), peer)

    guest = Guest()
    tag = ntp(1.0)
    frame = 1000 + (tag >> 32) % 100
    async with opened(Bus(), {"/live/": Parlour(take)}) as (door, stage):
        door.packet(encode("/live/song/*", 1, "two"), guest)
        door.packet(bundle(tag, encode("/panic"), encode("/live/test")), guest)
        door.packet(encode("/lively"), guest)
        assert stage.calls == [("panic", frame)]
    assert seen == [("/live/song/*", (1, "two"), None), ("/live/test", (), frame)]
    assert sorted(message.address for message in guest.heard) == ["/error", "/live/done", "/live/done", "/reply"]


async def test_what_a_room_raises_is_answered() -> None:
    def take(address: str, args: tuple[Any, ...], peer: Peer) -> None:
        raise Full("no room in the room")

    guest = Guest()
    async with opened(Bus(), {"/live/": Parlour(take)}) as (door, _):
        door.packet(encode("/live/test", "#3"), guest)
    assert guest.heard == [Message("/error", ("/live/test", "full", "no room in the room", "#3"))]


async def test_a_message_that_its_room_refuses_stops_the_whole_bundle_and_the_room_tells_of_it() -> None:
    seen: list[str] = []
    room, guest = Parlour(lambda address, args, peer: seen.append(address)), Guest()
    async with opened(Bus(), {"/live/": room}) as (door, stage):
        door.packet(bundle(1, encode("/live/first"), encode("/panic"), encode("/live/last", "wrong")), guest)
        door.packet(encode("/live/alone", "wrong"), guest)
        assert (seen, stage.calls, guest.heard) == ([], [], [])
    assert room.failed == ["/live/last is wrong, whole: True", "/live/alone is wrong, whole: False"]
