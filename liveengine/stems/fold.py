"""Near-duplicates shown as one: the same sound under nearly the same name. Runs on: anywhere; pure."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from liveengine.stems.vectors import Floats


def folded(names: Sequence[int] | NDArray[np.uint32], vectors: Floats, least: float) -> list[list[int]]:
    """Return groups of places in a ranking: the best of each group first, groups by their best.

    names: of each stem, without digits (`columns.family`), 0 = none. Two stems are one when both have the same name
    and their vectors [n, dim], of length 1, have a cosine of at least `least` with the group's best.
    """
    known = np.asarray(names)
    same = np.tril((known[:, None] == known) & (known != 0) & (vectors @ vectors.T >= least), -1)
    groups: list[list[int]] = []
    group_of: dict[int, int] = {}  # the best of a group -> its number
    for place, near in enumerate(same.any(axis=1).tolist()):
        heads = [other for other in np.flatnonzero(same[place]).tolist() if other in group_of] if near else ()
        if heads:
            groups[group_of[heads[0]]].append(place)
        else:
            group_of[place] = len(groups)
            groups.append([place])
    return groups
