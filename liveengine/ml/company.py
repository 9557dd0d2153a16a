"""In what company a sound stands: what it is taken for, what it lies near to. Runs on: worker processes, bench.

The classifier is multinomial logistic regression on the analysis' features and the search model's vector, standardised;
distances are those of the vectors, and those of the pictures: these tell a copy, for vectors of one kind of sound lie
close together. All is made from real sounds, before a generated one is looked at.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from liveengine.ml.features import FEATURES, measure
from liveengine.ml.hear import ear
from liveengine.ml.listen import listen
from liveengine.ml.vae.form import Form
from liveengine.ml.vae.representation import FLOOR_DB, analyse
from liveengine.sound.loudness import loudness

Samples = npt.NDArray[np.float32]
Floats = npt.NDArray[np.float64]
Pictures = npt.NDArray[np.float16]

PENALTY = 100.0  # of the squared weights
FAR = 4.0  # standard deviations: what lies beyond says no more than that
BARS = 2  # of a loop whose pictures are compared
LENGTHS = ("duration_s", "loudness_lufs")  # features that are set, not heard


@dataclass(frozen=True)
class Heard:
    """What a sound is like."""

    features: Floats
    vector: Floats  # of length 1
    pictures: Pictures  # levels 0..1 of its middle, [bars, BANDS, COLUMNS]
    loops: bool = False

    @property
    def told(self) -> Floats:
        """Return all that the classifier goes by."""
        return np.concatenate([self.features, self.vector])


def heard(sound: Samples, rate: int, beats: float | None, folder: str) -> Heard:
    """Return what a sound [channels, frames] is like, a loop of so many beats; `folder` is that of the search model."""
    found = listen(sound, rate)
    features = measure(found, sound.shape[1] / rate, loudness(sound, rate), None)
    vector, _ = ear(folder).hear(found.spectrum)
    told = [_even(name, features[name]) for name in FEATURES if name not in LENGTHS]
    pictures = analyse(sound, rate, Form(sound.shape[1] / rate, beats, len(sound))).levels[:BARS, 0]
    length = float(np.linalg.norm(vector)) or 1.0
    return Heard(
        np.array(told), np.asarray(vector, np.float64) / length, pictures.astype(np.float16), beats is not None
    )


def _even(name: str, value: float) -> float:
    """Return a feature so that its differences count alike: times and frequencies by their ratio."""
    unit = FEATURES[name][0]
    return float(np.log1p(max(value, 0.0))) if unit in ("ms", "Hz", "1/s") else value


@dataclass(frozen=True)
class Classifier:
    """Tells categories apart."""

    names: tuple[str, ...]
    middle: Floats
    spread: Floats
    weights: Floats  # [features + 1, categories]

    @classmethod
    def taught(cls, sounds: Sequence[Heard], categories: Sequence[str]) -> Self:
        """Return the classifier of some real sounds."""
        names = tuple(sorted(set(categories)))
        rows = np.stack([one.told for one in sounds])
        middle, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-9
        wanted = np.array([names.index(name) for name in categories])
        given = _given(rows, middle, spread)
        shape = (given.shape[1], len(names))

        def loss(flat: Floats) -> tuple[float, Floats]:
            weights = flat.reshape(shape)
            likely = _softmax(given @ weights)
            cost = -np.log(likely[np.arange(len(wanted)), wanted] + 1e-12).sum() + PENALTY * (weights[:-1] ** 2).sum()
            likely[np.arange(len(wanted)), wanted] -= 1.0
            slope = given.T @ likely
            slope[:-1] += 2.0 * PENALTY * weights[:-1]
            return float(cost), slope.ravel()

        found = minimize(loss, np.zeros(shape).ravel(), jac=True, method="L-BFGS-B", options={"maxiter": 500})
        return cls(names, middle, spread, found.x.reshape(shape))

    def guess(self, sounds: Sequence[Heard]) -> list[str]:
        """Return the category that each sound is taken for."""
        rows = np.stack([one.told for one in sounds])
        best = (_given(rows, self.middle, self.spread) @ self.weights).argmax(axis=1)
        return [self.names[int(at)] for at in best]


def nearest(sounds: Sequence[Heard], others: Sequence[Heard]) -> Floats:
    """Return the distance of each sound to the nearest of the others, 0..2 (1 less the cosine)."""
    return np.asarray(_distances(sounds, others).min(axis=1))


def unlike(sound: Heard, others: Sequence[Heard]) -> float:
    """Return by how many dB the picture of a sound differs from that of the most similar of the others, 0..80.

    The root of the mean square over all that sounds in either; of loops the two bars that are most alike. Infinite
    where none of the others is a loop, or none is none, as it is.
    """
    pairs = [(a, b) for other in others if other.loops == sound.loops for a in sound.pictures for b in other.pictures]
    return min((_decibels(a, b) for a, b in pairs), default=np.inf)


def _decibels(one: Pictures, other: Pictures) -> float:
    sounding = (one > 0) | (other > 0)
    away = one[sounding].astype(np.float32) - other[sounding].astype(np.float32)
    return -FLOOR_DB * float(np.sqrt(np.mean(away**2))) if len(away) else 0.0


def apart(sounds: Sequence[Heard]) -> float:
    """Return the mean distance between two of the sounds."""
    found = _distances(sounds, sounds)
    count = len(sounds)
    return float(found.sum() / (count * (count - 1))) if count > 1 else 0.0


def _distances(sounds: Sequence[Heard], others: Sequence[Heard]) -> Floats:
    one, other = (np.stack([sound.vector for sound in some]) for some in (sounds, others))
    return np.asarray(np.maximum(1.0 - one @ other.T, 0.0))


def _given(rows: Floats, middle: Floats, spread: Floats) -> Floats:
    scaled = np.clip((rows - middle) / spread, -FAR, FAR)
    return np.concatenate([scaled, np.ones((len(rows), 1))], axis=1)


def _softmax(values: Floats) -> Floats:
    grown = np.exp(values - values.max(axis=1, keepdims=True))
    return np.asarray(grown / grown.sum(axis=1, keepdims=True))
