"""The shared memory as arrays: how large it is, where each lies, what a silent session holds. Runs on: anywhere."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from liveengine.engine.kernel import sinc
from liveengine.engine.layout import (
    BANK,
    COMMAND,
    EVENT,
    FAR,
    FEED,
    GRAIN,
    HEADER,
    LAST_FRAMES,
    MAGIC,
    PAGE,
    SCRATCH_FRAMES,
    SEGMENT,
    STAGE_FRAMES,
    STAGE_ROWS,
    STRIP,
    TAP_CHANNELS,
    VOICE,
    WAITING,
)


@dataclass(frozen=True)
class Capacity:
    """Fixed capacities, chosen once by the supervisor; exceeding one is a normal error."""

    tracks: int = 16
    buses: int = 4
    slots: int = 16
    voices: int = 128
    commands: int = 1024
    events: int = 8192
    queue: int = 4096
    segments: int = 1024
    tap_frames: int = 1 << 19  # 10.9 s at 48 kHz
    pool_bytes: int = 1 << 30  # that segments may take together

    def __post_init__(self) -> None:
        for name in ("commands", "events", "tap_frames"):
            if (size := getattr(self, name)) & (size - 1):
                raise ValueError(f"{name} = {size} must be a power of two")

    @property
    def strips(self) -> int:
        """Return how many strips there are: the tracks, the audition strip, the buses."""
        return self.tracks + 1 + self.buses

    @property
    def rows(self) -> int:
        """Return how many rows the kernel gives: two each for the master, every strip and the cue bus, in this order.

        Strip s has the rows 2 + 2s and 3 + 2s.
        """
        return 2 + 2 * self.strips + 2


class Memory(NamedTuple):
    """The shared memory as arrays; the same shapes in shared files and on the heap of a test."""

    header: npt.NDArray[np.void]  # (1,) HEADER
    bank: npt.NDArray[np.void]  # (2,) BANK
    strips: npt.NDArray[np.void]  # (2, tracks + 1 + buses) STRIP
    feeds: npt.NDArray[np.void]  # (2, strips, 1 + buses) FEED
    voices: npt.NDArray[np.void]  # (2, voices) VOICE
    grains: npt.NDArray[np.void]  # (2, voices) GRAIN
    clips: npt.NDArray[np.void]  # (2, tracks, slots) COMMAND; op 0 = no clip
    queue: npt.NDArray[np.void]  # (2, queue + 2) COMMAND; op 0 = free; the last: the record in hand, what it makes
    waiting: npt.NDArray[np.void]  # (2, queue + 1) WAITING; the last place holds the entry in hand
    touched: npt.NDArray[np.int32]  # (2, queue); which places of queue or clips the bank's block wrote
    commands: npt.NDArray[np.void]  # (commands,) COMMAND
    events: npt.NDArray[np.void]  # (events,) EVENT
    segments: npt.NDArray[np.void]  # (segments,) SEGMENT
    tap: npt.NDArray[np.float32]  # (tap_frames, TAP_CHANNELS); frame f lies at f % tap_frames
    scratch: npt.NDArray[np.float32]  # (rows, SCRATCH_FRAMES); what the kernel renders and nobody hears
    last: npt.NDArray[np.float32]  # (2, LAST_FRAMES); the last sample of a voice that is cut
    blend: npt.NDArray[np.float32]  # (2, SCRATCH_FRAMES); a crossfade
    stage: npt.NDArray[np.float32]  # (STAGE_ROWS * STAGE_FRAMES,); samples that are read from two places at once
    weights: npt.NDArray[np.float32]  # (SETS * SET_WEIGHTS,); of the windowed sinc, see engine/sinc.py
    pool: npt.NDArray[np.float32]  # flat; at least pool_bytes / 4

    @property
    def places(self) -> int:
        """Return how many records may wait."""
        return self.touched.shape[1]

    @property
    def rows(self) -> int:
        """Return how many rows the kernel gives; see `Capacity.rows`."""
        return len(self.scratch)


def _places(capacity: Capacity) -> Iterator[tuple[str, np.dtype, tuple[int, ...]]]:
    yield "header", HEADER, (1,)
    yield "bank", BANK, (2,)
    yield "strips", STRIP, (2, capacity.strips)
    yield "feeds", FEED, (2, capacity.strips, 1 + capacity.buses)
    yield "voices", VOICE, (2, capacity.voices)
    yield "grains", GRAIN, (2, capacity.voices)
    yield "clips", COMMAND, (2, capacity.tracks, capacity.slots)
    yield "queue", COMMAND, (2, capacity.queue + 2)
    yield "waiting", WAITING, (2, capacity.queue + 1)
    yield "touched", np.dtype("<i4"), (2, capacity.queue)
    yield "commands", COMMAND, (capacity.commands,)
    yield "events", EVENT, (capacity.events,)
    yield "segments", SEGMENT, (capacity.segments,)
    yield "tap", np.dtype("<f4"), (capacity.tap_frames, TAP_CHANNELS)
    yield "scratch", np.dtype("<f4"), (capacity.rows, SCRATCH_FRAMES)
    yield "last", np.dtype("<f4"), (2, LAST_FRAMES)
    yield "blend", np.dtype("<f4"), (2, SCRATCH_FRAMES)
    yield "stage", np.dtype("<f4"), (STAGE_ROWS * STAGE_FRAMES,)
    yield "weights", np.dtype("<f4"), (sinc.SETS * sinc.SET_WEIGHTS,)


def state_bytes(capacity: Capacity) -> int:
    """Return the size of the state file in bytes (without the sample pool)."""
    return sum(-(-int(np.prod(shape)) * dtype.itemsize // 64) * 64 for _, dtype, shape in _places(capacity))


def views(state: memoryview, pool: memoryview, capacity: Capacity) -> Memory:
    """Return arrays over buffers of `state_bytes(capacity)` and `capacity.pool_bytes` bytes or more, without a copy."""
    arrays: dict[str, np.ndarray] = {}
    offset = 0
    for name, dtype, shape in _places(capacity):
        count = int(np.prod(shape))
        arrays[name] = np.frombuffer(state, dtype, count, offset).reshape(shape)
        offset += -(-count * dtype.itemsize // 64) * 64
    return Memory(**arrays, pool=np.frombuffer(pool, "<f4"))


def capacity_of(header: np.void) -> Capacity:
    """Return the capacities that a header records."""
    return Capacity(**{field.name: int(header[field.name]) for field in fields(Capacity)})


def initialise(memory: Memory, capacity: Capacity, rate: int, ceiling: float, frames_per_beat: float) -> None:
    """Fill zeroed memory with a silent session: unity gains, transport standing at beat 0, frame 0."""
    header = memory.header[0]
    for field in fields(Capacity):
        header[field.name] = getattr(capacity, field.name)
    header["rate"] = rate
    header["ceiling"] = ceiling
    for side in (0, 1):
        bank = memory.bank[side]
        bank["frames_per_beat"] = frames_per_beat
        for outlet in ("master", "cue"):
            bank[outlet]["gain"]["target"] = 1.0
            bank[outlet]["limiter"] = 1.0
        bank["next"] = FAR
        strips = memory.strips[side]
        strips["gain"] = 1.0
        strips["left"]["target"] = 1.0
        strips["right"]["target"] = 1.0
        memory.feeds[side, :, 0]["gain"]["target"] = 1.0
    memory.weights[:] = sinc.weights()
    header["magic"] = MAGIC


def _zeros(size: int) -> memoryview:
    """Return zeroed bytes that begin on a page, as those of a shared file do."""
    room = np.zeros(size + PAGE, np.uint8)
    first = -room.ctypes.data % PAGE
    return room[first : first + size].data


def on_heap(capacity: Capacity, rate: int, ceiling: float = 1.0, frames_per_beat: float = 24_000.0) -> Memory:
    """Return initialised memory outside any shared file, for offline rendering and tests."""
    memory = views(_zeros(state_bytes(capacity)), _zeros(capacity.pool_bytes), capacity)
    initialise(memory, capacity, rate, ceiling, frames_per_beat)
    return memory
