"""How long work still takes, by the pace of its steps. Runs on: anywhere.

Steps may come one by one or in bursts, and their pace may change: what counts is the later half of the time so far,
from step to step. The first step often pays for a model that is loaded, so it counts only as long as there is little
else to go by.
"""

import time
from collections import deque
from collections.abc import Callable
from itertools import islice

BRIEF_S = 0.05  # seconds of steps from which on a pace is told ...
LEAST_S = 1.0  # ... and the time that is left
MARKS = 64  # times that are remembered at most


class Pace:
    """The steps of one piece of work and when they were done."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._marks: deque[tuple[float, int]] = deque()  # (time, steps done), strictly rising
        self._total = 0
        self._first = True  # the first mark is the beginning

    def step(self, done: int, total: int) -> None:
        """Note that `done` of `total` steps are done; fewer than before means that the work began anew.

        What is told at one instant of the clock is one mark: no time has passed in which a pace could be seen.
        """
        if self._marks and done < self._marks[-1][1]:
            self._marks.clear()
            self._first = True
        self._total = total
        if not self._marks or done > self._marks[-1][1]:
            now = self._clock()
            if self._marks and now <= self._marks[-1][0]:
                self._marks.pop()
            self._marks.append((now, done))
            self._thin()

    def _thin(self) -> None:
        """Forget what the pace no longer depends on."""
        if self._first and len(self._marks) > 3:
            self._marks.popleft()
            self._first = False
        if len(self._marks) > MARKS:
            every = list(self._marks)
            self._marks = deque(every[:-2:2] + every[-2:])

    @property
    def rate(self) -> float | None:
        """Return steps per second of late, None until that is known."""
        if len(self._marks) < 2:
            return None
        (last, done), began = self._marks[-1], self._marks[0][0]
        if last - began < BRIEF_S:
            return None
        since = next(mark for mark in self._marks if mark[0] >= began + (last - began) / 2.0 or mark is self._marks[-2])
        widest = max(there[0] - here[0] for here, there in zip(self._marks, islice(self._marks, 1, None), strict=False))
        stalled = max(0.0, self._clock() - last - 2.0 * widest)  # a step that takes longer than any before
        return (done - since[1]) / (last + stalled - since[0])

    def left(self) -> float | None:
        """Return the seconds that the rest takes; None until the pace is known, or where nobody knows the total."""
        if self._marks and 0 < self._total <= self._marks[-1][1]:
            return 0.0
        rate = self.rate
        if rate is None or self._total <= 0 or self._marks[-1][0] - self._marks[0][0] < LEAST_S:
            return None
        last, done = self._marks[-1]
        burst = done - self._marks[-2][1]
        gone = min(self._clock() - last, burst / rate)  # of the step that is under way
        return max(0.0, (self._total - done) / rate - gone)

    def words(self, unit: str) -> str:
        """Return "9.1 files/s, 3 min 38 s left" as far as it is known, "" before."""
        rate, left = self.rate, self.left()
        said = [] if rate is None else [f"{rate:.1f} {unit}/s"]
        return ", ".join(said + ([] if left is None else [f"{clock(left)} left"]))


def clock(seconds: float) -> str:
    """Return a time as "3 min 05 s" or "12 s"."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"
