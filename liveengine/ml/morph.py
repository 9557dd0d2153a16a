"""Two pictures make one: the rhythm of one sound with the timbre of another. Runs on: worker processes.

A picture is taken apart into its envelope (how loud each column is, the side beside the middle included) and the
spectrum of each column. `hybrid` keeps the first and mixes the second in dB; `between` moves its energy along the bands
as little as need be (optimal transport): halfway from a kick to a hi-hat lies a tom, not both at once.
"""

import numpy as np
import numpy.typing as npt

from liveengine.ml.latents import around
from liveengine.ml.vae.bands import BANDS
from liveengine.ml.vae.form import Floats, Form, Spectrum

RANGE = 80.0  # dB from level 0 to level 1
SILENT = -77.0  # dB: a column whose mean is below stays empty
QUANTILES = 384
_LN10 = float(np.log(10.0))


def hybrid(structure: Spectrum, timbre: Spectrum, amount: float) -> Spectrum:
    """Return the rhythm of one with the timbre partly of the other: 0 = none of it, 1 = all."""
    loud, own = _apart(structure.levels)
    other = _following(timbre, structure.form)
    return _together(loud, own + np.float32(amount) * (other - own), structure)


def between(one: Spectrum, other: Spectrum, amount: float) -> Spectrum:
    """Return the rhythm of one with spectra that lie at `amount` of the way to those of the other."""
    loud, own = _apart(one.levels)
    towards = _following(other, one.form)
    made = np.empty_like(own)
    for index in np.ndindex(own.shape[:2]):
        made[index] = _moved(_power(own[index]), _power(towards[index]), amount)
    return _together(loud, made, one)


def _power(decibels: Floats) -> npt.NDArray[np.float64]:
    return np.exp(decibels.astype(np.float64) * (_LN10 / 10.0))


def _apart(levels: Floats) -> tuple[Floats, Floats]:
    """Return the envelope [bars, layers, 1, columns] and the spectra [bars, layers, bands, columns] over it, in dB."""
    decibels = (levels - 1.0) * np.float32(RANGE)
    loud = 10.0 * np.log10(_power(decibels).mean(axis=2, keepdims=True))
    return loud.astype(np.float32), (decibels - loud).astype(np.float32)


def _together(loud: Floats, spectra: Floats, like: Spectrum) -> Spectrum:
    """Return the picture of an envelope and spectra, whatever power these have, as loud as it was."""
    spectra = spectra - 10.0 * np.log10(_power(spectra).mean(axis=2, keepdims=True)).astype(np.float32)
    levels = np.clip(1.0 + (loud + spectra) / np.float32(RANGE), 0.0, 1.0).astype(np.float32)
    levels *= loud > SILENT
    levels[:, like.form.channels :] = 0.0
    return Spectrum(levels, like.form, like.level_db)


def _following(timbre: Spectrum, form: Form) -> Floats:
    """Return the spectra of a picture, bar by bar in another form; where it is quiet, its mean spectrum."""
    loud, spectra = _apart(timbre.levels)
    power = _power(loud + spectra)
    mean = 10.0 * np.log10(power.sum(axis=(0, 3)) / power.sum(axis=(0, 2, 3))[:, None] * BANDS + 1e-9)
    share = np.clip((loud - loud.max() + 40.0) / 20.0, 0.0, 1.0)
    followed = (share * spectra + (1.0 - share) * mean[None, :, :, None]).astype(np.float32)
    if form.channels > timbre.form.channels:
        followed[:, 1] = followed[:, 0]
    return around(followed, form.bars)


def _moved(one: npt.NDArray[np.float64], other: npt.NDArray[np.float64], amount: float) -> npt.NDArray[np.float64]:
    """Return in dB the spectra [bands, columns] whose energy has gone `amount` of the way, by displacement."""
    bands, columns = one.shape
    at = (np.arange(QUANTILES) + 0.5) / QUANTILES
    made = np.zeros((bands, columns))
    for column in range(columns):
        place = (1.0 - amount) * _quantiles(one[:, column], at) + amount * _quantiles(other[:, column], at)
        left = np.clip(place.astype(np.int64), 0, bands - 2)
        share = np.clip(place - left, 0.0, 1.0)
        made[:, column] = np.bincount(left, 1.0 - share, bands) + np.bincount(left + 1, share, bands)
    kernel = np.array([0.25, 0.5, 0.25])
    smooth = np.apply_along_axis(lambda line: np.convolve(line, kernel, "same"), 0, made)
    floor = (1.0 - amount) * one / one.sum(axis=0) + amount * other / other.sum(axis=0)
    return np.asarray(10.0 * np.log10(smooth / smooth.sum(axis=0) + 1e-3 * floor + 1e-12))


def _quantiles(power: npt.NDArray[np.float64], at: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the bands below which these shares of a spectrum's energy lie."""
    total = np.concatenate([[0.0], np.cumsum(power)])
    return np.asarray(np.interp(at, total / max(float(total[-1]), 1e-30), np.arange(len(total)) - 0.5))
