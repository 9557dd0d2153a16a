"""What a master says: a straight line of beats over time, and whether it runs. Runs on: anywhere; plain data."""

from typing import NamedTuple

ABSOLUTE = 0.0  # as a grid: the master's beats are ours, counted from the same beginning
FREE = -1.0  # as a grid: the master tells its tempo, not where it is


class Line(NamedTuple):
    """At the monotonic time `ns` the master is at `beat`; a beat takes it `per_beat` ns."""

    ns: float
    beat: float
    per_beat: float

    def at(self, ns: float) -> float:
        """Return the beat at a time."""
        return self.beat + (ns - self.ns) / self.per_beat

    @property
    def tempo(self) -> float:
        """Return the tempo in beats per minute."""
        return 60e9 / self.per_beat


class Reading(NamedTuple):
    """What is known of a master now.

    `line` is None while there is no tempo to follow. `running` is None where the master has no say in that. `grid`: our
    beats shall equal the master's modulo so many beats; ABSOLUTE and FREE as they are named. `epoch` counts starts and
    jumps of the master: with each, its position is to be taken over.
    """

    line: Line | None = None
    running: bool | None = None
    grid: float = FREE
    epoch: int = 0
    position: float = 0.0  # the beat at which the epoch began
    since_ns: float = 0.0  # when it did
    locked: bool = False
    jitter_ns: float = 0.0
    doubt: float = 0.0  # standard error of the tempo, as a share
    peers: int = 0
