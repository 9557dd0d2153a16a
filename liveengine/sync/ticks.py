"""MIDI clock of our own beats: which bytes are due when. Runs on: the ticker process; a pure state machine.

The tempo ticks while the transport stands, too, so that devices know it. A start at the first beat is FA; anywhere else
the song position goes before FB, and the first tick is that of the next sixteenth note, as a position has no finer.
"""

import math

from liveengine.sync.line import Line
from liveengine.sync.pulse import PER_BEAT, PER_SONG

CLOCK, START, CONTINUE, STOP, SONG = b"\xf8", b"\xfa", b"\xfb", b"\xfc", 0xF2
SONG_END = 1 << 14  # sixteenth notes
JUMP = 1.5  # ticks: a beat that is so far from where it should be has been moved


class Ticks:
    """Says what to send; `at` and all times are on the clock of the lines that it gets."""

    def __init__(self) -> None:
        self._line: Line | None = None
        self._running = False
        self._next = 0  # number of the next tick, from beat 0, while it runs
        self._free = 0.0  # time of the next tick while it stands
        self.jumps = 0

    def follow(self, line: Line, running: bool, now: float) -> list[bytes]:
        """Take what our beats are now; return what is to be sent before the next tick."""
        before, self._line = self._line, line
        if before is None:
            self._free = now
        if not running:
            stopped, self._running = self._running, False
            if stopped:
                self._free = now + line.per_beat / PER_BEAT
            return [STOP] if stopped else []
        if self._running and before is not None and abs(line.at(now) - before.at(now)) * PER_BEAT < JUMP:
            return []
        return self._begin(line, now)

    def _begin(self, line: Line, now: float) -> list[bytes]:
        """Start, or go on somewhere else."""
        ended = [STOP] if self._running else []
        self.jumps += len(ended)
        self._running = True
        at = line.at(now) * PER_BEAT
        if at < 1.0:  # not later than the first tick lasts
            self._next = 0
            return [*ended, START]
        step = math.ceil(at / PER_SONG)
        self._next = step * PER_SONG
        place = step % SONG_END
        return [*ended, bytes((SONG, place & 0x7F, place >> 7)), CONTINUE]

    @property
    def due(self) -> float:
        """Return when the next tick is to be sent; it may be over already."""
        if self._line is None or not self._running:
            return self._free
        return self._line.ns + (self._next / PER_BEAT - self._line.beat) * self._line.per_beat

    def sent(self) -> None:
        """Go on to the tick behind the one that was due."""
        if self._running:
            self._next += 1
        elif self._line is not None:
            self._free += self._line.per_beat / PER_BEAT
