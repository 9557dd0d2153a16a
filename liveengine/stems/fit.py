"""Writes config/reference.json: what is usual, and how categories differ. Runs on: a shell, by hand.

`python -m liveengine.stems.fit CORPUS` reads what `liveengine train embedder` rendered and measured: what is usual is
what is usual among the sounds that the model learns from. The result is the same for the same corpus.
"""

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from liveengine.config import data
from liveengine.lexicon import reading
from liveengine.lexicon.reading import lexicon
from liveengine.stems import axes, hearing
from liveengine.stems.axes import Floats

STEPS = np.linspace(0.0, 1.0, 21)
LABELLED = tuple[str, dict[str, Any]]  # category, facts
DECAY = 3e-2  # weight decay of the regression: few sounds, many cells
ROUNDS = 600
NO_EAR = {"duration_s", "loudness_lufs", "stereo_width", "stereo_correlation", "swing"}  # mastering, not kind


def fit(sounds: Sequence[LABELLED]) -> dict[str, Any]:
    """Return the reference of labelled facts: quantiles of features and axes, weights of the regression."""
    names = sorted(sounds[0][1]["features"])
    table = np.array([[facts["features"][name] for name in names] for _, facts in sounds])
    weights = _even([category for category, _ in sounds])
    features = {name: _quantiles(table[:, i], weights) for i, name in enumerate(names)}
    axes.reference.cache_clear()
    usual = axes.Quantiles([features[name].tolist() for name in names])
    places = [dict(zip(names, usual.places(row).tolist(), strict=True)) for row in table]
    tables = {}
    for axis, recipe in reading.lexicon().axes.items():
        if recipe:
            values = np.array([axes.raw_axis(axis, place) for place in places])
            tables[axis] = {"all": _rounded(_quantiles(values, weights))} | {
                category: _rounded(_quantiles(values[chosen], None)) for category, chosen in _groups(sounds).items()
            }
    return {
        "features": {name: _rounded(values) for name, values in features.items()},
        "axes": tables,
        "hearing": _hearing(sounds, [name for name in names if name not in NO_EAR], places),
    }


def _even(categories: Sequence[str]) -> Floats:
    """Return weights that let every category count the same."""
    counts = {name: categories.count(name) for name in set(categories)}
    return np.array([1.0 / counts[name] for name in categories])


def _groups(sounds: Sequence[LABELLED]) -> dict[str, NDArray[np.int64]]:
    categories = np.array([category for category, _ in sounds])
    return {str(name): np.flatnonzero(categories == name) for name in sorted(set(categories.tolist()))}


def _quantiles(values: Floats, weights: Floats | None) -> Floats:
    order = np.argsort(values, kind="stable")
    share = np.ones(len(values)) if weights is None else weights[order]
    reached = (np.cumsum(share) - 0.5 * share) / share.sum()
    return np.interp(STEPS, reached, values[order])


def _rounded(values: Floats) -> list[float]:
    return [float(f"{value:.5g}") for value in values]


def _hearing(sounds: Sequence[LABELLED], names: list[str], places: Sequence[Mapping[str, float]]) -> dict[str, Any]:
    """Return a softmax regression, fitted by gradient descent with momentum from zero."""
    categories = sorted({category for category, _ in sounds})
    inputs = np.stack([hearing.cells(place, facts, names) for place, (_, facts) in zip(places, sounds, strict=True)])
    wanted = np.array([[float(category == name) for name in categories] for category, _ in sounds])
    share = _even([category for category, _ in sounds])
    share = share[:, None] / share.sum()
    weights, speed = np.zeros((len(categories), inputs.shape[1])), np.zeros((len(categories), inputs.shape[1]))
    for _ in range(ROUNDS):
        scores = inputs @ weights.T
        likely = np.exp(scores - scores.max(axis=1, keepdims=True))
        likely /= likely.sum(axis=1, keepdims=True)
        slope = ((likely - wanted) * share).T @ inputs + DECAY * weights
        speed = 0.9 * speed - 0.5 * slope
        weights += speed
    return {"categories": categories, "features": names, "weights": [_rounded(row) for row in weights]}


def read(corpus: Path) -> list[LABELLED]:
    """Return category and facts of every sound of a rendered corpus; sounds that belong nowhere are left out."""
    known = lexicon()
    found: list[LABELLED] = []
    for file in sorted(corpus.glob("corpus-*.npz")):
        with np.load(file) as part:
            names = json.loads(part["names"].tobytes())
            said = json.loads(part["said"].tobytes())
            for one, row in zip(said, part["features"].tolist(), strict=True):
                if category := next(iter(known.categories(one["claims"])), None):
                    features = dict(zip(names, row, strict=True))
                    found.append((category, {"features": features, "loop": "loop" in one["claims"]}))
    return found


def main() -> None:
    """Read, fit, write."""
    parser = argparse.ArgumentParser(prog="python -m liveengine.stems.fit", description=__doc__)
    parser.add_argument("corpus", type=Path, help="the folder that `liveengine train embedder --corpus` names")
    options = parser.parse_args()
    reference = fit(read(options.corpus))
    (data("config") / "reference.json").write_text(
        json.dumps(reference, indent=None, separators=(",", ":")) + "\n", "utf-8"
    )
    print(f"{len(reference['features'])} features, {len(reference['axes'])} axes")


if __name__ == "__main__":
    main()
