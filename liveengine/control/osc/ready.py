"""Keeps a message's way in the processor's caches while somebody plays. Runs on: event loop.

After a rest of 30 ms a message takes twice as long from the socket to the engine: code and data that lie on its way
have left the caches. So for REST_S after a message another one, which only asks, is walked through every PERIOD_S; that
takes about one percent of a core.
"""

import asyncio
from collections.abc import Callable

PERIOD_S = 0.004
REST_S = 10.0


class Ready:
    """Calls `walk` every now and then from the first `came` on, until none has been for a while."""

    def __init__(self, walk: Callable[[], None]) -> None:
        self._walk = walk
        self._loop = asyncio.get_running_loop()
        self._came = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def came(self, now: float) -> None:
        """Note that somebody plays; `now` is the loop's time."""
        self._came = now
        if self._timer is None:
            self._timer = self._loop.call_later(PERIOD_S, self._step)

    def close(self) -> None:
        """Walk no more."""
        if self._timer is not None:
            self._timer.cancel()

    def _step(self) -> None:
        rested = self._loop.time() - self._came
        if rested > REST_S:
            self._timer = None
            return
        if rested > PERIOD_S / 2:
            self._walk()
        self._timer = self._loop.call_later(PERIOD_S, self._step)
