"""An engine of nothing but its clock, in simulated time: what steers it is the real thing."""

import random
from dataclasses import replace

from liveengine.engine import layout
from liveengine.engine.engine import Engine, Snapshot
from liveengine.engine.memory import Capacity, on_heap
from liveengine.session.timebase import TimeBase
from liveengine.sync.line import Reading
from liveengine.sync.steering import Steering

RATE = 48_000  # frames per second, as the engine counts
BLOCK = 128
BEGIN_NS = 5e9  # of the device's first frame


class Rig:
    """Records what it is told, and is it at the beginning of the next block."""

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
        return self._tempo

    def steer(self, tempo: float, ratio: float) -> None:
        if tempo != self._tempo:
            self.told.append(tempo)
        self._tempo = tempo
        self.ratios.append(ratio)
        self._per_beat = 60.0 * RATE / tempo / ratio

    def place(self, beat: float, frame: int | None = None, *, start: bool = False) -> None:
        self.placed.append(beat)
        self._move = (beat, frame or 0)
        self._run = start or self._run

    def stop(self) -> None:
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
        self.until(ns)
        self.steering.follow(reading, self.snapshot, ns, offset_ns)
        self.until(ns + 1e9 * BLOCK / RATE)
