"""What is measured in each cell of a spectrum, compiled. Runs on: worker process.

All levels are power in units of 10 dB; arrays are [rows, bins], a row is a moment. The innermost loop always goes
along a row, over few arrays and without a branch: so the compiler does many cells at once. Everything compiled that
calls another compiled function stands in this one file: numba looks at no other to see if what it has stored is fresh.
"""

from typing import Any

from liveengine.engine import cache  # noqa: F401  # sets numba's cache folder, so it comes before numba

import numpy as np  # isort: skip
import numpy.typing as npt  # isort: skip
from numba import njit  # isort: skip

Floats = npt.NDArray[np.float32]
Spectra = npt.NDArray[np.complex64]

OPTIONS = {"nogil": True, "cache": True, "error_model": "numpy", "boundscheck": False, "fastmath": True}

CELLS = (  # what speaks in a cell, in the order of the weights
    "steady", "rough", "rise", "slow_rise", "fall", "slow_fall", "level", "about", "near", "long", "side", "again",
    "steady2", "rough2", "ridge2", "side2",
)  # fmt: skip
TIME, PITCH = 8, 15  # rows and bins on each side of a running median
NEAR, ABOUT, LONG, SIDE = 2, 24, 86, 4  # rows on each side of a running mean
_FAR = np.float32(1e9)


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def held(x: Floats, i: int) -> Any:
    """Return row i; beyond an end the last one there."""
    return x[min(max(i, 0), len(x) - 1)]


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def powers(left: Spectra, right: Spectra, power: Floats, side: Floats) -> None:
    """Write the power of each cell of two channels, and how many times the middle's that of the side is."""
    for i in range(len(power)):
        for b in range(power.shape[1]):
            one, other = left[i, b], right[i, b]
            middle = (one.real + other.real) ** 2 + (one.imag + other.imag) ** 2
            beside = (one.real - other.real) ** 2 + (one.imag - other.imag) ** 2
            both = (middle + beside) * np.float32(0.5)
            power[i, b] = both
            side[i, b] = (beside + both * np.float32(1e-9) + np.float32(1e-30)) / (middle + np.float32(1e-20))


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def exchange(kept: Floats, above: Floats, below: Floats, gone: Floats, come: Floats) -> None:
    """Go over one place of sorted lines, from which `gone` goes and into which `come` comes; `below`: the place before.

    `below` are lines without what goes, and those of this place afterwards.
    """
    for b in range(len(kept)):
        rest = kept[b] if kept[b] < gone[b] else above[b]
        kept[b] = min(rest, max(below[b], come[b]))
        below[b] = rest


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def running_median(x: Floats, reach: int, first: int, out: Floats) -> None:
    """Write the medians of the rows i - reach .. i + reach of x, from i = `first` on; the ends are held."""
    length = 2 * reach + 1
    kept = np.empty((length + 1, x.shape[1]), np.float32)  # sorted; the last line is beyond all
    kept[:length] = held(x, first - reach)
    kept[length] = _FAR
    below = np.empty(x.shape[1], np.float32)
    for i in range(first - reach + 1, first + len(out) + reach):
        gone, come = held(x, max(i - length, first - reach)), held(x, i)
        below[:] = -_FAR
        for k in range(length):
            exchange(kept[k], kept[k + 1], below, gone, come)
        if i >= first + reach:
            out[i - first - reach] = kept[reach]


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def running_mean(x: Floats, reach: int, first: int, out: Floats) -> None:
    """Write the means of the rows i - reach .. i + reach of x, from i = `first` on; the ends are held."""
    total = np.zeros(x.shape[1], np.float32)
    for i in range(first - reach, first + reach):
        total += held(x, i)
    share = np.float32(1.0 / (2 * reach + 1))
    for i in range(len(out)):
        come, gone, line = held(x, first + i + reach), held(x, first + i - reach), out[i]
        for b in range(len(total)):
            total[b] += come[b]
            line[b] = total[b] * share
            total[b] -= gone[b]


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def beside(x: Floats, reach: int, out: Floats) -> None:
    """Write the mean of the bins b - reach .. b + reach of each row; the ends are held."""
    bins = x.shape[1]
    share = np.float32(1.0 / (2 * reach + 1))
    wide = np.empty(bins + 2 * reach, np.float32)
    for i in range(len(out)):
        wide[:reach], wide[reach : reach + bins], wide[reach + bins :] = x[i, 0], x[i], x[i, bins - 1]
        line = out[i]
        line[:] = 0.0
        for k in range(2 * reach + 1):
            part = wide[k:]
            for b in range(bins):
                line[b] += part[b]
        for b in range(bins):
            line[b] *= share


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def lowest(low: Floats, second: Floats, value: Floats) -> None:
    """Take in one more value into the lowest and the second lowest."""
    for b in range(len(low)):
        second[b] = min(second[b], max(low[b], value[b]))
        low[b] = min(low[b], value[b])


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def returns(x: Floats, turn: float, first: int, out: Floats) -> None:
    """Write what comes back every `turn` rows: the second lowest of four rows, one and two turns before and after.

    `out` are the rows of x from `first` on. What lies beyond either end is left out; without any the row itself stands.
    """
    low = np.empty(x.shape[1], np.float32)
    for i in range(len(out)):
        low[:] = _FAR
        out[i] = _FAR
        known = 0
        for k in (-2, -1, 1, 2):
            row = first + i + round(turn * k)
            if 0 <= row < len(x):
                lowest(low, out[i], x[row])
                known += 1
        if known == 0:
            out[i] = x[first + i]
        elif known == 1:
            out[i] = low


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def weigh(weights: Floats, shown: Floats, out: Floats) -> None:
    """Add to each bin of a line what [things, bins] show of it, weighed."""
    for k in range(0, len(shown), 4):
        for b in range(len(out)):
            out[b] += (
                weights[k, b] * shown[k, b]
                + weights[k + 1, b] * shown[k + 1, b]
                + weights[k + 2, b] * shown[k + 2, b]
                + weights[k + 3, b] * shown[k + 3, b]
            )


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def judge(weights: Floats, shown: Floats, scores: Floats) -> None:
    """Add to the scores [rows, parts, bins] what [rows, things, bins] show, by the weights [parts, things, bins].

    The number of things is a multiple of four.
    """
    for i in range(len(scores)):
        for part in range(len(weights)):
            weigh(weights[part], shown[i], scores[i, part])
