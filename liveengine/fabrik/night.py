"""The dream of one category: teach, make, hear, choose. Runs on: event loop."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from liveengine.fabrik import orders
from liveengine.fabrik.choosing import Candidates, choose
from liveengine.fabrik.entering import Batch, Made, heard
from liveengine.fabrik.heirs import inherited
from liveengine.fabrik.lessons import Lesson
from liveengine.fabrik.making import Maker, Report
from liveengine.fabrik.orders import Order, Source
from liveengine.fabrik.training import stems_of
from liveengine.stems import axes
from liveengine.stems.columns import Filter
from liveengine.stems.five import COLUMNS
from liveengine.stems.library import Library
from liveengine.stems.vectors import Floats
from liveengine.stems.wishes import Wishes
from liveengine.stems.work import Work

TAG = "dreamt"
TERM = "dream"  # of a lineage: the job
OVER, TRIED = 3, 6  # times as many candidates as are wanted, and so many at least
SOME = 64  # stems of a category that a dream of all of it starts from
TAUGHT, MADE = 60, 40  # steps of a category's progress
STRAINED, LOOK_S = 0.6, 1.0  # of the engine's time per block: a dream waits while it needs more

Room = Callable[[], Awaitable[int]]


class Night:
    """The dreams of a job, category by category."""

    def __init__(self, library: Library, maker: Maker, work: Work, place: dict[str, Any], room: Room) -> None:
        """`place` is what the job has stored; `room()`: for how many more dreamt stems there is room."""
        self._library = library
        self._maker = maker
        self._work = work
        self._place = place
        self._room = room
        self._part = (0, 1)

    async def of(self, lesson: Lesson, others: Sequence[Lesson], part: tuple[int, int]) -> dict[str, Any]:
        """Teach, make, choose; return what became of it. `part` is (its number, of how many)."""
        name, self._part = lesson.category, part
        most, seed = self._place["counts"][name], self._work.job.payload["seed"]
        await self._quiet()
        model = await self._maker.teach(self._work, self._place, lesson, seed, self._steps(name, 0, TAUGHT))
        await self._quiet()
        wanted = await self._orders(lesson, max(TRIED, OVER * most), others, seed)
        async with await self._maker.make(wanted, "dream", self._steps(name, TAUGHT, MADE)) as takes:
            made = [self._named(one, name) for one in await inherited(self._library, takes.made)]
            await self._quiet()
            async with heard(self._library, made) as found:
                stems, told = await self._chosen(found, most)
        faults = [*takes.faults, *(str(fault) for fault in found.faults if fault is not None)]
        return {
            "category": name,
            "learnt": lesson.words,
            "whole": lesson.whole,
            "wanted": len(lesson.wanted),
            "unwanted": len(lesson.unwanted),
            "model": model,
            "candidates": len(wanted),
            "stems": stems,
            "faults": faults,
            **told,
        }

    async def _quiet(self) -> None:
        """Wait while the stage needs the machine."""
        while (load := self._library.budget.load()) is not None and load > STRAINED:
            await asyncio.sleep(LOOK_S)

    def _steps(self, name: str, first: int, many: int) -> Report:
        """Return what reports a part of the category's steps as steps of the job."""
        number, parts = self._part

        def report(done: int, total: int, text: str) -> None:
            own = first + (many * min(done, total) // total if total else 0)
            self._work.report(number * (TAUGHT + MADE) + own, parts * (TAUGHT + MADE), f"{name}: {text}")

        return report

    async def _orders(self, lesson: Lesson, many: int, others: Sequence[Lesson], seed: int) -> list[Order]:
        """Return what is made: around what is wanted, or from all over the category."""
        if not lesson.whole:
            cross = [source for one in others if not one.whole for source in await self._sources(one)]
            return orders.wanted(lesson.category, await self._sources(lesson), cross, many, seed)
        known = [stem for stem, _ in await self._library.db.reading.analysed(lesson.category)]
        known = [stem for stem in known if stem not in lesson.unwanted]
        chosen = np.random.default_rng([seed, len(known)]).permutation(known)[:SOME]
        stems = await stems_of(self._library, chosen.tolist())
        return orders.whole(lesson.category, [Source(stem, 1.0) for stem in stems], many, seed)

    async def _sources(self, lesson: Lesson) -> list[Source]:
        found = await stems_of(self._library, lesson.wanted)
        stems = {stem.id: stem for stem in found if stem.state == "ready"}
        return [Source(stems[stem], lesson.weights[stem]) for stem in lesson.wanted if stem in stems]

    def _named(self, made: Made, category: str) -> Made:
        """Return what was made with its name, and the mark by which a dream that goes on knows its own."""
        line = replace(made.lineage, terms={**made.lineage.terms, TERM: self._work.job.id})
        title = f"dreamt {category} {(made.lineage.seed or 0) % 10_000:04d}"
        return replace(made, lineage=line, title=title, tags=(TAG, *made.tags))

    async def _chosen(self, found: Batch, most: int) -> tuple[list[int], dict[str, Any]]:
        """Take the best in and return their stems, and what became of the others."""
        usable = [at for at, fault in enumerate(found.faults) if fault is None]
        before = await self._before([stem for at in usable if (stem := found.stem(at)) is not None])
        fresh = [at for at in usable if found.stem(at) is None]
        reach = self._library.asking.by.reach(self._library.embedder.model, example=True)
        most = min(most - len(before), await self._room())
        choice = choose(await self._candidates(found, fresh, before), most, reach)
        stems = await found.store(fresh[place] for place in choice.taken)
        left = {"poor": choice.poor, "alike": choice.alike, "spare": choice.spare}
        return [*before, *dict.fromkeys(stems)], left

    async def _before(self, stems: Sequence[int]) -> list[int]:
        """Return those of these stems that this very dream has added before a kill."""
        lines = {stem: await self._library.db.reading.lineage(stem) for stem in dict.fromkeys(stems)}
        own = self._work.job.id
        return [stem for stem, row in lines.items() if row is not None and json.loads(row["terms"]).get(TERM) == own]

    async def _candidates(self, found: Batch, places: Sequence[int], before: Sequence[int]) -> Candidates:
        tasks = [found.tasks[at] for at in places]
        dim = self._library.finder.dim
        nothing = np.zeros(dim, np.float32)
        vectors = np.array([nothing if task.vector is None else task.vector for task in tasks], np.float32)
        vectors = vectors.reshape(len(tasks), dim)
        seen = [axes.measured(task.facts, task.said.likely) for task in tasks]
        where = np.array([[one.get(name, np.nan) for name in COLUMNS] for one in seen], np.float32)
        names = [task.said.category for task in tasks]
        quality = [float((task.facts.get("quality") or {}).get("quality") or 0.0) for task in tasks]
        return Candidates(
            vectors,
            np.array(quality, np.float32),
            self._library.taste.current.preference(names, vectors, where.reshape(len(tasks), len(COLUMNS))),
            np.array([await self._nearest(vector, before) for vector in vectors], np.float32),
        )

    async def _nearest(self, vector: Floats, before: Sequence[int]) -> float:
        wanted = Filter(exclude=frozenset(before), proposed=True)
        near = await self._library.finder.shortlist(vector, Wishes(), wanted, 1)
        return float(near.cosines[0]) if len(near) else 0.0
