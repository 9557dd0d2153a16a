"""All vectors in memory, side by side per category, with the facts that filters ask for. Runs on: search thread.

Exact search is one matrix product over contiguous rows; a category filter picks blocks instead of gathering rows.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from liveengine.stems import harmony

Floats = NDArray[np.float32]
Ids = NDArray[np.int64]
Mask = NDArray[np.bool_]

COLUMNS = (("ids", np.int64), ("tempo", np.float32), ("key", np.int8), ("loop", np.bool_))


@dataclass(frozen=True, slots=True)
class Entry:
    """What the search must know of a stem."""

    stem: int
    vector: Floats
    category: str
    tempo: float | None
    key: str | None
    loop: bool


@dataclass(frozen=True, slots=True)
class Filter:
    """Which stems may answer. `tempo` keeps one-shots and loops that fit by repitch, half or double time; `key` keeps
    stems without a key and those in a related one.
    """

    category: str | None = None
    loop: bool | None = None
    tempo: float | None = None
    key: str | None = None
    exclude: frozenset[int] = field(default_factory=frozenset)

    @property
    def open(self) -> bool:
        """True when every stem passes."""
        return self == Filter()


class Shelf:
    """The vectors of one category: rows 0..count-1 of arrays that double when full."""

    def __init__(self, dim: int) -> None:
        self.count = 0
        self._vectors = np.zeros((16, dim), np.float32)
        self._columns: dict[str, NDArray[Any]] = {name: np.zeros(16, dtype) for name, dtype in COLUMNS}

    @property
    def vectors(self) -> Floats:
        """Return the rows in use, [count, dim]."""
        return self._vectors[: self.count]

    @property
    def ids(self) -> Ids:
        """Return the stems of the rows."""
        return self._columns["ids"][: self.count]

    def put(self, row: int, entry: Entry) -> None:
        """Write an entry into a row; row == count appends."""
        if row == len(self._vectors):
            self._vectors = np.concatenate([self._vectors, np.zeros_like(self._vectors)])
            self._columns = {n: np.concatenate([c, np.zeros_like(c)]) for n, c in self._columns.items()}
        self._vectors[row] = entry.vector
        values = (entry.stem, entry.tempo or np.nan, harmony.key_number(entry.key), entry.loop)
        for (name, _), value in zip(COLUMNS, values, strict=True):
            self._columns[name][row] = value
        self.count = max(self.count, row + 1)

    def drop(self, row: int) -> int | None:
        """Close the gap at `row` with the last row; return the stem that moved there."""
        self.count -= 1
        if row == self.count:
            return None
        self._vectors[row] = self._vectors[self.count]
        for column in self._columns.values():
            column[row] = column[self.count]
        return int(self._columns["ids"][row])

    def mask(self, wanted: Filter) -> Mask:
        """Return which rows pass the filter (the category is not looked at)."""
        n = self.count
        passed = np.ones(n, np.bool_)
        if wanted.loop is not None:
            passed &= self._columns["loop"][:n] == wanted.loop
        if wanted.tempo is not None:
            passed &= ~self._columns["loop"][:n] | _fits_tempo(self._columns["tempo"][:n], wanted.tempo)
        if (key := harmony.key_number(wanted.key)) != harmony.NO_KEY:
            passed &= np.isin(self._columns["key"][:n], [harmony.NO_KEY, *harmony.related_keys(key)])
        if wanted.exclude:
            passed &= ~np.isin(self.ids, list(wanted.exclude))
        return passed


class Vectors:
    """Every vector of the current model."""

    def __init__(self, dim: int) -> None:
        self.dim = dim
        self._shelves: dict[str, Shelf] = {}
        self._places: dict[int, tuple[str, int]] = {}

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, stem: int) -> bool:
        return stem in self._places

    def put(self, entry: Entry) -> None:
        """Add a stem, or replace what was known of it."""
        if (place := self._places.get(entry.stem)) and place[0] != entry.category:
            self.remove(entry.stem)
        shelf = self._shelves.setdefault(entry.category, Shelf(self.dim))
        _, row = self._places.setdefault(entry.stem, (entry.category, shelf.count))
        shelf.put(row, entry)

    def remove(self, stem: int) -> bool:
        """Forget a stem; False if it was not there."""
        place = self._places.pop(stem, None)
        if place is None:
            return False
        moved = self._shelves[place[0]].drop(place[1])
        if moved is not None:
            self._places[moved] = place
        return True

    def vector(self, stem: int) -> Floats | None:
        """Return a copy of a stem's vector."""
        place = self._places.get(stem)
        return None if place is None else self._shelves[place[0]].vectors[place[1]].copy()

    def rows(self) -> tuple[Ids, Floats]:
        """Return copies of all stems and vectors."""
        shelves = list(self._shelves.values())
        if not shelves:
            return np.zeros(0, np.int64), np.zeros((0, self.dim), np.float32)
        return np.concatenate([s.ids for s in shelves]), np.concatenate([s.vectors for s in shelves])

    def candidates(self, wanted: Filter) -> tuple[int, dict[str, Mask]]:
        """Return how many stems pass the filter, and the mask of each category that it lets through."""
        masks = {name: shelf.mask(wanted) for name, shelf in self._chosen(wanted)}
        return sum(int(mask.sum()) for mask in masks.values()), masks

    def passes(self, stem: int, masks: dict[str, Mask]) -> bool:
        """Tell if a stem passes the filter that gave `masks`."""
        category, row = self._places.get(stem, ("", 0))
        return category in masks and bool(masks[category][row])

    def exact(self, query: Floats, k: int, masks: dict[str, Mask]) -> list[tuple[int, float]]:
        """Return the k best (stem, cosine) among the rows of the masks, best first; ties go to the older stem."""
        ids, scores = [], []
        for name, mask in masks.items():
            shelf = self._shelves[name]
            ids.append(shelf.ids[mask])
            scores.append((shelf.vectors @ query)[mask])
        if not ids:
            return []
        return best(np.concatenate(ids), np.concatenate(scores), k)

    def _chosen(self, wanted: Filter) -> Iterator[tuple[str, Shelf]]:
        if wanted.category is None:
            yield from self._shelves.items()
        elif wanted.category in self._shelves:
            yield wanted.category, self._shelves[wanted.category]


def best(ids: Ids, scores: Floats, k: int) -> list[tuple[int, float]]:
    """Return the k best (stem, score), best first; ties go to the older stem."""
    if k < len(ids):
        # Everything as good as the k-th: a plain partition would cut a tie by position.
        keep = scores >= np.partition(scores, len(scores) - k)[len(scores) - k]
        ids, scores = ids[keep], scores[keep]
    order = np.lexsort((ids, -scores))[:k]
    return [(int(ids[i]), float(scores[i])) for i in order]


def _fits_tempo(tempo: Floats, wanted: float) -> Mask:
    distance = np.min([np.abs(tempo * factor / wanted - 1.0) for factor in (0.5, 1.0, 2.0)], axis=0)
    passed: Mask = distance <= harmony.TEMPO_REACH  # NaN (no tempo) compares false
    return passed
