"""A crowd of voices that already play: the load under which everything is measured. Not RT-safe. Runs on: bench."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from liveengine.engine.engine import Engine
from liveengine.engine.kernel.block import advance
from liveengine.engine.layout import ONE_FRAME, RAMP_MAX, SCRATCH_FRAMES
from liveengine.engine.memory import Capacity, Memory, on_heap
from liveengine.engine.ops import Op, Tier, VoiceState, Warp
from liveengine.engine.pool import size_of

RATE = 48_000
LOOP = 2 * RATE  # frames of each loop; together they exceed every cache
LOOPS = 256
GROOVE_BYTES = 1 << 26  # of the buffers of the voices that are stretched; they exceed the caches, too
TRACKS = 16
KINDS = {  # frames of the buffer per frame, and how they are interpolated
    "unity": (1.0, Tier.LINEAR),
    "linear": (1.01, Tier.LINEAR),
    "cubic": (1.01, Tier.CUBIC),
    "sinc": (1.01, Tier.SINC),
}
_SPREAD = 7919  # frames between the playheads of two voices
_MARKER = 12_000  # frames from one attack of the groove to the next
_SPARE_BYTES = 1 << 20


@dataclass(frozen=True)
class Groove:
    """What stretched voices play."""

    sound: npt.NDArray[np.float32]  # [2, frames]
    markers: Sequence[int]  # frames of its attacks
    speeds: Sequence[float] = (0.9, 1.15)  # source frames per frame, in turn


def busy_memory(kind: str, voices: int, spare: int = 0, stretched: int = 0, groove: Groove | None = None) -> Memory:
    """Return memory in which `voices` voices play, spread over 16 tracks, and `stretched` more stretch a groove.

    `spare` tracks more, with places for their voices and a MiB of the pool each, are there for what else shall play.
    """
    groove = groove or _groove()
    size = size_of(groove.sound.shape[1], 2, len(groove.markers))
    copies = -(-GROOVE_BYTES // size) if stretched else 0
    capacity = Capacity(
        tracks=TRACKS + spare,
        voices=max(voices + stretched, 1) + 8 * spare,
        pool_bytes=size_of(LOOPS * LOOP, 2) + copies * size + spare * _SPARE_BYTES,
    )
    memory = on_heap(capacity, RATE)
    noise = np.random.default_rng(1).uniform(-1e-4, 1e-4, LOOP * 2).astype(np.float32)
    memory.pool[: LOOPS * LOOP * 2].reshape(LOOPS, LOOP * 2)[:] = noise
    step, tier = KINDS[kind]
    for side in (0, 1):
        _start(memory.voices[side], voices, step, tier)
        memory.bank["active"][side] = voices
        for name in ("left", "right"):
            ramp = memory.strips[side][name]
            ramp["target"], ramp["step"], ramp["left"] = 0.5, 1e-9, RAMP_MAX
    engine = Engine(memory)
    engine.segments.allocate(LOOPS * LOOP, 2, 1)
    if stretched:
        _stretch(engine, stretched, groove, copies)
    return memory


def _start(table: npt.NDArray[np.void], voices: int, step: float, tier: Tier) -> None:
    """Write playing voices at scattered positions, each with a gain that moves for longer than any measurement."""
    number = np.arange(voices)
    table["state"] = VoiceState.PLAYING
    table["track"][:voices] = number % TRACKS
    table["tier"] = tier
    table["step"] = round(step * ONE_FRAME)
    table["position"][:voices] = number * _SPREAD % LOOP * ONE_FRAME
    table["loop_end"] = LOOP
    table["left"][:voices] = number % LOOPS * LOOP * 2
    table["right"] = table["left"] + LOOP
    table["gain"]["target"], table["gain"]["step"], table["gain"]["left"] = 0.5, 1e-9, RAMP_MAX
    table["fade"]["target"] = 1.0
    table["pitch"] = 1.0


def _stretch(engine: Engine, voices: int, groove: Groove, copies: int) -> None:
    """Launch voices that are stretched; each but the last of a track fades for longer than any measurement."""
    memory, frames = engine.memory, groove.sound.shape[1]
    segments = [engine.segments.allocate(frames, 2, 2 + copy, groove.markers) for copy in range(copies)]
    for segment in segments:
        engine.segments.view(segment)[:] = groove.sound
        engine.segments.ready(segment, frames)
    beat = float(memory.bank["frames_per_beat"][0])
    for number in range(voices):
        track, speed = number % TRACKS, groove.speeds[number % len(groove.speeds)]
        engine.push(Op.STOP, track=track, ramp=RAMP_MAX)
        engine.push(
            Op.LAUNCH, track=track, slot=1, segment=segments[number % copies], start=number * _SPREAD % frames,
            loop_end=frames, source_frames_per_beat=speed * beat, warp=Warp.STRETCH, tier=Tier.CUBIC,
        )  # fmt: skip
        if track == TRACKS - 1 or number == voices - 1:
            advance(memory, memory.scratch, SCRATCH_FRAMES)


def _groove() -> Groove:
    """Return a quiet loop of kick, hat and bass at 120 beats per minute."""
    t = np.arange(LOOP) / RATE
    beat, half = t % 0.5, t % 0.25
    kick = np.exp(-12.0 * beat) * np.sin(2.0 * np.pi * (50.0 * beat + 3.0 * (1.0 - np.exp(-40.0 * beat))))
    hat = 0.3 * np.exp(-60.0 * half) * np.random.default_rng(2).uniform(-1.0, 1.0, (2, LOOP))
    bass = 0.3 * (2.0 * (55.0 * t % 1.0) - 1.0)
    return Groove((0.02 * (kick + bass + hat)).astype(np.float32), range(0, LOOP, _MARKER))
