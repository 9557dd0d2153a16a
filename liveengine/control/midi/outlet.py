"""What goes out to one device, at the speed that its cable has. Runs on: event loop.

Of two messages for one lamp the newer counts. JACK's output of rtmidi waits for ever when its buffer is full, so that
no more is sent in a second than a MIDI cable carries (3,125 bytes), and half of the buffer at once.
"""

import asyncio
from collections.abc import Callable, Hashable

CABLE = 3125.0  # bytes a second
BURST = 8192.0  # bytes; rtmidi's buffer has 16,384, and puts four before each message
_OVERHEAD = 4
_AGAIN_S = 0.02


class Outlet:
    """Sends messages to a device as fast as it may."""

    def __init__(self, send: Callable[[bytes], None]) -> None:
        self._send = send
        self._loop = asyncio.get_running_loop()
        self._waiting: dict[Hashable, bytes] = {}
        self._room = BURST
        self._filled = self._loop.time()
        self._timer: asyncio.TimerHandle | None = None

    def put(self, key: Hashable, message: bytes) -> None:
        """Send a message as soon as there is room; one that waits for the same key is dropped."""
        self._waiting[key] = message
        if self._timer is None:
            self._flush()

    def close(self) -> None:
        """Drop what waits."""
        self._waiting.clear()
        if self._timer is not None:
            self._timer.cancel()

    def _flush(self) -> None:
        now = self._loop.time()
        self._room = min(BURST, self._room + CABLE * (now - self._filled))
        self._filled = now
        self._timer = None
        while self._waiting:
            key = next(iter(self._waiting))
            size = len(self._waiting[key]) + _OVERHEAD
            if size > self._room:
                self._timer = self._loop.call_later(_AGAIN_S, self._flush)
                return
            self._room -= size
            self._send(self._waiting.pop(key))
