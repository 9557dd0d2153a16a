"""Plain measurements the synthesiser's tests share."""

import numpy as np
import numpy.typing as npt

from liveengine.synth import Recipe, recipes

Mono = npt.NDArray[np.float64]
RATE = 48_000


def named(part: str) -> Recipe:
    found = [recipe for recipe in recipes() if part in recipe.name]
    assert len(found) == 1, f"{part!r} names {len(found)} recipes"
    return found[0]


def mono(sound: npt.NDArray[np.float32]) -> Mono:
    return np.asarray(sound.mean(axis=1), np.float64)


def power(sound: Mono) -> tuple[Mono, Mono]:
    """Frequencies in Hz and the power at each."""
    level = np.abs(np.fft.rfft(sound)) ** 2
    return np.asarray(np.fft.rfftfreq(len(sound), 1 / RATE), np.float64), np.asarray(level, np.float64)


def centroid(sound: Mono) -> float:
    hertz, level = power(sound)
    return float(np.sum(hertz * np.sqrt(level)) / np.sum(np.sqrt(level)))


def share(sound: Mono, low: float, high: float) -> float:
    """Part of the energy between two frequencies."""
    hertz, level = power(sound)
    return float(level[(hertz >= low) & (hertz < high)].sum() / level.sum())


def crossings(sound: Mono) -> float:
    """Pitch in Hz of a nearly sinusoidal stretch, from its upward zero crossings."""
    up = np.flatnonzero((sound[:-1] < 0) & (sound[1:] >= 0))
    return float(RATE * (len(up) - 1) / (up[-1] - up[0])) if len(up) > 1 else 0.0
