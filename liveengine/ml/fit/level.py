"""Loudness, peak and offset of a finished sound. Runs on: worker processes."""

import numpy as np
import numpy.typing as npt
from scipy.signal import butter, resample_poly, sosfilt

from liveengine.sound.loudness import loudness
from liveengine.units import gain_of, level_of

Samples = npt.NDArray[np.float32]

CEILING_DB = -1.2  # dBFS, true peak: what 4 times the rate does not see stays below -1
USUAL = -16.0  # LUFS
# As loud as a stem of the starter kit is, in LUFS; a peak may ask for less.
LOUDNESS = {
    "kick": -14.0, "snare": -18.0, "hihat": -21.0, "percussion": -18.0, "drums": -14.0, "bass": -15.5, "synth": -14.5,
    "vocal": -13.5, "fx": -14.0, "atmo": -17.5,
}  # fmt: skip
LOWEST_HZ = 16.0  # what is slower is an offset
_OVER = 4
_EDGE = 64  # frames beyond the sound, for the filter


def levelled(sound: Samples, rate: int, category: str, loops: bool) -> Samples:
    """Return the sound [channels, frames] at its category's loudness, below CEILING_DB, without an offset."""
    flat = without_offset(sound, rate, loops)
    wanted = LOUDNESS.get(category, USUAL) - loudness(flat, rate)
    most = CEILING_DB - level_of(max(true_peak(flat, loops), 1e-9))
    made: Samples = flat * np.float32(gain_of(min(wanted, most)))
    return made


def without_offset(sound: Samples, rate: int, loops: bool) -> Samples:
    """Return the sound [channels, frames] without what is slower than LOWEST_HZ; a loop is filtered going round."""
    if not loops:
        made: Samples = sosfilt(butter(2, LOWEST_HZ, "high", fs=rate, output="sos"), sound).astype(np.float32)
        return made
    spectrum = np.fft.rfft(sound, axis=1)
    slow = (np.fft.rfftfreq(sound.shape[1], 1.0 / rate) / LOWEST_HZ) ** 4
    flat: Samples = np.fft.irfft(spectrum * (slow / (1.0 + slow)), sound.shape[1], axis=1).astype(np.float32)
    return flat


def true_peak(sound: Samples, loops: bool) -> float:
    """Return the greatest value between the samples too, at 4 times the rate (ITU-R BS.1770, annex 2)."""
    edge = min(_EDGE, sound.shape[1]) if loops else 0
    heard = np.concatenate([sound[:, sound.shape[1] - edge :], sound, sound[:, :edge]], axis=1) if edge else sound
    over = np.abs(resample_poly(heard, _OVER, 1, axis=1))
    return max(float(over.max(initial=0.0)), float(np.abs(sound).max(initial=0.0)))
