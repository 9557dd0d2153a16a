"""A dream learns from what was kept and adds a few new stems, and none twice, whatever dies meanwhile."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from liveengine.command import Registry
from liveengine.errors import BadArgument, Full, NothingFits
from liveengine.fabrik.dreaming import Dreaming
from liveengine.stems.kin import LineageCommands
from liveengine.stems.library import Library
from liveengine.stems.model import Job
from tests.fabrik.made import beep
from tests.fabrik.maker import Beeps
from tests.stems.conftest import chosen, opened

KICKS = 9


class Bed:
    """A library of kicks, and who dreams of it."""

    def __init__(self, library: Library, room: int = 256) -> None:
        self.library = library
        self.maker = Beeps(library)
        self.dreaming = Dreaming(library, self.maker, room)
        self.registry = Registry()
        self.registry.add(self.dreaming)

    async def like(self, *stems: int) -> None:
        for stem in stems:
            await self.library.taste.said(stem, "like", True)

    async def dream(self, **named: Any) -> Job:
        job: int = (await self.registry.call("/dream", **named))["job"]
        return await self.library.queue.wait(job)


def kicks(root: Path, many: int = KICKS) -> list[Path]:
    return [beep(root / "in" / f"kick {number}.wav", 150.0 + 30 * number, 0.3) for number in range(many)]


@asynccontextmanager
async def bed(root: Path, room: int = 256, many: int = KICKS) -> AsyncIterator[Bed]:
    async with opened(root, chosen(1), *kicks(root, many)) as library:
        made = Bed(library, room)
        await made.dreaming.register()
        yield made


async def test_a_dream_adds_good_new_stems_around_what_is_wanted_with_their_lineage(tmp_path: Path) -> None:
    async with bed(tmp_path) as night:
        await night.like(1, 2, 3, 4)
        await night.library.taste.said(5, "reject", True)
        job = await night.dream(most=4, seed=1)
        assert (job.state, job.error) == ("done", None)
        (kick,) = job.result["categories"]
        assert 1 <= len(kick["stems"]) <= 4
        assert job.result["stems"] == kick["stems"]
        assert (kick["wanted"], kick["unwanted"], kick["whole"], kick["model"]) == (4, 1, False, "beeps-kick-1")
        assert night.maker.taught == [("kick", {1: 3.892, 2: 3.892, 3: 3.892, 4: 3.892, 5: 0.0})]
        assert {stem for order in night.maker.orders for stem in order.stems} <= {1, 2, 3, 4}
        for stem in kick["stems"]:
            known = await night.library.get(stem)
            assert (known.provenance, known.category, known.tags[0]) == ("generated", "kick", "dreamt")
            line = await LineageCommands(night.library).lineage(stem)
            assert (line.made_by, line.terms["dream"]) == ("dream", job.id)
            assert {one.stem for one in line.parents} <= {1, 2, 3, 4}
            assert stem in [match.stem.id for match in await night.library.search("kick", 50)]
        left = kick["poor"] + kick["alike"] + kick["spare"] + len(kick["faults"]) + len(kick["stems"])
        assert left == kick["candidates"] == 12
        assert job.done == job.total
        assert not list(night.library.staging.iterdir())


async def test_with_too_little_feedback_it_says_so_and_dreams_of_the_whole_category_that_was_named(
    tmp_path: Path,
) -> None:
    async with bed(tmp_path) as night:
        with pytest.raises(NothingFits, match="nothing was liked, kept or played"):
            await night.dream()
        job = await night.dream(categories="kick", most=2)
        (kick,) = job.result["categories"]
        assert kick["whole"]
        assert "all of the category is dreamt of" in kick["learnt"]
        assert {order.mode for order in night.maker.orders} <= {"random", "interpolate"}
        (told,) = await night.registry.call("/dream/lessons", categories="kick")
        assert told["whole"]
        with pytest.raises(NothingFits, match="bass: it has 0 stems, 8 are needed"):
            await night.dream(categories="bass")
        with pytest.raises(BadArgument, match="zither"):
            await night.dream(categories="zither")


async def test_there_is_a_bound_for_a_dream_and_one_for_the_library(tmp_path: Path) -> None:
    async with bed(tmp_path, room=3) as night:
        first = await night.dream(categories="kick", most=2, seed=1)
        second = await night.dream(categories="kick", most=16, seed=2)
        both = [*first.result["stems"], *second.result["stems"]]
        assert len(both) == 3
        with pytest.raises(Full, match="the 3 dreamt stems that nobody has liked"):
            await night.dream(categories="kick")
        await night.like(both[0])
        assert len((await night.dream(categories="kick", most=16, seed=3)).result["stems"]) == 1


async def test_two_dreams_at_once_come_one_after_the_other_and_keep_to_the_bound(tmp_path: Path) -> None:
    async with bed(tmp_path, room=3) as night:
        await night.like(1, 2, 3, 4)
        both = [(await night.registry.call("/dream", most=3, seed=seed))["job"] for seed in (1, 2)]
        first, second = [await night.library.queue.wait(job) for job in both]
        assert first.state == "done"
        full = len(first.result["stems"]) == 3
        assert (second.state, second.code) == (("failed", "full") if full else ("done", None))
        assert await night.library.db.reading.dreamt() == 3


async def test_room_that_is_gone_when_a_dream_has_made_its_sounds_is_not_used(tmp_path: Path) -> None:
    async with bed(tmp_path, room=3) as night:
        await night.like(1, 2, 3, 4)
        teach = night.maker.teach

        async def meanwhile(*given: Any) -> str:
            night.dreaming._room = 1
            return await teach(*given)

        night.maker.teach = meanwhile  # type: ignore[assignment, method-assign]
        job = await night.dream(most=3, seed=1)
        assert len(job.result["stems"]) == 1


async def test_the_same_dream_adds_nothing_twice_to_what_is_there(tmp_path: Path) -> None:
    async with bed(tmp_path) as night:
        first = await night.dream(categories="kick", most=4, seed=1)
        again = await night.dream(categories="kick", most=4, seed=1)
        assert not set(first.result["stems"]) & set(again.result["stems"])
        assert await night.library.scrub() == {}


async def test_it_waits_while_the_stage_needs_the_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with bed(tmp_path) as night:
        loads = [0.9, 0.7, 0.3]
        asked: list[list[Any]] = []

        def load() -> float:
            asked.append(list(night.maker.taught))
            return loads.pop(0) if loads else 0.1

        monkeypatch.setattr("liveengine.fabrik.night.LOOK_S", 0.01)
        night.library.budget.load = load
        await night.dream(categories="kick", most=1)
        assert asked[:3] == [[], [], []]  # it has taught nothing before the stage had room again


async def test_a_dream_that_is_cancelled_leaves_none_of_its_sounds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with bed(tmp_path) as night:
        await night.like(1, 2, 3, 4)
        made = asyncio.Event()

        async def waits(*_: object) -> None:
            made.set()
            await asyncio.Event().wait()

        monkeypatch.setattr("liveengine.fabrik.night.inherited", waits)
        job = (await night.registry.call("/dream", most=2))["job"]
        await made.wait()
        assert list(night.library.staging.iterdir())
        await night.library.queue.cancel(job)
        assert not list(night.library.staging.iterdir())
