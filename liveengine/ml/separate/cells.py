"""What is measured in each cell of a spectrum, compiled. Runs on: worker process.

All levels are power in units of 10 dB; arrays are [rows, bins], a row is a moment. Everything compiled that calls
another compiled function stands in this one file: numba looks at no other to see if what it has stored is fresh.
"""

from liveengine.engine import cache  # noqa: F401  # sets numba's cache folder, so it comes before numba

import numpy as np  # isort: skip
import numpy.typing as npt  # isort: skip
from numba import njit  # isort: skip

Floats = npt.NDArray[np.float32]

OPTIONS = {"nogil": True, "cache": True, "error_model": "numpy", "boundscheck": False, "fastmath": True}

CELLS = (  # what speaks in a cell, in the order of the weights
    "steady", "rough", "rise", "slow_rise", "fall", "slow_fall", "level", "about", "near", "long", "side", "again",
    "steady2", "rough2", "ridge2", "side2",
)  # fmt: skip
TIME, PITCH = 8, 15  # rows and bins on each side of a running median
NEAR, ABOUT, LONG, SIDE = 2, 24, 86, 4  # rows on each side of a running mean


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def running_median(x: Floats, reach: int, out: Floats) -> None:
    """Write the median of x[i - reach .. i + reach] along the last axis; the ends are held."""
    rows, count = x.shape
    length = 2 * reach + 1
    kept = np.empty(length, np.float32)
    for row in range(rows):
        line = x[row]
        for i in range(length):
            kept[i] = line[min(max(i - reach, 0), count - 1)]
        kept.sort()
        out[row, 0] = kept[reach]
        for i in range(1, count):
            old, new = line[max(i - 1 - reach, 0)], line[min(i + reach, count - 1)]
            if old != new:
                at = 0
                step = length
                while step > 1:  # the place of the old one
                    step = (step + 1) // 2
                    if at + step < length and kept[at + step] <= old:
                        at += step
                while kept[at] > old:
                    at -= 1
                while at + 1 < length and kept[at] < old:
                    at += 1
                if new > old:
                    while at + 1 < length and kept[at + 1] < new:
                        kept[at] = kept[at + 1]
                        at += 1
                else:
                    while at > 0 and kept[at - 1] > new:
                        kept[at] = kept[at - 1]
                        at -= 1
                kept[at] = new
            out[row, i] = kept[reach]


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def running_mean(x: Floats, reach: int, out: Floats) -> None:
    """Write the mean of the rows i - reach .. i + reach; the ends are held."""
    count, bins = x.shape
    total = np.zeros(bins, np.float64)
    for i in range(-reach, reach + 1):
        row = x[min(max(i, 0), count - 1)]
        for b in range(bins):
            total[b] += row[b]
    share = 1.0 / (2 * reach + 1)
    for i in range(count):
        gone, come = x[max(i - reach, 0)], x[min(i + reach + 1, count - 1)]
        for b in range(bins):
            out[i, b] = total[b] * share
            total[b] += come[b] - gone[b]


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def beside(x: Floats, reach: int, out: Floats) -> None:
    """Write the mean of the bins b - reach .. b + reach of each row; the ends are held."""
    count, bins = x.shape
    share = np.float32(1.0 / (2 * reach + 1))
    for i in range(count):
        row = x[i]
        total = 0.0
        for b in range(-reach, reach + 1):
            total += row[min(max(b, 0), bins - 1)]
        for b in range(bins):
            out[i, b] = total * share
            total += row[min(b + reach + 1, bins - 1)] - row[max(b - reach, 0)]


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def returns(x: Floats, turn: float, first: int, out: Floats) -> None:
    """Write what comes back every `turn` rows: the second lowest of four rows, one and two turns before and after.

    `out` are the rows of x from `first` on. What lies beyond either end is left out; without any the row itself stands.
    """
    count = x.shape[0]
    other = np.empty(4, np.int64)
    for i in range(out.shape[0]):
        known = 0
        for k in (-2, -1, 1, 2):
            row = first + i + round(turn * k)
            if 0 <= row < count:
                other[known] = row
                known += 1
        for b in range(x.shape[1]):
            low = second = np.float32(1e9)
            for k in range(known):
                value = x[other[k], b]
                if value < low:
                    low, second = value, low
                elif value < second:
                    second = value
            out[i, b] = x[first + i, b] if known == 0 else (low if known == 1 else second)


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def cell(  # noqa: PLR0917
    level: Floats, medians: Floats, ridges: Floats, near: Floats, about: Floats, long: Floats, side: Floats,
    again: Floats, i: int, b: int, into: Floats,
) -> None:  # fmt: skip
    """Write what CELLS names for row i and bin b."""
    here = level[i, b]
    count = level.shape[0]
    steady, rough = here - medians[i, b], here - ridges[i, b]
    ridge = rough - steady
    into[0], into[1] = steady, rough
    into[2], into[3] = here - level[max(i - 1, 0), b], here - level[max(i - 3, 0), b]
    into[4], into[5] = here - level[min(i + 1, count - 1), b], here - level[min(i + 3, count - 1), b]
    into[6], into[7], into[8], into[9] = here, here - about[i, b], here - near[i, b], here - long[i, b]
    into[10], into[11] = side[i, b], here - again[i, b]
    into[12], into[13], into[14], into[15] = steady * steady, rough * rough, ridge * ridge, side[i, b] * side[i, b]


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def table(  # noqa: PLR0917
    level: Floats, medians: Floats, ridges: Floats, near: Floats, about: Floats, long: Floats, side: Floats,
    again: Floats, rows: npt.NDArray[np.int64], bins: npt.NDArray[np.int64], out: Floats,
) -> None:  # fmt: skip
    """Write what CELLS names for each of the rows and bins, [rows, bins, CELLS]: to learn from."""
    for r in range(len(rows)):
        for c in range(len(bins)):
            cell(level, medians, ridges, near, about, long, side, again, rows[r], bins[c], out[r, c])


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def judge(  # noqa: PLR0917
    level: Floats, medians: Floats, ridges: Floats, near: Floats, about: Floats, long: Floats, side: Floats,
    again: Floats, weights: Floats, moments: Floats, node: npt.NDArray[np.int64], share: Floats, scores: Floats,
) -> None:  # fmt: skip
    """Write the scores [parts, rows, bins]: the weights [bins, parts, CELLS] of what a cell shows, and its moment's.

    `moments` [rows, parts, nodes] is what a row says of each part at some frequencies; bin b lies between node[b] and
    the next one, `share` of the way.
    """
    into = np.empty(16, np.float32)
    for i in range(level.shape[0]):
        for b in range(level.shape[1]):
            cell(level, medians, ridges, near, about, long, side, again, i, b, into)
            low, part_way = node[b], share[b]
            for p in range(4):
                total = moments[i, p, low] * (1.0 - part_way) + moments[i, p, low + 1] * part_way
                for k in range(16):
                    total += weights[b, p, k] * into[k]
                scores[p, i, b] = total


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def shares(scores: Floats, out: Floats) -> None:
    """Write the shares [parts, rows, bins] that the scores give: positive, their sum 1."""
    for i in range(scores.shape[1]):
        for b in range(scores.shape[2]):
            most = max(scores[0, i, b], scores[1, i, b], scores[2, i, b], scores[3, i, b])
            total = np.float32(0.0)
            for p in range(4):
                value = np.exp(scores[p, i, b] - most)
                out[p, i, b] = value
                total += value
            for p in range(4):
                out[p, i, b] /= total


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def second(  # noqa: PLR0917
    scores: Floats, held: Floats, wide: Floats, weights: Floats, moments: Floats, node: npt.NDArray[np.int64],
    share: Floats, out: Floats,
) -> None:  # fmt: skip
    """Write new scores [parts, rows, bins] from the first ones and from the shares around each cell, in time and pitch.

    `weights` [bins, parts, 12]: of the four scores, the four shares `held` over time and the four `wide` in pitch.
    """
    into = np.empty(12, np.float32)
    for i in range(scores.shape[1]):
        for b in range(scores.shape[2]):
            middle = (scores[0, i, b] + scores[1, i, b] + scores[2, i, b] + scores[3, i, b]) * np.float32(0.25)
            for p in range(4):
                into[p] = scores[p, i, b] - middle
                into[4 + p] = held[p, i, b]
                into[8 + p] = wide[p, i, b]
            low, part_way = node[b], share[b]
            for p in range(4):
                total = moments[i, p, low] * (1.0 - part_way) + moments[i, p, low + 1] * part_way
                for k in range(12):
                    total += weights[b, p, k] * into[k]
                out[p, i, b] = total
