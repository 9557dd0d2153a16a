from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from liveengine.session.heard import heard, sounding_key
from tests.session.stage import BAR, RATE, Stage, stage


@pytest.fixture
async def live(tmp_path: Path) -> AsyncIterator[Stage]:
    async with stage(tmp_path) as made:
        yield made


async def play(live: Stage, track: int, key: str | None, category: str = "synth") -> int:
    stem = await live.stem(np.full(BAR, 0.1), category, key=key)
    await live.call(f"/track/{track}/clip/1/load", stem)
    await live.call(f"/track/{track}/clip/1/launch")
    live.render(BAR)
    return stem


async def test_a_clip_is_told_as_it_is_heard(live: Stage) -> None:
    stem = await live.library.get(await play(live, 1, "Am"))
    await live.call("/track/1/clip/1/transpose", 2.0)
    clip = live.session.core.clip(1, 1)
    assert heard(clip, stem, 120.0, RATE) == (1.0, 2.0, "Bm", "stretch")
    assert heard(clip, stem, 150.0, RATE).speed == 1.25


async def test_the_key_is_the_session_s_or_that_of_most_that_play(live: Stage) -> None:
    async def key() -> str | None:
        return await sounding_key(live.session.core, live.library)

    assert await key() is None
    await play(live, 1, "Am", "drums")
    assert await key() is None
    await play(live, 2, "Gm")
    assert await key() == "Gm"
    await live.call("/track/2/clip/1/transpose", 2.0)
    assert await key() == "Am"
    await live.call("/session/key", "F#m")
    assert await key() == "F#m"
