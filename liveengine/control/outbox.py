"""What waits to be sent to one WebSocket client: bounded, newest value per address, in order. Runs on: event loop.

Replies and events go out at once, new values of properties at most every INTERVAL_S, everything in the order in which
it came (a replaced value counts from its replacement). A client that reads slowly gets fewer meters first (only the
latest waits), then fewer steps of each property (only the latest value waits), and is closed when what may not be lost
exceeds the bounds or nothing could be sent for STALLED_S.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

MAX_MESSAGES = 4096  # that may not be lost
MAX_BYTES = 1 << 20  # of all that waits
STALLED_S = 5.0
INTERVAL_S = 1 / 30

Payload = str | bytes


class Outbox:
    """A queue with one reader; `overflow` is called once, when the client does not keep up."""

    def __init__(self, overflow: Callable[[], None]) -> None:
        self._overflow = overflow
        self._waiting: dict[object, Payload] = {}
        self._meters: bytes | None = None
        self._bytes = 0
        self._must = 0  # how many of those that wait may not be lost
        self._wake = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._next = 0.0  # not before this time a new value wakes the reader
        self._timer: asyncio.TimerHandle | None = None
        self.overflown = False
        self.dropped_meters = 0

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, payload: Payload) -> None:
        """Queue a message that must arrive: a reply, a state, an event."""
        self._must += 1
        self._add(object(), payload)
        self._wake.set()

    def put_latest(self, address: str, payload: Payload) -> None:
        """Queue the newest value of an address; one that still waits is replaced, and moves to the end."""
        old = self._waiting.pop(address, None)
        if old is not None:
            self._bytes -= len(old)
        self._add(address, payload)
        if (wait := self._next - self._loop.time()) <= 0:
            self._wake.set()
        elif self._timer is None:
            self._timer = self._loop.call_later(wait, self._due)

    def put_meters(self, frame: bytes) -> None:
        """Replace the meters that wait."""
        self.dropped_meters += self._meters is not None
        self._meters = frame
        self._wake.set()

    async def take(self) -> list[Payload]:
        """Return all that waits, in order, meters last; wait until there is something."""
        await self._wake.wait()
        self._wake.clear()
        batch = list(self._waiting.values())
        if self._meters is not None:
            batch.append(self._meters)
        self._waiting.clear()
        self._meters = None
        self._bytes = self._must = 0
        self._next = self._loop.time() + INTERVAL_S
        return batch

    async def write(self, send: Callable[[Any], Awaitable[None]], give_up: Callable[[], None]) -> None:
        """Send all that comes as ASGI messages, until cancelled; where nothing gets through, call `give_up` and end."""
        try:
            while True:
                batch = await self.take()
                async with asyncio.timeout(STALLED_S):
                    for payload in batch:
                        await send({"type": "websocket.send", "text" if isinstance(payload, str) else "bytes": payload})
        except TimeoutError:
            give_up()

    def close(self) -> None:
        """Stop the timer."""
        if self._timer is not None:
            self._timer.cancel()

    def _due(self) -> None:
        self._timer = None
        self._wake.set()

    def _add(self, key: object, payload: Payload) -> None:
        if self.overflown:
            return
        self._waiting[key] = payload
        self._bytes += len(payload)
        if self._must > MAX_MESSAGES or (self._bytes > MAX_BYTES and len(self._waiting) > 1):
            self._waiting.clear()
            self.overflown = True
            self._overflow()
