"""A variation as loud as its original, and no louder at its peaks than it may be. Runs on: worker processes; pure."""

import numpy as np
from scipy.ndimage import minimum_filter1d, uniform_filter1d

from liveengine.ml.mutate.wish import Samples
from liveengine.sound.loudness import SILENCE, loudness

NEAR = 0.5  # LU: so close is as loud
TRIES = 3  # what is limited is quieter, and is raised again
CEILING = 0.97  # of a sample, unless the original has louder ones
MOST_DB = 24.0  # that a variation is raised or lowered
HOLD_S = 0.004  # a peak is lowered with what surrounds it


def fitted(sound: Samples, original: Samples, rate: int, around: bool) -> Samples:
    """Return a variation [channels, frames] within 1 dB of its original's loudness (ITU-R BS.1770).

    Its samples are at most 0.97, or as loud as the original's loudest.
    What is silent, or not finite, is replaced by the original itself: nothing else could be heard in its place.
    """
    if not np.isfinite(sound).all():
        return original
    wanted, ceiling = loudness(original, rate), max(CEILING, float(np.abs(original).max(initial=0.0)))
    made = sound
    for _ in range(TRIES):
        apart = wanted - loudness(made, rate)
        if wanted > SILENCE and loudness(made, rate) <= SILENCE:
            return original
        if abs(apart) <= NEAR and np.abs(made).max(initial=0.0) <= ceiling:
            break
        made = limited(made * np.float32(10.0 ** (np.clip(apart, -MOST_DB, MOST_DB) / 20.0)), ceiling, rate, around)
    return made


def limited(sound: Samples, ceiling: float, rate: int, around: bool) -> Samples:
    """Return a sound [channels, frames] of samples up to `ceiling`; a peak and 4 ms around it are lowered together."""
    peak = np.abs(sound).max(axis=0)
    if float(peak.max(initial=0.0)) <= ceiling:
        return sound
    reach = max(3, round(HOLD_S * rate) | 1)
    mode = "wrap" if around else "nearest"
    gain = np.minimum(1.0, ceiling / np.maximum(peak, 1e-9))
    gain = uniform_filter1d(minimum_filter1d(gain, reach, mode=mode), reach, mode=mode)
    made: Samples = np.clip(sound * gain, -ceiling, ceiling).astype(np.float32)
    return made
