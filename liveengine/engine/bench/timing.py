"""How exactly launches land: impulses rendered through the kernel, found again in the sound. Runs on: bench.

The expected frames are computed here in exact rational arithmetic, from the tempo changes alone, with nothing of the
engine's own arithmetic. An impulse is a buffer whose only sample that is not zero is its first.
"""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from liveengine.engine.engine import Engine
from liveengine.engine.memory import Capacity, on_heap
from liveengine.engine.ops import Op
from liveengine.engine.streams.offline import render

RATE = 48_000
_IMPULSE_FRAMES = 64
_QUANTA = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)


@dataclass(frozen=True)
class Timing:
    """What was found over all launches."""

    launches: int
    errors: list[int]  # frames between the expected and the sounding first sample
    at_once_blocks: int  # the worst number of blocks between arrival and sound at quantum none; 1 = the next block


class _Line:
    """The transport in exact arithmetic: beat and frame at the last tempo change."""

    def __init__(self, frames_per_beat: Fraction) -> None:
        self.frame = 0
        self.beat = Fraction(0)
        self.frames_per_beat = frames_per_beat

    def beat_at(self, frame: int) -> Fraction:
        return self.beat + (frame - self.frame) / self.frames_per_beat

    def frame_of(self, beat: Fraction) -> int:
        return self.frame + int((beat - self.beat) * self.frames_per_beat + Fraction(1, 2))

    def boundary(self, frame: int, quantum: Fraction) -> int:
        """Return the first frame at or after `frame` that lies on the quantum."""
        steps = -((-self.beat_at(frame)) // quantum)
        while self.frame_of((steps - 1) * quantum) >= frame:
            steps -= 1
        while (found := self.frame_of(steps * quantum)) < frame:
            steps += 1
        return found

    def change(self, frame: int, frames_per_beat: Fraction) -> None:
        self.beat, self.frame, self.frames_per_beat = self.beat_at(frame), frame, frames_per_beat


def _engine() -> tuple[Engine, int]:
    memory = on_heap(Capacity(tracks=1, voices=8, pool_bytes=1 << 16), RATE)
    engine = Engine(memory)
    segment = engine.segments.allocate(_IMPULSE_FRAMES, 1, 1)
    sound = engine.segments.view(segment)
    sound[:] = 0.0
    sound[0, 0] = 1.0
    engine.segments.ready(segment, _IMPULSE_FRAMES)
    return engine, segment


def measure(launches: int = 200, seed: int = 0) -> Timing:
    """Launch impulses at random moments, quanta, tempi and block sizes; return where they were heard."""
    rng = np.random.default_rng(seed)
    engine, segment = _engine()
    memory = engine.memory
    line = _Line(Fraction(24_000))
    engine.push(Op.RUN, value=1.0)
    errors: list[int] = []
    at_once = 0
    frame = 0
    for number in range(launches):
        block = int(rng.choice([16, 64, 128, 441, 1024]))
        frames_per_beat = 60.0 * RATE / float(rng.uniform(60.0, 200.0))
        engine.push(Op.TEMPO, value=frames_per_beat)
        line.change(frame, Fraction(frames_per_beat))
        quantum = 0.0 if number % 5 == 4 else float(rng.choice(_QUANTA))
        engine.push(Op.LAUNCH, track=0, slot=1, segment=segment, quantum=quantum)
        expected = frame if quantum == 0.0 else line.boundary(frame, Fraction(quantum))
        blocks = (expected - frame) // block + 2
        sound = render(memory, blocks * block, block)[0]
        heard = frame + int(np.flatnonzero(sound)[0])
        errors.append(heard - expected)
        if quantum == 0.0:
            at_once = max(at_once, (heard - frame) // block + 1)
        frame += blocks * block
        engine.reports()
    return Timing(launches, errors, at_once)
