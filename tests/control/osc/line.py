"""What tests of OSC send: over TCP in either framing, without ever blocking the loop; with timetags."""

import asyncio
import socket
import struct
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from pythonosc import slip

from liveengine.control.osc.clock import NTP_EPOCH_S
from liveengine.control.osc.codec import Message, decode, encode
from tests.control.stage import House


def ntp(ahead: float) -> int:
    """Return the timetag so many seconds from now."""
    return round((time.time() + ahead + NTP_EPOCH_S) * (1 << 32))


class Line:
    """One connection; `framing` is "1.0" or "1.1"."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, framing: str) -> None:
        self._reader, self.writer, self._framing = reader, writer, framing

    def framed(self, packet: bytes) -> bytes:
        return struct.pack(">i", len(packet)) + packet if self._framing == "1.0" else bytes(slip.encode(packet))

    def send(self, address: str, *values: Any) -> None:
        self.writer.write(self.framed(encode(address, *values)))

    async def receive(self) -> Message:
        found = decode(await asyncio.wait_for(self._packet(), 5.0))
        assert isinstance(found, Message), found
        return found

    async def _packet(self) -> bytes:
        if self._framing == "1.0":
            return await self._reader.readexactly(struct.unpack(">i", await self._reader.readexactly(4))[0])
        while len(raw := await self._reader.readuntil(b"\xc0")) == 1:
            pass
        return bytes(slip.decode(raw))

    async def ask(self, address: str, *values: Any) -> Message:
        self.send(address, *values)
        return await self.receive()

    async def ended(self) -> bool:
        """Wait for the other side to close; return whether nothing more came before."""
        try:
            return await asyncio.wait_for(self._reader.read(), 5.0) == b""
        except ConnectionError:
            return True


@asynccontextmanager
async def line(house: House, framing: str = "1.0", *, reads: bool = True) -> AsyncIterator[Line]:
    """Connect; a client that does not read has the system keep as little as possible for it, too."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    sock.setblocking(False)
    if not reads:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    await asyncio.get_running_loop().sock_connect(sock, ("127.0.0.1", house.doors.ports["osc"]))
    reader, writer = await asyncio.open_connection(sock=sock)
    if not reads:
        writer.transport.pause_reading()  # type: ignore[attr-defined]
    try:
        yield Line(reader, writer, framing)
    finally:
        writer.transport.abort()
        await asyncio.sleep(0)
