"""Near-duplicates shown as one: the same sound under nearly the same name. Runs on: anywhere; pure."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from liveengine.stems.vectors import Floats


def folded(names: Sequence[int] | NDArray[np.uint32], vectors: Floats, least: float, most: int) -> list[list[int]]:
    """Return groups of places in a ranking: the best of each group first, groups by their best; at most `most`.

    names: of each stem, without digits (`columns.family`), 0 = none. Two stems are one when both have the same name
    and their vectors [n, dim], of length 1, have a cosine of at least `least` with the group's best.
    """
    groups: list[list[int]] = []
    heads: dict[int, list[int]] = {}  # name -> groups
    for place, name in enumerate(names):
        near = [at for at in heads.get(int(name), ()) if float(vectors[groups[at][0]] @ vectors[place]) >= least]
        if name and near:
            groups[near[0]].append(place)
        elif len(groups) < most:
            heads.setdefault(int(name), []).append(len(groups))
            groups.append([place])
    return groups
