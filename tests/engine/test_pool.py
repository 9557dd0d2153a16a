"""The sample pool's allocator: alignment, guard frames, gaps, holes, restart."""

import mmap
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from liveengine.engine.memory import Capacity
from liveengine.engine.ops import SegmentState
from liveengine.engine.pool import GUARD, ROWS, Segments, copy, size_of, span
from liveengine.engine.shared import Shared
from liveengine.errors import BadArgument, PoolFull
from tests.engine import stage
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


@pytest.fixture(scope="module")
def wide() -> Iterator[Shared]:
    """Memory in files whose pool may hold 64 KiB, at addresses with holes between them."""
    with stage.memory_of(stage.settings()) as shared:
        shared.memory.header["pool_bytes"] = LIMIT
        yield shared


def held(shared: Shared) -> int:
    """Return the bytes of RAM that the pool takes."""
    return shared.pool_path.stat().st_blocks * 512


def emptied(shared: Shared) -> Segments:
    shared.memory.segments["state"] = SegmentState.FREE
    segments = Segments(shared.memory, shared)
    segments.trim()
    assert held(shared) == 0
    return segments


LIMIT = 1 << 16
SIZES = st.one_of(st.integers(1, 200), st.integers(1, LIMIT // 8), st.integers(LIMIT // 8, LIMIT // 4))
LOADS = st.tuples(SIZES, st.integers(1, 2), st.integers(0, 40))


@given(st.lists(st.tuples(LOADS, st.integers(0, 1 << 30), st.booleans()), min_size=20, max_size=100))
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_load_is_refused_only_when_the_bytes_do_not_suffice_and_what_is_there_stays_where_and_as_it_is(
    wide: Shared, steps: list[tuple[tuple[int, int, int], int, bool]]
) -> None:
    segments, rows = emptied(wide), wide.memory.segments
    there: dict[int, tuple[int, list[int]]] = {}  # by segment, offset and markers; its samples are all `segment + 1`
    for (frames, channels, count), chance, goes in steps:
        if goes and there:
            segments.free(gone := sorted(there)[chance % len(there)])
            del there[gone]
        marks = list(range(count))
        used = sum(map(segments.bytes, there))
        try:
            segment = segments.allocate(frames, channels, 1, marks)
        except PoolFull:
            assert used + size_of(frames, channels, count) > LIMIT
        else:
            assert used + size_of(frames, channels, count) <= LIMIT
            segments.view(segment)[:] = segment + 1
            segments.ready(segment, frames)
            there[segment] = int(rows[segment]["offset"]), marks
        assert segments.used == sum(map(segments.bytes, there)) <= LIMIT
        assert held(wide) <= segments.used + 2 * mmap.PAGESIZE * len(there)
        ends = sorted((offset, offset + segments.bytes(n)) for n, (offset, _) in there.items())
        assert all(end <= start for (_, end), (start, _) in pairwise(ends))
        for n, (offset, kept) in there.items():
            assert (int(rows[n]["offset"]), segments.markers(n)) == (offset, kept)
            assert (segments.view(n) == n + 1).all()


def test_every_other_one_of_a_thousand_goes_and_one_as_large_as_all_of_these_comes(wide: Shared) -> None:
    segments = emptied(wide)
    wide.memory.header["pool_bytes"] = 1_024 * size_of(1_000, 1)
    segments = Segments(wide.memory, wide)
    many = [segments.allocate(1_000, 1, n) for n in range(1_024)]
    for segment in many[::2]:
        segments.free(segment)
    large = 512 * size_of(1_000, 1) // 4 - GUARD
    with pytest.raises(PoolFull):
        segments.allocate(large + 1, 1, 1)
    segments.allocate(large, 1, 1)
    assert segments.used == segments.limit
    wide.memory.header["pool_bytes"] = LIMIT


def test_each_size_has_a_region_of_its_own_and_the_last_one_ends_where_the_pool_does() -> None:
    assert Capacity().segments <= ROWS
    rig = Rig(pool_bytes=1 << 20)
    segments = Segments(rig.memory._replace(pool=np.zeros(span(1 << 20) // 4, np.float32)))
    regions = [segments._region(size) for size in (1, 2_048, 2_049, 4_096, 4_097, 1 << 19, (1 << 19) + 1, 1 << 20)]
    first = [start // (3 << 20) for start, _ in regions]
    assert first == [0, 0, 1, 1, 2, 8, 9, 9]
    assert {end - start for start, end in regions} == {3 << 20}
    assert regions[-1][1] == span(1 << 20)


def test_a_pool_without_holes_has_one_region_for_all() -> None:
    segments = Rig(pool_bytes=1 << 20).engine.segments
    assert {segments._region(size) for size in (1, 5_000, 1 << 20)} == {(0, 1 << 20)}


def test_a_copy_has_the_same_segments_under_the_same_numbers_side_by_side(wide: Shared) -> None:
    segments = emptied(wide)
    many = [segments.allocate(frames, channels, 5, [1, 9]) for frames, channels in ((900, 2), (17, 1), (2_000, 1))]
    for n in many:
        segments.view(n)[:] = np.arange(segments.view(n).size).reshape(segments.view(n).shape) + n
        segments.ready(n, segments.view(n).shape[1])
    segments.free(many[1])
    rig = Rig(pool_bytes=LIMIT, segments=1_024)
    copy(wide.memory, rig.memory)
    theirs = rig.engine.segments
    assert rig.memory.segments["state"].nonzero()[0].tolist() == [many[0], many[2]]
    assert rig.memory.segments["offset"][[many[0], many[2]]].tolist() == [0, segments.bytes(many[0])]
    for n in (many[0], many[2]):
        assert (theirs.view(n) == segments.view(n)).all()
        assert theirs.markers(n) == [1, 9]
