"""Proposals are kept or go; what is in use never goes."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from liveengine.bus import Event
from liveengine.events import StemAdded
from liveengine.fabrik.entering import Made, enter, heard
from liveengine.fabrik.pending import Pending
from liveengine.stems.library import Library
from tests.fabrik.made import beep, made
from tests.stems.conftest import chosen, opened


@pytest_asyncio.fixture
async def library(tmp_path: Path) -> AsyncIterator[Library]:
    async with opened(tmp_path, chosen(1), beep(tmp_path / "in" / "deep kick.wav", 48.0)) as library:
        yield library


def proposal(library: Library, number: int) -> Made:
    path = beep(library.staging / f"{number}.wav", 50.0 + number, 0.2)
    return made(path, 1, title=f"Proposal {number}", provenance="proposed", tags=("proposed", "generated"))


async def proposed(library: Library, many: int) -> list[int]:
    return await enter(library, [proposal(library, number) for number in range(many)])


async def ids(pending: Pending) -> list[int]:
    return [row["id"] for row in await pending.all()]


async def test_a_proposal_that_is_kept_is_a_stem_like_any_other_after_a_new_analysis_too(library: Library) -> None:
    events: list[Event] = []
    library.bus.subscribe(events.append)
    pending = Pending(library, 64)
    stem, other = await proposed(library, 2)
    assert not [event for event in events if isinstance(event, StemAdded)]
    assert "proposed" in (await library.get(stem)).tags
    assert [match.stem.id for match in await library.search("kick")] == [1]
    assert await pending.keep([1, stem, 99]) == [stem]
    assert await pending.keep([stem]) == []
    await library.queue.wait(await library.reanalyse([stem]))
    known = await library.get(stem)
    assert (known.provenance, "proposed" in known.tags, "generated" in known.tags) == ("generated", False, True)
    assert stem in [match.stem.id for match in await library.search("kick")]
    assert [event.stem for event in events if isinstance(event, StemAdded)] == [stem]
    assert await ids(pending) == [other]
    assert await library.scrub() == {}


@pytest.mark.parametrize("way", ["like", "favourite", "kept"])
async def test_who_likes_a_proposal_or_plays_it_for_long_keeps_it(library: Library, way: str) -> None:
    pending = Pending(library, 64)
    stem, other = await proposed(library, 2)
    if way == "like":
        await library.taste.said(other, "reject", True)
        await library.taste.said(stem, "like", True)
    elif way == "favourite":
        await library.favourite(stem, True)
    else:
        await library.noted([("played", other), ("kept", stem)])
    await pending.close()
    assert await ids(pending) == [other]


async def test_the_oldest_go_and_what_lies_in_a_slot_or_plays_stays(library: Library) -> None:
    pending = Pending(library, 3)
    first, second, *rest = await proposed(library, 6)
    await library.save_session({"tracks": [{"slots": {"1": {"stem": first}}}]})
    pending.sounding = lambda: [second]
    await pending.prune()
    assert await ids(pending) == [rest[-1], second, first]
    await pending.drop([first, rest[-1], 1])
    assert await ids(pending) == [second, first]
    assert [path.stem for path in sorted((library.root / "generated_stems" / "kick").iterdir())] == [
        (await library.get(stem)).path.stem for stem in (first, second)
    ]


async def test_what_was_liked_as_the_daemon_died_is_kept_at_the_next_start(library: Library) -> None:
    stem, other = await proposed(library, 2)
    await library.taste.said(stem, "like", True)  # nobody hears of it
    pending = Pending(library, 0)
    await pending.open()
    assert await ids(pending) == []
    assert [one.id for one in await library.stems()] == [1, stem]
    assert other not in [one.id for one in await library.stems()]


async def test_of_a_batch_some_can_enter_and_one_that_cannot_be_used_harms_nobody(library: Library) -> None:
    silent = beep(library.staging / "silent.wav", 0.0)
    batch = [proposal(library, 1), made(silent, provenance="proposed"), proposal(library, 2)]
    async with heard(library, batch) as found:
        assert [fault is None for fault in found.faults] == [True, False, True]
        assert found.tasks[0].vector is not None
        assert await library.counts() == {"kick": 1}
        (stem,) = await found.store([2])
        assert (found.stem(0), found.stem(2)) == (None, stem)
    assert (await library.get(stem)).title == "Proposal 2"
