"""Tune a model: three courses that each hold a third of the sounds back, then one on all. Runs on: worker process.

So every caption is asked once of a model that has not learnt from its sound, and the model that is kept has learnt from
all: as many epochs as the three needed, and as far from the base as what it knew before allows.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np

from liveengine.ml.export import whole
from liveengine.ml.tune import fit, judge
from liveengine.ml.tune.base import Base
from liveengine.ml.tune.fit import Course, Terms, Weights
from liveengine.ml.tune.lesson import Lesson

FOLDS = 3
SHARES = (1.0, 0.7, 0.4)  # of the way from the base's weights to the learnt ones
ALLOWED = 0.02  # of what it knew before: what may be lost, as the recall of general queries
Figures = dict[str, float]
Tell = Callable[[int, str], None]  # epochs that are over, of those of all courses, and how it goes


class Tuning:
    """Tunes one model on one lesson; what is done is kept in a folder and not done again."""

    def __init__(self, base: Base, lesson: Lesson, same: Sequence[str], terms: Terms, work: Path) -> None:
        """`same` names the content of each sound: equal ones are held back together."""
        self._base, self._lesson, self._terms, self._work = base, lesson, terms, work
        self._folds = _folds(same, terms.seed)
        self._first: Weights = fit.weights(base)

    def run(self, tell: Tell) -> dict[str, Any]:
        """Leave the base tuned; return the figures of its card."""
        before = judge.general(self._base, self._lesson)
        tried = []
        for number in range(FOLDS):
            tried.append(self._tried(number, tell))
            fit.put(self._base, self._first)
        share = _chosen([one["shares"] for one in tried], before["recall_at_10"])
        epochs = max(1, round(fmean(one["epochs"] for one in tried)))
        every = list(range(len(self._lesson.heard)))
        last = Course(self._base, self._lesson, every, [], Terms(self._terms.seed, epochs))
        state = last.run(self._work / "last.safetensors", _from(tell, FOLDS, self._terms.epochs, "on all sounds"))
        assert state.weights is not None
        fit.put(self._base, fit.between(self._first, state.weights, share))
        after = _mean([one["shares"][str(share)]["own"] for one in tried])
        return {
            "epochs": epochs,
            "share": share,
            "own": {"before": _mean([one["before"] for one in tried]), "after": after},
            "general": {"before": before, "after": judge.general(self._base, self._lesson)},
        }

    def _tried(self, number: int, tell: Tell) -> dict[str, Any]:
        """Return what one course reached, for each share of its way; from the disk if it is done."""
        done = self._work / f"try-{number}.json"
        try:
            found: dict[str, Any] = json.loads(done.read_text("utf-8"))
        except (OSError, ValueError):
            held = self._folds[number]
            learnt = sorted(set(range(len(self._lesson.heard))) - set(held))
            before = judge.own(self._base, self._lesson, held, self._lesson.probes)
            course = Course(self._base, self._lesson, learnt, held, self._terms)
            words = f"try {number + 1} of {FOLDS}"
            file = self._work / f"try-{number}.safetensors"
            state = course.run(file, _from(tell, number, self._terms.epochs, words))
            best = state.weights or self._first
            shares = {str(share): self._at(share, best, held) for share in SHARES}
            found = {"epochs": state.at, "before": before, "shares": shares}
            whole(done, json.dumps(found).encode())
            file.unlink(missing_ok=True)
        return found

    def _at(self, share: float, best: Weights, held: Sequence[int]) -> dict[str, Figures]:
        fit.put(self._base, fit.between(self._first, best, share))
        return {
            "own": judge.own(self._base, self._lesson, held, self._lesson.probes),
            "general": judge.general(self._base, self._lesson),
        }


def _folds(same: Sequence[str], seed: int) -> list[list[int]]:
    """Return which sounds each course holds back: each sound in one of them, equal sounds in the same."""
    kinds = sorted(set(same))
    order = np.random.default_rng(seed).permutation(len(kinds))
    place = {kinds[int(at)]: number % FOLDS for number, at in enumerate(order)}
    return [[at for at, kind in enumerate(same) if place[kind] == number] for number in range(FOLDS)]


def _chosen(tried: Sequence[Mapping[str, Mapping[str, Figures]]], before: float) -> float:
    """Return how far to go: the furthest that loses no more than ALLOWED of what it knew, else what loses least."""
    kept = {share: fmean(one[str(share)]["general"]["recall_at_10"] for one in tried) for share in SHARES}
    allowed = [share for share in SHARES if kept[share] >= before - ALLOWED]
    return max(allowed) if allowed else max(kept, key=lambda share: kept[share])


def _mean(found: Sequence[Figures]) -> Figures:
    return {name: fmean(one[name] for one in found) for name in found[0]}


def _from(tell: Tell, number: int, epochs: int, words: str) -> fit.Tell:
    """Return what a course tells: its epochs among those of all courses."""
    return lambda epoch, told: tell(number * epochs + epoch, f"{words}: {told}")
