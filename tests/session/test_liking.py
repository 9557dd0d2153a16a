from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from liveengine.errors import EmptySlot
from liveengine.events import Changed
from tests.session.stage import BAR, BEAT, Stage, stage


@pytest.fixture
async def live(tmp_path: Path) -> AsyncIterator[Stage]:
    async with stage(tmp_path) as made:
        yield made


async def plays(live: Stage) -> int:
    stem = await live.stem(np.full(BAR, 0.5))
    await live.call("/track/1/clip/1/load", stem)
    await live.call("/track/1/clip/1/launch")
    live.render(BEAT)
    return stem


@pytest.mark.parametrize("kind", ["like", "reject"])
async def test_what_a_track_plays_is_told_an_opinion_of_and_plays_on(live: Stage, kind: str) -> None:
    stem = await plays(live)
    told = await live.call(f"/track/1/{kind}")
    assert (told["stem"], told["value"]) == (stem, True)
    assert await live.library.taste.said(stem, kind, None)  # type: ignore[arg-type]
    assert Changed(f"/stem/{stem}/{kind}", True) in live.said(Changed)
    assert live.render(BAR)[0].min() > 0.4
    assert (await live.call(f"/track/1/{kind}", False))["value"] is False


async def test_silence_has_no_opinion(live: Stage) -> None:
    with pytest.raises(EmptySlot, match="track 1 plays nothing"):
        await live.call("/track/1/like")
