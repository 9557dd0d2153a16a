"""What a query wants, in the form in which all stems are asked at once, and what came. Runs on: anywhere."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from liveengine.stems.vectors import Floats, Ids


@dataclass(frozen=True, slots=True)
class Wishes:
    """score = weight * cosine + offset + table[column] of each table + what words and categories are worth."""

    cosine: float = 1.0
    offset: float = 0.0
    tables: tuple[tuple[str, Floats], ...] = ()  # column, what each of its values is worth
    words: tuple[tuple[int, float], ...] = ()  # number of a word of a name, what it is worth
    categories: tuple[tuple[str, float], ...] = ()  # categories of the user's own, which have no column


@dataclass(frozen=True, slots=True)
class Shortlist:
    """The best stems of a search, best first."""

    stems: Ids
    scores: Floats
    cosines: Floats
    vectors: Floats  # [n, dim]
    names: NDArray[np.uint32]  # `columns.family` of each

    def __len__(self) -> int:
        return len(self.stems)

    def first(self, count: int) -> "Shortlist":
        """Return the best `count` of them."""
        return self._some(slice(count))

    def heard(self) -> "Shortlist":
        """Return those that have a vector."""
        return self._some(np.flatnonzero(self.vectors.any(axis=1)))

    def _some(self, rows: slice | NDArray[np.intp]) -> "Shortlist":
        return Shortlist(self.stems[rows], self.scores[rows], self.cosines[rows], self.vectors[rows], self.names[rows])


def joined(lists: Sequence[Shortlist]) -> Shortlist:
    """Return several as one, best first: each stem by the best of its scores."""
    if len(lists) == 1:
        return lists[0]
    stems, scores = (np.concatenate([getattr(one, name) for one in lists]) for name in ("stems", "scores"))
    order = np.argsort(-scores, kind="stable")
    _, first = np.unique(stems[order], return_index=True)
    order = order[np.sort(first)]
    return Shortlist(
        stems[order],
        scores[order],
        np.concatenate([one.cosines for one in lists])[order],
        np.concatenate([one.vectors for one in lists])[order],
        np.concatenate([one.names for one in lists])[order],
    )
