"""MIDI clock, filtered: 24 ticks to the beat become a steady line of beats. Runs on: event loop; a pure state machine.

The ticks go through an alpha-beta filter with a growing memory (N. Morrison, "Introduction to Sequential Smoothing and
Prediction", 1969, chapter 9: the least-squares line through the last n ticks, recursively) that holds `MEMORY` ticks at
most. Where the residuals lean to one side by more than the jitter explains, the tempo has changed and the memory is
cut; where they leave it altogether the filter begins anew from the last two ticks. Ticks are counted, so that nothing
adds up over hours; one that got lost is recognised by the gap that it leaves.
"""

import math

from liveengine.sync.line import ABSOLUTE, FREE, Line, Reading

PER_BEAT = 24  # ticks
PER_SONG = 6  # ticks of a step of the song position, a sixteenth note
MEMORY = 384  # ticks: 4 bars
SHORT = 8  # ticks, the memory that a change of tempo leaves
BELIEVED = 0.01  # standard error of the tempo, as a share, below which it is followed
LOCKED_NS = 500_000.0  # standard error of the beat below which the clock counts as locked, from a beat of ticks on
LEAN = 1.3  # times the jitter: so far the mean of some residuals leans only where the tempo has changed
LEANING = 8  # residuals, of that mean
FLOOR_NS = 100_000.0  # ... and at least so far
OUTSIDE = 6.0  # times the jitter: no residual is that large twice in a row unless the tempo has changed
OUTSIDE_NS = 1_000_000.0  # ... and at least so large
JITTER_NS = 2_000_000.0  # assumed before it is measured
JITTER_TICKS = 64  # over which it is
LOST_NS = 500_000_000.0  # without a tick: the master is gone
LOST_TICKS = 4  # ... and at least so many are missing
GAPS = 3  # gaps in a row are no lost ticks but another tempo
EARLY = 0.25  # ticks: so much before its time one may come behind a gap
CALM = 8  # ticks after which a lost one is believed


class Pulse:
    """Follows the messages of one MIDI clock; times are monotonic, in ns, and never go back."""

    def __init__(self) -> None:
        self._time = 0.0  # filtered, of the last tick
        self._raw = 0.0  # as it came
        self._period = 0.0  # of a tick; 0 = not known
        self._memory = 0  # ticks; 0 = none came
        self._seen = 0  # ticks since the filter began anew
        self._lean = 0.0  # mean of the last residuals
        self._power = JITTER_NS**2  # of the residuals
        self._measured = 0  # residuals in it
        self._outside = 0  # residuals in a row that were
        self._gaps = 0  # ticks in a row that came after a gap, ...
        self._filled = 0  # ... and how many ticks were taken for lost ...
        self._calm = 0  # ... so many ticks ago
        self._ticks = 0  # the position of the last tick
        self._armed: int | None = None  # the position that the next tick has
        self._song = 0  # where `resume` goes on
        self._running: bool | None = None
        self._epoch = 0
        self._began = self._began_ns = 0.0  # where and when
        self._present = False
        self.whole = False  # a tick is lost only where a `gap` was told
        self._gap = 0.0  # since the last tick

    # --- messages

    def clock(self, ns: float) -> None:
        """Take a tick (F8)."""
        lost = self._passed(ns)
        if self._armed is not None:
            self._ticks, self._armed = self._armed, None
            self._running = True
            self._epoch += 1
            self._began, self._began_ns = self._ticks / PER_BEAT, self._time
        else:
            self._ticks += 1 + lost
        self._raw = ns
        self._present = True

    def start(self) -> None:
        """Begin at the first beat with the next tick (FA)."""
        self._armed = self._song = 0

    def resume(self) -> None:
        """Go on where it stopped, or at the song position, with the next tick (FB)."""
        self._armed = self._song

    def stop(self) -> None:
        """Stand (FC); the ticks may go on."""
        if self._running:
            self._song = self._ticks + 1
        self._running, self._armed = False, None

    def song(self, position: int) -> None:
        """Go to a song position (F2), in sixteenth notes from the start; while it runs, with the next tick."""
        self._song = position * PER_SONG
        if self._running or self._armed is not None:
            self._armed = self._song

    def gap(self, ns: float) -> None:
        """Hear that what came within so long was lost."""
        self._gap += ns

    def lost(self, ns: float) -> bool:
        """Return whether the ticks stay away at that time."""
        if self._present and ns - self._raw > max(LOST_NS, LOST_TICKS * self._period):
            self._present = False
        return not self._present

    def shift(self, ns: float) -> None:
        """Count all times from now on by a clock that is so far ahead."""
        self._time += ns
        self._raw += ns
        self._began_ns += ns

    # --- what is known

    def reading(self) -> Reading:
        """Return what the clock says after its last tick."""
        line, doubt = None, 0.0
        if self._present and self._seen >= 3 and (doubt := self._doubt()) < BELIEVED:
            line = Line(self._time, self._ticks / PER_BEAT, self._period * PER_BEAT)
        grid = FREE if self._running is None else ABSOLUTE
        return Reading(
            line, self._running, grid, self._epoch, self._began, self._began_ns,
            self.locked, math.sqrt(self._power), doubt, int(self._present),
        )  # fmt: skip

    @property
    def locked(self) -> bool:
        """Return whether the beat is known to half a millisecond, as far as the jitter tells."""
        if not self._present or self._memory < PER_BEAT or self._seen < PER_BEAT:
            return False
        return 2.0 * math.sqrt(self._power / self._memory) < LOCKED_NS

    def _doubt(self) -> float:
        """Return the standard error of the tempo, as a share."""
        return math.sqrt(12.0 * self._power / self._memory**3) / self._period

    # --- filter

    def _passed(self, ns: float) -> int:
        """Take a tick into the filter; return how many were lost before it."""
        self._seen += 1
        if self._period == 0.0:
            self._begin(ns)
            return 0
        residual = ns - self._time - self._period
        if not self._present and self._memory:
            return self._returned(ns, residual)
        lost = self._fallen(residual) if self.whole else self._missing(residual)
        self._time += lost * self._period
        residual -= lost * self._period
        if self._left(residual):
            self._anew(ns)
            return lost - self._unfill()
        if self._outside and self.whole:  # believed when the next one is as well
            self._time += self._period
        else:
            self._take(residual)
        return lost

    def _begin(self, ns: float) -> None:
        """Take the first two ticks."""
        if self._memory:
            self._period = ns - self._raw
        self._time = ns
        self._memory += 1

    def _returned(self, ns: float, residual: float) -> int:
        """Go on after a pause, at the tempo that was; return how many ticks it held, where they count."""
        lost = round(residual / self._period)
        self._time, self._memory, self._seen = ns, SHORT, 1
        self._lean, self._outside, self._gaps, self._filled = 0.0, 0, 0, 0
        return max(lost, 0) if self._running else 0

    def _fallen(self, residual: float) -> int:
        """Return how many ticks fell into the gap that was told; who sends them may have lost time in it as well."""
        gap, self._gap = self._gap, 0.0
        most = math.floor(gap / self._period) + 1 if gap else 0
        return max(0, min(most, math.floor(residual / self._period + EARLY)))

    def _missing(self, residual: float) -> int:
        """Return how many ticks the gap before this one has swallowed."""
        jitter = math.sqrt(self._power)
        count = round(residual / self._period)
        near = abs(residual - count * self._period) < 0.25 * self._period
        if count < 1 or self._memory < PER_BEAT or residual < 4.0 * jitter or not near:
            self._gaps = 0
            self._calm += 1
            self._filled *= self._calm < CALM
            return 0
        self._gaps, self._calm = self._gaps + 1, 0
        if self._gaps == GAPS:
            return 0
        self._filled += count
        return count

    def _unfill(self) -> int:
        """Return how many ticks were taken for lost just now; they were not, the tempo had changed."""
        filled = self._filled
        self._gaps = self._filled = 0
        return filled

    def _left(self, residual: float) -> bool:
        """Return whether the tempo has changed so much that nothing of the past helps."""
        outside = abs(residual) > max(OUTSIDE_NS, OUTSIDE * math.sqrt(self._power))
        self._outside = self._outside + 1 if outside else 0
        return self._gaps >= GAPS or self._outside > 1

    def _anew(self, ns: float) -> None:
        """Begin with the last two ticks; exact ones that are as far apart as before have moved, and no more."""
        moved = self.whole and abs(ns - self._raw - self._period) < FLOOR_NS
        self._time, self._lean, self._outside = ns, 0.0, 0
        if moved:
            self._memory = SHORT
        else:
            self._period, self._memory, self._seen = ns - self._raw, 2, 2

    def _take(self, residual: float) -> None:
        n = self._memory = min(self._memory + 1, MEMORY)
        self._time += self._period + 2.0 * (2 * n - 1) / (n * (n + 1)) * residual
        self._period += 6.0 / (n * (n + 1)) * residual
        jitter = math.sqrt(self._power)
        self._measured = min(self._measured + 1, JITTER_TICKS)
        share = 1.0 / max(self._measured, SHORT)
        self._power += share * (min(abs(residual), 3.0 * jitter) ** 2 - self._power)
        self._lean += (residual - self._lean) / LEANING
        if abs(self._lean) > max(FLOOR_NS, LEAN * jitter) and self._memory > SHORT:
            self._memory = max(SHORT, self._memory // 4)
            self._lean = 0.0
