"""The pitch of a single sound. Runs on: worker processes."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import soxr

from liveengine.ml.spectrum import RATE, Array

_RATE = RATE // 2  # pitch needs no treble
_WINDOW = 1_024  # frames that are compared: 46 ms, two periods of 43 Hz
_LAGS = 800  # frames: 27.6 Hz
_SHORTEST = 9  # frames: 2.45 kHz
_CLEAR = 0.15  # Yin's threshold: the first dip below it is the period
_ROWS = 240  # at most so many windows, whatever the length
_VOICED = 0.75  # confidence from which a window counts as pitched


@dataclass(frozen=True)
class Pitch:
    """The course of the fundamental."""

    hertz: float  # median over the pitched windows, weighted by energy; 0 = no pitch
    confidence: float  # 0..1: the energy-weighted periodicity
    fall: float  # semitones from the first pitched windows to the last ones; positive = it falls
    spread: float  # semitones: weighted standard deviation around the median
    voiced: float  # share of the energy that lies in pitched windows, 0..1

    @property
    def note(self) -> int | None:
        """Return the nearest MIDI note, None without a pitch."""
        return round(69.0 + 12.0 * np.log2(self.hertz / 440.0)) if self.hertz > 0.0 else None


def track(mono: Array) -> Pitch:
    """Return the pitch of a sound at RATE, after Yin (de Cheveigné and Kawahara, 2002)."""
    low = np.asarray(soxr.resample(mono, RATE, _RATE, quality="LQ"), np.float32)
    low = np.pad(low, (0, max(0, _WINDOW + _LAGS - len(low)) + 1))
    hop = max(128, (len(low) - _WINDOW - _LAGS) // _ROWS)
    blocks = np.lib.stride_tricks.sliding_window_view(low, _WINDOW + _LAGS)[::hop]
    energy = (blocks[:, :_WINDOW].astype(np.float64) ** 2).sum(axis=1)
    loud = energy > 1e-4 * max(float(energy.max()), 1e-12)
    if not loud.any() or float(energy.max()) < 1e-9:
        return Pitch(0.0, 0.0, 0.0, 0.0, 0.0)
    period, clarity = _periods(_dips(blocks[loud].astype(np.float64)))
    return _summary(_RATE / period, clarity, energy[loud])


def _dips(blocks: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return Yin's cumulative mean normalised difference [rows, _LAGS]."""
    size = 2_048
    head = np.fft.rfft(blocks[:, :_WINDOW], size, axis=1)
    cross = np.fft.irfft(np.conj(head) * np.fft.rfft(blocks, size, axis=1), size, axis=1)[:, :_LAGS]
    total = np.concatenate([np.zeros((len(blocks), 1)), np.cumsum(blocks**2, axis=1)], axis=1)
    energy = total[:, _WINDOW : _WINDOW + _LAGS] - total[:, :_LAGS]
    difference = np.maximum(energy[:, :1] + energy - 2.0 * cross, 0.0)
    mean = np.cumsum(difference, axis=1) / np.maximum(np.arange(_LAGS), 1)
    dips = difference / np.maximum(mean, 1e-12)
    dips[:, 0] = 1.0
    return np.asarray(dips)


def _periods(dips: npt.NDArray[np.float64]) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return each row's period in frames (interpolated) and its clarity 0..1."""
    inner = dips[:, _SHORTEST:-1]
    valley = (inner <= dips[:, _SHORTEST - 1 : -2]) & (inner < dips[:, _SHORTEST + 1 :])
    clear = valley & (inner < _CLEAR)
    deepest = np.where(valley, inner, np.inf).argmin(axis=1)
    lag = np.where(clear.any(axis=1), clear.argmax(axis=1), deepest) + _SHORTEST
    rows = np.arange(len(dips))
    left, centre, right = dips[rows, lag - 1], dips[rows, lag], dips[rows, lag + 1]
    shift = 0.5 * (left - right) / np.maximum(left - 2.0 * centre + right, 1e-9)
    return lag + np.clip(shift, -0.5, 0.5), np.clip(1.0 - centre, 0.0, 1.0)


def _summary(
    hertz: npt.NDArray[np.float64], clarity: npt.NDArray[np.float64], energy: npt.NDArray[np.float64]
) -> Pitch:
    share = energy / energy.sum()
    confidence = float((share * clarity).sum())
    pitched = clarity > _VOICED
    if not pitched.any():
        return Pitch(0.0, confidence, 0.0, 0.0, 0.0)
    notes, weight = 12.0 * np.log2(hertz[pitched]), share[pitched] / share[pitched].sum()
    order = np.argsort(notes)
    middle = float(notes[order][np.searchsorted(np.cumsum(weight[order]), 0.5)])
    edge = max(1, len(notes) // 6)
    fall = float(np.median(notes[:edge]) - np.median(notes[-edge:]))
    spread = float(np.sqrt((weight * (notes - middle) ** 2).sum()))
    return Pitch(float(2.0 ** (middle / 12.0)), confidence, fall, spread, float(share[pitched].sum()))
