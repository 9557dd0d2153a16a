"""A session behind the OSC door, and a client that speaks as AbletonOSC's own does: it sends from one port, hears at
another."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from pythonosc.osc_message import OscMessage
from pythonosc.udp_client import SimpleUDPClient

from liveengine.control.live.door import PREFIX, LiveDoor
from liveengine.control.live.port import LivePort
from liveengine.control.osc.door import OscDoor
from liveengine.control.ports import claim
from tests.control.stage import Clock
from tests.session.stage import BAR, Stage, stage


class Client:
    """AbletonOSC's client: `send`, `query`, `hear`."""

    def __init__(self, port: int, ear: socket.socket, step: Callable[[], Any]) -> None:
        self._mouth = SimpleUDPClient("127.0.0.1", port)
        self._ear = ear
        self._step = step

    def send(self, address: str, *params: Any) -> None:
        self._mouth.send_message(address, params)

    def send_raw(self, packet: bytes) -> None:
        self._mouth._sock.sendto(packet, (self._mouth._address, self._mouth._port))

    async def hear(self, timeout: float = 2.0) -> tuple[str, tuple[Any, ...]]:
        """Return the next message, the session playing on meanwhile."""
        loop = asyncio.get_running_loop()
        end = loop.time() + timeout
        while loop.time() < end:
            try:
                message = OscMessage(self._ear.recv(65_536))
                return message.address, tuple(message.params)
            except BlockingIOError:
                await asyncio.sleep(0.005)
                self._step()
        raise TimeoutError("nothing was answered")

    async def query(self, address: str, *params: Any) -> tuple[Any, ...]:
        self.send(address, *params)
        answered, values = await self.hear()
        assert answered == address, (answered, values)
        return values

    async def heard(self, seconds: float = 0.15) -> list[tuple[str, tuple[Any, ...]]]:
        """Return everything that comes within a while."""
        found = []
        while True:
            try:
                found.append(await self.hear(seconds))
            except TimeoutError:
                return found

    def close(self) -> None:
        self._mouth._sock.close()


class Band:
    def __init__(self, live: Stage, door: LiveDoor, port: int, ear: socket.socket) -> None:
        self.live, self.door = live, door
        self.client = Client(port, ear, lambda: live.render(100))


@asynccontextmanager
async def band(root: Path) -> AsyncIterator[Band]:
    async with stage(root) as live:
        live.render(100)  # the first block waits for the compiled kernel
        counts = {"track": 12, "bus": 4, "slot": 12, "scene": 12}

        def answer(packet: bytes, peer: Any) -> None:
            osc.answer(packet, peer)

        door = LiveDoor(live.registry, live.bus, counts, answer, live.session.meters)
        mouth = claim(socket.SOCK_DGRAM, "127.0.0.1", 0)
        osc = OscDoor(mouth, live.registry, live.bus, Clock(), counts, rooms={PREFIX: door})
        ear = claim(socket.SOCK_DGRAM, "127.0.0.1", 0)
        sock = claim(socket.SOCK_DGRAM, "127.0.0.1", 0)
        port = LivePort(sock, osc, ear.getsockname()[1])
        made = Band(live, door, sock.getsockname()[1], ear)
        try:
            yield made
        finally:
            made.client.close()
            await port.close()
            await osc.close()
            await door.close()
            ear.close()


async def loaded(live: Band, *places: tuple[int, int]) -> None:
    """Load a bar into slots, counted from 0."""
    for track, slot in places:
        await live.live.call(f"/track/{track + 1}/clip/{slot + 1}/load", await live.live.stem([0.25] * BAR))
