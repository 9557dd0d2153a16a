"""The weights of the windowed-sinc interpolator. Runs on: supervisor, offline.

A frame between two samples is the sum of the `TAPS` samples around it, weighted by a sinc under a Kaiser window that
lies on the frame's exact place. The weights are computed for `PHASES` places between two samples, and lines between
them leave an error below -100 dB. Played at its own rate or slower a buffer keeps all that is below 0.42 of its rate
(20 kHz at 48 kHz), and its images above 0.58 lie 80 dB lower. Played faster, what would come out above half the
engine's rate has to go first: for that there is a set of weights for every quarter of an octave.

J. F. Kaiser, "Nonrecursive digital filter design using the I0-sinh window function", 1974; J. O. Smith, "Digital Audio
Resampling Home Page", 2002.
"""

import functools

import numpy as np
import numpy.typing as npt

TAPS = 32  # samples: the one under the playhead, 15 before it and 16 after it
PHASES = 256
SETS = 9  # up to 4 source frames per frame; faster ones use the last set
SET_WEIGHTS = (PHASES + 1) * TAPS
_PER_OCTAVE = 4
BETA = 8.1  # 82 dB


@functools.cache
def weights() -> npt.NDArray[np.float32]:
    """Return all weights: float32[SETS * (PHASES + 1) * TAPS], those of one place side by side, adding up to 1."""
    place = np.arange(PHASES + 1)[:, None] / PHASES
    away = np.arange(1 - TAPS // 2, 1 + TAPS // 2) - place  # samples from the frame to each sample
    window = np.i0(BETA * np.sqrt(np.maximum(1.0 - (away / (TAPS / 2)) ** 2, 0.0)))
    ratio = fastest(np.arange(SETS))[:, None, None]
    sets = np.sinc(away / ratio) * window
    sets /= sets.sum(axis=2, keepdims=True)
    return sets.astype(np.float32).ravel()


def fastest(number: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Return the most source frames per frame for which a set is meant."""
    return 2.0 ** (number / _PER_OCTAVE)
