"""The onsets of a sound in three ranges of pitch, and how well they keep a beat. Runs on: worker processes."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from liveengine.ml.onsets import ROWS_PER_SECOND
from liveengine.ml.spectrum import FLOOR_DB, RATE, Array, Spectrum

Floats = npt.NDArray[np.float64]

RANGES = {"all": slice(0, 64), "low": slice(0, 2), "mid": slice(4, 30), "high": slice(44, 64)}  # mel bands
_QUIET = 10.0 ** (-60 / 20)  # below the peak: what is quieter at either end of a file is taken as silence
_MOST = 160  # onsets that are looked at, the strongest


@dataclass(frozen=True)
class Pulse:
    """What the tempo is decided by. `rise` is the onset strength per row in each of RANGES."""

    rise: dict[str, Array]
    times: Floats  # onsets in seconds, interpolated between rows
    weights: Floats  # their strength, the sum 1
    stress: dict[str, Floats]  # of each onset the share of each range, per range the sum 1
    duration: float  # seconds of the whole file
    start: float  # seconds: the sound begins
    end: float  # seconds: the sound ends


def follow(spectrum: Spectrum, rise: Array, rows: npt.NDArray[np.int64], duration: float) -> Pulse:
    """Return the pulse of a sound; `rise` is its onset strength, `rows` its onsets, `duration` in seconds."""
    parts = {name: _strength(spectrum.level[:, bands]) for name, bands in RANGES.items() if name != "all"}
    rows = np.sort(rows[np.argsort(-rise[rows], kind="stable")[:_MOST]])
    weights = rise[rows].astype(np.float64)
    stress = {name: _share(part[rows].astype(np.float64)) for name, part in parts.items()}
    loud = np.flatnonzero(np.abs(spectrum.mono) > _QUIET * max(float(np.abs(spectrum.mono).max(initial=0.0)), 1e-9))
    start, end = (float(loud[0]) / RATE, float(loud[-1] + 1) / RATE) if len(loud) else (0.0, duration)
    times = (rows + _between(rise, rows)) / ROWS_PER_SECOND
    return Pulse({"all": rise, **parts}, times, _share(weights), stress, duration, start, min(end, duration))


def _strength(level: Array) -> Array:
    before = np.concatenate([np.full((2, level.shape[1]), FLOOR_DB, np.float32), level[:-2]])[: len(level)]
    return np.asarray(np.maximum(level - before, 0.0).mean(axis=1, dtype=np.float32), np.float32)


def _share(values: Floats) -> Floats:
    total = float(values.sum())
    return values / total if total > 1e-9 else values


def _between(rise: Array, rows: npt.NDArray[np.int64]) -> Floats:
    """Return how far behind its row each onset's peak lies, -0.5..0.5."""
    if not len(rows):
        return np.zeros(0)
    padded = np.pad(rise.astype(np.float64), 1)
    left, middle, right = padded[rows], padded[rows + 1], padded[rows + 2]
    return np.asarray(np.clip(0.5 * (left - right) / np.minimum(left - 2.0 * middle + right, -1e-9), -0.5, 0.5))


def correlation(rise: Array, period: int) -> Floats:
    """Return the autocorrelation without the mean, 1 at lag 0, of a loop of `period` rows; 0 = of no loop."""
    centred = rise.astype(np.float64) - rise.mean()
    size = period or 2 * len(rise)
    if period:
        centred = (
            np.resize(centred[:period], period)
            if len(centred) >= period
            else np.pad(centred, (0, period - len(centred)))
        )
    found = np.fft.irfft(np.abs(np.fft.rfft(centred, size)) ** 2, size)[: period or len(rise)]
    if not period:
        found = found * len(rise) / np.maximum(len(rise) - np.arange(len(rise)), len(rise) / 4)
    top = float(found[0]) if len(found) else 0.0
    return np.asarray(found / top if top > 1e-9 else np.zeros_like(found))


def at(found: Floats, lags: Floats, circular: bool) -> Floats:
    """Return the autocorrelation at lags in rows, 0 beyond its end; a circular one goes round."""
    if not len(found):
        return np.zeros_like(lags)
    inside = np.mod(lags, len(found)) if circular else lags
    values = np.interp(inside, np.arange(len(found) + circular), np.append(found, found[:1]) if circular else found)
    return np.asarray(np.where(inside < len(found) * (1.0 if circular else 0.9), values, 0.0))


def coherence(times: Floats, weights: Floats, periods: Floats) -> npt.NDArray[np.complex128]:
    """Return for each period (seconds) the mean of the onsets' phases as a complex number, of length 0..1."""
    return _mean(_phases(times, periods), weights)


def agreement(times: Floats, weights: Floats, beats: Floats) -> Floats:
    """Return for each length of a beat how well the onsets keep beats, eighths and sixteenths, 0..3."""
    turned = _phases(times, beats)
    kept = np.zeros(len(beats))
    for _ in range(3):
        kept += np.abs(_mean(turned, weights))
        turned = turned * turned
    return kept


def _phases(times: Floats, periods: Floats) -> npt.NDArray[np.complex64]:
    turns = np.multiply.outer(1.0 / periods, times)
    angle = ((turns - np.rint(turns)) * (2.0 * np.pi)).astype(np.float32)
    return np.asarray(np.cos(angle) + 1j * np.sin(angle), np.complex64)


def _mean(turned: npt.NDArray[np.complex64], weights: Floats) -> npt.NDArray[np.complex128]:
    # A sum and no product of matrices: for so few numbers a BLAS spends its time on waking its threads.
    return np.asarray((turned * weights.astype(np.float32)).sum(axis=1), np.complex128)
