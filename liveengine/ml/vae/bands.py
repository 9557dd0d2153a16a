"""Bands of a spectrum: one for each bin below 4 kHz, then ever wider ones. Runs on: worker processes."""

from functools import cache

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

RATE = 48_000  # frames per second
WINDOW = 2_048  # frames: bins lie 23.4 Hz apart
BINS = WINDOW // 2 + 1
BANDS = 256
LINEAR = 171  # bins below 4 kHz, of which each is a band


@cache
def centres() -> npt.NDArray[np.float64]:
    """Return the bin that each band is centred on, [BANDS]; the last is the highest bin."""
    above = np.geomspace(LINEAR, BINS - 1, BANDS - LINEAR)
    return np.concatenate([np.arange(LINEAR), above])


@cache
def gather() -> Floats:
    """Return weights [BINS, BANDS]: magnitudes of the bins to their mean in each band (triangles)."""
    middle = centres()
    bins = np.arange(BINS)[:, None]
    below = np.maximum(1.0, np.diff(middle, prepend=middle[0] - 1.0))
    above = np.maximum(1.0, np.diff(middle, append=middle[-1] + 1.0))
    away = bins - middle
    weights = np.maximum(0.0, 1.0 - np.where(away < 0, -away / below, away / above))
    return np.asarray(weights / weights.sum(axis=0), np.float32)


@cache
def spread() -> Floats:
    """Return weights [BANDS, BINS]: levels of the bands to the level of each bin, linear between centres."""
    middle, bins = centres(), np.arange(BINS)
    left = np.clip(np.searchsorted(middle, bins, side="right") - 1, 0, BANDS - 2)
    share = np.clip((bins - middle[left]) / (middle[left + 1] - middle[left]), 0.0, 1.0)
    weights = np.zeros((BANDS, BINS), np.float32)
    weights[left, bins] = 1.0 - share
    weights[left + 1, bins] += share
    return weights
