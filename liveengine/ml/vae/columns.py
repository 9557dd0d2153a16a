"""Columns of a picture and where in the sound they lie. Runs on: worker processes.

A bar has its columns at equal distances, whatever its tempo: what stands in one is on the grid. A sound that is played
once has them 4 ms apart at its attack and ever wider after that, always at the same times.
"""

from functools import cache

import numpy as np
import numpy.typing as npt

from liveengine.ml.vae.bands import RATE

Floats = npt.NDArray[np.float32]
Times = npt.NDArray[np.float64]

HOP = 256  # frames between spectra
COLUMNS = 256
FIRST_S, LAST_S = 0.004, 12.0  # the first step of a sound that is played once, and its last column


@cache
def once() -> Times:
    """Return the times of the columns of a sound that is played once, [COLUMNS] in seconds."""
    low, high = 1.0 + 1e-9, 1.1  # the factor from step to step, by halving
    for _ in range(80):
        factor = (low + high) / 2.0
        reach = FIRST_S * (factor ** (COLUMNS - 1) - 1.0) / (factor - 1.0)
        low, high = (factor, high) if reach < LAST_S else (low, factor)
    return np.asarray(FIRST_S * (low ** np.arange(COLUMNS) - 1.0) / (low - 1.0))


def bar(seconds: float) -> Times:
    """Return the times of the columns of a bar, [COLUMNS] in seconds."""
    return np.arange(COLUMNS, dtype=np.float64) * (seconds / COLUMNS)


def seen(columns: Times, frames: Times) -> Floats:
    """Return weights [columns, frames]: spectra at the times `frames` (ascending) to means around each column."""
    step = np.gradient(columns)
    width = np.maximum(step, HOP / RATE)[:, None]
    weights = np.maximum(0.0, 1.0 - np.abs(frames - columns[:, None]) / width)
    return np.asarray(weights / np.maximum(weights.sum(axis=1, keepdims=True), 1e-9), np.float32)


def shown(columns: Times, frames: Times) -> tuple[npt.NDArray[np.int64], Floats]:
    """Return for each time in `frames` [n] the column before it and the share of the next one, 0..1, [n] each."""
    left = np.clip(np.searchsorted(columns, frames, side="right") - 1, 0, len(columns) - 2)
    share: Times = (frames - columns[left]) / (columns[left + 1] - columns[left])
    return left, np.asarray(np.clip(share, 0.0, 1.0), np.float32)
