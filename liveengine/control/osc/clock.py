"""OSC timetags on the engine's clock. Runs on: event loop."""

import heapq
import time
from collections.abc import Callable
from typing import Protocol

from liveengine.errors import Full, OutOfRange

NTP_EPOCH_S = 2_208_988_800  # 1900-01-01 to 1970-01-01
AHEAD_S = 60.0  # a timetag may lie this far ahead
BEHIND_S = 60.0  # what is older counts as "now": the sender's clock is wrong, or it has none
PENDING = 4096  # messages that may wait for their moment
ERA_S = 1 << 32  # seconds of one NTP era; the second one begins in 2036


class Clock(Protocol):
    """What the doors need of the session's time base."""

    def frame_at(self, ntp: int) -> int | None:
        """Return the engine frame of an NTP time (32.32 bit); None when no engine runs."""
        ...


def seconds_ahead(ntp: int, unix_s: float) -> float:
    """Return how many seconds the NTP time lies after the Unix time, in the era nearest to it (RFC 5905)."""
    ahead = ntp / (1 << 32) - (unix_s + NTP_EPOCH_S) % ERA_S
    return (ahead + ERA_S / 2) % ERA_S - ERA_S / 2


class Timetags:
    """Turns timetags into frames and bounds what waits."""

    def __init__(self, clock: Clock, now: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._now = now
        self._due: list[float] = []  # Unix times of what was accepted and is not over, a heap
        self.late = 0

    def frame(self, timetag: int, messages: int) -> int | None:
        """Return the frame of the timetag for `messages` messages; None: run them now.

        Raises OutOfRange for more than AHEAD_S ahead, and Full when more than PENDING messages would wait.
        """
        now = self._now()
        ahead = seconds_ahead(timetag, now)
        if ahead > AHEAD_S:
            raise OutOfRange(f"the timetag lies {ahead:.1f} s ahead; at most {AHEAD_S:.0f} s are accepted")
        if ahead <= 0.0:
            self.late += messages
        if ahead < -BEHIND_S:
            return None
        if ahead > 0.0:
            self._reserve(now, now + ahead, messages)
        frame = self._clock.frame_at(timetag)
        return None if frame is None else max(frame, 0)

    def _reserve(self, now: float, due: float, messages: int) -> None:
        while self._due and self._due[0] <= now:
            heapq.heappop(self._due)
        if len(self._due) + messages > PENDING:
            raise Full(f"{len(self._due)} messages wait for their timetag; at most {PENDING} may")
        for _ in range(messages):
            heapq.heappush(self._due, due)
