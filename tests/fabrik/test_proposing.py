"""Proposals are ranked among the found by the same scores, and go where they are not good enough."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from liveengine.command import Registry
from liveengine.fabrik.pending import Pending
from liveengine.fabrik.proposing import Proposing
from liveengine.stems.commands import StemCommands
from liveengine.stems.library import Library
from liveengine.stems.model import Job
from tests.fabrik.made import beep
from tests.fabrik.maker import Beeps
from tests.stems.conftest import chosen, opened


class House:
    """A library with kicks, and who makes proposals for it."""

    def __init__(self, library: Library, most: int = 64) -> None:
        self.library = library
        self.maker = Beeps(library)
        self.pending = Pending(library, most)
        self.proposing = Proposing(library, self.pending, self.maker)
        self.registry = Registry()
        for owner in (self.proposing, StemCommands(library)):
            self.registry.add(owner)

    async def call(self, address: str, **named: Any) -> Any:
        return await self.registry.call(address, **named)

    async def proposed(self, prompt: str, **named: Any) -> Job:
        job = await self.library.queue.wait((await self.call("/stems/propose", prompt=prompt, **named))["job"])
        return job


@asynccontextmanager
async def house(root: Path, most: int = 64, stems: int = 6) -> AsyncIterator[House]:
    kicks = [beep(root / "in" / f"kick {number}.wav", 60.0 + 30 * number, 0.3) for number in range(stems)]
    async with opened(root, chosen(1), *kicks) as library:
        made = House(library, most)
        await made.proposing.register()
        yield made


async def test_proposals_stand_among_the_found_with_similarity_reasons_and_where_they_come_from(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        job = await home.proposed("dark kick", count=3, seed=2)
        assert (job.state, job.error) == ("done", None)
        found = (await home.call("/stems/find", prompt="dark kick", top_k=20, proposals=True))["matches"]
        values = {match["id"]: match["similarity"] for match in found if match["proposed"]}
        assert {one["stem"]: one["similarity"] for one in job.result["proposals"]} == values
        assert 1 <= len(values) <= 3
        assert min(values.values()) > job.result["threshold"]
        assert [match["similarity"] for match in found] == sorted((m["similarity"] for m in found), reverse=True)
        own = next(match for match in found if match["proposed"])
        assert any(reason.startswith("made from kick") for reason in own["reasons"])
        assert "proposed" in own["tags"]
        plain = (await home.call("/stems/find", prompt="dark kick", top_k=20))["matches"]
        assert not [match for match in plain if match["proposed"]]
        left = job.result["candidates"] - len(values)
        assert left == job.result["below"] + job.result["alike"] + len(job.result["faults"]) + job.result["spare"]
        assert [stem["id"] for stem in await home.call("/stems/proposed")] == sorted(values, reverse=True)
        assert not list(home.library.staging.iterdir())


async def test_candidates_that_cannot_be_heard_leave_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with house(tmp_path) as home:
        make = home.maker.make

        async def silent(*asked: Any) -> Any:
            found = await make(*asked)
            soundfile.write(found.made[0].path, np.zeros(48_000), 48_000)
            return found

        monkeypatch.setattr(home.maker, "make", silent)
        job = await home.proposed("dark kick", count=3, seed=2)
        assert (job.state, job.error) == ("done", None)
        assert any("silent" in fault for fault in job.result["faults"])
        assert not list(home.library.staging.iterdir())


async def test_who_answers_worse_than_the_median_is_gone(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        home.maker.make = _silent_hats(home)  # type: ignore[method-assign]
        job = await home.proposed("dark deep kick", count=2)
        assert job.result["proposals"] == []
        assert job.result["below"] == 2
        assert await home.pending.all() == []
        assert not [*(tmp_path / "generated_stems").rglob("*.wav")]
        assert job.result["words"].startswith("0 of 2 candidates are proposed; 2 answered no better than the median")


def _silent_hats(home: House) -> Any:
    """Make sounds that are no kick at all, whatever is ordered."""
    whole = home.maker.make

    async def make(orders: Any, made_by: Any, report: Any) -> Any:
        batch = await whole([order for order in orders if order.seed % 7][:2], made_by, report)
        for number, one in enumerate(batch.made):
            beep(one.path, 7_000.0 + 500 * number, 0.05)
        return batch

    return make


async def test_a_kept_proposal_is_a_stem_and_the_unkept_are_bounded(tmp_path: Path) -> None:
    async with house(tmp_path, most=2) as home:
        job = await home.proposed("kick", count=2, seed=2)
        first = job.result["proposals"][0]["stem"]
        assert await home.call(f"/stem/{first}/keep") is True
        assert await home.call(f"/stem/{first}/keep") is False
        assert (await home.call(f"/stem/{first}"))["provenance"] == "generated"
        again = await home.proposed("kick", count=4, seed=3)
        assert len(await home.pending.all()) <= 2
        assert again.state == "done"


async def test_the_same_seed_proposes_the_same_and_makes_nothing_twice(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        first = await home.proposed("kick", count=2, seed=5)
        again = await home.proposed("kick", count=2, seed=5)
        assert again.result["proposals"] == first.result["proposals"]
        assert len(await home.pending.all()) == len(first.result["proposals"])


@pytest.mark.parametrize("prompt", ["kick"])
async def test_an_empty_library_says_that_there_is_nothing_to_make_proposals_of(tmp_path: Path, prompt: str) -> None:
    async with house(tmp_path, stems=0) as home:
        job = await home.proposed(prompt)
        assert (job.state, job.code) == ("failed", "nothing_fits")
