"""What a connection has received, parsed a slice at a time. Runs on: event loop.

A protocol parses at once all that the system hands it, up to a quarter of a megabyte; in pieces of one byte each that
takes a tenth of a second.
"""

import asyncio
from typing import TYPE_CHECKING, Any

SLICE = 2048  # bytes; in pieces of one byte each they take some milliseconds
SLICE_S = 0.002

if TYPE_CHECKING:
    _Protocol = asyncio.Protocol
else:
    _Protocol = object


class Sliced(_Protocol):
    """Stands before a protocol of uvicorn's, which has `transport` and `loop`."""

    transport: asyncio.Transport
    loop: asyncio.AbstractEventLoop

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._waiting = bytearray()  # received and not parsed yet

    @property
    def held(self) -> bool:
        """Whether the protocol itself wants nothing to be read now."""
        return False

    def take(self, data: bytes) -> None:
        """Parse a slice."""
        super().data_received(data)

    def data_received(self, data: bytes) -> None:
        """Parse what has come."""
        self._waiting += data
        if len(self._waiting) == len(data):  # else its turn comes
            self._parse()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget what was not parsed."""
        self._waiting.clear()
        super().connection_lost(exc)

    def _parse(self) -> None:
        """Take slices for a while; what is left waits for the next turn, and the client meanwhile."""
        end = self.loop.time() + SLICE_S
        while self._waiting and not self.transport.is_closing():
            if self.loop.time() >= end:
                self.transport.pause_reading()
                self.loop.call_soon(self._parse)
                return
            piece = bytes(self._waiting[:SLICE])
            del self._waiting[:SLICE]
            self.take(piece)
        self._waiting.clear()
        if not self.held and not self.transport.is_closing():
            self.transport.resume_reading()
