"""What kind of sound it is, by measurement alone. Runs on: event loop.

Two opinions, multiplied: ranges that kinds of sounds are generally known to keep (config/hearing.toml), and a softmax
regression over the feature percentiles, fitted to sounds of this project's own synthesiser (config/reference.json). On
recordings that neither has met the first is the better one, on synthesised sounds the second.
"""

import math
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np

from liveengine.config import data
from liveengine.stems import axes
from liveengine.stems.axes import Floats

CELLS = np.linspace(0.0, 1.0, 4)
WIDTH = 0.25
FURTHEST = 2.0  # softnesses beyond a range; more counts no more
STRICTNESS = 9.0  # nats that a sound loses which is one softness beyond every range
LOOP_WEIGHT = 0.7  # of how likely a kind is a loop: the analysis may err there
DOUBT = 2.0  # divides the logarithms: the opinions overlap, so their product is surer than it ought to be
LEAST = {"_hz": 1.0, "_ms": 1.0, "_s": 0.01}  # what the octave scale begins with


@cache
def ranges() -> dict[str, dict[str, dict[str, Any]]]:
    """Return config/hearing.toml: category -> kind -> feature -> range."""
    return tomllib.loads((data("config") / "hearing.toml").read_text("utf-8"))


def categories(facts: Mapping[str, Any]) -> dict[str, float]:
    """Return how likely each category is, in all 1."""
    scores = {name: max(_score(kind, facts) for kind in kinds.values()) for name, kinds in ranges().items()}
    learnt = regression(facts)
    for name in scores:
        # The synthesiser makes no full drum loops; what it takes for percussion may be one.
        scores[name] += math.log(max(learnt.get(name, learnt["percussion"]), 1e-6))
    top = max(scores.values())
    likely = {name: math.exp((score - top) / DOUBT) for name, score in scores.items()}
    total = sum(likely.values())
    return {name: share / total for name, share in likely.items()}


def _score(kind: Mapping[str, Any], facts: Mapping[str, Any]) -> float:
    """Return the logarithm of how well a sound keeps the ranges of a kind."""
    loss, weights = 0.0, 0.0
    for feature, spec in kind.items():
        if feature != "loop":
            low, high, softness, weight = spec
            value = float(facts["features"][feature])
            if (least := _octave_scale(feature)) is not None:
                value, low, high = (math.log2(max(number, least)) for number in (value, low, high))
            loss += weight * min(FURTHEST, max(low - value, value - high, 0.0) / softness)
            weights += weight
    chance = kind["loop"] if facts.get("loop") else 1.0 - kind["loop"]
    return LOOP_WEIGHT * math.log(chance) - STRICTNESS * loss / weights


def _octave_scale(feature: str) -> float | None:
    if feature == "onset_rate_hz":
        return None
    return next((least for ending, least in LEAST.items() if feature.endswith(ending)), None)


def regression(facts: Mapping[str, Any]) -> dict[str, float]:
    """Return the likelihoods that the regression gives, in all 1."""
    table = axes.reference().hearing
    places = axes.feature_percentiles(facts["features"])
    scores = np.array(table["weights"]) @ cells(places, facts, table["features"])
    likely = np.exp(scores - scores.max())
    likely /= likely.sum()
    return dict(zip(table["categories"], likely.tolist(), strict=True))


def cells(places: Mapping[str, float], facts: Mapping[str, Any], names: Sequence[str]) -> Floats:
    """Return the input of the regression: four radial cells per feature, loop or not, and a constant."""
    values = np.array([places.get(name, 0.5) for name in names])
    found = np.exp(-0.5 * ((values[:, None] - CELLS) / WIDTH) ** 2)
    return np.concatenate([found.ravel(), [1.0 if facts.get("loop") else 0.0, 1.0]])
