"""Finds the stems that answer best: one scan over all of them, exact where it counts. Runs on: event loop.

All work on vectors and columns goes through one thread, so that nothing is read while it changes.
"""

import asyncio
import logging
import sqlite3
import sys
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Concatenate, NamedTuple, ParamSpec, TypeVar

import numpy as np
from numpy.typing import NDArray

from liveengine.stems.columns import UNKNOWN, Columns, Filter, Known
from liveengine.stems.harmony import NO_KEY, key_name
from liveengine.stems.scan import Kernel, Plain
from liveengine.stems.vectors import Floats, Ids, Vectors, unpack
from liveengine.stems.wishes import Shortlist, Wishes

Row = sqlite3.Row

log = logging.getLogger(__name__)
P = ParamSpec("P")
R = TypeVar("R")

EXACT = 4096  # so many of the best by estimate are compared exactly; no estimate where there are no more
LOADED = 4096  # rows of the database at a time
LARGE = 30_000  # from so many stems on the compiled loops are worth what they cost


class Entry(NamedTuple):
    """A stem with its vector and what the search must know of it."""

    stem: int
    vector: Floats
    known: Known


@dataclass(slots=True)
class Shelf:
    """What the search thread works on: a row for each stem, in the same order everywhere."""

    vectors: Vectors
    columns: Columns
    stems: Ids
    rows: dict[int, int]
    kernel: Kernel
    scratch: Floats  # the scores of the last scan: fresh memory of that size costs more than writing it


class Looked(NamedTuple):
    """What is known of n stems, row by row; stems that are not there have no row."""

    stems: Ids
    categories: list[str]
    vectors: Floats  # [n, dim]
    places: Floats  # [n, names] 0..1, NaN = unknown
    tempi: Floats  # beats per minute, NaN = none
    keys: list[str | None]


class Question(NamedTuple):
    """One search."""

    vector: Floats
    wishes: Wishes
    wanted: Filter
    most: int
    exact: int  # so many rows are compared exactly


class Finder:
    """The stems of the current model, searchable while they change."""

    def __init__(self, dim: int) -> None:
        self._shelf = Shelf(Vectors(dim), Columns(), np.zeros(64, np.int64), {}, Plain(), np.empty(0, np.float32))
        self._thread = ThreadPoolExecutor(1, "search")
        self._compiling: asyncio.Task[None] | None = None

    def __len__(self) -> int:
        return len(self._shelf.rows)

    @property
    def memory(self) -> int:
        """Return how much memory vectors and columns take."""
        return self._shelf.vectors.memory + self._shelf.columns.memory + self._shelf.stems.nbytes

    @property
    def dim(self) -> int:
        """Return the length of a vector."""
        return self._shelf.vectors.dim

    async def put(self, entries: Sequence[Entry]) -> None:
        """Add or replace stems."""
        await self._run(_put, entries)
        self._grown()

    async def fill(self, stems: Sequence[int], vectors: Floats, known: Sequence[Known]) -> None:
        """Add or replace stems, their vectors [n, dim] in one piece."""
        await self._run(_fill, stems, vectors, known)
        self._grown()

    def _grown(self) -> None:
        """Go over to the compiled loops once they are worth it."""
        if len(self) >= LARGE and self._compiling is None:
            self._compiling = asyncio.create_task(self._compile(), name="compile the search")

    async def load(self, rows: Sequence[Row]) -> None:
        """Add the stems of a library that is being opened, from rows of `Reader.embeddings`."""
        await self._run(_load, rows)
        self._grown()

    async def renew(self, entries: Sequence[Entry]) -> None:
        """Forget everything and take these: of another model. A search sees all the old or all the new."""
        await self._run(_renew, entries)

    async def mark(self, stem: int, name: str, value: Any) -> None:
        """Change one fact of a stem: `favourite`, `plays`, ..."""
        await self._run(_mark, stem, name, value)

    async def played(self, stems: Sequence[int]) -> None:
        """Count one play of each stem."""
        await self._run(_played, stems)

    async def remove(self, stem: int) -> None:
        """Forget a stem."""
        await self._run(_remove, stem)

    async def shortlist(self, query: Floats, wishes: Wishes, wanted: Filter, most: int) -> Shortlist:
        """Return the best `most` stems that pass the filter, best first; ties go to the older stem.

        Every stem is looked at: its facts and an estimate of its cosine; the best 4096 are compared exactly.
        """
        return await self._run(_shortlist, Question(query, wishes, wanted, most, EXACT))

    async def exact(self, query: Floats, wishes: Wishes, wanted: Filter, most: int) -> Shortlist:
        """Return the same without an estimate: every stem is compared exactly. Slow; what `shortlist` is held to."""
        return await self._run(_shortlist, Question(query, wishes, wanted, most, sys.maxsize))

    async def vector(self, stem: int) -> Floats | None:
        """Return a stem's vector."""
        found = await self.vectors([stem])
        return found[0] if len(found) else None

    async def vectors(self, stems: Sequence[int] | Ids) -> Floats:
        """Return the vectors [n, dim] of stems; those that are not there are left out."""
        return await self._run(lambda shelf: shelf.vectors.rows(_rows(shelf, stems)))

    async def names(self, stems: Sequence[int] | Ids) -> NDArray[np.uint32]:
        """Return the numbers of the names of stems (`columns.family`)."""
        return await self._run(lambda shelf: shelf.columns["name"][_rows(shelf, stems)])

    async def places(self, stems: Sequence[int] | Ids, names: Sequence[str]) -> dict[int, list[float]]:
        """Return the places 0..1 of stems in columns of `columns.places()`, by stem; NaN = unknown."""
        return await self._run(_places, stems, names)

    async def look(self, stems: Sequence[int] | Ids, names: Sequence[str]) -> Looked:
        """Return all that reordering asks of stems, with their places in the columns `names`, in one go."""
        return await self._run(_look, stems, names)

    async def standing(self, stem: int, names: Sequence[str]) -> dict[str, tuple[float, float]]:
        """Return a stem's place 0..1 in columns of `columns.places()`, and which share of the stems lies below it; what
        is unknown is left out.
        """
        return await self._run(_standing, stem, names)

    async def compiled(self) -> None:
        """Wait until the compiled loops are in use, if the library is large."""
        if self._compiling is not None:
            await self._compiling

    async def close(self) -> None:
        """End the thread."""
        if self._compiling is not None and not self._compiling.done():
            self._compiling.cancel()
            await asyncio.gather(self._compiling, return_exceptions=True)
        await asyncio.to_thread(self._thread.shutdown)

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
            await self._run(_take)
        except Exception:
            log.exception("the compiled search could not be loaded; NumPy goes on")

    def _run(self, work: Callable[Concatenate[Shelf, P], R], *args: P.args, **kwargs: P.kwargs) -> Awaitable[R]:
        loop = asyncio.get_running_loop()
        return loop.run_in_executor(self._thread, lambda: work(self._shelf, *args, **kwargs))


# --- on the search thread


def _put(shelf: Shelf, entries: Sequence[Entry]) -> None:
    if entries:
        stems, vectors, known = zip(*entries, strict=True)
        _fill(shelf, stems, np.stack(vectors), known)


def _renew(shelf: Shelf, entries: Sequence[Entry]) -> None:
    dim = len(entries[0].vector) if entries else shelf.vectors.dim
    shelf.vectors, shelf.columns, shelf.rows = Vectors(dim), Columns(), {}
    _put(shelf, entries)


def _fill(shelf: Shelf, stems: Sequence[int], vectors: Floats, known: Sequence[Known]) -> None:
    rows = np.array([shelf.rows.setdefault(stem, len(shelf.rows)) for stem in stems], np.intp)
    if len(shelf.rows) > len(shelf.stems):
        shelf.stems = np.pad(shelf.stems, (0, max(len(shelf.rows), 2 * len(shelf.stems)) - len(shelf.stems)))
    shelf.stems[rows] = stems
    empty = not shelf.vectors.count
    shelf.vectors.put(rows, vectors)
    shelf.columns.put(rows, known)
    if empty:
        shelf.vectors.centre()


def _load(shelf: Shelf, rows: Sequence[Row]) -> None:
    """Fill from the database, some at a time: what is between stays in the cache."""
    for start in range(0, len(rows), LOADED):
        stems, blobs, *known = zip(*rows[start : start + LOADED], strict=True)
        vectors = unpack(*blobs)
        shelf.vectors.reserve(len(rows))
        _fill(shelf, stems, vectors, [Known(*values) for values in zip(*known, strict=True)])
    shelf.vectors.centre()


def _played(shelf: Shelf, stems: Sequence[int]) -> None:
    rows = _rows(shelf, stems)
    shelf.columns.set(rows, "plays", shelf.columns["plays"][rows] + np.uint16(1))


def _mark(shelf: Shelf, stem: int, name: str, value: Any) -> None:
    shelf.columns.set(_rows(shelf, [stem]), name, value)


def _remove(shelf: Shelf, stem: int) -> None:
    """Forget a stem; the last row moves into the gap."""
    row = shelf.rows.pop(stem, None)
    if row is None:
        return
    last = len(shelf.rows)
    shelf.vectors.drop(row)
    shelf.columns.drop(row)
    if row != last:
        shelf.stems[row] = shelf.stems[last]
        shelf.rows[int(shelf.stems[row])] = row


def _rows(shelf: Shelf, stems: Sequence[int] | Ids) -> NDArray[np.intp]:
    return np.array([shelf.rows[int(stem)] for stem in stems if int(stem) in shelf.rows], np.intp)


def _places(shelf: Shelf, stems: Sequence[int] | Ids, names: Sequence[str]) -> dict[int, list[float]]:
    rows = _rows(shelf, stems)
    cells = np.array([shelf.columns[name][rows] for name in names], np.float32).reshape(len(names), len(rows)).T
    found = np.where(cells == UNKNOWN, np.nan, cells / 254.0)
    return dict(zip(shelf.stems[rows].tolist(), found.tolist(), strict=True))


def _look(shelf: Shelf, stems: Sequence[int] | Ids, names: Sequence[str]) -> Looked:
    rows = _rows(shelf, stems)
    known = list(shelf.columns.categories)
    categories = [known[number] for number in shelf.columns["category"][rows].tolist()]
    cells = np.array([shelf.columns[name][rows] for name in names], np.float32).reshape(len(names), len(rows)).T
    places = np.where(cells == UNKNOWN, np.nan, cells / np.float32(254.0))
    keys = [key_name(NO_KEY if key == UNKNOWN else key) for key in shelf.columns["key"][rows].tolist()]
    bpm = shelf.columns["bpm"][rows]
    return Looked(shelf.stems[rows], categories, shelf.vectors.rows(rows), places, bpm, keys)


def _standing(shelf: Shelf, stem: int, names: Sequence[str]) -> dict[str, tuple[float, float]]:
    found = {}
    for name in names if stem in shelf.rows else ():
        column = shelf.columns[name][: len(shelf.rows)]
        own, others = int(column[shelf.rows[stem]]), column[column != UNKNOWN]
        if own != UNKNOWN:
            below = float((others < own).mean() + (others == own).mean() / 2.0)  # equals count half
            found[name] = own / 254.0, below
    return found


def _take(shelf: Shelf) -> None:
    from liveengine.stems import compiled

    shelf.kernel = compiled.warm()


def _shortlist(shelf: Shelf, asked: Question) -> Shortlist:
    excluded = [shelf.rows[stem] for stem in asked.wanted.exclude if stem in shelf.rows]
    mask = shelf.columns.mask(asked.wanted, excluded)
    if shelf.vectors.count > asked.exact:
        rows = shelf.kernel.best(_estimates(shelf, asked), mask, max(asked.exact, asked.most))
    else:
        rows = np.flatnonzero(np.ones(shelf.vectors.count, np.bool_) if mask is None else mask).astype(np.int32)
    columns, wishes = shelf.columns, asked.wishes
    cosines = shelf.kernel.cosines(shelf.vectors, asked.vector, rows)
    scores = cosines * np.float32(wishes.cosine) + np.float32(wishes.offset)
    for name, table in wishes.tables:
        shelf.kernel.add(columns[name], rows, table, scores)
    if wishes.words:
        words = columns.words[:, rows]
        for word, bonus in wishes.words:
            scores[(words == word).any(axis=0)] += np.float32(bonus)
    for name, bonus in wishes.categories:
        scores[columns["category"][rows] == columns.category_id(name)] += np.float32(bonus)
    stems = shelf.stems[rows]
    order = _best(scores, stems, asked.most)
    return Shortlist(stems[order], scores[order], cosines[order])


def _estimates(shelf: Shelf, asked: Question) -> Floats:
    """Return the score of every row, with an estimate of its cosine."""
    columns, count = shelf.columns, shelf.vectors.count
    if len(shelf.scratch) < count:
        shelf.scratch = np.empty(len(shelf.stems), np.float32)
    scores = shelf.scratch[:count]
    ask = shelf.vectors.ask(asked.vector, shelf.kernel.bits)
    shelf.kernel.estimate(shelf.vectors, columns, (ask, asked.wishes), scores)
    for name, bonus in asked.wishes.categories:
        scores[columns["category"] == columns.category_id(name)] += np.float32(bonus)
    return scores


def _best(scores: Floats, stems: Ids, most: int) -> NDArray[np.intp]:
    """Return the order of the best `most`; ties go to the older stem."""
    chosen = np.arange(len(scores))
    if most < len(scores):
        # Everything as good as the last: a plain partition would cut a tie by position.
        chosen = np.flatnonzero(scores >= np.partition(scores, len(scores) - most)[len(scores) - most])
    order: NDArray[np.intp] = chosen[np.lexsort((stems[chosen], -scores[chosen]))][:most]
    return order
