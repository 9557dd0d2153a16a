"""The lineage of a stem, for every door: parents up, children down. Runs on: event loop."""

import json
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import numpy as np
from pydantic import BaseModel

from liveengine.command import StemId, command
from liveengine.stems.library import Library
from liveengine.stems.reader import Row

MOST = 256  # relatives in each direction
DEEPEST = 32  # generations


class Relative(BaseModel):
    """A stem that another one was made from, or that was made from it."""

    stem: int
    of: int  # the stem that it is a parent or a child of
    generation: int  # 1 = parents, children; 2 = theirs
    share: float  # 0..1 of the parent in the child
    title: str
    category: str  # empty where the stem is no longer there
    provenance: str  # the same
    made_by: str  # separate, generate, mutate, propose or dream; empty for what nobody here has made
    model: str  # what it was made with; empty: by signal processing alone, or by nobody here
    seed: int | None
    terms: dict[str, Any]  # mode, amount ...
    there: bool  # false: it was deleted, and is known by its title


class LineageInfo(BaseModel):
    """How a stem came to be."""

    stem: int
    title: str
    category: str
    provenance: str
    made_by: str  # separate, generate, mutate, propose or dream; empty for what nobody here has made
    model: str  # what it was made with; empty: by signal processing alone
    checksum: str
    seed: int | None
    latent: list[float]
    terms: dict[str, Any]  # mode, amount ...
    parents: list[Relative]  # and theirs, nearest first
    children: list[Relative]  # and theirs, nearest first


class LineageCommands:
    """Where a stem comes from, and what came of it."""

    def __init__(self, library: Library) -> None:
        self._library = library

    @command("/stem/{stem}/lineage", query=True)
    async def lineage(self, stem: StemId) -> LineageInfo:
        """Tell what a stem was made from and with, and what was made of it."""
        known, reading = await self._library.get(stem), self._library.db.reading
        row = await reading.lineage(stem)
        return LineageInfo(
            stem=stem,
            title=known.title,
            category=known.category,
            provenance=known.provenance,
            made_by=row["made_by"] if row else "",
            model=row["model"] if row else "",
            checksum=row["checksum"] if row else "",
            seed=row["seed"] if row else None,
            latent=np.frombuffer(row["latent"], "<f4").tolist() if row else [],
            terms=json.loads(row["terms"]) if row else {},
            parents=await self._line(stem, reading.parents, "parent", "stem"),
            children=await self._line(stem, reading.born, "stem", "parent"),
        )

    async def _line(
        self, stem: int, ask: Callable[[Iterable[int]], Awaitable[list[Row]]], name: str, of: str
    ) -> list[Relative]:
        """Return the relatives that `ask` knows, generation by generation; each is named once."""
        edges: list[tuple[Row, int]] = []
        seen, line = {stem}, [stem]
        for generation in range(1, DEEPEST + 1):
            rows = [row for row in await ask(line) if row[name] not in seen][: MOST - len(edges)]
            line = list(dict.fromkeys(row[name] for row in rows))
            edges += [(row, generation) for row in rows]
            seen.update(line)
            if not line or len(edges) == MOST:
                break
        there = {row["id"]: row for row in await self._library.db.reading.related(seen)}
        return [_relative(row, there.get(row[name]), row[name], row[of], at) for row, at in edges]


def _relative(edge: Row, known: Row | None, stem: int, of: int, generation: int) -> Relative:
    return Relative(
        stem=stem,
        of=of,
        generation=generation,
        share=edge["share"],
        title=known["title"] if known else edge["title"],
        category=known["category"] if known else "",
        provenance=known["provenance"] if known else "",
        made_by=(known and known["made_by"]) or "",
        model=(known and known["model"]) or "",
        seed=known["seed"] if known else None,
        terms=json.loads((known and known["terms"]) or "{}"),
        there=known is not None,
    )
