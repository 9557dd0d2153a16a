"""What the connections have received, parsed a slice in each turn of the loop. Runs on: event loop.

A protocol parses at once all that the system hands it, up to a quarter of a megabyte; in pieces of a few bytes that
takes a tenth of a second, and there are many connections.
"""

import asyncio
from typing import TYPE_CHECKING, Any

SLICE = 2048  # bytes; in pieces of one byte each they take some milliseconds
SLICE_S = 0.002

if TYPE_CHECKING:
    _Protocol = asyncio.Protocol
else:
    _Protocol = object


class Slices:
    """Knows who has received something, and lets them parse one after the other."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._ready: dict[Sliced, None] = {}

    def ready(self, one: "Sliced") -> None:
        """Note that something has come to a connection."""
        if not self._ready:
            self._loop.call_soon(self._turn)
        self._ready[one] = None

    def _turn(self) -> None:
        end = self._loop.time() + SLICE_S
        while self._ready and self._loop.time() < end:
            one = next(iter(self._ready))
            del self._ready[one]
            if one.parse():
                self._ready[one] = None
        if self._ready:
            self._loop.call_soon(self._turn)


class Sliced(_Protocol):
    """Stands before a protocol of uvicorn's."""

    transport: asyncio.Transport

    def __init__(self, *args: Any, slices: Slices, **named: Any) -> None:
        super().__init__(*args, **named)
        self._slices = slices
        self._received = bytearray()  # and not parsed yet
        self._paused = False

    @property
    def held(self) -> bool:
        """Whether the protocol itself wants nothing to be read now."""
        return False

    def take(self, data: bytes) -> None:
        """Parse a slice."""
        super().data_received(data)

    def data_received(self, data: bytes) -> None:
        """Keep what has come until it is this connection's turn."""
        self._received += data
        self._slices.ready(self)
        if len(self._received) > SLICE:
            self._paused = True
            self.transport.pause_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget what was not parsed."""
        self._received.clear()
        super().connection_lost(exc)

    def parse(self) -> bool:
        """Take a slice; return whether there is more."""
        piece = bytes(self._received[:SLICE])
        del self._received[:SLICE]
        if piece and not self.transport.is_closing():
            self.take(piece)
        if self._received and not self.transport.is_closing():
            return True
        if self._paused and not self.held and not self.transport.is_closing():
            self._paused = False
            self.transport.resume_reading()
        return False
