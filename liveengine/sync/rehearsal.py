"""A MIDI clock and an engine of nothing but its clock, in simulated time; what is between them is the real thing.

Runs on: tests and the bench; an hour passes in some seconds.
"""

import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from liveengine.engine import layout
from liveengine.engine.engine import Engine, Snapshot
from liveengine.engine.memory import Capacity, on_heap
from liveengine.session.timebase import TimeBase
from liveengine.sync.line import Reading
from liveengine.sync.pulse import PER_BEAT, Pulse
from liveengine.sync.steering import Steering

RATE = 48_000  # frames per second, as the engine counts
BLOCK = 128
BEGIN_NS = 5e9  # of the device's first frame
LOOK_NS = 20e6  # between looks at the engine
TWO_BARS = 8.0  # beats


class Tick(NamedTuple):
    """A tick as it arrives, and as it was meant."""

    ns: float
    true_ns: float
    beat: float
    tempo: float


def ticks(
    tempo: Callable[[float], float] | float,
    seconds: float,
    jitter_ms: float = 0.0,
    *,
    begin_ns: float = 6e9,
    seed: int = 1,
    lost: frozenset[int] = frozenset(),
) -> Iterator[Tick]:
    """Give the ticks of so many seconds; `tempo` may be a function of the seconds, `lost` names ticks that are."""
    chance = random.Random(seed)
    at, last, number = 0.0, 0.0, 0
    pace = tempo if callable(tempo) else lambda _: tempo
    while at < seconds:
        true = begin_ns + at * 1e9
        last = max(last + 1.0, true + chance.uniform(-jitter_ms, jitter_ms) * 1e6)
        if number not in lost:
            yield Tick(last, true, number / PER_BEAT, pace(at))
        at += 60.0 / pace(at) / PER_BEAT
        number += 1


def p99(errors: list[float]) -> float:
    """Return the magnitude that 99 of 100 do not exceed."""
    ordered = sorted(map(abs, errors))
    return ordered[int(0.99 * len(ordered))]


class Rig:
    """The engine: it records what it is told, and is it at the beginning of the next block."""

    def __init__(self, *, skew: float = 1.0, latency: int = 480, late_ns: float = 0.0, seed: int = 1) -> None:
        """The device's rate is `skew` times what it says; callbacks come up to `late_ns` late."""
        memory = on_heap(Capacity(tracks=1, voices=8, pool_bytes=layout.PAGE), RATE)
        self.snapshot: Snapshot = replace(Engine(memory).snapshot(), block=BLOCK, latency=latency, voices=1)
        self.timebase = TimeBase(RATE)
        self.steering = Steering(self, self.timebase)  # type: ignore[arg-type]
        self.told: list[float] = []
        self.placed: list[float] = []
        self.ratios: list[float] = []
        self._skew, self._late, self._chance = skew, late_ns, random.Random(seed)
        self._tempo = 120.0
        self._per_beat = 60.0 * RATE / 120.0
        self._move: tuple[float, int] | None = None
        self._run: bool | None = None

    # --- the transport

    def tempo(self) -> float:
        """Return the tempo that is told."""
        return self._tempo

    def steer(self, tempo: float, ratio: float) -> None:
        """As `Transport.steer`."""
        if tempo != self._tempo:
            self.told.append(tempo)
        self._tempo = tempo
        self.ratios.append(ratio)
        self._per_beat = 60.0 * RATE / tempo / ratio

    def place(self, beat: float, frame: int | None = None, *, start: bool = False) -> None:
        """As `Transport.place`."""
        self.placed.append(beat)
        self._move = (beat, frame or 0)
        self._run = start or self._run

    def stop(self) -> None:
        """As `Transport.stop`."""
        self._run = False

    # --- time

    def ns_of(self, frame: float) -> float:
        """Return when a frame is really rendered."""
        return BEGIN_NS + frame * 1e9 / (RATE * self._skew)

    def heard_beat(self, ns: float) -> float:
        """Return the beat that really leaves the speaker at a time."""
        frame = (ns - BEGIN_NS) * RATE * self._skew / 1e9 - self.snapshot.latency
        return self.snapshot.anchor_beat + (frame - self.snapshot.anchor_frame) / self.snapshot.frames_per_beat

    def until(self, ns: float) -> None:
        """Let the device go on; the next block has what was recorded."""
        frame = int((ns - BEGIN_NS) * RATE * self._skew / 1e9) // BLOCK * BLOCK
        now = self.snapshot
        beat, anchor = now.beat(frame), frame
        if self._move is not None and self._move[1] <= frame:
            anchor = self._move[1] or frame
            beat, self._move = self._move[0], None
        if self._run is not None and self._move is None:
            now, self._run = replace(now, running=self._run), None
        begun = self.ns_of(frame) + self._chance.uniform(0.0, self._late)
        self.snapshot = replace(
            now, frame=frame + BLOCK, clock_ns=int(begun), clock_frame=frame,
            anchor_frame=anchor, anchor_beat=beat, frames_per_beat=self._per_beat,
        )  # fmt: skip
        self.timebase.update(int(begun), frame, now.latency)

    def follow(self, reading: Reading, ns: float, offset_ns: float = 0.0) -> None:
        """Look at the master and at the engine at a time."""
        self.until(ns)
        self.steering.follow(reading, self.snapshot, ns, offset_ns)
        self.until(ns + 1e9 * BLOCK / RATE)


def follow(rig: Rig, row: Iterable[Tick], look_ns: float = LOOK_NS) -> list[float]:
    """Have the engine follow a clock; return by how many ms it was heard too late, tick by tick from the third bar."""
    pulse, look, errors = Pulse(), BEGIN_NS, []
    pulse.start()
    for tick in row:
        while look < tick.ns:
            look += look_ns
            if not pulse.lost(look):
                rig.follow(pulse.reading(), look)
        pulse.clock(tick.ns)
        if tick.beat == 0.0:
            rig.follow(pulse.reading(), tick.ns)
        if tick.beat >= TWO_BARS:
            errors.append((tick.beat - rig.heard_beat(tick.true_ns)) * 60e3 / tick.tempo)
    return errors


def locked_after(row: Iterable[Tick]) -> float:
    """Return the beat at which a clock counts as locked; infinite if it never does."""
    pulse = Pulse()
    pulse.start()
    for tick in row:
        pulse.clock(tick.ns)
        if pulse.locked:
            return tick.beat
    return float("inf")
