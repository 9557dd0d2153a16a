"""How like one sound others are: what the model hears, what is measured, what they may be. Runs on: anywhere; pure."""

from collections.abc import Mapping, Sequence

import numpy as np

from liveengine.lexicon import reading
from liveengine.stems.columns import CATEGORIES
from liveengine.stems.vectors import Floats

APART = 0.3  # how far from each other on an axis two sounds count where the place of one is unknown


def asked_columns() -> list[str]:
    """Return the columns in which sounds are compared: every axis that is measured, then the likely categories."""
    return [*_axes(), *(f"category.{name}" for name in CATEGORIES)]


def scores(places: Sequence[float], cosines: Floats, others: Floats, weights: Mapping[str, float]) -> Floats:
    """Return how like each of n sounds is to one, 1 for itself: a mean by weight (`[likeness]` of config/ranking.toml).

    places: of the one in `asked_columns`, 0..1, NaN = unknown; others: of the n, [n, columns]; cosines: of each with
    the one. What they may be is compared by the Bhattacharyya coefficient of the likelihoods, 1 for the same.
    """
    count = len(_axes())
    own = np.asarray(places, np.float32)
    apart = np.abs(others[:, :count] - own[:count])
    near = 1.0 - np.where(np.isnan(apart), APART, apart).mean(axis=1)
    kin = _roots(others[:, count:]) @ _roots(own[None, count:])[0]
    total = weights["cosine"] * cosines + weights["axes"] * near + weights["category"] * kin
    return np.asarray(total / sum(weights[name] for name in ("cosine", "axes", "category")), np.float32)


def _axes() -> list[str]:
    return [name for name, recipe in reading.lexicon().axes.items() if recipe]


def _roots(likely: Floats) -> Floats:
    """Return the roots of likelihoods, rows of length 1; a row of nothing known as it is."""
    found = np.sqrt(np.nan_to_num(likely))
    return np.asarray(found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9), np.float32)
