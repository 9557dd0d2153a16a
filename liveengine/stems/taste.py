"""What a user prefers, learnt from their opinions, as arithmetic on arrays. Runs on: anywhere; pure.

Kernel ridge regression with a linear kernel (Rasmussen & Williams, Gaussian Processes for Machine Learning, 2006, 2.2):
each opinion is a value -1..1 at the place of its stem, seen from the centre of its category. The place in the embedding
counts within a category only; the five axes count there, and a little everywhere: who likes dark kicks may like dark
pads. A category without opinions keeps its order but for that little.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from liveengine.stems.five import AXES
from liveengine.stems.vectors import Floats

SHARED = 0.05  # how much what is learnt on the axes in one category counts in the others
AXES_SHARE = 0.35  # of the axes in the likeness of two stems; the rest is the embedding's
RIDGE = 0.4  # doubt in each opinion, against a likeness of about 1
PULL = 1.4  # standard deviations of the scores that the strongest preference moves a stem: more costs who only asks
LEAST_SPREAD = 1e-4  # scores that differ less than this are equal


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a user thinks of a stem: -1 = never again, 1 = this is it."""

    stem: int
    category: str
    vector: Floats  # [dim], L2-normalised
    axes: Floats  # [5] 0..1, NaN = unknown
    value: float


@dataclass(frozen=True, slots=True)
class Centre:
    """The middle of a category in the embedding, and how far its stems lie from it (root mean square)."""

    mean: Floats  # [dim]
    spread: float


@dataclass(frozen=True, slots=True)
class Taste:
    """Directions that a user prefers: per category in the embedding and on the axes, and on the axes everywhere."""

    centres: Mapping[str, Centre] = field(default_factory=dict)
    embedding: Mapping[str, Floats] = field(default_factory=dict)  # category -> [dim]
    axes: Mapping[str, Floats] = field(default_factory=dict)  # category -> [5]
    shared: Floats = field(default_factory=lambda: np.zeros(len(AXES), np.float32))  # [5]

    def preference(self, categories: Sequence[str] | NDArray[Any], vectors: Floats, axes: Floats) -> Floats:
        """Return how much each of n stems is preferred, -1..1; zero when nothing is learnt.

        `vectors` is [n, dim], L2-normalised; `axes` is [n, 5] 0..1, NaN = unknown.
        """
        places = placed(axes)
        result = places @ self.shared
        named = np.asarray(categories)
        for category, direction in self.embedding.items():
            rows = np.flatnonzero(named == category)
            if len(rows):
                seen = (vectors[rows] - self.centres[category].mean) / self.centres[category].spread
                result[rows] = embedded(seen) @ direction + places[rows] @ self.axes[category]
        preferred: Floats = np.tanh(result).astype(np.float32)
        return preferred


def learnt(opinions: Sequence[Opinion], centres: Mapping[str, Centre]) -> Taste:
    """Return the taste that explains the opinions; opinions on categories without a centre are left out."""
    told = [opinion for opinion in opinions if opinion.category in centres]
    if not told:
        return Taste()
    places = placed(np.stack([opinion.axes for opinion in told]))
    seen = embedded(np.stack([_seen(opinion, centres[opinion.category]) for opinion in told]))
    named = np.array([opinion.category for opinion in told])
    same = named[:, None] == named[None, :]
    likeness = same * (seen @ seen.T) + np.where(same, 1.0, SHARED) * (places @ places.T)
    values = np.array([opinion.value for opinion in told])
    weights = np.linalg.solve(likeness + RIDGE * np.eye(len(told)), values)
    shared = SHARED * (weights @ places)
    embedding, axes = {}, {}
    for category in sorted(set(named.tolist())):
        mine = named == category
        embedding[category] = (weights[mine] @ seen[mine]).astype(np.float32)
        axes[category] = (shared + (1.0 - SHARED) * (weights[mine] @ places[mine])).astype(np.float32)
    return Taste({name: centres[name] for name in embedding}, embedding, axes, shared.astype(np.float32))


def centre(vectors: Floats) -> Centre:
    """Return the centre of a category from some of its vectors [n, dim], n >= 1."""
    mean = vectors.mean(axis=0)
    spread = float(np.sqrt(np.mean(np.sum((vectors - mean) ** 2, axis=1))))
    return Centre(mean.astype(np.float32), max(spread, 1e-3))


def reranked(scores: Floats, preference: Floats, strength: float = 1.0) -> Floats:
    """Return what to sort n candidates by: their scores, moved by the preference in units of the scores' spread.

    `strength` 0..1 scales the move. Nobody is dropped, and a candidate that answers far better than the others stays
    before them.
    """
    spread = float(np.std(scores)) if len(scores) > 1 else 0.0
    moved: Floats = (scores + strength * PULL * max(spread, LEAST_SPREAD) * preference).astype(np.float32)
    return moved


def placed(axes: Floats) -> NDArray[np.float64]:
    """Return places on the axes [n, 5] as -1..1 around the middle, weighed; unknown = the middle."""
    found: NDArray[np.float64] = np.nan_to_num(2.0 * np.asarray(axes, np.float64) - 1.0, nan=0.0)
    found *= np.sqrt(AXES_SHARE * 3.0 / len(AXES))  # the square of an even spread over -1..1 is 1/3 in the mean
    return found


def embedded(seen: Floats) -> Floats:
    """Return places in the embedding [n, dim], weighed beside the axes."""
    weighed: Floats = (seen * np.sqrt(1.0 - AXES_SHARE)).astype(np.float32)
    return weighed


def _seen(opinion: Opinion, middle: Centre) -> Floats:
    seen: Floats = (opinion.vector - middle.mean) / middle.spread
    return seen
