"""What kind of sound it is, by measurement alone. Runs on: event loop.

A softmax regression over radial codes of the feature percentiles; its weights stand in config/reference.json and come
from sounds of this project's own synthesiser.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from liveengine.stems import axes
from liveengine.stems.axes import Floats

CELLS = np.linspace(0.0, 1.0, 4)
WIDTH = 0.25


def cells(places: Mapping[str, float], facts: Mapping[str, Any], names: Sequence[str]) -> Floats:
    """Return the input of the regression: four radial cells per feature, loop or not, and a constant."""
    values = np.array([places.get(name, 0.5) for name in names])
    found = np.exp(-0.5 * ((values[:, None] - CELLS) / WIDTH) ** 2)
    return np.concatenate([found.ravel(), [1.0 if facts.get("loop") else 0.0, 1.0]])


def categories(facts: Mapping[str, Any]) -> dict[str, float]:
    """Return how likely each category is, in all 1."""
    table = axes.reference().hearing
    scores = np.array(table["weights"]) @ cells(axes.feature_percentiles(facts["features"]), facts, table["features"])
    likely = np.exp(scores - scores.max())
    likely /= likely.sum()
    return dict(zip(table["categories"], likely.tolist(), strict=True))
