"""How much the kernel carries: voices per core, and what a callback costs. Not RT-safe. Runs on: by hand."""

import mmap
import time

import numpy as np
import numpy.typing as npt

from liveengine.engine.bench.crowd import LOOP, LOOPS, RATE, Groove, busy_memory
from liveengine.engine.kernel.block import advance
from liveengine.engine.memory import Memory, capacity_of, state_bytes, views
from liveengine.engine.streams.context import Context
from liveengine.engine.streams.null import NullStream

CEILING = 0.01  # of a limiter that shall always have something to do
_WARM = 100  # callbacks that are not counted

Seconds = npt.NDArray[np.float64]


def measure_voices(
    kind: str,
    voices: int = 4096,
    block: int = 64,
    seconds: float = 1.0,
    groove: Groove | None = None,
    *,
    shared: bool = False,
) -> float:
    """Return how many voices fill one core: stereo, looping, gain and pan always ramped, 16 tracks, meters, limiter.

    `kind` is one of `KINDS`, or "stretch". The median of the blocks rendered within `seconds`; of stretched ones, whose
    work is not the same in each block, the mean.

    `shared`: in shared memory, as live. The system backs that by pages of 4 KiB, a large array of one process by pages
    of 2 MiB; with thousands of voices the processor looks up more of them than it remembers.
    """
    stretched = kind == "stretch"
    memory = busy_memory("unity", 0, 0, voices, groove) if stretched else busy_memory(kind, voices)
    busy = _time_blocks(_shared(memory) if shared else memory, block, seconds)
    return voices * block / RATE / float(np.mean(busy) if stretched else np.median(busy))


def callback_shares(seconds: float = 20.0, block: int = 64, voices: int = 64, stretched: int = 16) -> Seconds:
    """Return for each callback its time from wake to return as a share of its block, on a stream without a device.

    As live: it sleeps between blocks, with real-time priority where that is allowed. `stretched` of the `voices` are
    stretched, the others interpolated as clips are by default; the limiter is always at work.
    """
    memory = busy_memory("cubic", voices - stretched, 0, stretched)
    memory.header["ceiling"] = CEILING
    context = Context(memory, trace=int((seconds + 1.0) * 2 * RATE / block))
    stream = NullStream(memory, block, context)
    stream.open()
    context.page["live"] = 1
    stream.start()
    time.sleep(seconds)
    stream.stop()
    trace = context.traced()[_WARM:]
    shares: Seconds = (trace[:, 1] - trace[:, 0]) / 1e9 * RATE / block
    return shares


def measure_empty(block: int = 64, seconds: float = 0.5) -> float:
    """Return the seconds that a block of a silent session takes, the call from Python included."""
    return float(np.median(_time_blocks(busy_memory("unity", 0), block, seconds)))


def measure_memory(seconds: float = 0.5) -> float:
    """Return the bytes per second that one core reads from memory in one go."""
    numbers = np.ones(LOOPS * LOOP * 2, np.float32)
    took: list[float] = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or not took:
        began = time.perf_counter()
        np.dot(numbers, numbers)
        took.append(time.perf_counter() - began)
    return numbers.nbytes / float(np.median(took))


def _shared(memory: Memory) -> Memory:
    """Return a copy in memory that processes can share."""
    capacity = capacity_of(memory.header[0])
    state, pool = mmap.mmap(-1, state_bytes(capacity)), mmap.mmap(-1, capacity.pool_bytes)
    copy = views(memoryview(state), memoryview(pool), capacity)
    for target, source in zip(copy, memory, strict=True):
        target[...] = source
    return copy


def _time_blocks(memory: Memory, block: int, seconds: float) -> Seconds:
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
