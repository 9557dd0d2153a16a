"""The loops of phase.py, compiled. Runs on: worker processes.

The time-frequency ratio of the Hann window is the one that Prusa et al. give for its likeness to a Gaussian. With
log|S| at time x (frames) and frequency w (cycles per frame) the phase grows by 2 pi w + d log|S| / dw / ratio along x,
and by -ratio * d log|S| / dx along w.
"""

import math

from liveengine.engine import cache  # noqa: F401  # sets numba's cache folder, so it comes before numba

import numpy as np  # isort: skip
import numpy.typing as npt  # isort: skip
from numba import njit  # isort: skip

HANN = 0.25645  # of the window's length, squared, is the ratio
OPTIONS = {"nogil": True, "cache": True, "error_model": "numpy", "boundscheck": False}
_TURN = 2.0 * math.pi


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def _up(heap: npt.NDArray[np.int64], level: npt.NDArray[np.float64], at: int) -> None:
    """Let an entry of the heap rise to its place; `level` [points] is what it is ordered by."""
    point = heap[at]
    while at > 0:
        above = (at - 1) >> 1
        if level[heap[above]] >= level[point]:
            break
        heap[at] = heap[above]
        at = above
    heap[at] = point


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def _down(heap: npt.NDArray[np.int64], level: npt.NDArray[np.float64], count: int) -> None:
    """Let the first entry sink to its place."""
    point, at = heap[0], 0
    while True:
        below = 2 * at + 1
        if below >= count:
            break
        if below + 1 < count and level[heap[below + 1]] > level[heap[below]]:
            below += 1
        if level[heap[below]] <= level[point]:
            break
        heap[at] = heap[below]
        at = below
    heap[at] = point


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def _slopes(
    level: npt.NDArray[np.float64], centres: npt.NDArray[np.int64], period: int, ratio: float
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Return by how much the phase grows for each frame beyond its bin's own frequency, and for each bin."""
    rows, bins = level.shape
    size = 2.0 * (bins - 1)
    along = np.empty((rows, bins), np.float32)
    across = np.empty((rows, bins), np.float32)
    for n in range(rows):
        before, after = n - 1, n + 1
        if period:
            before, after = (n - 1) % rows, (n + 1) % rows
        else:
            before, after = max(before, 0), min(after, rows - 1)
        apart = float(centres[after] - centres[before])
        if period and apart <= 0.0:
            apart += period
        for k in range(bins):
            low, high = max(k - 1, 0), min(k + 1, bins - 1)
            along[n, k] = (level[n, high] - level[n, low]) / (high - low) * size / ratio
            across[n, k] = -(level[after, k] - level[before, k]) / max(apart, 1.0) * ratio / size
    return along, across


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def integrate(  # noqa: PLR0912
    level: npt.NDArray[np.float64],
    centres: npt.NDArray[np.int64],
    period: int,
    phase: npt.NDArray[np.float64],
    floor: float,
) -> None:
    """Write the phase [rows, bins] of all that is above `floor`, beginning with the loudest, each from a neighbour.

    `level` is log|S|, `centres` are frames, `period` those of the circle (0: time is a line). What is below the floor
    keeps the phase that it has.
    """
    rows, bins = level.shape
    size = 2 * (bins - 1)
    along, across = _slopes(level, centres, period, HANN * size * size)
    flat = level.ravel()
    done = flat < floor
    order = np.argsort(-flat)
    heap = np.empty(rows * bins, np.int64)
    for start in order:
        if done[start]:
            continue
        phase[start // bins, start % bins] = 0.0
        done[start] = True
        heap[0] = start
        count = 1
        while count:
            point = heap[0]
            count -= 1
            if count:
                heap[0] = heap[count]
                _down(heap, flat, count)
            n, k = point // bins, point % bins
            for way in range(4):
                row, bin_ = n, k
                if way < 2:
                    row = n + 1 - 2 * way
                    if period:
                        row %= rows
                    elif row < 0 or row >= rows:
                        continue
                else:
                    bin_ = k + 5 - 2 * way
                    if bin_ < 0 or bin_ >= bins:
                        continue
                other = row * bins + bin_
                if done[other]:
                    continue
                if way < 2:
                    apart = centres[row] - centres[n]
                    if period:
                        apart = apart % period if way == 0 else -((-apart) % period)
                    turned = _TURN * ((k * apart) % size) / size + apart * (along[n, k] + along[row, k]) / 2.0
                else:
                    turned = (bin_ - k) * (across[n, k] + across[n, bin_]) / 2.0
                phase[row, bin_] = phase[n, k] + turned
                done[other] = True
                heap[count] = other
                count += 1
                _up(heap, flat, count - 1)


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def lay(
    blocks: npt.NDArray[np.float32],
    window: npt.NDArray[np.float32],
    centres: npt.NDArray[np.int64],
    frames: int,
    loops: bool,
) -> npt.NDArray[np.float32]:
    """Return the sound [frames] that windowed blocks [rows, size], each around its centre, come nearest to."""
    rows, size = blocks.shape
    out = np.zeros(frames, np.float64)
    weight = np.zeros(frames, np.float64)
    for n in range(rows):
        first = centres[n] - size // 2
        for i in range(size):
            at = first + i
            if loops:
                at %= frames
            elif at < 0 or at >= frames:
                continue
            out[at] += blocks[n, i] * window[i]
            weight[at] += window[i] * window[i]
    made = np.empty(frames, np.float32)
    for at in range(frames):
        made[at] = out[at] / weight[at] if weight[at] > 1e-6 else 0.0
    return made
