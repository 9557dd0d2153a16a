"""From measured features to percentiles on axes. Runs on: event loop.

A percentile is taken against a fixed reference (config/reference.json), never against the library at hand, so that the
place of a sound never changes because another one was added.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from liveengine.config import data
from liveengine.lexicon import reading
from liveengine.stems import harmony

Floats = NDArray[np.float64]

OWN_SHARE = 0.65  # how much of a percentile is taken within the sound's own category
UNKNOWN = np.nan
# The axes that people see, and by which axis each is measured.
FIVE = {"energy": "energy", "mood": "brightness", "texture": "grit", "movement": "movement", "space": "space"}


@dataclass(frozen=True, slots=True)
class Reference:
    """Quantiles (21 values, 0..100 %) of features over all sounds, and of axes over all and per category."""

    features: Mapping[str, Floats]
    axes: Mapping[str, Mapping[str, Floats]]
    hearing: Mapping[str, Any]


@cache
def reference() -> Reference:
    """Return config/reference.json, written by `python -m liveengine.stems.fit`."""
    raw = json.loads((data("config") / "reference.json").read_text("utf-8"))
    return Reference(
        {name: np.array(values) for name, values in raw["features"].items()},
        {axis: {name: np.array(v) for name, v in table.items()} for axis, table in raw["axes"].items()},
        raw["hearing"],
    )


def percentile(value: float, quantiles: Floats) -> float:
    """Return where a value stands, 0..1; ties in the reference count half."""
    steps = np.linspace(0.0, 1.0, len(quantiles))
    low = np.interp(value, quantiles, steps, left=0.0, right=1.0)
    high = 1.0 - np.interp(-value, -quantiles[::-1], steps, left=0.0, right=1.0)
    return float((low + high) / 2.0)


def feature_percentiles(features: Mapping[str, float]) -> dict[str, float]:
    """Return each feature's percentile among all sounds of the reference."""
    known = reference().features
    return {name: percentile(float(features[name]), known[name]) for name in known if name in features}


def raw_axis(axis: str, percentiles: Mapping[str, float]) -> float:
    """Return the weighted mean of an axis's feature percentiles; a negative weight turns a feature round."""
    total, weights = 0.0, 0.0
    for name, weight in reading.lexicon().axes[axis].items():
        if name in percentiles:
            value = percentiles[name] if weight > 0 else 1.0 - percentiles[name]
            total += abs(weight) * value
            weights += abs(weight)
    return total / weights if weights else UNKNOWN


def measured(facts: Mapping[str, Any], categories: Mapping[str, float]) -> dict[str, float]:
    """Return the place 0..1 of a sound on every axis, NaN where it has none.

    `categories` says how likely each category is: percentiles within a category count by its likelihood.
    """
    percentiles = feature_percentiles(facts["features"])
    tables = reference().axes
    found = {}
    for axis, table in tables.items():
        value = raw_axis(axis, percentiles)
        among_all = percentile(value, table["all"])
        own = [(share, percentile(value, table[name])) for name, share in categories.items() if name in table]
        weight = sum(share for share, _ in own)
        within = sum(share * place for share, place in own) / weight if weight > 0 else among_all
        found[axis] = (1.0 - OWN_SHARE) * among_all + OWN_SHARE * within
    found["loop"] = 1.0 if facts.get("loop") else 0.0
    key = harmony.key_number(facts.get("key"))
    found["mode"] = UNKNOWN if key == harmony.NO_KEY else float(key >= 12)
    return found
