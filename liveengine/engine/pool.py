"""The allocator over the sample pool; its only state is the SEGMENT table. Runs on: event loop."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from liveengine.engine.layout import MAX_FRAMES
from liveengine.engine.memory import Memory
from liveengine.engine.ops import SegmentState
from liveengine.errors import BadArgument, PoolFull

GUARD = 64  # silent frames behind each channel
LINE = 64  # bytes


class Segments:
    """The places in the sample pool. A place is freed only after the engine has reported it RETIRED.

    Everything is read from the SEGMENT table, so that a new daemon finds what the last one left.
    """

    def __init__(self, memory: Memory, reserve: Callable[[int, int], None] | None = None) -> None:
        """`reserve(offset, bytes)` takes room for a part of the pool, or raises PoolFull; on the heap there is room."""
        self._reserve = reserve or (lambda offset, length: None)
        self._table = memory.segments
        self._pool = memory.pool

    def allocate(self, frames: int, channels: int, stem: int, markers: Sequence[int] = ()) -> int:
        """Return a segment in state FILLING with room for `frames` frames of 1 or 2 channels, guard frames silent.

        `markers` are the frames of its transients, ascending; the kernel reads them from behind the samples.
        Raises PoolFull when no gap in the pool is large enough or the table is full, BadArgument on impossible sizes.
        """
        if not (0 < frames <= MAX_FRAMES and channels in (1, 2)):
            raise BadArgument(f"{frames} frames of {channels} channels are no segment; at most {MAX_FRAMES} of 2")
        stride = stride_of(frames)
        free = np.flatnonzero(self._table["state"] == SegmentState.FREE)
        samples = channels * stride * 4
        offset = self.gap(samples + _padded(len(markers)))
        if offset is None or not len(free):
            raise PoolFull(
                f"the sample pool has no room for {channels * stride * 4 >> 20} MiB more; clear clips or raise pool_mib"
            )
        self._reserve(offset, samples + _padded(len(markers)))
        index = int(free[0])
        segment = self._table[index]
        for name, value in (
            ("offset", offset), ("frames", frames), ("channels", channels), ("stride", stride), ("stem", stem),
            ("markers", len(markers)), ("marker_offset", offset + samples),
        ):  # fmt: skip
            segment[name] = value
        for channel in range(channels):
            first = offset // 4 + channel * stride
            self._pool[first + frames : first + stride] = 0.0
        first = (offset + samples) // 4
        self._pool.view(np.int32)[first : first + len(markers)] = markers
        segment["state"] = SegmentState.FILLING
        return index

    def ready(self, segment: int, frames: int) -> None:
        """Let the engine play `frames` frames of a segment that is filled; at most what was allocated."""
        row = self._table[segment]
        if row["state"] != SegmentState.FILLING or not 0 < frames <= row["frames"]:
            raise BadArgument(f"segment {segment} cannot become ready with {frames} frames")
        row["frames"] = frames
        row["state"] = SegmentState.READY

    def free(self, segment: int) -> None:
        """Give a segment's place back; nothing may play it any more."""
        self._table[segment]["state"] = SegmentState.FREE

    def find(self, stem: int) -> int | None:
        """Return the ready segment that holds a stem."""
        found = np.flatnonzero((self._table["state"] == SegmentState.READY) & (self._table["stem"] == stem))
        return int(found[0]) if len(found) else None

    def view(self, segment: int) -> npt.NDArray[np.float32]:
        """Return float32[channels, frames] into the pool; writing is allowed only while the segment is FILLING."""
        row = self._table[segment]
        frames, channels, stride = int(row["frames"]), int(row["channels"]), int(row["stride"])
        first = int(row["offset"]) // 4
        return self._pool[first : first + channels * stride].reshape(channels, stride)[:, :frames]

    def markers(self, segment: int) -> list[int]:
        """Return the frames of a segment's transients."""
        row = self._table[segment]
        first = int(row["marker_offset"]) // 4
        found: list[int] = self._pool.view(np.int32)[first : first + int(row["markers"])].tolist()
        return found

    @property
    def used(self) -> int:
        """Bytes of the pool that are taken."""
        return sum(end - start for start, end in self._taken())

    def bytes(self, segment: int) -> int:
        """Return how many bytes of the pool a segment takes."""
        row = self._table[segment]
        return int(row["channels"] * row["stride"] * 4 + _padded(row["markers"]))

    def end(self, segment: int) -> int:
        """Return the byte of the pool behind a segment."""
        return int(self._table[segment]["offset"]) + self.bytes(segment)

    def _taken(self, without: Sequence[int] = ()) -> list[tuple[int, int]]:
        """Return the used ranges of the pool in bytes, in order."""
        used = self._table["state"] != SegmentState.FREE
        used[list(without)] = False
        rows = self._table[used]
        ends = rows["offset"] + rows["channels"] * rows["stride"] * 4 + _padded(rows["markers"])
        return sorted(zip(rows["offset"].tolist(), ends.tolist(), strict=True))

    def gap(self, size: int, without: Sequence[int] = ()) -> int | None:
        """Return the offset of the smallest gap of at least `size` bytes, were the segments in `without` free."""
        best: tuple[int, int] | None = None
        at = 0
        for start, end in [*self._taken(without), (self._pool.nbytes // LINE * LINE, 0)]:
            if start - at >= size and (best is None or start - at < best[0]):
                best = (start - at, at)
            at = max(at, end)
        return None if best is None else best[1]


def stride_of(frames: int) -> int:
    """Return the frames from one channel's first to the next one's: the guard is in it, and whole cache lines."""
    return -(-(frames + GUARD) * 4 // LINE) * LINE // 4


def size_of(frames: int, channels: int, markers: int = 0) -> int:
    """Return how many bytes of the pool a segment takes."""
    return int(channels * stride_of(frames) * 4 + _padded(markers))


def _padded(markers: Any) -> Any:
    """Return the bytes that so many markers take, in whole cache lines."""
    return -(-markers * 4 // LINE) * LINE
