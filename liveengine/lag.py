"""How long the event loop takes for a turn: nothing else is answered meanwhile. Runs on: event loop."""

import asyncio
import selectors
import time
from typing import NamedTuple

WINDOW_S = 3.0


class Longest(NamedTuple):
    """The longest turn of a time."""

    wall_ms: float = 0.0
    cpu_ms: float = 0.0  # of the loop's thread: other programs and threads do not count

    def with_turn(self, wall_ms: float, cpu_ms: float) -> "Longest":
        """Return the longest with one more turn."""
        return Longest(max(self.wall_ms, wall_ms), max(self.cpu_ms, cpu_ms))


class Lag(selectors.DefaultSelector):
    """The loop's selector, which looks at the clock when it wakes and when it is asked again: a turn lies between."""

    def __init__(self) -> None:
        super().__init__()
        self.ever = Longest()
        self._now = self._before = Longest()
        self._begun = 0.0  # of the window
        self._woke = self._spent = -1.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Wait for what is ready, as the loop asks for it."""
        if self._woke >= 0.0:
            self._end(time.perf_counter())
        found = super().select(timeout)
        self._woke, self._spent = time.perf_counter(), time.thread_time()
        return found

    def _end(self, now: float) -> None:
        wall, cpu = (now - self._woke) * 1e3, (time.thread_time() - self._spent) * 1e3
        if now - self._begun > WINDOW_S:
            self._begun, self._before, self._now = now, self._now, Longest()
        if wall > self._now.wall_ms or cpu > self._now.cpu_ms:
            self._now = self._now.with_turn(wall, cpu)
            self.ever = self.ever.with_turn(wall, cpu)

    def longest(self) -> Longest:
        """Return the longest turn of the last three to six seconds."""
        return self._before.with_turn(*self._now)

    def loop(self) -> asyncio.AbstractEventLoop:
        """Return a loop that is watched."""
        return asyncio.SelectorEventLoop(self)
