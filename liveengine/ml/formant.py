"""Does it sound like a voice. Runs on: worker processes."""

import numpy as np

from liveengine.ml.pitch import Pitch
from liveengine.ml.spectrum import RATE, SIZE, Spectrum

_LOW, _HIGH = 250.0, 3_400.0  # Hz: the first three formants
_SMOOTH = 9  # bins: 390 Hz, so that formants remain and partials go


def score(spectrum: Spectrum, pitch: Pitch) -> float:
    """Return 0..1: how much of the energy lies in the formant range, in one to three clear resonances that move,
    over a pitch that a voice can have.

    A product of four soft conditions, so that a filtered pad or a bass alone does not reach far.
    """
    if not 70.0 <= pitch.hertz <= 700.0:
        return 0.0
    low, high = int(_LOW * SIZE / RATE), int(_HIGH * SIZE / RATE)
    energy = spectrum.power.sum(axis=1, dtype=np.float64)
    loud = energy > 0.02 * max(float(energy.max()), 1e-20)
    rows = spectrum.power[loud].astype(np.float64)
    inside = float(rows[:, low:high].sum() / max(rows.sum(), 1e-20))
    kernel = np.ones(_SMOOTH) / _SMOOTH
    tilt = np.arange(low, high) ** 0.8  # flattens the fall of a voice's source spectrum
    smooth = np.apply_along_axis(np.convolve, 1, rows[:: max(1, len(rows) // 120), low:high] * tilt, kernel, "same")
    level = 10.0 * np.log10(smooth + 1e-12)
    contrast = float((np.percentile(level, 95, axis=1) - np.percentile(level, 20, axis=1)).mean())
    place = level.argmax(axis=1)
    wander = float(np.abs(np.diff(place)).mean()) * RATE / SIZE if len(place) > 4 else 0.0
    parts = (
        float(np.clip((inside - 0.3) / 0.4, 0.0, 1.0)),
        float(np.clip((contrast - 8.0) / 12.0, 0.0, 1.0)),
        float(np.clip(pitch.voiced, 0.0, 1.0)),
        0.25 + 0.75 * min(1.0, wander / 60.0),
    )
    return float(np.prod(parts) ** 0.5)
