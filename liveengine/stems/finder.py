"""Finds the nearest vectors: exact where that is fast, through the HNSW cache where it is not. Runs on: event loop.

All work on vectors and index goes through one thread, so that nothing is read while it changes; only the build of a new
index runs beside it, on a copy.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

import numpy as np

from liveengine.stems.index import Index, Stamp
from liveengine.stems.vectors import Entry, Filter, Floats, Ids, Mask, Vectors

log = logging.getLogger(__name__)
P = ParamSpec("P")
R = TypeVar("R")

EXACT_LIMIT = 20_000  # up to this many candidates one matrix product answers within 4 ms
FETCH_LIMIT = 2_000  # more than this from the graph is slower than the exact way


class Finder:
    """The vectors of the current model, searchable while they change."""

    def __init__(self, dim: int, exact_limit: int = EXACT_LIMIT) -> None:
        self.vectors = Vectors(dim)
        self.index: Index | None = None
        self.exact_limit = exact_limit
        self._thread = ThreadPoolExecutor(1, "search")
        self._build: asyncio.Task[None] | None = None
        self._changed: set[int] | None = None  # stems that changed while a build runs

    async def fill(self, entries: Sequence[Entry]) -> None:
        """Add the stems of a library that is being opened; its index is loaded or built by `load`."""
        await self._run(_put, entries)

    async def put(self, entries: Sequence[Entry]) -> None:
        """Add or replace stems; the first time there are more than the exact limit, an index is built beside."""
        await self._run(_put, entries)
        if (self.index is None or self.index.worn) and len(self.vectors) > self.exact_limit and self._build is None:
            self._build = asyncio.create_task(self._rebuild())

    async def remove(self, stem: int) -> None:
        """Forget a stem."""
        await self._run(_remove, stem)

    async def search(self, query: Floats, k: int, wanted: Filter) -> list[tuple[int, float]]:
        """Return the k best (stem, cosine) that pass the filter, best first."""
        return await self._run(_search, query, k, wanted)

    async def vector(self, stem: int) -> Floats | None:
        """Return a stem's vector."""
        return await self._run(lambda finder: finder.vectors.vector(stem))

    async def load(self, file: Path, stamp: Stamp) -> bool:
        """Take the saved index if it fits; else build one when it is needed. True if it was taken."""
        if len(self.vectors) <= self.exact_limit:
            return False
        self.index = await self._run(lambda finder: Index.load(file, stamp))
        if self.index is None:
            log.info("index %s does not fit the library; building it again, searching exactly meanwhile", file.name)
            self._build = asyncio.create_task(self._rebuild())
        return self.index is not None

    async def save(self, file: Path, stamp: Stamp) -> None:
        """Write the index, if there is one that holds every vector."""
        if self._build is not None:
            await self._build
        if (index := self.index) is not None and index.count == len(self.vectors):
            await self._run(lambda finder: index.save(file, stamp))

    async def built(self) -> None:
        """Wait until a build in progress is done."""
        if self._build is not None:
            await self._build

    async def close(self) -> None:
        """End the thread; a build in progress is waited for."""
        await self.built()
        await asyncio.to_thread(self._thread.shutdown)

    async def _rebuild(self) -> None:
        """Build a new index on a copy, then bring it up to date on the search thread and take it."""
        self._changed = set()
        try:
            ids, vectors = await self._run(lambda finder: finder.vectors.rows())
            fresh = await asyncio.to_thread(_built, self.vectors.dim, ids, vectors)
            await self._run(_take, fresh)
        except Exception:
            log.exception("the index could not be built; search stays exact")
        finally:
            self._changed = None
            self._build = None

    def _run(self, work: "Callable[Concatenate[Finder, P], R]", *args: P.args, **named: P.kwargs) -> Awaitable[R]:
        return asyncio.get_running_loop().run_in_executor(self._thread, lambda: work(self, *args, **named))


def _put(finder: Finder, entries: Sequence[Entry]) -> None:
    for entry in entries:
        finder.vectors.put(entry)
        if finder.index is not None:
            finder.index.add(*_one(entry.stem, entry.vector))
        if finder._changed is not None:
            finder._changed.add(entry.stem)


def _remove(finder: Finder, stem: int) -> None:
    finder.vectors.remove(stem)
    if finder.index is not None:
        finder.index.remove(stem)
    if finder._changed is not None:
        finder._changed.add(stem)


def _take(finder: Finder, fresh: Index) -> None:
    for stem in finder._changed or ():
        vector = finder.vectors.vector(stem)
        if vector is None:
            fresh.remove(stem)
        else:
            fresh.add(*_one(stem, vector))
    finder.index = fresh


def _search(finder: Finder, query: Floats, k: int, wanted: Filter) -> list[tuple[int, float]]:
    count, masks = finder.vectors.candidates(wanted)
    k = min(k, count)
    if k == 0:
        return []
    # As many as hold k that pass, twice over: neighbours are not spread evenly over the filter.
    fetch = k if wanted.open else 2 * k * len(finder.vectors) // count + 16
    if finder.index is not None and count > finder.exact_limit and fetch <= FETCH_LIMIT:
        found = _through_index(finder, query, k, fetch, masks)
        if len(found) == k:
            return found
    return finder.vectors.exact(query, k, masks)


def _through_index(
    finder: Finder, query: Floats, k: int, fetch: int, masks: dict[str, Mask]
) -> list[tuple[int, float]]:
    assert finder.index is not None
    ids, scores = finder.index.nearest(query, fetch)
    pairs = zip(ids.tolist(), scores.tolist(), strict=True)
    return [(stem, score) for stem, score in pairs if finder.vectors.passes(stem, masks)][:k]


def _built(dim: int, ids: Ids, vectors: Floats) -> Index:
    index = Index(dim)
    index.add(ids, vectors)
    return index


def _one(stem: int, vector: Floats) -> tuple[Ids, Floats]:
    return np.array([stem], np.int64), vector[None, :]
