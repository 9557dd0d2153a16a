"""One short-time spectrum that every measurement shares. Runs on: worker processes."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
from scipy.fft import rfft  # several rows at a time: three times as fast as NumPy's on float32

Array = npt.NDArray[np.float32]

RATE = 44_100  # frames per second: everything is measured at this rate, so that figures compare between files
SIZE, HOP = 1_024, 256  # frames: 43 Hz and 5.8 ms
BANDS = 64  # mel bands
RANGE_HZ = 27.5, 20_000.0  # of the mel bands: from the lowest A of a piano to the end of hearing
MEL_HZ, LINEAR_HZ, STEP = 200 / 3, 1_000.0, np.log(6.4) / 27  # a mel below LINEAR_HZ; the logarithm of one above
TONAL_SIZE, TONAL_HOP = 8_192, 2_048  # frames: 5.4 Hz and 46 ms
FLOOR_DB = -70.0  # below the loudest band: what is quieter is taken as silence


@dataclass(frozen=True)
class Spectrum:
    """Spectra of a mono sound at RATE; row t is centred on frame t * HOP."""

    mono: Array  # [frames]
    power: Array  # [rows, SIZE // 2 + 1]: squared magnitude, a full-scale sine has 1 at its bin
    bands: Array  # [rows, BANDS]: power in mel bands
    level: Array  # [rows, BANDS]: bands in dB below the loudest band of the sound, FLOOR_DB..0

    @property
    def rows(self) -> int:
        """Return the number of spectra."""
        return int(self.power.shape[0])


def measure(mono: Array) -> Spectrum:
    """Return the spectra of a sound at RATE."""
    power = stft(mono, SIZE, HOP) ** 2
    bands = power @ mel(SIZE)
    return Spectrum(mono, power, bands, decibels(bands))


def decibels(power: Array) -> Array:
    """Return powers in dB relative to the greatest one, not below FLOOR_DB."""
    top = float(power.max(initial=0.0))
    if top <= 0.0:
        return np.full(power.shape, FLOOR_DB, np.float32)
    level: Array = 10.0 * np.log10(np.maximum(power / top, 10.0 ** (FLOOR_DB / 10.0)))
    return level


def stft(mono: Array, size: int, hop: int) -> Array:
    """Return magnitudes [1 + frames // hop, size // 2 + 1] (Hann window, zeros beyond both ends)."""
    padded = np.pad(mono, (size // 2, size // 2))
    blocks = np.lib.stride_tricks.sliding_window_view(padded, size)[::hop]
    window = hann(size)
    out = np.empty((len(blocks), size // 2 + 1), np.float32)
    step = max(1, (1 << 20) // size)  # some MiB at a time: a long file needs no copy of all its windows
    for at in range(0, len(blocks), step):
        out[at : at + step] = np.abs(rfft(blocks[at : at + step] * window, axis=1))
    return out


@cache
def hann(size: int) -> Array:
    """Return a Hann window scaled so that a full-scale sine gives a magnitude of 1."""
    window = 0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(size) / size)
    return np.asarray(window * (2.0 / window.sum()), np.float32)


@cache
def mel(size: int) -> Array:
    """Return the weights [size // 2 + 1, BANDS] of triangular mel bands with a height of 1.

    The scale is that of M. Slaney, "Auditory Toolbox" (1998): linear to 1 kHz, logarithmic above. librosa has the same
    weights to the last bit, but each worker would load it for these alone: 1 s, and 18 s where numba has to compile it.
    """
    lowest, highest = RANGE_HZ
    knee = LINEAR_HZ / MEL_HZ
    mels = np.linspace(lowest / MEL_HZ, knee + np.log(highest / LINEAR_HZ) / STEP, BANDS + 2)
    edges = np.where(mels < knee, MEL_HZ * mels, LINEAR_HZ * np.exp(STEP * (mels - knee)))
    bins, widths = np.fft.rfftfreq(size, 1.0 / RATE)[:, None], np.diff(edges)
    sides = np.minimum((bins - edges[:-2]) / widths[:-1], (edges[2:] - bins) / widths[1:])
    return np.ascontiguousarray(np.maximum(sides, 0.0), np.float32)


def frequencies(size: int = SIZE) -> Array:
    """Return the centre frequency of each bin in Hz."""
    return np.arange(size // 2 + 1, dtype=np.float32) * (RATE / size)
