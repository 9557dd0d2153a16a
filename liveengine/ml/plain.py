"""Tempo and key as librosa alone gives them, to compare with. Runs on: bench."""

import warnings

import librosa
import numpy as np
from librosa.beat import beat_track

from liveengine.ml.key import LISTENERS, key_name
from liveengine.ml.spectrum import Array

RATE = 22_050  # librosa's own


def tempo(mono: Array) -> float:
    """Return `librosa.beat.beat_track`'s tempo of a sound at RATE, in beats per minute."""
    found, _ = beat_track(y=mono, sr=RATE)
    return float(np.atleast_1d(found)[0])


def key(mono: Array) -> str:
    """Return the key whose Krumhansl profile correlates best with the mean of `librosa.feature.chroma_cqt`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of sounds shorter than its longest window
        chroma = librosa.feature.chroma_cqt(y=mono, sr=RATE).mean(axis=1)
    fits = [np.corrcoef(chroma, np.roll(profile, tonic))[0, 1] for profile in LISTENERS for tonic in range(12)]
    return key_name(int(np.nan_to_num(fits).argmax()))


def at_own_rate(samples: Array, rate: int) -> Array:
    """Return a sound [channels, frames] as librosa would load it: mono at RATE."""
    return np.asarray(librosa.resample(samples.mean(axis=0), orig_sr=rate, target_sr=RATE), np.float32)
