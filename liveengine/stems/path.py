"""The way from one sound to another over stems of the library. Runs on: anywhere; pure.

A stem's place on the way is how much nearer it is to the end than to the beginning; what lies beside the way is farther
from both. On every path the cosine with the beginning falls from step to step and the one with the end rises.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from liveengine.stems.vectors import Floats

Values = NDArray[np.floating[Any]]

UNEVEN = 2.0  # what a step counts that is as much too long as a whole way, against one unit of distance from the way


def between(first: Floats, last: Floats, vectors: Floats, steps: int) -> list[int]:
    """Return the positions of at most `steps` of n candidates that lead from one vector to the other, in order.

    All are L2-normalised, `vectors` [n, dim]. The cheapest path is taken: stems near the way, at even distances. There
    are fewer where the candidates give no more.
    """
    near, far = vectors @ first, vectors @ last
    apart = float(first @ last)
    whole = 1.0 - apart
    if whole < 1e-6 or not len(vectors):
        return []
    places = 0.5 + (far - near) / (2.0 * whole)  # 0 = the beginning, 1 = the end
    beside = np.maximum(0.0, 2.0 - near - far - whole) / whole  # 0 on the straight line, more the farther from it
    inside = np.flatnonzero((near > apart) & (far > apart) & (near < 1.0 - 1e-6) & (far < 1.0 - 1e-6))
    inside = inside[np.argsort(places[inside], kind="stable")]
    for count in range(min(steps, len(inside)), 0, -1):
        if path := _cheapest(inside, places, beside, (near, far), count):
            return path
    return []


def _cheapest(
    order: NDArray[np.int64], places: Values, beside: Values, ends: tuple[Floats, Floats], count: int
) -> list[int]:
    """Return the cheapest path of exactly `count` steps among candidates sorted by place; empty if there is none."""
    near, far = (end[order] for end in ends)
    wanted = np.arange(1, count + 1) / (count + 1)
    cost = beside[order][None, :] + UNEVEN * np.abs(places[order][None, :] - wanted[:, None]) * (count + 1)
    follows = (near[:, None] > near[None, :]) & (far[:, None] < far[None, :])  # [before, after]
    total, came = cost[0], np.full((count, len(order)), -1)
    for step in range(1, count):
        reach = np.where(follows, total[:, None], np.inf)
        came[step] = reach.argmin(axis=0)
        total = reach.min(axis=0) + cost[step]
    at = int(total.argmin())
    if not np.isfinite(total[at]):
        return []
    path = [at]
    for step in range(count - 1, 0, -1):
        path.append(int(came[step][path[-1]]))
    return [int(order[place]) for place in reversed(path)]
