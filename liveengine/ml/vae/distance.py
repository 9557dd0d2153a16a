"""How far apart two sounds are to a spectrum: the log-spectral distance. Runs on: worker processes."""

import numpy as np
import numpy.typing as npt

from liveengine.ml.vae import bands, columns, representation
from liveengine.ml.vae.bands import WINDOW
from liveengine.ml.vae.form import Floats, Spectrum

HOP = 512  # frames
FLOOR_DB = -80.0  # below the loudest bin of the sound that is compared with


def spectra(mono: Floats) -> Floats:
    """Return magnitudes [rows, bins] of a sound [frames]; a row is centred on every HOP-th frame."""
    padded = np.pad(mono, (WINDOW // 2, WINDOW // 2))
    blocks = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP]
    made: Floats = np.abs(np.fft.rfft(blocks * representation.window(), axis=1)).astype(np.float32)
    return made


def apart(true: Floats, made: Floats) -> float:
    """Return the distance of magnitudes [rows, bins] in dB: the mean over rows of the root of the mean square.

    Levels count from FLOOR_DB below the loudest bin of `true` on; the shorter one says how many rows are compared.
    """
    rows = min(len(true), len(made))
    top = max(float(true.max(initial=0.0)), 1e-9)
    one, other = (_levels(table[:rows], top) for table in (true, made))
    return float(np.sqrt(((one - other) ** 2).mean(axis=1)).mean())


def _levels(table: Floats, top: float) -> npt.NDArray[np.float64]:
    return np.maximum(20.0 * np.log10(np.maximum(table, 1e-12) / top), FLOOR_DB)


def mean_of(picture: Floats, spectrum: Spectrum) -> Floats:
    """Return magnitudes [rows, bins] of the mean picture [layers, bands, columns] in the form of a sound.

    As levels, without phases: the most favourable that a mean can be heard.
    """
    pictures = np.repeat(picture[None], spectrum.form.bars, axis=0)
    made = representation.magnitudes(Spectrum(pictures, spectrum.form, spectrum.level_db))[0]
    assert made.shape[1] == bands.BINS
    found: Floats = made[:: HOP // columns.HOP]
    return found
