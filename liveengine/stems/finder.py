"""Finds the stems that answer best: one scan over all of them, exact where it counts. Runs on: event loop.

All work on vectors and columns goes through one thread, so that nothing is read while it changes. Beside the scan a
graph of neighbours (HNSW) serves very large libraries where only the cosine counts; it is built beside, on copies.
"""

import asyncio
import contextlib
import logging
import sqlite3
import sys
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from liveengine.lexicon.dictionary import Dictionary
from liveengine.stems.columns import Filter, Known
from liveengine.stems.index import Index, Stamp
from liveengine.stems.named import Name
from liveengine.stems.scan import step_back
from liveengine.stems.shelf import EVERYTHING, Entry, Looked, Question, Shelf
from liveengine.stems.vectors import Floats, Ids
from liveengine.stems.wishes import Shortlist, Wishes

log = logging.getLogger(__name__)
P = ParamSpec("P")
R = TypeVar("R")

LARGE = 10_000  # from so many stems on the compiled loops are worth what they cost
INDEXED = 250_000  # from so many stems on a graph is: below, the scan answers within 2 ms
TOGETHER = 8192  # stems that are added to a new graph at a time
REST_S = 60.0  # after a graph that could not be built; twice as long after each more,
DOUBLED = 6  # so many times at most


class Finder:
    """The stems of the current model, searchable while they change."""

    def __init__(self, dim: int, indexed: int = INDEXED, words: Dictionary | None = None) -> None:
        """`words` are those that names are read with; without them the shipped ones."""
        self.indexed = indexed
        self._shelf = Shelf(dim, words)
        self._thread = ThreadPoolExecutor(1, "search")
        self._beside = ThreadPoolExecutor(1, "index", initializer=step_back)
        self._compiling: asyncio.Task[None] | None = None
        self._build: asyncio.Task[None] | None = None
        self._changed: set[int] | None = None  # stems that changed while a build runs
        self._failed = 0  # builds in a row
        self._again = 0.0  # when the next one may begin, by the loop's clock

    def __len__(self) -> int:
        return len(self._shelf)

    @property
    def names(self) -> int:
        """Return how many stems are known by name only."""
        return len(self._shelf.named)

    @property
    def mute(self) -> int:
        """Return how many stems have no vector: they answer by what is measured, and by their names."""
        return len(self._shelf.mute)

    @property
    def memory(self) -> int:
        """Return how much memory vectors and columns take."""
        return self._shelf.memory

    @property
    def dim(self) -> int:
        """Return the length of a vector."""
        return self._shelf.vectors.dim

    # --- what changes

    async def put(self, entries: Sequence[Entry]) -> None:
        """Add or replace stems."""
        await self._run(Shelf.put, entries)
        self._grown([entry.stem for entry in entries])

    async def name(self, names: Sequence[Name]) -> None:
        """Add stems that are known by name only, until they are put in; of those that are there, renew the facts."""
        await self._run(lambda shelf: shelf.named.put(names))

    async def unname(self, stems: Sequence[int]) -> None:
        """Forget names: of stems that are nothing after all; those that are put in stay."""
        if self.names:
            await self._run(_unname, stems)

    async def fill(self, stems: Sequence[int], vectors: Floats, known: Sequence[Known]) -> None:
        """Add or replace stems, their vectors [n, dim] in one piece."""
        await self._run(Shelf.fill, stems, vectors, known)
        self._grown(stems)

    async def load(self, rows: Sequence[sqlite3.Row], file: Path, model: str, checksum: str) -> bool:
        """Add the stems of a library that is being opened, from rows of `Reader.embeddings`.

        `file` is where their graph was saved: taken if it fits, else built again where one is wanted, while the scan
        answers. True if it was taken.
        """
        await self._run(Shelf.load, rows)
        taken = len(self) >= self.indexed and await self._run(_open, file, model, checksum)
        if len(self) >= self.indexed and not taken:
            log.info("%s does not fit the library; it is built again, every search is a scan meanwhile", file.name)
        self._grown()
        return taken

    def renew(self, rows: Sequence[sqlite3.Row]) -> Awaitable[None]:
        """Forget every vector and take rows of `Reader.embeddings`, of another model.

        It is queued when this returns: what is asked before sees all the old, what is asked from then on all the new.
        """
        return self._renewed(self._run(Shelf.renew, rows), self._build)

    async def _renewed(self, queued: Awaitable[None], build: asyncio.Task[None] | None) -> None:
        await self._stop(build)  # of the vectors before
        await queued
        self._grown()

    async def centre(self) -> None:
        """Take the mean of all vectors anew: most of them have come since it was taken."""
        await self._run(lambda shelf: shelf.vectors.centre())

    async def mark(self, stem: int, name: str, value: Any) -> None:
        """Change one fact of a stem: `favourite`, `plays`, ..."""
        await self._run(Shelf.mark, stem, name, value)

    async def played(self, stems: Sequence[int]) -> None:
        """Count one play of each stem."""
        await self._run(Shelf.played, stems)

    async def remove(self, stem: int) -> None:
        """Forget a stem."""
        await self._run(Shelf.remove, stem)
        self._grown([stem])

    # --- what is asked

    def ask(self, work: Callable[[Shelf], R]) -> Awaitable[R]:
        """Return what work on the shelf gives, done on the search thread: nothing changes while it is under way."""
        return self._run(work)

    async def shortlist(
        self, query: Floats, wishes: Wishes, wanted: Filter, most: int, names: Sequence[str] = ()
    ) -> Shortlist:
        """Return the best `most` stems that pass the filter, best first, with their places in the columns `names`; ties
        go to the older stem.

        Every stem is looked at: its facts and an estimate of its cosine; the best 2048 are compared exactly. In a
        library of 250,000 stems and more the graph names those that are, where only the cosine counts.
        """
        return await self._run(Shelf.shortlist, Question(query, wishes, wanted, most, names))

    async def exact(self, query: Floats, wishes: Wishes, wanted: Filter, most: int) -> Shortlist:
        """Return the same without an estimate: every stem is compared exactly. Slow; what `shortlist` is held to."""
        return await self._run(Shelf.shortlist, Question(query, wishes, wanted, most, exact=EVERYTHING))

    async def vector(self, stem: int) -> Floats | None:
        """Return a stem's vector, None where it has none."""
        found = await self.vectors([stem])
        return found[0] if len(found) and found[0].any() else None

    async def vectors(self, stems: Sequence[int] | Ids) -> Floats:
        """Return the vectors [n, dim] of stems; those that are not there are left out."""
        return (await self._run(Shelf.some, stems))[1]

    async def standing(self, stem: int, names: Sequence[str]) -> dict[str, tuple[float, float]]:
        """Return a stem's place 0..1 in columns of `columns.places()`, and which share of the stems lies below it; what
        is unknown is left out.
        """
        return await self._run(Shelf.standing, stem, names)

    async def look(self, stems: Sequence[int] | Ids, names: Sequence[str]) -> Looked:
        """Return all that reordering asks of stems, with their places in the columns `names`, in one go."""
        return await self._run(Shelf.look, stems, names)

    # --- what is prepared beside

    async def ready(self) -> None:
        """Wait until compiled loops and graph are in use, where the library is large enough for them."""
        await asyncio.gather(*(task for task in (self._compiling, self._build) if task is not None))

    async def build(self) -> None:
        """Build the graph now, however few stems there are; it is in use when this returns."""
        if self._build is None:
            self._build = asyncio.create_task(self._rebuild(), name="build the index")
        await self._build

    async def save(self, file: Path, model: str, checksum: str) -> None:
        """Write the graph, if there is one that holds every stem; a build under way is given up."""
        await self._stop(self._build)
        await self._run(_save, file, model, checksum)

    async def close(self) -> None:
        """End the threads."""
        await self._stop(self._build)
        await self._stop(self._compiling)
        await asyncio.to_thread(self._beside.shutdown)
        await asyncio.to_thread(self._thread.shutdown)

    def _grown(self, changed: Sequence[int] = ()) -> None:
        """Go over to compiled loops and to a graph once they are worth it."""
        if self._changed is not None:
            self._changed.update(changed)
        if len(self) >= LARGE and self._compiling is None:
            self._compiling = asyncio.create_task(self._compile(), name="compile the search")
        index, rested = self._shelf.index, asyncio.get_running_loop().time() >= self._again
        if len(self) >= self.indexed and self._build is None and (index is None or index.worn) and rested:
            self._build = asyncio.create_task(self._rebuild(), name="build the index")

    async def _compile(self) -> None:
        """Take the compiled loops: made in a process of their own where the cache has none, then read in."""
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "liveengine.stems.compiled", stdout=asyncio.subprocess.DEVNULL
            )
            try:
                await process.wait()
            except asyncio.CancelledError:
                process.kill()
                await process.wait()
                raise
            if process.returncode:
                log.error("the search's loops could not be compiled (exit %d); NumPy goes on", process.returncode)
            else:
                await self._run(_take_compiled)
        except Exception:
            log.exception("the compiled search could not be loaded; NumPy goes on")

    async def _rebuild(self) -> None:
        """Build a new graph from copies, then bring it up to date on the search thread and take it."""
        loop, self._changed = asyncio.get_running_loop(), set()
        try:
            stems = await self._run(Shelf.stems)
            fresh = await loop.run_in_executor(self._beside, Index.over, await self._run(Shelf.sample))
            for start in range(0, len(stems), TOGETHER):
                ids, vectors = await self._run(Shelf.some, stems[start : start + TOGETHER])
                await loop.run_in_executor(self._beside, fresh.add, ids, vectors)
            await self._run(_take_index, fresh, self._changed)
            self._failed = 0
        except Exception:
            rest = REST_S * 2 ** min(self._failed, DOUBLED)
            self._failed, self._again = self._failed + 1, loop.time() + rest
            log.exception("the index could not be built, which is tried again in %.0f s; every search is a scan", rest)
        finally:
            self._changed = self._build = None

    @staticmethod
    async def _stop(task: asyncio.Task[None] | None) -> None:
        if task is not None and not task.done():
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    def _run(self, work: Callable[Concatenate[Shelf, P], R], *args: P.args, **kwargs: P.kwargs) -> Awaitable[R]:
        loop = asyncio.get_running_loop()
        return loop.run_in_executor(self._thread, lambda: work(self._shelf, *args, **kwargs))


# --- on the search thread


def _unname(shelf: Shelf, stems: Sequence[int]) -> None:
    for stem in stems:
        shelf.named.remove(stem)


def _take_compiled(shelf: Shelf) -> None:
    from liveengine.stems import compiled

    shelf.kernel = compiled.warm()


def _take_index(shelf: Shelf, fresh: Index, changed: set[int]) -> None:
    ids, vectors = shelf.some(sorted(changed))
    fresh.add(ids, vectors)
    for stem in changed.difference(ids.tolist()):
        fresh.remove(stem)
    shelf.index = fresh


def _stamp(shelf: Shelf, model: str, checksum: str) -> Stamp:
    return Stamp(model, checksum, shelf.vectors.dim, len(shelf), shelf.digest())


def _open(shelf: Shelf, file: Path, model: str, checksum: str) -> bool:
    shelf.index = Index.load(file, _stamp(shelf, model, checksum))
    return shelf.index is not None


def _save(shelf: Shelf, file: Path, model: str, checksum: str) -> None:
    if shelf.index is not None and shelf.index.count == len(shelf):
        shelf.index.save(file, _stamp(shelf, model, checksum))
