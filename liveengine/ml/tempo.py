"""Tempo from onsets, refined by the length of a loop. Runs on: worker processes.

An onset envelope alone gives a tempo that is good to a few per cent and may be half or double. A loop that was cut on
the beat has a whole number of beats, so its exact tempo is 60 * beats / duration for one of a few numbers of beats; the
envelope only has to say which one.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from liveengine.ml.onsets import ROWS_PER_SECOND, pick
from liveengine.ml.spectrum import Array

SLOWEST, FASTEST = 60.0, 200.0  # beats per minute that are looked for
_MIDDLE, _WIDTH = 122.0, 0.55  # the tempo people tap (log-normal), and its width in octaves
_BEATS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 512, 1024)
_NEAR = 0.04  # a loop length that differs less than 4 % from the estimate confirms it


@dataclass(frozen=True)
class Tempo:
    """One candidate."""

    bpm: float
    source: str  # onsets | length
    confidence: float  # 0..1
    beats: int | None = None  # of the whole loop, for source "length"


def candidates(rise: Array, duration: float, seamless: bool) -> list[Tempo]:
    """Return the candidates, best first: for a seamless loop those that its length allows, and what the onsets say.

    `rise` is the onset strength per row, `duration` the exact length in seconds. Empty when there is no pulse and no
    loop.
    """
    measured = _from_onsets(rise)
    lengths = _from_length(rise, duration, measured) if seamless else []
    found = list(lengths)
    if measured:
        # A loop is cut on the beat: a pulse that does not fill it (three sixteenths, say) is no beat, and one that does
        # is known more exactly by the length.
        most = 0.9 * max((t.confidence for t in lengths), default=1.0)
        found.append(replace(measured, confidence=round(min(measured.confidence, most), 3)))
    return sorted(found, key=lambda tempo: -tempo.confidence)


def _autocorrelation(rise: Array, circular: bool) -> npt.NDArray[np.float64]:
    """Return the autocorrelation of the envelope without its mean, 1 at lag 0; `circular` for a loop."""
    centred = rise.astype(np.float64) - rise.mean()
    size = len(rise) if circular else 2 * len(rise)
    spectrum = np.fft.rfft(centred, size)
    found = np.fft.irfft(np.abs(spectrum) ** 2, size)[: len(rise)]
    if not circular:
        found = found * len(rise) / np.maximum(len(rise) - np.arange(len(rise)), len(rise) / 4)
    top = float(found[0])
    return np.asarray(found / top if top > 1e-9 else np.zeros_like(found))


def prior(bpm: npt.NDArray[np.float64] | float) -> npt.NDArray[np.float64]:
    """Return how likely a tempo is before anything is heard, 1 at 122 beats per minute."""
    return np.asarray(np.exp(-0.5 * (np.log2(np.asarray(bpm) / _MIDDLE) / _WIDTH) ** 2))


def _from_onsets(rise: Array) -> Tempo | None:
    """Return the tempo whose period and its multiples the envelope repeats best; None without a pulse."""
    period_max = 60.0 / SLOWEST * ROWS_PER_SECOND
    if len(rise) < 2.0 * period_max:
        return None
    correlation = _autocorrelation(rise, circular=False)
    grid = np.geomspace(SLOWEST, FASTEST, 800)
    score = _pulse(correlation, grid, (0.5, 1, 2, 3, 4)) * prior(grid)
    coarse = float(grid[int(score.argmax())])
    # The same over as many beats as the sound has: the longer the lever, the finer the tempo.
    multiples = tuple(range(1, max(2, int(len(rise) * 0.75 / (60.0 / coarse * ROWS_PER_SECOND)))))
    fine = coarse * np.linspace(0.97, 1.03, 601)
    best = float(fine[int(_pulse(correlation, fine, multiples).argmax())])
    confidence = float(_pulse(correlation, np.array([best]), (1, 2))[0])
    return Tempo(round(best, 2), "onsets", round(min(max(confidence, 0.0), 0.8), 3)) if confidence > 0.05 else None


def _pulse(
    correlation: npt.NDArray[np.float64], bpm: npt.NDArray[np.float64], multiples: tuple[float, ...]
) -> npt.NDArray[np.float64]:
    """Return the mean autocorrelation at `multiples` of each tempo's beat; lags beyond the sound are left out."""
    lags = np.multiply.outer(60.0 / bpm * ROWS_PER_SECOND, np.asarray(multiples, np.float64))
    inside = lags < len(correlation) * 0.9
    values = np.interp(lags, np.arange(len(correlation)), correlation)
    return np.asarray((values * inside).sum(axis=1) / np.maximum(inside.sum(axis=1), 1))


def _from_length(rise: Array, duration: float, measured: Tempo | None) -> list[Tempo]:
    """Return the tempi that give the loop a whole number of beats, scored by likelihood."""
    found: list[tuple[float, Tempo]] = []
    correlation = _autocorrelation(rise, circular=True)
    onsets = len(pick(rise))
    for beats in _BEATS:
        bpm = 60.0 * beats / duration
        if not SLOWEST <= bpm <= FASTEST:
            continue
        lag = len(rise) / beats
        pulse = float(np.interp([lag, lag / 2, lag * 2 % len(rise)], np.arange(len(rise)), correlation).clip(0).mean())
        weight = float(prior(bpm)) * (0.25 + pulse)
        weight *= 1.0 if beats & (beats - 1) == 0 else 0.45  # loops of three beats or three bars are rare
        weight *= 1.0 + 0.8 * roundness(bpm)
        weight *= _density(onsets / beats)
        if measured and abs(bpm / measured.bpm - 1.0) < _NEAR:
            weight *= 1.0 + 2.0 * measured.confidence
        found.append((weight, Tempo(round(bpm, 3), "length", 0.0, beats)))
    total = sum(weight for weight, _ in found)
    return [Tempo(t.bpm, t.source, round(0.95 * weight / total, 3), t.beats) for weight, t in found if total > 0.0]


def _density(onsets_per_beat: float) -> float:
    """Return how likely so many onsets per beat are: 1 at 2.7 (hats in eighths, some sixteenths); 1 for few."""
    if onsets_per_beat < 1.0:
        return 1.0  # a pad or a sparse pattern: no evidence
    return float(np.exp(-0.5 * (np.log2(onsets_per_beat / 2.7) / 0.8) ** 2))


def roundness(bpm: float) -> float:
    """Return 1 for a whole number of beats per minute, falling to 0 at a distance of 0.05."""
    return max(0.0, 1.0 - abs(bpm - round(bpm)) / 0.05)
