"""One HTTP connection of uvicorn's, with limits for those who send or read too slowly. Runs on: event loop.

A request must be whole HEAD_S after the connection was opened or the last answer was given, its body must bring
BODY_BYTES in each BODY_S, and something of the answer must be read in each UNREAD_S (a browser that has paused an
audio file comes back with a range). Beyond MAX_CONNECTIONS the one that has been without a request longest makes room;
where each has one, who comes is answered 503.
"""

import asyncio
import time
from typing import Any, cast

from uvicorn.protocols.http.h11_impl import H11Protocol

from liveengine.control.slices import Sliced

try:
    import resource
except ImportError:  # not on this system
    _FILES = 1024
else:
    _FILES = resource.getrlimit(resource.RLIMIT_NOFILE)[0]

MAX_CONNECTIONS = max(16, min(1024, _FILES // 2))  # WebSockets among them
HEAD_S = 10.0
BODY_S = 30.0
BODY_BYTES = 1024
UNREAD_S = 60.0
_BUSY = (
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain\r\nContent-Length: 28\r\nRetry-After: 1\r\n"
    b"Connection: close\r\n\r\ntoo many connections are open"
)


class Connection(Sliced, H11Protocol):
    """Serves the requests of one connection."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._since = time.monotonic()  # when it began to wait for what it waits for
        self._brought = 0  # bytes of the present request's body, since then
        self._unsent = 0  # bytes that waited to be sent at the last look

    # ── asyncio's calls ──

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin, or refuse one connection too many."""
        super().connection_made(transport)
        if len(self.connections) > MAX_CONNECTIONS and not self._make_room():
            transport.write(_BUSY)
            transport.close()

    def take(self, data: bytes) -> None:
        """Parse a slice."""
        if (protocol := self.transport.get_protocol()) is not self:  # a WebSocket since the slice before
            cast(asyncio.Protocol, protocol).data_received(data)
            return
        asked = self.asked
        super().take(data)
        self._brought += len(data)
        if self.asked != asked:
            self._begin()

    def on_response_complete(self) -> None:
        """Wait for the next request."""
        self._begin()
        super().on_response_complete()

    # ── limits ──

    @property
    def asked(self) -> bool:
        """Whether a request is under way."""
        return self.cycle is not None and not self.cycle.response_complete

    @property
    def held(self) -> bool:
        """Whether the body is read no further now."""
        return self.flow.read_paused

    def look(self, now: float) -> None:
        """End the connection if what it waits for does not come; `now` as of `time.monotonic`."""
        unsent = self.transport.get_write_buffer_size()
        if unsent:
            moves, limit = unsent != self._unsent, UNREAD_S
        elif not self.asked:
            moves, limit = False, HEAD_S
        elif self.cycle.more_body and not self.flow.read_paused:
            moves, limit = self._brought >= BODY_BYTES, BODY_S
        else:
            moves, limit = True, 0.0
        self._unsent = unsent
        if moves:
            self._begin()
        elif now - self._since >= limit:
            self.transport.abort()

    def _begin(self) -> None:
        self._since, self._brought = time.monotonic(), 0

    def _make_room(self) -> bool:
        """Abort the connection that has been without a request longest; tell if there was one."""
        idle = [one for one in self.connections if isinstance(one, Connection) and one is not self and not one.asked]
        if not idle:
            return False
        oldest = min(idle, key=lambda one: one._since)
        oldest.transport.abort()
        return True
