"""A search that answers with more than there is: new sounds around what answers it best. Runs on: event loop.

Candidates are made between and around the best matches, with the models of their categories, analysed and heard by the
search model as every stem, and ranked with the library by the same scores. Those stay, as proposals, that answer better
than the median of what the library shows.
"""

import asyncio
from dataclasses import replace
from statistics import median
from typing import Annotated, Any

import numpy as np
from pydantic import Field

from liveengine.command import Accepted, Prompt, StemId, command
from liveengine.errors import NothingFits
from liveengine.fabrik import orders
from liveengine.fabrik.choosing import twin
from liveengine.fabrik.entering import Made, heard
from liveengine.fabrik.heirs import inherited
from liveengine.fabrik.making import Maker, Takes
from liveengine.fabrik.orders import Source
from liveengine.fabrik.pending import TAG, Pending
from liveengine.stems.commands import Category, StemInfo, info
from liveengine.stems.library import Library
from liveengine.stems.mixing import Mix
from liveengine.stems.narrowing import Key, Loop, Tempo, narrow
from liveengine.stems.rows import stem_of
from liveengine.stems.work import Work
from liveengine.units import counted

KIND = "propose"  # of the job
NEIGHBOURS = 12  # matches that proposals are made of
OVER, TRIED = 4, 16  # times as many candidates as are asked for, and so many at least
SHOWN = 10  # matches of the library whose median a proposal has to pass
RANKED = 512  # of library and proposals that are compared: who is not among them is not shown
Few = Annotated[int, Field(ge=1, le=16, description="how many proposals at most")]
Seed = Annotated[int, Field(ge=0, le=2**31 - 1, description="the same seed gives the same proposals")]


class Proposing:
    """Proposals beyond the library."""

    def __init__(self, library: Library, pending: Pending, maker: Maker) -> None:
        self._library = library
        self._pending = pending
        self._maker = maker

    async def register(self) -> None:
        """Go on with what was asked for before a restart."""
        await self._library.queue.register(KIND, self._run)

    @command("/stems/propose", role="arrange")
    async def propose(  # noqa: PLR0917  # what a client leaves out narrows nothing
        self,
        prompt: Prompt,
        count: Few = 4,
        category: Category | None = None,
        loop: Loop | None = None,
        tempo: Tempo | None = None,
        key: Key | None = None,
        this: StemId | None = None,
        seed: Seed = 0,
    ) -> Accepted:
        """Make new stems that answer a sentence, around its best matches; `/stems/find proposals=true` ranks them."""
        narrowed: dict[str, Any] = {"category": category, "loop": loop, "tempo": tempo, "key": key}
        narrow(self._library.root, **narrowed)  # a mistake is told at once
        asked = {"prompt": prompt, "count": count, "narrowed": narrowed, "this": this, "seed": seed}
        return await self._library.queue.add(KIND, asked, now=True)

    @command("/stems/proposed", query=True)
    async def proposed(self) -> list[StemInfo]:
        """List what was proposed and is not kept, newest first."""
        return [StemInfo(**info(stem_of(row, self._library.root))) for row in await self._pending.all()]

    @command("/stem/{stem}/keep", role="arrange")
    async def keep(self, stem: StemId) -> bool:
        """Keep a proposal: it is a stem of the library from here on; returns false for one that is already."""
        await self._library.get(stem)
        return bool(await self._pending.keep([stem]))

    async def _run(self, work: Work) -> dict[str, Any]:
        asked = work.job.payload
        mix = Mix(asked["prompt"], this=asked["this"])
        sources = await self._neighbours(mix, asked["narrowed"])
        trained = await self._maker.trained()
        wanted = orders.near(sources, trained, max(TRIED, OVER * asked["count"]), asked["seed"])
        async with await self._maker.make(wanted, "propose", work.report) as takes:
            work.report(len(wanted), len(wanted), f"listening to {counted(len(takes.made), 'candidate')}")
            made = [_named(one) for one in await inherited(self._library, takes.made)]
            async with self._pending.changing:
                told = await self._entered(Takes(made, takes.faults), mix, asked)
                await self._pending.prune()
        used = sorted({order.category for order in wanted})
        told["words"] += "".join(
            f"; {name} has no model (`liveengine train category {name}`): made of the sounds themselves"
            for name in used
            if name not in trained
        )
        return {
            "prompt": asked["prompt"],
            "candidates": len(wanted),
            "categories": used,
            "models": [name for name in used if name in trained],
            **told,
        }

    async def _neighbours(self, mix: Mix, narrowed: dict[str, Any]) -> list[Source]:
        """Return the stems that answer best, those that answer better counting far more. Raises NothingFits."""
        found = await self._library.mix(mix, NEIGHBOURS, narrow(self._library.root, **narrowed))
        sources = [Source(match.stem, match.similarity**2) for match in found.matches if match.stem.state == "ready"]
        if not sources:
            raise NothingFits(
                f"nothing in the library answers {mix.text!r}, so there is nothing to make proposals of; "
                "take filters away, or add stems"
            )
        return sources

    async def _entered(self, takes: Takes, mix: Mix, asked: dict[str, Any]) -> dict[str, Any]:
        """Take candidates in, rank them with the library, delete who is not good enough; return what became of them."""
        faults, stems = list(takes.faults), list[int]()
        async with heard(self._library, takes.made) as found:
            faults += [str(fault) for fault in found.faults if fault is not None]
            stems = await found.store(at for at, fault in enumerate(found.faults) if fault is None)
        fresh = {row["id"] for row in await self._pending.all()}.intersection(stems)
        judged = _Judged(fresh, asked["count"], alike=len(stems) - len(fresh))  # the same bytes are the same stem
        try:
            await judged.judge(self._library, mix, asked["narrowed"], {row["id"] for row in await self._pending.all()})
        finally:
            await asyncio.shield(self._pending.drop(fresh.difference(judged.taken)))
        return {
            "proposals": [{"stem": stem, "similarity": round(value, 4)} for stem, value in judged.taken.items()],
            "threshold": round(judged.threshold, 4),
            "below": judged.below,
            "alike": judged.alike,
            "spare": judged.spare,
            "faults": faults,
            "words": judged.words(len(faults)),
        }


def _named(made: Made) -> Made:
    """Return what was made as a proposal, under a name that says nothing of how it sounds: names are ranked, too."""
    title = f"proposed {made.category} {(made.lineage.seed or 0) % 10_000:04d}"
    return replace(made, provenance="proposed", title=title, tags=(TAG, *made.tags))


class _Judged:
    """Candidates, ranked with the library by the same scores."""

    def __init__(self, fresh: set[int], most: int, alike: int) -> None:
        self._fresh = fresh
        self._most = most
        self.taken: dict[int, float] = {}  # stem -> similarity, best first
        self.threshold = 0.0
        self.below = self.spare = 0
        self.alike = alike

    async def judge(self, library: Library, mix: Mix, narrowed: dict[str, Any], proposed: set[int]) -> None:
        """Take those that answer better than the median of what is shown, and are like nothing that is there."""
        wanted = narrow(library.root, **narrowed, proposals=True)
        found, values = await library.asking.scored(mix, RANKED, wanted)
        stems = found.stems.tolist()
        shown = [value for stem, value in zip(stems, values, strict=True) if stem not in proposed][:SHOWN]
        self.threshold = median(shown) if shown else 0.0
        least = twin(library.asking.by.reach(library.embedder.model, example=True))
        there = found.vectors[[at for at, stem in enumerate(stems) if stem not in self._fresh]]
        ranked = [at for at, stem in enumerate(stems) if stem in self._fresh]
        self.below = len(self._fresh) - len(ranked)
        for at in ranked:
            if values[at] <= self.threshold:
                self.below += 1
            elif len(there) and float(np.max(there @ found.vectors[at])) >= least:
                self.alike += 1
            elif len(self.taken) < self._most:
                self.taken[stems[at]] = values[at]
                there = np.vstack([there, found.vectors[at]])
            else:
                self.spare += 1

    def words(self, faults: int) -> str:
        """Return for people what became of the candidates."""
        parts = [
            (self.below, f"answered no better than the median of what is there ({self.threshold:.2f})"),
            (self.alike, "like what is there"),
            (self.spare, "more than asked for"),
            (faults, "could not be made"),
        ]
        left = ", ".join(f"{count} {why}" for count, why in parts if count)
        total = len(self.taken) + self.below + self.alike + self.spare + faults
        return f"{len(self.taken)} of {total} candidates are proposed" + (f"; {left}" if left else "")
