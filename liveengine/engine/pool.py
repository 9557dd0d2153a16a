"""The allocator over the sample pool; its only state is the SEGMENT table. Runs on: event loop.

Nothing is ever moved, and nothing is refused for want of a gap: a pool in a file that may have holes reaches over
`span` bytes of addresses, of which segments take `limit` together. Sizes are sorted into classes, each of the sizes up
to twice those of the one before, and each has a region of three times `limit` for itself. Were there no gap of `size`
bytes in it, then, with m segments in it that take u bytes, u + (m + 1) * size > 3 * limit. But u <= limit - size, and m
segments, all larger than size / 2, take no more than that, so that m * size < 2 * (limit - size). The first class has
no lower bound; there m < ROWS and size <= 2 * limit / ROWS say the same.
"""

import mmap
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from liveengine.engine.layout import MAX_FRAMES
from liveengine.engine.memory import Memory
from liveengine.engine.ops import SegmentState
from liveengine.errors import BadArgument, PoolFull

GUARD = 64  # silent frames behind each channel
LINE = 64  # bytes
ROWS = 1024  # a SEGMENT table has at most so many
CLASSES = (ROWS // 2).bit_length()  # of sizes; the last one's reach up to all that the pool may hold
REGION = 3  # times what the pool may hold


class Backing(Protocol):
    """What lies behind a pool in a file."""

    def reserve(self, offset: int, length: int) -> None:
        """Take room for a part of the pool, or raise PoolFull."""

    def release(self, offset: int, length: int) -> None:
        """Give back the room of whole pages."""


class Segments:
    """The places in the sample pool. A place is freed only after the engine has reported it RETIRED.

    Everything is read from the SEGMENT table, so that a new daemon finds what the last one left.
    """

    def __init__(self, memory: Memory, backing: Backing | None = None) -> None:
        """Without a `backing` there is room, as on the heap."""
        self._backing = backing
        self._table = memory.segments
        self._pool = memory.pool
        self.limit = int(memory.header["pool_bytes"][0])  # bytes that all segments may take together

    def allocate(self, frames: int, channels: int, stem: int, markers: Sequence[int] = ()) -> int:
        """Return a segment in state FILLING with room for `frames` frames of 1 or 2 channels, guard frames silent.

        `markers` are the frames of its transients, ascending; the kernel reads them from behind the samples.
        Raises PoolFull when the pool may not hold so much more, or the table is full, BadArgument on impossible sizes.
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
        if self._backing is not None:
            self._backing.reserve(offset, samples + _padded(len(markers)))
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

    def mark(self, segment: int, markers: Sequence[int]) -> None:
        """Put the markers of a segment that is being filled elsewhere; those beyond what it has room for are left out.

        They are frames of it, ascending.
        """
        row = self._table[segment]
        count = min(len(markers), int(row["markers"]))
        first = int(row["marker_offset"]) // 4
        self._pool.view(np.int32)[first : first + count] = markers[:count]
        row["markers"] = count

    def free(self, segment: int) -> None:
        """Give a segment's place back; nothing may play it any more."""
        start, end = int(self._table[segment]["offset"]), self.end(segment)
        self._table[segment]["state"] = SegmentState.FREE
        self.trim(start - start % mmap.PAGESIZE, end + -end % mmap.PAGESIZE)

    def trim(self, first: int = 0, last: int | None = None) -> None:
        """Give back the pages that no segment reaches into, of all the pool or of its bytes from `first` to `last`."""
        if self._backing is None:
            return
        for start, end in self._gaps(first, self._pool.nbytes if last is None else min(last, self._pool.nbytes)):
            page, length = start + -start % mmap.PAGESIZE, end // mmap.PAGESIZE * mmap.PAGESIZE
            if length > page:
                self._backing.release(page, length - page)

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

    def _gaps(self, first: int, last: int, without: Sequence[int] = ()) -> Iterator[tuple[int, int]]:
        """Give the ranges between the bytes `first` and `last` of the pool that nobody uses, in order."""
        at = first
        for start, end in [*self._taken(without), (last, last)]:
            if min(start, last) > at:
                yield at, min(start, last)
            at = max(at, end)

    def gap(self, size: int, without: Sequence[int] = ()) -> int | None:
        """Return the offset of the smallest gap for `size` bytes, were the segments in `without` free.

        None when segments would take more than `limit` together; in a pool without holes also when no gap is as large.
        """
        if self.used - sum(map(self.bytes, without)) + size > self.limit:
            return None
        found = [(end - at, at) for at, end in self._gaps(*self._region(size), without) if end - at >= size]
        return min(found)[1] if found else None

    def _region(self, size: int) -> tuple[int, int]:
        """Return from which byte of the pool to which segments of this size lie."""
        if self._pool.nbytes < span(self.limit):
            return 0, self._pool.nbytes // LINE * LINE
        number = (-(-size * ROWS // (2 * self.limit)) - 1).bit_length()
        return number * REGION * self.limit, (number + 1) * REGION * self.limit


def copy(source: Memory, target: Memory) -> None:
    """Put the segments of one memory into another one's pool, one behind the other; their numbers stay.

    A pool is never copied as a whole: reading a hole takes room for it.
    """
    places, at = Segments(source), 0
    target.segments[:] = source.segments
    for number in np.flatnonzero(source.segments["state"] != SegmentState.FREE).tolist():
        row, first, count = target.segments[number], int(source.segments[number]["offset"]), places.bytes(number)
        target.pool[at // 4 : (at + count) // 4] = source.pool[first // 4 : (first + count) // 4]
        row["marker_offset"] += at - first
        row["offset"] = at
        at += count


def span(limit: int) -> int:
    """Return how many bytes of addresses a pool needs that may hold `limit` bytes, to have a gap whenever it may."""
    return CLASSES * REGION * limit


def stride_of(frames: int) -> int:
    """Return the frames from one channel's first to the next one's: the guard is in it, and whole cache lines."""
    return -(-(frames + GUARD) * 4 // LINE) * LINE // 4


def size_of(frames: int, channels: int, markers: int = 0) -> int:
    """Return how many bytes of the pool a segment takes."""
    return int(channels * stride_of(frames) * 4 + _padded(markers))


def _padded(markers: Any) -> Any:
    """Return the bytes that so many markers take, in whole cache lines."""
    return -(-markers * 4 // LINE) * LINE
