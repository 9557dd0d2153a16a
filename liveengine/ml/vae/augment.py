"""Pictures as they might have been: other pitch, tone, tempo and rhythm of the same sound. Runs on: worker."""

from functools import cache

import numpy as np

from liveengine.ml.vae import bands, columns
from liveengine.ml.vae.bands import BANDS
from liveengine.ml.vae.columns import COLUMNS
from liveengine.ml.vae.form import Floats

SEMITONES = 3.0  # up or down
STEPS = 24  # between both
TONE = 0.075  # of 80 dB: at most so much more or less of a band
STRETCH = 0.25  # of the octave: a sound that is played once is that much longer or shorter
SIXTEENTHS = 16


def varied(levels: Floats, loops: bool, rng: np.random.Generator) -> Floats:
    """Return [layers, BANDS, COLUMNS] of the same sound at another pitch, tone and time; silence stays silence."""
    made = levels
    if rng.random() < 0.7:
        made = _pitch()[int(rng.integers(STEPS + 1))] @ made
    if rng.random() < 0.7:
        made = _toned(made, rng)
    if loops:
        return np.roll(made, int(rng.integers(SIXTEENTHS)) * (COLUMNS // SIXTEENTHS), axis=2)
    return made @ _stretch()[int(rng.integers(STEPS + 1))] if rng.random() < 0.7 else made


def _toned(levels: Floats, rng: np.random.Generator) -> Floats:
    """Return the levels through a smooth equaliser."""
    knots = rng.uniform(-1.0, 1.0, 6) * TONE * rng.random()
    curve = np.interp(np.linspace(0, 5, BANDS), np.arange(6), knots).astype(np.float32)
    made: Floats = np.clip(levels + curve[:, None] * (levels > 0.0), 0.0, 1.0)
    return made


@cache
def _pitch() -> Floats:
    """Return [STEPS + 1, BANDS, BANDS] that move the bands by up to SEMITONES."""
    middle = bands.centres()
    return np.stack(
        [_moved(middle, middle / 2.0 ** (step / 12.0)) for step in np.linspace(-SEMITONES, SEMITONES, STEPS + 1)]
    )


@cache
def _stretch() -> Floats:
    """Return [STEPS + 1, COLUMNS, COLUMNS] that make a sound shorter or longer."""
    times = columns.once()
    return np.stack([_moved(times, times / 2.0**step).T for step in np.linspace(-STRETCH, STRETCH, STEPS + 1)])


def _moved(places: columns.Times, wanted: columns.Times) -> Floats:
    """Return [n, n]: values at `places` to values at `wanted`, linear between them, nothing beyond the last."""
    left = np.clip(np.searchsorted(places, wanted, side="right") - 1, 0, len(places) - 2)
    share = np.clip((wanted - places[left]) / (places[left + 1] - places[left]), 0.0, 1.0)
    weights = np.zeros((len(places), len(places)), np.float32)
    rows = np.arange(len(places))
    weights[rows, left] = 1.0 - share
    weights[rows, left + 1] += share
    weights[wanted > places[-1]] = 0.0
    return weights
