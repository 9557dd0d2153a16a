from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from liveengine.errors import EmptySlot, OutOfRange
from liveengine.events import Changed
from tests.session.stage import BAR, BEAT, Stage, stage


@pytest.fixture
async def live(tmp_path: Path) -> AsyncIterator[Stage]:
    async with stage(tmp_path) as made:
        yield made


async def test_a_track_tells_which_slot_it_plays_and_which_waits(live: Stage) -> None:
    for slot in (1, 2):
        await live.call(f"/track/1/clip/{slot}/load", await live.stem([0.25] * BAR))
    assert [await live.call(f"/track/1/{what}") for what in ("playing", "queued")] == [0, 0]
    await live.call("/track/1/clip/2/launch")
    live.render(1_000)
    await live.call("/track/1/clip/1/launch")
    live.render(1_000)
    assert [await live.call(f"/track/1/{what}") for what in ("playing", "queued")] == [2, 1]


async def test_a_slot_tells_what_lies_in_it(live: Stage) -> None:
    stem = await live.stem([0.25] * BAR)
    loaded = await live.call("/track/1/clip/1/load", stem)
    assert await live.call("/track/1/clip/1/name") == loaded["name"]
    assert await live.call("/track/1/clip/1/stem") == stem
    assert await live.call("/track/1/clip/1/beats") == 4.0
    with pytest.raises(EmptySlot):
        await live.call("/track/1/clip/2/name")


async def test_the_faders_of_sends_and_clips_have_a_level_in_decibels_beside_them(live: Stage) -> None:
    await live.call("/track/1/clip/1/load", await live.stem([0.25] * BAR))
    for fader in ("/track/1/clip/1/gain", "/track/1/send/2"):
        level = fader.removesuffix("/gain") + "/level"
        assert await live.call(level, -6.0) == -6.0
        assert await live.call(fader) == pytest.approx(0.5625)
        assert {Changed(fader, 0.5625), Changed(level, -6.0)} <= {
            Changed(event.property, round(event.value, 6)) for event in live.events if isinstance(event, Changed)
        }


async def test_a_clip_tells_where_in_its_loop_it_is(live: Stage) -> None:
    await live.call("/track/1/clip/1/load", await live.stem([0.25] * BAR))
    assert await live.call("/track/1/clip/1/position") == 0.0
    await live.call("/track/1/clip/1/launch")
    live.render(5 * BEAT)
    assert await live.call("/track/1/clip/1/position") == pytest.approx(1.0)
    await live.call("/stop", 0)
    live.render(1_000)
    assert await live.call("/track/1/clip/1/position") == 0.0


async def test_what_is_selected_is_told_to_everybody(live: Stage) -> None:
    assert [await live.call(f"/session/selected/{what}") for what in ("track", "scene")] == [1, 1]
    await live.call("/session/selected/track", 3)
    await live.call("/session/selected/scene", 2)
    assert live.events[-2:] == [Changed("/session/selected/track", 3), Changed("/session/selected/scene", 2)]
    assert await live.call("/session/selected/track") == 3
    for what in ("track", "scene"):
        with pytest.raises(OutOfRange):
            await live.call(f"/session/selected/{what}", 99)
