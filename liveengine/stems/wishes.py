"""What a query wants, in the form in which all stems are asked at once, and what came. Runs on: anywhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from liveengine.stems.vectors import Floats, Ids

Spread = Mapping[str, Floats]  # axis -> the place of each byte but UNKNOWN among the sounds of one kind, [255] 0..1


@dataclass(frozen=True, slots=True)
class Again:
    """A second look at the first stems of an order: there the properties count less, and least of what is hardly of the
    category asked for, so that the darkest of all is no "dark kick" unless it may be a kick.
    """

    first: int  # stems that are looked at
    properties: tuple[tuple[str, Floats], ...]  # column, what each of its values has been worth
    kept: tuple[tuple[str, Floats], ...]  # column of a category, what share of that each of its values keeps; the most
    scale: float  # of a score then, so that one that keeps the most and meets all is what it was


@dataclass(frozen=True, slots=True)
class Wishes:
    """score = weight * cosine + offset + table[column] of each table + what words and categories are worth."""

    cosine: float = 1.0
    offset: float = 0.0
    tables: tuple[tuple[str, Floats], ...] = ()  # column, what each of its values is worth
    words: tuple[tuple[int, float], ...] = ()  # number of a word of a name, what it is worth
    categories: tuple[tuple[str, float], ...] = ()  # categories of the user's own, which have no column
    again: Again | None = None


@dataclass(frozen=True, slots=True)
class Shortlist:
    """The best stems of a search, best first."""

    stems: Ids
    scores: Floats
    cosines: Floats
    vectors: Floats  # [n, dim]
    names: NDArray[np.uint32]  # `columns.family` of each
    categories: NDArray[np.object_]
    places: Floats  # [n, 5] 0..1 on the axes of `five`, NaN = unknown
    told: Floats  # [n, names] 0..1 in the columns that the reasons speak of, NaN = unknown

    def __len__(self) -> int:
        return len(self.stems)

    def first(self, count: int) -> "Shortlist":
        """Return the best `count` of them."""
        return self.only(slice(count))

    def heard(self) -> "Shortlist":
        """Return those that have a vector."""
        return self.only(np.flatnonzero(self.vectors.any(axis=1)))

    def only(self, rows: slice | NDArray[np.intp]) -> "Shortlist":
        """Return some of them."""
        return Shortlist(*(getattr(self, name)[rows] for name in FIELDS))


FIELDS = tuple(field.name for field in fields(Shortlist))


def joined(lists: Sequence[Shortlist]) -> Shortlist:
    """Return several as one, best first: each stem by the best of its scores."""
    if len(lists) == 1:
        return lists[0]
    every = Shortlist(*(np.concatenate([getattr(one, name) for one in lists]) for name in FIELDS))
    order = np.argsort(-every.scores, kind="stable")
    _, first = np.unique(every.stems[order], return_index=True)
    return every.only(order[np.sort(first)])
