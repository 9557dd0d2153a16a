"""Where sounds begin. Runs on: worker processes."""

import numpy as np
import numpy.typing as npt

from liveengine.ml.spectrum import FLOOR_DB, HOP, RATE, Array, Spectrum

_REACH = 2  # rows: a rise over 11.6 ms
_LEAST_DB = 2.5  # mean rise over the bands that an onset has at least
_APART = round(0.030 * RATE / HOP)  # rows: two onsets closer than 30 ms are one
_AROUND = round(0.12 * RATE / HOP)  # rows: an onset stands out from its surroundings of 0.12 s on each side
_EDGE = 3  # rows: half a window
_RISE = 64  # frames of energy compared before and after, when an onset is refined
_SINCE = 480  # frames before it whose mean energy it must rise above likewise: else an attack's second half would win
ROWS_PER_SECOND = RATE / HOP


def strength(spectrum: Spectrum) -> Array:
    """Return the onset strength per row: the mean rise of all mel bands in dB over 11.6 ms, falls not counted.

    The spectral flux of Bello et al. (2005) on a dB scale; before the first row there is silence.
    """
    level = np.concatenate([np.full((_REACH, spectrum.level.shape[1]), FLOOR_DB, np.float32), spectrum.level])
    rise = np.maximum(level[_REACH:] - level[:-_REACH], 0.0).mean(axis=1, dtype=np.float32)
    return np.asarray(rise, np.float32)


def pick(rise: Array) -> npt.NDArray[np.int64]:
    """Return the rows at which sounds begin: local peaks that stand out from their surroundings."""
    if len(rise) < 3:
        return np.flatnonzero(rise[:1] > _LEAST_DB).astype(np.int64)
    padded = np.pad(rise, _APART, mode="constant")
    highest = np.lib.stride_tricks.sliding_window_view(padded, 2 * _APART + 1).max(axis=1)
    total = np.concatenate([[0.0], np.cumsum(np.pad(rise, _AROUND, mode="constant"), dtype=np.float64)])
    mean = (total[2 * _AROUND + 1 :] - total[: -2 * _AROUND - 1]) / (2 * _AROUND + 1)
    found = np.flatnonzero((rise >= highest) & (rise > mean * 1.3 + _LEAST_DB))
    found = found[np.diff(found, prepend=-_APART) >= _APART]  # of a plateau only its first row
    # The windows of the last rows reach beyond the end: a held sound that is cut off there seems to click.
    return found[(found < len(rise) - _EDGE) | (found < _EDGE)].astype(np.int64)


def refine(rows: npt.NDArray[np.int64], mono: Array, rate: int) -> list[int]:
    """Return the frame in `mono` (at `rate`) at which each onset's energy rises most, ascending, without doubles.

    The energy of the differences from sample to sample: a hat over a bass line is found where the hat begins.
    """
    mono = np.diff(mono, prepend=np.float32(0.0))
    found: list[int] = []
    for row in rows:
        centre = round(int(row) * HOP * rate / RATE)
        frame = _steepest(mono, max(0, centre - round(0.018 * rate)), min(len(mono), centre + round(0.012 * rate)))
        if not found or frame > found[-1]:
            found.append(frame)
    return found


def _steepest(mono: Array, first: int, last: int) -> int:
    """Return the frame in [first, last) with the greatest ratio of energy after it to energy before it."""
    start = first - _SINCE
    part = mono[max(start, 0) : last + _RISE].astype(np.float64)
    part = np.pad(part, (max(-start, 0), _RISE))
    total = np.concatenate([[0.0], np.cumsum(part * part)])
    index = np.arange(_SINCE, _SINCE + max(last - first, 1))
    after, before = total[index + _RISE] - total[index], total[index] - total[index - _RISE]
    before = np.maximum(before, (total[index] - total[index - _SINCE]) * (_RISE / _SINCE))
    ratio = (after + (floor := 1e-3 * after.max() + 1e-12)) / (before + floor)
    # Of equals the last: a single click is "after" for the whole window length before it.
    return first + int(len(ratio) - 1 - np.argmax(ratio[::-1]))
