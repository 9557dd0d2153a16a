"""Whether a generated sound is one at all. Runs on: worker processes."""

import numpy as np
import numpy.typing as npt

from liveengine.errors import BadAudio
from liveengine.ml.vae.form import Spectrum
from liveengine.sound.loudness import loudness

Samples = npt.NDArray[np.float32]

QUIETEST = -60.0  # LUFS
_SOUNDS = 0.5  # level of a column's loudest band: 40 dB below that of the whole
MARGIN = 0.1  # by which a picture may be flatter than all that the model has learnt from


def flatness(picture: Spectrum) -> float:
    """Return how much a picture is like white noise, 0..1: geometric over arithmetic mean of its levels as powers."""
    levels = picture.levels[:, 0].astype(np.float64)
    loud = levels.max(axis=1) > _SOUNDS  # columns, by bar
    if not loud.any():
        return 1.0
    power = 10.0 ** (8.0 * (levels.transpose(0, 2, 1)[loud] - 1.0))  # 80 dB
    return float((np.exp(np.log(power).mean(axis=1)) / power.mean(axis=1)).mean())


def refuse(picture: Spectrum, sound: Samples, rate: int, flattest: float) -> None:
    """Raise BadAudio with the reason where a sound is none: not finite, silent, noise that the category has not."""
    if not np.isfinite(sound).all():
        raise BadAudio("it holds samples that are no numbers")
    loud = loudness(sound, rate)
    if loud < QUIETEST:
        raise BadAudio(f"it is silent ({loud:.0f} LUFS)")
    flat = flatness(picture)
    if flat > min(flattest + MARGIN, 0.98):
        raise BadAudio(f"it is noise (flatness {flat:.2f}; the category's own sounds reach {flattest:.2f})")
