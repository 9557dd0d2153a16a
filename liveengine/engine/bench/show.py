"""An endless show from a seed: what a band would ask of the engine, for hours. Runs on: bench, tests.

Every half second of sound some tracks let go of what they play, over seconds, and launch something else, so that about
as many voices sound as were asked for; now and then tempo, faders, routes and the rest of the mixer change. What is
pushed depends on the seed and on how far the show is, on nothing else.
"""

from typing import Any

import numpy as np

from liveengine.engine.engine import Engine
from liveengine.engine.memory import Capacity, Memory, on_heap
from liveengine.engine.ops import Follow, LaunchMode, Op, Tier, Warp
from liveengine.units import frames_per_beat

RATE = 48_000
STEP = 24_000  # frames from one push to the next
EVERY = 2  # steps between two launches on a track
STEMS = 12
SLOTS = 4  # of each track hold clips, which are pressed and which follow each other
SECONDS = (3.0, 9.0)  # of a stem
TRANSIENT = 12_000  # frames between two transients of a stem, about
QUANTA = (0.0, 0.25, 0.5, 1.0)
SPEEDS = (0.0, 0.94, 1.06)  # a stem's frames per beat, of the session's
Ways = tuple[tuple[float, dict[str, Any]], ...]

# How voices are read, and how often: most of a set plays at its own tempo.
MIXED: Ways = (
    (0.40, {"source_frames_per_beat": 0.0}),
    (0.25, {"tier": Tier.LINEAR}),
    (0.25, {"tier": Tier.CUBIC, "crossfade": 480}),
    (0.04, {"tier": Tier.SINC}),
    (0.03, {"warp": Warp.BEATS, "tier": Tier.CUBIC, "pitch": 1.0}),
    (0.03, {"warp": Warp.STRETCH, "pitch": 1.0}),
)


class Show:
    """Plays on an engine; `step` is called once per `STEP` frames, before they are rendered.

    Without `dice` no follow action is left to chance: the engine's dice depend on the frame.
    """

    def __init__(self, memory: Memory, seed: int, voices: int, ways: Ways = MIXED, dice: bool = True) -> None:
        self.engine = Engine(memory)
        self._frame = int(memory.bank["frame"][0])
        self._rng = np.random.default_rng(seed)
        self._tracks = int(memory.header["tracks"][0])
        self._buses = int(memory.header["buses"][0])
        self._fade = round(voices / self._tracks * EVERY * STEP)  # each voice sounds until so many have followed
        self._ways = ways
        self._dice = dice
        self._steps = 0
        self._beat = frames_per_beat(120.0, self.engine.rate)
        self.stems = [self._load(number) for number in range(1, STEMS + 1)]

    def step(self) -> None:
        """Push the records of the next `STEP` frames."""
        if self._steps == 0:
            self.engine.push(Op.RUN, value=1.0)
            for track in range(self._tracks):
                for slot in range(1, SLOTS + 1):
                    self.engine.push(Op.CLIP, track=track, slot=slot, quantum=0.5, **self._clip())
        for track in range(self._steps % EVERY, self._tracks, EVERY):
            self._change(track)
        if self._rng.random() < 0.2:
            self._transport()
        self._mixer()
        self._steps += 1
        self._frame += STEP

    def _load(self, stem: int) -> tuple[int, int]:
        """Return (segment, frames) of a stem of decaying noise between its transients."""
        frames = int(self._rng.uniform(*SECONDS) * self.engine.rate)
        marks = np.arange(0, frames - TRANSIENT, TRANSIENT) + self._rng.integers(0, TRANSIENT // 4)
        since = np.arange(frames) - np.repeat(np.r_[0, marks], np.diff(np.r_[0, marks, frames]))
        sound = self._rng.normal(0.0, 0.15, (2, frames)) * np.exp(-since / 4000.0)
        segment = self.engine.segments.allocate(frames, 2, stem, marks.tolist())
        self.engine.segments.view(segment)[:] = sound.astype(np.float32)
        self.engine.segments.ready(segment, frames)
        return segment, frames

    def _change(self, track: int) -> None:
        """Let what a track plays fade slowly, and launch the next."""
        rng, push = self._rng, self.engine.push
        moment = self._frame + int(rng.integers(0, STEP // 2))
        push(Op.STOP, track=track, frame=moment, ramp=self._fade)
        if rng.random() < 0.2:
            slot = int(rng.integers(1, SLOTS + 1))
            push(Op.PRESS, track=track, slot=slot, value=1.0, frame=moment)
            push(Op.PRESS, track=track, slot=slot, value=0.0, frame=moment + int(rng.integers(1, STEP)))
            return
        quantum = float(rng.choice(QUANTA))
        when = {"frame": moment + int(rng.integers(0, 4000))} if quantum == 0.0 else {"quantum": quantum}
        push(Op.LAUNCH, track=track, slot=SLOTS + 1, **when, **self._clip())

    def _clip(self) -> dict[str, Any]:
        """Return what to play: a part of a stem, and how."""
        rng = self._rng
        segment, frames = self.stems[int(rng.integers(len(self.stems)))]
        way = self._ways[int(rng.choice(len(self._ways), p=[share for share, _ in self._ways]))][1]
        return {
            "segment": segment,
            "start": int(rng.integers(0, frames // 2)),
            "loop_start": int(rng.integers(0, frames // 8)),
            "loop_end": frames - int(rng.integers(0, frames // 8)) if rng.random() < 0.9 else 0,  # or a one-shot
            "source_frames_per_beat": self._beat * float(rng.choice(SPEEDS)),
            "pitch": float(2.0 ** (rng.integers(-3, 4) / 12)),
            "reverse": int(rng.random() < 0.05),
            "gain": float(rng.uniform(0.2, 1.0)),
            **way,
            **self._habits(),
        }

    def _habits(self) -> dict[str, Any]:
        """Return how a clip behaves among others."""
        rng = self._rng
        random = self._dice and rng.random() < 0.5
        return {
            "mode": int(rng.choice(list(LaunchMode))),
            "legato": int(rng.random() < 0.1),
            "choke": int(rng.integers(1, 4)) if rng.random() < 0.05 else 0,
            "follow_beats": float(rng.integers(1, 9)) if rng.random() < 0.3 else 0.0,
            "follow_a": Follow.ANY if random else Follow.NEXT,
            "follow_b": Follow.STOP,
            "chance": 0.8 if random else 1.0,
        }

    def _transport(self) -> None:
        """Change the tempo, seldom the place."""
        rng, push = self._rng, self.engine.push
        self._beat = frames_per_beat(float(rng.uniform(80.0, 160.0)), self.engine.rate)
        push(Op.TEMPO, value=self._beat, frame=self._frame + int(rng.integers(0, STEP)))
        if rng.random() < 0.1:
            push(Op.LOCATE, value=float(rng.integers(0, 4096)), frame=self._frame + int(rng.integers(0, STEP)))

    def _mixer(self) -> None:
        """Move faders and switches, a few at a time."""
        rng = self._rng
        for op, value in self._moves(rng):
            frame, ramp = self._frame + int(rng.integers(0, STEP)), int(rng.integers(0, 20_000))
            bus = int(rng.integers(1, self._buses + 1)) if op == Op.SEND else 0
            self.engine.push(op, track=int(rng.integers(self._tracks)), slot=bus, value=value, frame=frame, ramp=ramp)

    def _moves(self, rng: np.random.Generator) -> list[tuple[Op, float]]:
        """Return what changes within this step: switches go back more often than on."""
        all_moves: list[tuple[float, Op, float]] = [
            (1.0, Op.GAIN, float(rng.uniform(0.3, 1.0))),
            (0.5, Op.PAN, float(rng.uniform(-1.0, 1.0))),
            (0.2, Op.MUTE, float(rng.random() < 0.2)),
            (0.1, Op.SOLO, float(rng.random() < 0.1)),
            (0.2, Op.SEND, float(rng.uniform(0.0, 0.5))),
            (0.1, Op.ROUTE, float(rng.integers(-1, self._buses + 1))),
            (0.1, Op.CUE, float(rng.random() < 0.3)),
            (0.1, Op.CLIP_GAIN, float(rng.uniform(0.2, 1.0))),
        ]
        return [(op, value) for share, op, value in all_moves if rng.random() < share]


def empty(voices: int, tracks: int = 16, frame: int = 0) -> Memory:
    """Return memory for a show of about `voices` voices, its frame counters and its transport's anchor at `frame`."""
    memory = on_heap(Capacity(tracks=tracks, voices=2 * voices, pool_bytes=64 << 20), RATE, 1.0, 24_000.0)
    for name in ("frame", "anchor_frame"):
        memory.bank[name] = frame
    memory.header["frame"] = frame
    return memory
