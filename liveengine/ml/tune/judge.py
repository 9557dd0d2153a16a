"""How many right sounds a sentence finds. Runs on: worker process."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from liveengine.ml.tune.base import Base, Floats
from liveengine.ml.tune.general import Labelled
from liveengine.ml.tune.lesson import Lesson, spoken, vectors

FIRST = (1, 5, 10)
Mask = npt.NDArray[np.bool_]


def recall(scores: Floats, right: Mask, there: Mask | None = None) -> dict[str, float]:
    """Return the share of the right ones among the first 1, 5 and 10, of as many as can be, and the mean precision at
    each of them ("precision"); means over the sentences.

    scores, right: [sentences, sounds]; there: which of the sounds count for each sentence, all where it is not given.
    """
    ranked = np.argsort(np.where(there, -scores, np.inf) if there is not None else -scores, axis=1, kind="stable")
    hits = np.take_along_axis(right, ranked, axis=1)
    count = right.sum(axis=1)
    asked = count > 0
    found = {}
    if not asked.any():
        return dict.fromkeys((*(f"recall_at_{first}" for first in FIRST), "precision"), 0.0)
    for first in FIRST:
        share = hits[asked, :first].sum(axis=1) / np.minimum(first, count[asked])
        found[f"recall_at_{first}"] = float(share.mean())
    places = np.arange(1, hits.shape[1] + 1)
    precise = (hits * hits.cumsum(axis=1) / places).sum(axis=1)[asked] / count[asked]
    found["precision"] = float(precise.mean())
    return found


def own(base: Base, lesson: Lesson, held: Sequence[int], others: Sequence[Labelled]) -> dict[str, float]:
    """Return how well the captions of some sounds, and the new words in them, find those sounds.

    They are sought among themselves; what holds a new word among the others, too: none of those is right.
    """
    texts = lesson.questions(held)
    pool = vectors(base, [*(lesson.heard[one] for one in held), *(one.heard for one in others)])
    beyond = [(0, 0), (0, len(others))]
    right = np.pad(np.stack([lesson.right(text)[held] for text in texts]), beyond)
    there = np.pad(~np.stack([lesson.silent(text)[held] for text in texts]), beyond)
    there[:, len(held) :] = np.array([bool(lesson.new(text)) for text in texts])[:, None]
    return recall((spoken(base, texts) @ pool.T).numpy(), right, there)


def general(base: Base, lesson: Lesson) -> dict[str, float]:
    """Return how well the model answers what must not be forgotten."""
    found = spoken(base, list(lesson.asked)) @ vectors(base, [one.heard for one in lesson.probes]).T
    return recall(found.numpy(), np.stack(list(lesson.asked.values())))
