import asyncio
import errno
import os
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from liveengine.engine.ops import Op, SegmentState
from liveengine.engine.pool import size_of
from liveengine.errors import PoolFull, Superseded, UnknownStem
from tests.session.stage import BAR, BEAT, BLOCK, Stage, settings, stage

MIB = 1 << 18  # frames of one channel


@pytest.fixture
async def live(tmp_path: Path) -> AsyncIterator[Stage]:
    chosen = settings()
    library = chosen.library.model_copy(update={"max_minutes": 10.0})
    async with stage(tmp_path, chosen.model_copy(update={"library": library})) as made:
        yield made


async def while_it_plays(live: Stage, work: Any) -> Any:
    """Return what `work` returns; meanwhile the engine plays on and is heard."""
    task = asyncio.ensure_future(work)
    while not task.done():
        live.render(100)
        await asyncio.sleep(0.001)
    return await task


async def load(live: Stage, track: int, slot: int, stem: int) -> None:
    await while_it_plays(live, live.call(f"/track/{track}/clip/{slot}/load", stem))


def there(live: Stage, *stems: int) -> list[bool]:
    return [live.engine.segments.find(stem) is not None for stem in stems]


async def large(live: Stage, mib: float) -> int:
    return await live.stem([0.1] * int(mib * MIB - 200), loop=False)


async def test_of_two_loads_into_one_slot_the_later_one_wins(live: Stage) -> None:
    slow, quick = await live.stem([0.1] * 8 * BAR), await live.stem([0.1] * BAR)
    await live.call("/track/2/clip/1/load", quick)
    first = asyncio.create_task(live.call("/track/1/clip/1/load", slow))
    await asyncio.sleep(0)
    await live.call("/track/1/clip/1/load", quick)
    with pytest.raises(Superseded, match="filled anew"):
        await first
    assert (await live.call("/session/state"))["tracks"][0]["clips"][0]["stem"] == quick
    assert live.session.room.needed() == {live.engine.segments.find(quick)}


async def test_clearing_a_slot_whose_stem_loads_leaves_it_empty(live: Stage) -> None:
    work = asyncio.create_task(live.call("/track/1/clip/1/load", await live.stem([0.1] * BAR)))
    await asyncio.sleep(0)
    await live.call("/track/1/clip/1/clear")
    with pytest.raises(Superseded):
        await work
    assert await live.call("/track/1/clip/1/state") == "empty"
    assert live.session.room.needed() == set()


async def test_one_stem_loads_once_into_many_slots_at_a_time(live: Stage) -> None:
    stem = await live.stem([0.1] * BAR)
    await asyncio.gather(*(live.call(f"/track/{track}/clip/1/load", stem) for track in range(1, 13)))
    assert np.count_nonzero(live.engine.memory.segments["state"]) == 1
    await live.call("/scene/1/launch")
    live.render(BEAT)
    assert live.session.room.sounding() == {live.engine.segments.find(stem)}


async def test_what_nobody_needs_stays_until_room_is_wanted_and_the_least_recently_used_goes_first(live: Stage) -> None:
    a, b, c = [await large(live, 5) for _ in range(3)]
    for slot, stem in enumerate((a, b, c), 1):
        await load(live, 1, slot, stem)
        await live.call(f"/track/1/clip/{slot}/clear")
    await load(live, 1, 1, a)  # used again
    await live.call("/track/1/clip/1/clear")
    assert there(live, a, b, c) == [True, True, True]
    d = await large(live, 4)
    await load(live, 1, 1, d)
    assert there(live, a, b, c, d) == [True, False, True, True]
    assert (await live.call("/memory"))["evicted"] == 1


async def test_what_plays_and_what_lies_in_a_slot_never_goes_and_the_error_says_so(live: Stage) -> None:
    a, b, c = [await large(live, 7) for _ in range(3)]
    await load(live, 1, 1, a)
    await live.call("/track/1/clip/1/launch", 0)
    live.render(100)
    live.session.clips.lift(1, 1)  # it sounds on, in no slot
    await load(live, 2, 1, b)
    with pytest.raises(PoolFull, match="raise engine"):
        await load(live, 3, 1, c)
    assert there(live, a, b, c) == [True, True, False]
    assert live.render(100)[0].all()
    await live.call("/track/1/stop", 0)
    live.render(1_000)
    await load(live, 3, 1, c)
    assert there(live, a, b, c) == [False, True, True]


async def test_a_place_taken_again_while_the_engine_gives_it_back_stays(live: Stage) -> None:
    a, b, c = [await large(live, size) for size in (9, 5, 9)]
    for slot, stem in enumerate((a, b), 1):
        await load(live, 1, slot, stem)
        await live.call(f"/track/1/clip/{slot}/clear")
    work = asyncio.create_task(live.call("/track/1/clip/3/load", c))
    while not live.session.room._retiring:
        await asyncio.sleep(0.001)
    await live.call("/track/1/clip/1/load", a)  # the engine does not play: its answer is under way
    await live.call("/track/1/clip/1/launch", 0)
    with pytest.raises(PoolFull):
        await while_it_plays(live, work)
    assert live.render(BAR)[0].all()
    assert there(live, a) == [True]


async def test_without_an_engine_room_is_refused_and_not_waited_for_forever(
    live: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("liveengine.session.room.RETIRED_S", 0.05)
    a, b = await large(live, 9), await large(live, 9)
    await load(live, 1, 1, a)
    await live.call("/track/1/clip/1/clear")
    with pytest.raises(PoolFull, match="at the moment"):
        await live.call("/track/1/clip/1/load", b)
    assert there(live, a, b) == [True, False]


async def test_room_is_refused_only_when_the_bytes_do_not_suffice_and_what_sounds_stays_as_it_is(live: Stage) -> None:
    chance = np.random.default_rng(1)
    room, segments, rows = live.session.room, live.engine.segments, live.engine.memory.segments
    held: list[int] = []
    filled: dict[int, tuple[float, int]] = {}  # by segment, its samples and where they lie
    refused = 0

    def taken(some: Iterable[int]) -> int:
        return sum(map(segments.bytes, some))

    for key in range(1, 801):
        frames = int(chance.integers(1_000, 80_000))  # about one per cent of the pool, as half a minute of a usual one
        most = chance.choice([0.9, 1.0, 1.01]) * segments.limit
        while held and taken(held) + size_of(frames, 1) > most:
            room.let_go(held.pop(int(chance.integers(len(held)))))
        needed = room.needed() | room.sounding()
        try:
            segment = await while_it_plays(live, room.take(frames, 1, key))
        except PoolFull:
            refused += 1
            assert taken(needed) + size_of(frames, 1) > segments.limit
            continue
        segments.view(segment)[:] = key / 1_000
        segments.ready(segment, frames)
        room.hold(segment)
        held.append(segment)
        filled[segment] = key / 1_000, int(rows[segment]["offset"])
        if key % 7 == 0:
            live.engine.push(Op.LAUNCH, track=key % 12, slot=1, segment=segment, loop_end=frames)
            live.render(BLOCK)
        assert segments.used <= segments.limit
        for n in {*held[-5:], *room.sounding()}:
            assert int(rows[n]["offset"]) == filled[n][1]
            assert (segments.view(n) == np.float32(filled[n][0])).all()
    assert room.evicted > 500
    assert 20 < refused < 80


async def test_where_the_memory_disk_is_full_loading_says_so_at_once(
    live: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(file: int, offset: int, length: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    stem = await large(live, 1)
    monkeypatch.setattr(os, "posix_fallocate", full)
    with pytest.raises(PoolFull, match="No space left on device"):
        await live.call("/track/1/clip/1/load", stem)


async def test_a_new_daemon_gives_back_what_a_killed_one_was_about_to(live: Stage) -> None:
    a, b = await large(live, 3), await large(live, 4)
    for slot, stem in enumerate((a, b), 1):
        await load(live, 1, slot, stem)
    gone = live.engine.segments.find(a)
    live.engine.memory.segments["state"][gone] = SegmentState.FREE  # killed before the pages were given back
    live.daemon()
    live.session.room.adopt()
    assert live.shared.pool_path.stat().st_blocks * 512 <= (4 << 20) + 4_096
    assert there(live, a, b) == [False, True]


async def test_a_stem_deleted_while_its_clip_plays_plays_on(live: Stage) -> None:
    stem = await live.stem([0.1] * BAR)
    await live.call("/track/1/clip/1/load", stem)
    await live.call("/track/1/clip/1/launch")
    live.render(100)
    await live.library.delete(stem)
    assert live.render(2 * BAR)[0].all()
    with pytest.raises(UnknownStem):
        await live.call("/track/2/clip/1/load", stem)


async def test_a_segment_knows_its_stems_transients_at_the_engines_rate(live: Stage) -> None:
    marks = np.array([0, 1_000, 1_001, 3_999, 70_000], "<i4")  # the last one lies beyond the end
    stem = await live.stem([0.1] * 2 * BAR, rate=16_000, transients=marks.tobytes())
    await live.call("/track/1/clip/1/load", stem)
    segment = live.engine.segments.find(stem)
    assert segment is not None
    assert live.engine.segments.markers(segment) == [0, 500, 1_999]


async def test_a_pattern_is_marked_where_its_hits_are(live: Stage) -> None:
    stem = await live.library.get(await live.stem([1.0] * 100, loop=False))
    buffer, _ = await live.session.buffers.hold_pattern(stem, [2.0, 0.0, 3.5], 120.0)
    assert live.engine.segments.markers(buffer.segment) == [0, 2 * BEAT, int(3.5 * BEAT)]


async def test_memory_tells_what_is_used_needed_and_free(live: Stage) -> None:
    a, b = await large(live, 3), await large(live, 4)
    for slot, stem in enumerate((a, b), 1):
        await load(live, 1, slot, stem)
    await live.call("/track/1/clip/1/clear")
    await load(live, 1, 1, a)
    told = await live.call("/memory")
    assert (told["bytes"], told["buffers"], told["hits"], told["misses"]) == (16 << 20, 2, 1, 2)
    assert told["used"] == told["needed"] == told["bytes"] - told["free"]
    assert 6.9 < told["used"] / (1 << 20) < 7.1
