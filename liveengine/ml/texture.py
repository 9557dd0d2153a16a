"""Measures of the spectrum, its movement, its roughness and its rhythm. Runs on: worker processes."""

import numpy as np
import numpy.typing as npt

from liveengine.ml.onsets import ROWS_PER_SECOND
from liveengine.ml.spectrum import HOP, RATE, SIZE, Array, Spectrum, frequencies

Floats = npt.NDArray[np.float64]
_TINY = 1e-20


def spectral(spectrum: Spectrum) -> dict[str, float]:
    """Return measures of the long-term power spectrum: where the energy lies, how even it is."""
    hertz = frequencies().astype(np.float64)
    power = spectrum.power.sum(axis=0, dtype=np.float64) + _TINY
    power[0] = _TINY  # an offset is no sound
    share = power / power.sum()
    total = np.cumsum(share)
    centroid = float((hertz * share).sum())
    audible = share[1 : int(16_000 / RATE * SIZE)]
    octaves = np.log2(np.maximum(hertz, 20.0))
    middle = float((octaves * share).sum())
    return {
        "centroid_hz": centroid,
        "spread_oct": float(np.sqrt((share * (octaves - middle) ** 2).sum())),
        "rolloff_hz": float(hertz[np.searchsorted(total, 0.85)]),
        "flatness": float(np.exp(np.log(audible).mean()) / audible.mean()),
        "sub_ratio": _between(share, 0, 60),
        "low_ratio": _between(share, 0, 120),
        "lowmid_ratio": _between(share, 120, 500),
        "mid_ratio": _between(share, 500, 5_000),
        "high_ratio": _between(share, 5_000, RATE),
        "air_ratio": _between(share, 10_000, RATE),
        "tilt_db": _tilt(spectrum),
    }


def _between(share: Floats, low: float, high: float) -> float:
    """Return the share of energy from `low` to below `high` Hz; a bin counts by its overlap with the range."""
    width = RATE / SIZE
    edges = (np.arange(len(share)) - 0.5) * width
    overlap = np.clip((np.minimum(edges + width, high) - np.maximum(edges, low)) / width, 0.0, 1.0)
    return float((share * overlap).sum())


def _tilt(spectrum: Spectrum) -> float:
    """Return the slope of the long-term mel spectrum in dB per octave-like step of 8 bands; negative = dark."""
    mean = 10.0 * np.log10(spectrum.bands.mean(axis=0, dtype=np.float64) + 1e-12)
    heard = np.flatnonzero(mean > mean.max() - 60.0)
    if len(heard) < 4:
        return 0.0
    return float(np.polyfit(heard / 8.0, mean[heard], 1)[0])


def movement(spectrum: Spectrum) -> dict[str, float]:
    """Return how the spectrum changes: flux, the wandering of the centroid, harmonic against percussive."""
    loud = spectrum.power.sum(axis=1, dtype=np.float64)
    keep = loud > 1e-4 * max(loud.max(), _TINY)
    moment = (spectrum.power @ frequencies()).astype(np.float64)
    centroid = np.log2(np.maximum(moment / np.maximum(loud, _TINY), 40.0))[keep]
    weight = loud[keep] / max(loud[keep].sum(), _TINY)
    middle = float((centroid * weight).sum()) if len(weight) else 0.0
    slope = (
        np.polyfit(np.linspace(0.0, 1.0, len(centroid)), centroid, 1, w=np.sqrt(weight))
        if len(centroid) > 4
        else (0.0,)
    )
    return {
        "flux": _flux(spectrum.bands),
        "centroid_motion_oct": float(np.sqrt((weight * (centroid - middle) ** 2).sum())) if len(weight) else 0.0,
        "centroid_slope_oct": float(np.clip(slope[0], -6.0, 6.0)),
        "harmonic_ratio": harmonic_share(spectrum.bands),
    }


def _flux(bands: Array) -> float:
    """Return the mean change of the normalised mel spectrum over 46 ms, 0 (still) to 1."""
    step = 8
    if len(bands) <= step:
        return 0.0
    size = np.sqrt((bands**2).sum(axis=1, keepdims=True))
    keep = (size[:-step, 0] > 1e-4 * size.max()) & (size[step:, 0] > 1e-4 * size.max())
    unit = bands / np.maximum(size, _TINY)
    likeness = (unit[step:] * unit[:-step]).sum(axis=1)[keep]
    return float(np.clip(1.0 - likeness.mean(), 0.0, 1.0)) if len(likeness) else 0.0


def harmonic_share(bands: Array) -> float:
    """Return the share of energy that is steady in time rather than broad in frequency, 0..1.

    Median filters along time and along frequency (Fitzgerald, 2010) on the mel spectrum, soft masks.
    """
    rows = bands[:: max(2, len(bands) // 1_000)]
    level = np.sqrt(rows)
    steady, broad = _median(level, 15, 0), _median(level, 11, 1)
    mask = steady**2 / np.maximum(steady**2 + broad**2, _TINY)
    return float((mask * rows).sum() / max(float(rows.sum()), _TINY))


def _median(level: Array, width: int, axis: int) -> Array:
    pad = [(0, 0), (0, 0)]
    pad[axis] = (width // 2, width // 2)
    padded = np.pad(level, pad, mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, width, axis=axis)
    # The middle of a partial sort; np.median would sort twice as long.
    return np.asarray(np.partition(windows, width // 2, axis=-1)[..., width // 2])


def modulation(envelope: Floats, step_hz: float) -> dict[str, float]:
    """Return slow movement (0.5 to 16 Hz) and roughness (30 to 150 Hz) of the amplitude envelope.

    `modulation_depth` is the amplitude of the strongest line and its neighbours relative to the mean, `roughness` that
    of the fast part; both 0..1.
    """
    mean = float(envelope.mean())
    if len(envelope) < 32 or mean <= 1e-7:
        return {"modulation_hz": 0.0, "modulation_depth": 0.0, "roughness": 0.0}
    window = np.hanning(len(envelope))
    lines = np.abs(np.fft.rfft((envelope - mean) * window)) ** 2
    hertz = np.arange(len(lines)) * step_hz / len(envelope)
    slow = (
        (hertz >= 0.5) & (hertz <= 16.0) & (np.arange(len(lines)) >= 4)
    )  # four periods at least: one swell is no movement
    fast = (hertz >= 30.0) & (hertz <= 150.0)
    norm = mean**2 * (window**2).sum() * len(envelope) / 2.0
    found = {
        "modulation_hz": 0.0,
        "modulation_depth": 0.0,
        "roughness": float(min(1.0, np.sqrt(lines[fast].sum() / norm))),
    }
    if slow.any():
        best = int(np.flatnonzero(slow)[lines[slow].argmax()])
        found["modulation_hz"] = float(hertz[best])
        found["modulation_depth"] = float(min(1.0, np.sqrt(lines[max(best - 2, 0) : best + 3].sum() / norm)))
    return found


def rhythm(rise: Array, rows: npt.NDArray[np.int64], duration: float, beat: float | None) -> dict[str, float]:
    """Return density, evenness and swing of the onsets; `beat` is the length of a beat in seconds, if known."""
    found = {"onset_rate_hz": len(rows) / max(duration, 0.1), "regularity": _regularity(rise), "swing": 0.5}
    found["onset_strength_db"] = float(rise[rows].mean()) if len(rows) else 0.0
    if beat and len(rows) >= 6:
        phase = (rows / ROWS_PER_SECOND / beat) % 1.0
        off = (phase > 0.42) & (phase < 0.75)
        if off.sum() >= 2:
            found["swing"] = float(np.average(phase[off], weights=rise[rows[off]]))
    return found


def _regularity(rise: Array) -> float:
    """Return the highest autocorrelation of the onset strength at lags of 0.1 to 1.5 s, 0..1."""
    lags = slice(round(0.1 * RATE / HOP), min(round(1.5 * RATE / HOP), len(rise) * 2 // 3))
    centred = rise.astype(np.float64) - rise.mean()
    if lags.stop <= lags.start or not (energy := float((centred**2).sum())):
        return 0.0
    size = 2 * len(rise)
    found = np.fft.irfft(np.abs(np.fft.rfft(centred, size)) ** 2, size)[: len(rise)]
    found = found * len(rise) / (len(rise) - np.arange(len(rise))) / energy
    return float(np.clip(found[lags].max(), 0.0, 1.0))
