"""How much the kernel carries: voices per core, and what a callback costs. Not RT-safe. Runs on: by hand."""

import time
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from liveengine.engine.kernel import advance
from liveengine.engine.layout import FRACTION_BITS, RAMP_MAX, Capacity, Memory, Tier, VoiceState, Warp, on_heap
from liveengine.engine.pool import Segments

RATE = 48_000
LOOP = 2 * RATE  # frames of each loop; together they exceed every cache
LOOPS = 256
STEPS = {"unity": 1.0, "linear": 1.01, "cubic": 1.01, "sinc": 1.01}
TIERS = {"cubic": Tier.CUBIC, "sinc": Tier.SINC}


def measure_voices(kind: str, voices: int = 4096, block: int = 64, seconds: float = 1.0) -> float:
    """Return how many voices fill one core: stereo, looping, gain and pan always ramped, 16 tracks, meters, limiter.

    `kind` is one of STEPS: at their own speed, or a little faster and interpolated. The median of the blocks rendered
    within `seconds`.
    """
    busy = _time_blocks(busy_memory(kind, voices), block, seconds)
    return voices * block / RATE / float(np.median(busy))


def measure_stretched(
    sound: npt.NDArray[np.float32], markers: Sequence[int], ratio: float, voices: int, block: int, seconds: float
) -> float:
    """Return how many voices fill one core while each stretches `sound`, float32[2, frames], from a place of its own.

    They loop at `ratio` source frames per frame. The mean of the blocks: a voice's blocks differ.
    """
    busy = _time_blocks(stretching_memory(sound, markers, ratio, voices), block, seconds)
    return voices * block / RATE / float(np.mean(busy))


def callback_percentiles(
    voices: int = 64, block: int = 64, seconds: float = 2.0, kind: str = "linear"
) -> dict[str, float]:
    """Return the kernel's time per block as fractions of the block: p50, p99, p99.9 and the largest."""
    busy = _time_blocks(busy_memory(kind, voices), block, seconds) / (block / RATE)
    p50, p99, p999, most = np.percentile(busy, [50.0, 99.0, 99.9, 100.0])
    return {"p50": float(p50), "p99": float(p99), "p999": float(p999), "max": float(most)}


def measure_empty(block: int = 64, seconds: float = 0.5) -> float:
    """Return the seconds that a block of a silent session takes, the call from Python included."""
    return float(np.median(_time_blocks(busy_memory("unity", 0), block, seconds)))


def busy_memory(kind: str, voices: int, spare: int = 0) -> Memory:
    """Return memory in which `voices` voices already play, spread over 16 tracks.

    `spare` tracks more, with places for their voices and a MiB of the pool each, are there for what else shall play.
    """
    capacity = Capacity(
        tracks=16 + spare, voices=max(voices, 1) + 8 * spare, pool_bytes=LOOPS * LOOP * 8 + (spare << 20)
    )
    memory = on_heap(capacity, RATE)
    noise = np.random.default_rng(1).uniform(-1e-4, 1e-4, LOOP * 2).astype(np.float32)
    memory.pool[: LOOPS * LOOP * 2].reshape(LOOPS, LOOP * 2)[:] = noise
    for side in (0, 1):
        _start(memory.voices[side], voices, STEPS[kind])
        memory.voices[side]["tier"] = TIERS.get(kind, Tier.LINEAR)
        memory.bank["active"][side] = voices
        for name in ("left", "right"):
            ramp = memory.strips[side][name]
            ramp["target"], ramp["step"], ramp["left"] = 0.5, 1e-9, RAMP_MAX
    return memory


def stretching_memory(sound: npt.NDArray[np.float32], markers: Sequence[int], ratio: float, voices: int) -> Memory:
    """Return memory in which `voices` voices stretch 16 copies of a sound, together larger than any cache."""
    frames = sound.shape[1]
    memory = on_heap(Capacity(voices=voices, pool_bytes=16 * (frames * 8 + 4 * len(markers) + 1024) & -64), RATE)
    segments = Segments(memory)
    for stem in range(16):
        copy = segments.allocate(frames, 2, stem, markers)
        segments.view(copy)[:] = sound
        segments.ready(copy, frames)
    number = np.arange(voices)
    rows = memory.segments[number % 16]
    for side in (0, 1):
        table = memory.voices[side]
        _start(table, voices, ratio)
        table["warp"] = Warp.STRETCH
        table["segment"] = number % 16
        table["left"] = rows["offset"] // 4
        table["right"] = table["left"] + rows["stride"]
        table["loop_end"] = frames
        table["position"] = (number * 7919 % frames) << FRACTION_BITS
        memory.grains[side]["head"] = table["position"]
        memory.bank["active"][side] = voices
    return memory


def _start(table: npt.NDArray[np.void], voices: int, step: float) -> None:
    """Write playing voices at scattered positions, each with a gain that moves for longer than any measurement."""
    number = np.arange(voices)
    table["state"] = VoiceState.PLAYING
    table["track"][:voices] = number % 16
    table["step"] = round(step * (1 << FRACTION_BITS))
    table["position"][:voices] = (number * 7919 % LOOP) << FRACTION_BITS
    table["loop_end"] = LOOP
    table["left"][:voices] = number % LOOPS * LOOP * 2
    table["right"] = table["left"] + LOOP
    table["gain"]["target"], table["gain"]["step"], table["gain"]["left"] = 0.5, 1e-9, RAMP_MAX
    table["fade"]["target"] = 1.0
    table["pitch"] = 1.0


def _time_blocks(memory: Memory, block: int, seconds: float) -> npt.NDArray[np.float64]:
    """Return the seconds of each block rendered within `seconds`, after a warm-up."""
    out = np.zeros((memory.rows, block), np.float32)
    for _ in range(10):
        advance(memory, out, block)
    busy: list[float] = []
    end = time.perf_counter() + seconds
    now = time.perf_counter()
    while now < end:
        advance(memory, out, block)
        after = time.perf_counter()
        busy.append(after - now)
        now = after
    return np.array(busy)
