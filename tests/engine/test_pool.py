"""The sample pool's allocator: alignment, guard frames, gaps, restart."""

import numpy as np
import pytest

from liveengine.engine.ops import SegmentState
from liveengine.engine.pool import GUARD, Segments
from liveengine.errors import BadArgument, PoolFull
from tests.engine.rig import Rig


def test_a_segment_is_aligned_and_silent_behind_its_frames() -> None:
    rig = Rig()
    rig.memory.pool[:] = 9.0
    segments = rig.engine.segments
    segments.allocate(3, 1, 1)
    segment = segments.allocate(100, 2, 7)
    row = rig.memory.segments[segment]
    assert (row["state"], row["offset"] % 64, row["stride"] % 16) == (SegmentState.FILLING, 0, 0)
    assert row["stride"] >= 100 + GUARD
    first = int(row["offset"]) // 4
    for channel in range(2):
        start = first + channel * int(row["stride"])
        assert (rig.memory.pool[start + 100 : start + int(row["stride"])] == 0.0).all()
    assert segments.view(segment).shape == (2, 100)


def test_two_segments_never_overlap_and_a_freed_place_is_used_again() -> None:
    segments = Rig().engine.segments
    ids = [segments.allocate(1000, 2, n) for n in range(4)]
    for n in ids:
        segments.view(n)[:] = n
    assert all((segments.view(n) == n).all() for n in ids)
    segments.free(ids[1])
    before = segments.used
    assert segments.allocate(1000, 2, 9) == ids[1]
    assert segments.used > before


def test_a_full_pool_and_a_full_table_are_errors() -> None:
    segments = Rig(segments=4).engine.segments
    with pytest.raises(PoolFull, match="pool_mib"):
        segments.allocate(1 << 16, 1, 1)
    for n in range(4):
        segments.allocate(10, 1, n)
    with pytest.raises(PoolFull):
        segments.allocate(10, 1, 5)


@pytest.mark.parametrize(("frames", "channels"), [(0, 1), (-1, 1), (1, 3), (1, 0), (1 << 27, 1)])
def test_impossible_sizes_are_refused(frames: int, channels: int) -> None:
    with pytest.raises(BadArgument):
        Rig().engine.segments.allocate(frames, channels, 1)


def test_only_a_filled_segment_becomes_ready_and_is_found_by_its_stem() -> None:
    rig = Rig()
    segments = rig.engine.segments
    segment = segments.allocate(100, 1, 42)
    assert segments.find(42) is None
    segments.ready(segment, 90)
    assert segments.find(42) == segment
    assert segments.view(segment).shape == (1, 90)
    with pytest.raises(BadArgument):
        segments.ready(segment, 90)


def test_a_new_daemon_finds_what_the_last_one_left() -> None:
    rig = Rig()
    segment = rig.engine.segments.allocate(100, 1, 42)
    rig.engine.segments.ready(segment, 100)
    again = Segments(rig.memory)
    assert again.find(42) == segment
    other = again.allocate(100, 1, 43)
    rows = rig.memory.segments[[segment, other]]
    assert abs(int(np.diff(rows["offset"])[0])) >= int(rows["stride"][0]) * 4
