import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

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
