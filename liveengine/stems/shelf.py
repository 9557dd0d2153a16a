"""All that the search knows of every stem, and what is asked of it. Runs on: search thread."""

import hashlib
import sqlite3
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from liveengine.lexicon.dictionary import Dictionary
from liveengine.stems.columns import PLACES, PROPOSED, UNKNOWN, Columns, Filter, Known
from liveengine.stems.five import COLUMNS
from liveengine.stems.harmony import NO_KEY, key_name
from liveengine.stems.index import Index
from liveengine.stems.named import Named
from liveengine.stems.scan import Kernel, Plain
from liveengine.stems.vectors import Floats, Ids, Mask, Rows, Vectors, unpack
from liveengine.stems.wishes import Again, Shortlist, Spread, Wishes

EXACT = 2048  # so many of the best by estimate are compared exactly; no estimate where there are no more
NEAREST = 512  # so many of the graph's neighbours at least
LOADED = 4096  # rows of the database at a time
EVERYTHING = sys.maxsize  # rows that are compared exactly in a search without an estimate
# Axes on which sounds of one kind are compared; the others (loop, melody, pulse ...) say what a sound is.
OWN = ("brightness", "air", "weight", "body", "length", "punch", "attack", "energy", "grit", "noise", "space", "pitch")
USUAL = 5.0  # sounds
SAMPLE = 20_000  # vectors that tell the directions of all


class Entry(NamedTuple):
    """A stem with its vector and what the search must know of it."""

    stem: int
    vector: Floats
    known: Known


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
    names: Sequence[str] = ()  # columns whose places are told of the answer
    exact: int = 0  # so many rows are compared exactly; 0 = as usual

    @property
    def open(self) -> bool:
        """True when only the cosine counts and every stem may answer: what a graph of neighbours knows."""
        wishes = self.wishes
        facts = wishes.tables or wishes.words or wishes.categories
        narrowed = replace(self.wanted, exclude=frozenset(), proposed=False) != Filter()
        return not facts and wishes.cosine > 0 and not narrowed


class Shelf:
    """A row for each stem, in the same order everywhere; beside them what is known by name only."""

    def __init__(self, dim: int, words: Dictionary | None = None) -> None:
        self.named = Named(words)
        self.kernel: Kernel = Plain()
        self.index: Index | None = None
        self.vectors = Vectors(dim)
        self.mute: set[int] = set()  # stems without a vector: all zero, which is like nothing
        self._columns = Columns()
        self._stems: Ids = np.zeros(64, np.int64)
        self._rows: dict[int, int] = {}
        self._spreads: dict[str, Spread] = {}  # by category, since the last change
        self._scratch: Floats = np.empty(0, np.float32)  # fresh memory of that size costs more than writing it

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def memory(self) -> int:
        """Return how much memory vectors and columns take."""
        return self.vectors.memory + self._columns.memory + self._stems.nbytes

    # --- what changes

    def put(self, entries: Sequence[Entry]) -> None:
        """Add or replace stems."""
        if entries:
            stems, vectors, known = zip(*entries, strict=True)
            self.fill(stems, np.stack(vectors), known)

    def fill(self, stems: Sequence[int], vectors: Floats, known: Sequence[Known]) -> None:
        """Add or replace stems, their vectors [n, dim] in one piece."""
        empty = not self.vectors.count
        if self.mute:
            self.mute.difference_update(stem for stem, vector in zip(stems, vectors, strict=True) if vector.any())
        self._fill(stems, vectors, tuple(zip(*known, strict=True)))
        if empty:
            self.vectors.centre()
        if self.index is not None:
            self.index.add(np.array(stems, np.int64), vectors)

    def _fill(self, stems: Sequence[int], vectors: Floats, known: Sequence[Sequence[Any]]) -> None:
        self._spreads.clear()
        for stem in stems if len(self.named) else ():
            self.named.remove(stem)
        rows = np.array([self._rows.setdefault(stem, len(self._rows)) for stem in stems], np.intp)
        if len(self._rows) > len(self._stems):
            more = max(len(self._rows), 2 * len(self._stems)) - len(self._stems)
            self._stems = np.pad(self._stems, (0, more))
        self._stems[rows] = stems
        self.vectors.put(rows, vectors)
        if len(rows):
            self._columns.put(rows, known)

    def load(self, rows: Sequence[sqlite3.Row]) -> None:
        """Add stems from the database, some at a time: what is between stays in the cache.

        Those without a vector answer by what is measured, and by their names.
        """
        self.vectors.reserve(len(rows))
        nothing = bytes(2 * self.vectors.dim)
        self.vectors.centred = False  # the signs are written at the end, when the mean is known
        for start in range(0, len(rows), LOADED):
            stems, blobs, *known = zip(*rows[start : start + LOADED], strict=True)
            self.mute.update(stem for stem, blob in zip(stems, blobs, strict=True) if blob is None)
            self._fill(stems, unpack(*(nothing if blob is None else blob for blob in blobs)), known)
        self.vectors.centre()

    def renew(self, rows: Sequence[sqlite3.Row]) -> None:
        """Forget every vector and take these rows; what is known by name only stays."""
        self.vectors, self._columns, self._rows, self.index = Vectors(self.vectors.dim), Columns(), {}, None
        self.mute.clear()
        self._spreads.clear()
        self.load(rows)

    def mark(self, stem: int, name: str, value: Any) -> None:
        """Change one fact of a stem."""
        self._columns.set(self._at([stem]), name, value)
        self.named.mark(stem, name, value)

    def played(self, stems: Sequence[int]) -> None:
        """Count one play of each stem."""
        rows = self._at(stems)
        self._columns.set(rows, "plays", self._columns["plays"][rows] + np.uint16(1))
        for stem in stems:
            self.named.played(stem)

    def remove(self, stem: int) -> None:
        """Forget a stem; the last row moves into the gap."""
        self.named.remove(stem)
        self.mute.discard(stem)
        row = self._rows.pop(stem, None)
        if row is None:
            return
        self._spreads.clear()
        last = len(self._rows)
        self.vectors.drop(row)
        self._columns.drop(row)
        if row != last:
            self._stems[row] = self._stems[last]
            self._rows[int(self._stems[row])] = row
        if self.index is not None:
            self.index.remove(stem)

    # --- what is known

    def stems(self) -> Ids:
        """Return all stems, oldest first."""
        return np.sort(self._stems[: len(self)])

    def some(self, stems: Sequence[int] | Ids) -> tuple[Ids, Floats]:
        """Return those of these stems that are there, and their vectors [n, dim]."""
        rows = self._at(stems)
        return self._stems[rows], self.vectors.rows(rows)

    def sample(self) -> Floats:
        """Return the vectors of stems from all over the library."""
        count = len(self)
        return self.vectors.rows(np.arange(0, count, max(1, count // SAMPLE)))

    def standing(self, stem: int, names: Sequence[str]) -> dict[str, tuple[float, float]]:
        """Return a stem's place in some columns, and which share of the stems lies below it."""
        found = {}
        for name in names if stem in self._rows else ():
            column = self._columns[name]
            own, others = int(column[self._rows[stem]]), column[column != UNKNOWN]
            if own != UNKNOWN:
                below = float((others < own).mean() + (others == own).mean() / 2.0)  # equals count half
                found[name] = own / 254.0, below
        return found

    def spread(self, category: str) -> Spread:
        """Return for some axes where each of 255 places stands among the stems of a category, [255] 0..1.

        What is dark for a hi-hat is what is dark among the hi-hats of this library. A few stems tell little of that:
        beside them USUAL sounds of the corpus count, among which every place is what it is.
        """
        if category not in self._spreads:
            self._spreads[category] = self._spread(category)
        return self._spreads[category]

    def _spread(self, category: str) -> Spread:
        columns = self._columns
        number = columns.categories.get(category, len(columns.categories))  # one that no stem has
        rows = (columns["category"][: len(self)] == number) & (columns["provenance"][: len(self)] != PROPOSED)
        found, usual = dict[str, Floats](), USUAL * PLACES
        for axis in OWN:
            counts = np.bincount(columns[axis][: len(self)][rows], minlength=256)[:255]
            below = np.cumsum(counts) - counts / 2.0  # equals count half
            found[axis] = ((below + usual) / (counts.sum() + USUAL)).astype(np.float32)
        return found

    def look(self, stems: Sequence[int] | Ids, names: Sequence[str]) -> Looked:
        """Return all that reordering asks of stems, with their places in the columns `names`."""
        rows = self._at(stems)
        known = list(self._columns.categories)
        categories = [known[number] for number in self._columns["category"][rows].tolist()]
        keys = [key_name(NO_KEY if key == UNKNOWN else key) for key in self._columns["key"][rows].tolist()]
        vectors, tempi = self.vectors.rows(rows), self._columns["bpm"][rows]
        return Looked(self._stems[rows], categories, vectors, self._placed(rows, names), tempi, keys)

    def _placed(self, rows: NDArray[Any], names: Sequence[str]) -> Floats:
        cells = np.array([self._columns[name][rows] for name in names], np.float32).reshape(len(names), len(rows)).T
        return np.where(cells == UNKNOWN, np.nan, cells / np.float32(254.0)).astype(np.float32)

    def digest(self) -> str:
        """Return a hash of all stems and of the largest part of each vector: what an index is built from."""
        order = np.argsort(self._stems[: len(self)])
        digest = hashlib.blake2b(self._stems[order].tobytes(), digest_size=16)
        digest.update(self.vectors.scale[order].tobytes())
        return digest.hexdigest()

    def _at(self, stems: Sequence[int] | Ids) -> NDArray[np.intp]:
        return np.array([self._rows[int(stem)] for stem in stems if int(stem) in self._rows], np.intp)

    # --- what is asked

    def shortlist(self, asked: Question) -> Shortlist:
        """Return the best stems, best first; ties go to the older one."""
        rows = self._candidates(asked)
        cosines = self.kernel.cosines(self.vectors, asked.vector, rows)
        scores = cosines * np.float32(asked.wishes.cosine) + np.float32(asked.wishes.offset)
        self._add_facts(asked.wishes, rows, scores)
        stems = self._stems[rows]
        order = _best(scores, stems, asked.most)
        if asked.wishes.again is not None:
            scores[order] = self._looked_again(asked.wishes.again, rows[order], scores[order])
            order = order[np.lexsort((stems[order], -scores[order]))]
        chosen = rows[order]
        vectors, names = self.vectors.rows(chosen), self._columns["name"][chosen]
        categories = np.array(list(self._columns.categories), object)[self._columns["category"][chosen]]
        places, told = self._placed(chosen, COLUMNS), self._placed(chosen, asked.names)
        return Shortlist(stems[order], scores[order], cosines[order], vectors, names, categories, places, told)

    def _candidates(self, asked: Question) -> Rows:
        """Return the rows that are compared exactly: neighbours by the graph, the best by estimate, or all."""
        if self.index is not None and asked.open and not asked.exact:
            near = self.index.nearest(asked.vector, max(NEAREST, 2 * asked.most) + len(asked.wanted.exclude))
            rows = self._at([stem for stem in near.tolist() if stem not in asked.wanted.exclude])
            if not asked.wanted.proposed:
                rows = rows[self._columns["provenance"][rows] != PROPOSED]
            if len(rows) >= asked.most:
                return rows.astype(np.int32)
        exact, count = asked.exact or EXACT, self.vectors.count
        excluded = [self._rows[stem] for stem in asked.wanted.exclude if stem in self._rows]
        mask: Mask | None = self._columns.mask(asked.wanted, excluded)
        if count > exact:
            return self.kernel.best(self._estimates(asked), mask, max(exact, asked.most))
        return np.flatnonzero(np.ones(count, np.bool_) if mask is None else mask).astype(np.int32)

    def _estimates(self, asked: Question) -> Floats:
        """Return the score of every row, with an estimate of its cosine."""
        count = self.vectors.count
        if len(self._scratch) < count:
            self._scratch = np.empty(len(self._stems), np.float32)
        scores = self._scratch[:count]
        ask = self.vectors.ask(asked.vector, self.kernel.bits)
        self.kernel.estimate(self.vectors, self._columns, (ask, asked.wishes), scores)
        for name, bonus in asked.wishes.categories:
            scores[self._columns["category"] == self._columns.category_id(name)] += np.float32(bonus)
        return scores

    def _looked_again(self, again: Again, rows: Rows, scores: Floats) -> Floats:
        """Return the scores of rows, best first, after a second look at the first of them."""
        first = rows[: again.first]
        worth = sum(table[self._columns[name][first]] for name, table in again.properties)
        kept = np.max([table[self._columns[name][first]] for name, table in again.kept], axis=0)
        scores[: again.first] = (scores[: again.first] - (1.0 - kept) * worth) * again.scale
        return scores

    def _add_facts(self, wishes: Wishes, rows: Rows, scores: Floats) -> None:
        columns = self._columns
        for name, table in wishes.tables:
            self.kernel.add(columns[name], rows, table, scores)
        if wishes.words:
            words = columns.words[:, rows]
            for word, bonus in wishes.words:
                scores[(words == word).any(axis=0)] += np.float32(bonus)
        for name, bonus in wishes.categories:
            scores[columns["category"][rows] == columns.category_id(name)] += np.float32(bonus)


def _best(scores: Floats, stems: Ids, most: int) -> NDArray[np.intp]:
    """Return the order of the best `most`; ties go to the older stem."""
    chosen = np.arange(len(scores))
    if most < len(scores):
        # Everything as good as the last: a plain partition would cut a tie by position.
        chosen = np.flatnonzero(scores >= np.partition(scores, len(scores) - most)[len(scores) - most])
    order: NDArray[np.intp] = chosen[np.lexsort((stems[chosen], -scores[chosen]))][:most]
    return order
