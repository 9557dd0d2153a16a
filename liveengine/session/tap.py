"""The tempo of taps. Runs on: event loop; pure."""

import statistics

TAPS = 8  # the tempo comes from the last taps
GAP_S = 3.0  # a longer pause begins a new count: 20 beats per minute
ODD = 0.25  # share: a gap that differs from the usual one by more was a slip of the hand
TWICE = 0.1  # share: two gaps that together differ from it by less were one
SLIPS = 2  # so many in a row, alike, are another tempo


class Taps:
    """Counts taps; one that was forgotten, or hit twice, does not disturb."""

    def __init__(self) -> None:
        self._last = 0.0
        self._gaps: list[float] = []
        self._slips: list[float] = []
        self._counting = False

    def tap(self, now: float) -> float | None:
        """Take a tap at `now`, in seconds; return the tempo in beats per minute, None with the first tap."""
        gap, self._last = now - self._last, now
        if not self._counting or not 0.0 < gap <= GAP_S:
            self._gaps, self._slips, self._counting = [], [], True
            return None
        self._sort(gap)
        usual = statistics.median(self._gaps)
        return 60.0 / statistics.fmean(gap for gap in self._gaps if abs(gap - usual) <= ODD * usual)

    def _sort(self, gap: float) -> None:
        """Put a gap to those that count, or to the slips."""
        usual = statistics.median(self._gaps) if self._gaps else gap
        beats = round(gap / usual)
        if self._slips and abs(self._slips[-1] + gap - usual) <= TWICE * usual:
            gap += self._slips[-1]  # a tap that was hit twice
        if abs(gap - usual) <= ODD * usual:
            self._slips = []
            self._gaps = [*self._gaps, gap][1 - TAPS :]
        elif self._slips and abs(gap - self._slips[-1]) <= ODD * gap and len(self._slips) + 1 >= SLIPS:
            self._gaps, self._slips = [*self._slips, gap], []
        else:
            self._slips = [*self._slips, gap]
            if len(self._gaps) > 1 and beats > 1 and abs(gap - beats * usual) <= ODD * usual:
                self._gaps = [*self._gaps, gap / beats][1 - TAPS :]
