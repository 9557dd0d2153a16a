import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from liveengine.engine.layout import Op
from liveengine.engine.streams import offline
from liveengine.errors import UnknownStem
from liveengine.session.clips import Superseded
from tests.session.stage import BAR, BEAT, Stage, stage


@pytest.fixture
async def live(tmp_path: Path) -> AsyncIterator[Stage]:
    async with stage(tmp_path) as made:
        yield made


async def test_of_two_loads_into_one_slot_the_later_one_wins(live: Stage) -> None:
    slow, quick = await live.stem([0.1] * 8 * BAR), await live.stem([0.1] * BAR)
    await live.call("/track/2/clip/1/load", quick)
    first = asyncio.create_task(live.call("/track/1/clip/1/load", slow))
    await asyncio.sleep(0)
    await live.call("/track/1/clip/1/load", quick)
    with pytest.raises(Superseded, match="filled anew"):
        await first
    assert (await live.call("/session/state"))["tracks"][0]["clips"][0]["stem"] == quick
    live.render(100)
    assert live.engine.segments.find(slow) is None


async def test_clearing_a_slot_whose_stem_loads_leaves_it_empty(live: Stage) -> None:
    load = asyncio.create_task(live.call("/track/1/clip/1/load", await live.stem([0.1] * BAR)))
    await asyncio.sleep(0)
    await live.call("/track/1/clip/1/clear")
    with pytest.raises(Superseded):
        await load
    assert await live.call("/track/1/clip/1/state") == "empty"
    live.render(100)
    assert live.engine.segments.used == 0


async def test_one_stem_loads_once_into_many_slots_at_a_time(live: Stage) -> None:
    stem = await live.stem([0.1] * BAR)
    await asyncio.gather(*(live.call(f"/track/{track}/clip/1/load", stem) for track in range(1, 13)))
    assert np.count_nonzero(live.engine.memory.segments["state"]) == 1
    await live.call("/scene/1/launch")
    live.render(BEAT)
    for track in range(1, 13):
        await live.call(f"/track/{track}/clip/1/clear")
    live.render(BEAT)
    assert live.engine.segments.used == 0


async def test_a_place_taken_again_before_the_engine_gave_it_back_is_not_freed_under_a_voice(live: Stage) -> None:
    stem = await live.stem([0.1] * BAR)
    await live.call("/track/1/clip/1/load", stem)
    live.render(100)
    await live.call("/track/1/clip/1/clear")
    offline.render(live.shared.memory, 100, 100)  # the engine has given it back, the daemon has not heard of it
    await live.call("/track/1/clip/1/load", stem)
    await live.call("/track/1/clip/1/launch", 0)
    await live.call("/track/1/clip/1/load", await live.stem([0.2] * BAR))  # what plays goes on
    live.render(100)
    assert live.render(BAR)[0].all()
    assert live.engine.segments.find(stem) is not None
    await live.call("/track/1/stop", 0)
    live.render(1_000)
    assert live.engine.segments.find(stem) is None


async def test_a_place_is_asked_back_again_when_the_engine_had_no_room_for_the_question(live: Stage) -> None:
    await live.call("/track/1/clip/1/load", await live.stem([0.1] * BAR))
    room = live.engine.memory.queue.shape[1] - 1
    for _ in range(room):
        live.engine.push(Op.GAIN, track=0, value=1.0, frame=5_000)
    live.render(100)
    await live.call("/track/1/clip/1/clear")
    live.render(100)
    assert live.engine.segments.used > 0
    live.render(9_000)
    assert live.engine.segments.used == 0


async def test_a_stem_deleted_while_its_clip_plays_plays_on(live: Stage) -> None:
    stem = await live.stem([0.1] * BAR)
    await live.call("/track/1/clip/1/load", stem)
    await live.call("/track/1/clip/1/launch")
    live.render(100)
    await live.library.delete(stem)
    assert live.render(2 * BAR)[0].all()
    with pytest.raises(UnknownStem):
        await live.call("/track/2/clip/1/load", stem)
