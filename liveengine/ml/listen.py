"""Everything that is measured once and used by several: spectra, envelope, onsets, pitch. Runs on: worker processes."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import soxr

from liveengine.ml import key, onsets, pitch, pulse, shape, spectrum
from liveengine.ml.spectrum import RATE, Array

SECONDS = 90.0  # of a longer sound the loudest so many seconds are measured


@dataclass(frozen=True)
class Sound:
    """A sound at RATE with what was measured on it."""

    stereo: Array  # [1 or 2, frames]
    start: float  # seconds into the file at which the measured part begins; 0 but for long files
    spectrum: spectrum.Spectrum
    shape: shape.Shape
    rise: Array  # onset strength per row of the spectrum
    onsets: npt.NDArray[np.int64]  # rows
    tones: key.Peaks
    pitch: pitch.Pitch
    pulse: pulse.Pulse

    def times(self) -> list[float]:
        """Return the onsets in seconds from the start of the measured part."""
        return [float(row) / onsets.ROWS_PER_SECOND for row in self.onsets]


def listen(samples: Array, rate: int) -> Sound:
    """Return a sound [1 or 2, frames] at `rate` with its measurements."""
    start, part = _loudest(samples, rate)
    stereo = _all_at_rate(part, rate)
    mono = _middle(stereo)
    found = spectrum.measure(mono)
    rise = onsets.strength(found)
    tones = key.peaks(spectrum.stft(mono, spectrum.TONAL_SIZE, spectrum.TONAL_HOP))
    rows = onsets.pick(rise)
    beats = pulse.follow(found, rise, rows, samples.shape[1] / rate)
    return Sound(stereo, start, found, shape.trace(mono), rise, rows, tones, pitch.track(mono), beats)


def mono(samples: Array, rate: int) -> Array:
    """Return the mono sound at RATE that `listen` measures."""
    return _middle(_all_at_rate(_loudest(samples, rate)[1], rate))


def _all_at_rate(samples: Array, rate: int) -> Array:
    return samples if rate == RATE else np.stack([_at_rate(row, rate) for row in samples])


def _middle(stereo: Array) -> Array:
    """Return the mean of the channels, or the left one where they cancel out: one side says what the sound is."""
    middle: Array = stereo.mean(axis=0, dtype=np.float32)
    return middle if stereo.shape[0] == 1 or _survives_mono(stereo, middle) else stereo[0]


def _at_rate(row: Array, rate: int) -> Array:
    return np.asarray(soxr.resample(row, rate, RATE, quality="MQ"), np.float32)


def _survives_mono(stereo: Array, mono: Array) -> bool:
    return bool(np.vdot(mono, mono) > 1e-3 * np.vdot(stereo[0], stereo[0]))


def _loudest(samples: Array, rate: int) -> tuple[float, Array]:
    """Return the start in seconds and the samples of the loudest SECONDS, to a second."""
    seconds = samples.shape[1] // rate
    if seconds <= SECONDS:
        return 0.0, samples
    energy = np.array([float(np.vdot(part, part)) for part in np.split(samples[:, : seconds * rate], seconds, axis=1)])
    total = np.concatenate([[0.0], np.cumsum(energy)])
    length = int(SECONDS)
    start = int(np.argmax(total[length:] - total[:-length]))
    return float(start), samples[:, start * rate : (start + length) * rate]
