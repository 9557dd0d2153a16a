"""Near-duplicates shown as one: the same sound under nearly the same name. Runs on: search thread; pure."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from liveengine.stems.vectors import Floats

FEW = 128  # stems that are compared all with all: their names are so many groups that each would take longer
PART = 64  # dimensions that tell most of them apart
ROUNDED = 1e-3  # what a squared distance may be off


def folded(names: Sequence[int] | NDArray[np.uint32], vectors: Floats, least: float) -> list[list[int]]:
    """Return groups of places in a ranking: the best of each group first, groups by their best.

    names: of each stem, without digits (`columns.family`), 0 = none. Two stems are one when both have the same name
    and their vectors [n, dim], of length 1, have a cosine of at least `least` with the group's best.
    """
    known = np.asarray(names)
    if len(known) <= FEW:
        alike = (known[:, None] == known) & (known > 0) & _may_be_near(vectors[:, :PART], least)
        np.fill_diagonal(alike, val=False)
        heads, some = np.arange(len(known)), np.flatnonzero(alike.any(axis=0))
        if len(some):
            near = alike[np.ix_(some, some)] & (vectors[some] @ vectors[some].T >= least)
            heads[some] = some[_heads(near)]
        return _grouped(heads)
    heads = np.arange(len(known))  # of each place, where the best of its group stands
    order = np.argsort(known, kind="stable")
    for places in np.split(order, np.flatnonzero(np.diff(known[order])) + 1):
        if len(places) > 1 and known[places[0]]:
            near = vectors[places] @ vectors[places].T >= least
            heads[places] = places[_heads(near)]
    return _grouped(heads)


def _may_be_near(part: Floats, least: float) -> NDArray[np.bool_]:
    """Return which vectors of length 1 may have a cosine of at least `least`, by some of their dimensions: the
    square of the distance, 2 - 2 * cosine, is no smaller in all of them.
    """
    lengths = np.einsum("nd,nd->n", part, part)
    close: NDArray[np.bool_] = lengths[:, None] + lengths - 2.0 * (part @ part.T) <= 2.0 - 2.0 * least + ROUNDED
    return close


def _grouped(heads: NDArray[np.intp]) -> list[list[int]]:
    groups: dict[int, list[int]] = {}
    for place, head in enumerate(heads.tolist()):
        groups.setdefault(head, []).append(place)
    return list(groups.values())


def _heads(near: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Return for each of n which one before it, itself no other's, it is near to; itself where there is none."""
    heads = np.arange(len(near))
    for place in np.flatnonzero(np.tril(near, -1).any(axis=1)).tolist():
        before = near[place, :place] & (heads[:place] == np.arange(place))
        if before.any():
            heads[place] = before.argmax()
    return heads
