from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from liveengine.stems.commands import StemCommands
from tests.session.stage import BAR, Stage, stage


@pytest.fixture
async def live(tmp_path: Path) -> AsyncIterator[Stage]:
    async with stage(tmp_path) as made:
        made.registry.add(StemCommands(made.library))
        yield made


async def test_the_best_matches_of_a_search_are_loaded_before_they_are_asked_for(live: Stage) -> None:
    stems = [await live.stem([0.1] * BAR, "kick") for _ in range(8)]
    found = await live.call("/stems/search", "kick", top_k=8)
    await live.session.ahead.done()
    best = [match["id"] for match in found]
    assert set(best) == set(stems)
    assert [live.engine.segments.find(stem) is not None for stem in best] == [True] * 6 + [False] * 2
    await live.call("/track/1/clip/1/load", best[0])
    told = await live.call("/memory")
    assert (told["hits"], told["misses"]) == (1, 0)
    assert (told["ahead"]["loaded"], told["ahead"]["hits"]) == (6, 1)


async def test_a_newer_search_replaces_what_an_older_one_has_not_begun(live: Stage) -> None:
    old = [await live.stem([0.1] * BAR, "kick") for _ in range(6)]
    new = await live.stem([0.1] * BAR, "kick")
    live.session.ahead.found(old)
    live.session.ahead.found([new])
    await live.session.ahead.done()
    assert live.engine.segments.find(new) is not None
    assert sum(live.engine.segments.find(stem) is not None for stem in old) == 0


async def test_what_sounds_like_a_clip_that_starts_is_loaded_ahead(live: Stage) -> None:
    stems = [await live.stem([0.1] * BAR, "bass") for _ in range(3)]
    other = await live.stem([0.1] * BAR, "kick")
    await live.call("/track/1/clip/1/load", stems[0])
    await live.call("/track/1/clip/1/launch", 0)
    live.render(100)
    await live.session.ahead.done()
    assert all(live.engine.segments.find(stem) is not None for stem in stems)
    assert live.engine.segments.find(other) is None


async def test_foresight_takes_a_quarter_of_the_pool_at_most(live: Stage) -> None:
    large = [await live.stem([0.1] * 40 * 8_000, "kick") for _ in range(6)]  # 1.2 MiB each, of 16
    live.session.ahead.found(large)
    await live.session.ahead.done()
    told = await live.call("/memory")
    assert told["ahead"]["loaded"] == 3
    assert told["ahead"]["bytes"] <= 4 << 20


async def test_a_stem_that_is_gone_or_too_long_is_passed_over(live: Stage) -> None:
    gone, long = await live.stem([0.1] * BAR), await live.stem([0.1] * 61 * 8_000)
    good = await live.stem([0.1] * BAR)
    await live.library.delete(gone)
    live.session.ahead.found([gone, long, good])
    await live.session.ahead.done()
    assert live.engine.segments.find(good) is not None
