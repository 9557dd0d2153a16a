"""From measured features to percentiles on axes. Runs on: event loop.

A percentile is taken against a fixed reference (config/reference.json), never against the library at hand, so that the
place of a sound never changes because another one was added.
"""

import json
from collections.abc import Mapping, Sequence
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


class Quantiles:
    """Quantiles (21 values, 0..100 %) of n distributions, in which n values are looked up at once."""

    def __init__(self, tables: Sequence[Sequence[float]]) -> None:
        rising = np.array(tables, np.float64)
        # Ties in the reference count half: looked up from below and, turned round, from above.
        self._known = np.concatenate([rising, -rising[:, ::-1]])  # [2n, 21]
        self._steps, widths = np.linspace(0.0, 1.0, rising.shape[1]), np.diff(self._known)
        self._steep = np.divide(np.diff(self._steps), widths, out=np.zeros_like(widths), where=widths > 0)
        self._rows = np.arange(len(self._known))

    def places(self, values: Floats) -> Floats:
        """Return where each of n values stands in its own distribution, 0..1; NaN stays NaN."""
        low, high = self._looked_up(np.concatenate([values, -values])).reshape(2, -1)
        found: Floats = (low + (1.0 - high)) / 2.0
        return np.where(np.isnan(values), UNKNOWN, found)

    def _looked_up(self, values: Floats) -> Floats:
        """Return what `np.interp(value, row, steps, left=0, right=1)` gives for each value and its own row."""
        last = len(self._steps) - 1
        at = (self._known <= values[:, None]).sum(axis=1) - 1
        inside = np.minimum(np.maximum(at, 0), last - 1)
        found: Floats = self._steep[self._rows, inside] * (values - self._known[self._rows, inside])
        found += self._steps[inside]
        found[at < 0] = 0.0
        found[at >= last] = 1.0
        return found


@dataclass(frozen=True, slots=True)
class Reference:
    """What is usual: quantiles of features over all sounds, and of axes over all and per category."""

    features: tuple[str, ...]
    usual: Quantiles  # of each feature
    axes: tuple[str, ...]
    categories: tuple[str, ...]
    within: Quantiles  # of each axis: over all sounds, then in each category
    hearing: Mapping[str, Any]


@cache
def reference() -> Reference:
    """Return config/reference.json, written by `python -m liveengine.stems.fit`."""
    raw = json.loads((data("config") / "reference.json").read_text("utf-8"))
    features, axes = raw["features"], raw["axes"]
    categories = tuple(name for name in next(iter(axes.values())) if name != "all")
    tables = [table[name] for table in axes.values() for name in ("all", *categories)]
    usual = Quantiles(list(features.values()))
    return Reference(tuple(features), usual, tuple(axes), categories, Quantiles(tables), raw["hearing"])


def feature_percentiles(features: Mapping[str, float]) -> dict[str, float]:
    """Return each feature's percentile among all sounds of the reference."""
    known = reference()
    values = np.array([float(features.get(name, UNKNOWN)) for name in known.features])
    found = zip(known.features, known.usual.places(values).tolist(), strict=True)
    return {name: place for name, place in found if name in features}


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
    known, percentiles = reference(), feature_percentiles(facts["features"])
    values = np.array([raw_axis(axis, percentiles) for axis in known.axes])
    tables = 1 + len(known.categories)
    among_all, *among = known.within.places(np.repeat(values, tables)).reshape(-1, tables).T
    within, weight = np.zeros(len(values)), 0.0
    for name, places in zip(known.categories, among, strict=True):
        share = categories.get(name, 0.0)
        within, weight = within + share * places, weight + share
    within = within / weight if weight > 0 else among_all
    found = dict(zip(known.axes, ((1.0 - OWN_SHARE) * among_all + OWN_SHARE * within).tolist(), strict=True))
    found["loop"] = 1.0 if facts.get("loop") else 0.0
    key = harmony.key_number(facts.get("key"))
    found["mode"] = UNKNOWN if key == harmony.NO_KEY else float(key >= 12)
    return found
