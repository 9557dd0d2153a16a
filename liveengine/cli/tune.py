"""Tunes the weights of the ranking on labelled recordings, and what a score means. Runs on: a shell, by hand.

`python -m liveengine.cli.tune --audio DIR [--set sonic-pi]` prints the values for config/ranking.toml. Few weights are
tried, one after the other, in coarse steps; a step is taken only if both halves of the queries gain by it or lose
nothing, and together gain noticeably: what helps a few queries by chance is left alone.
"""

import argparse
import asyncio
import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from liveengine.cli import shelf
from liveengine.errors import LiveEngineError
from liveengine.ml import labels, relevance
from liveengine.ml.labels import Labels

if TYPE_CHECKING:
    from liveengine.cli.shelf import Shelf
    from liveengine.stems.rank import Ranking

STEPS = {
    "cosine": (0.5, 0.75, 1.5, 2.0),
    "axes": (0.6, 0.8, 1.25, 1.6),
    "axes_half": (0.5, 2.0),
    "denial": (0.0, 1.5),
    "concept": (0.5, 2.0),
}
LEAST = 0.003  # what a step must gain
AUC = 0.5  # what the modifiers count beside the precision
NOTHING = (
    "zebra crossing accordion", "tax return in triplicate", "yodelling goat choir", "Steuererklärung auf Knien",
    "bagpipes over a football stadium", "Zahnarztbohrer mit Dudelsack", "queue at the post office",
    "Rezept für Apfelkuchen",
)  # fmt: skip
ROUNDS = 400
FIRST = 20  # stems of a sentence that a user looks at
CALLED_RIGHT = 0.7  # the similarity of what is as often right as wrong
SHOWN = ("p_at_10", "sat1", "sat5", "modifier_auc")


@dataclass(frozen=True)
class Asked:
    """Every sentence, ready to be ranked again and again."""

    labels: Labels
    stems: Mapping[int, str]
    shelf: "Shelf"

    async def scored(self, by: "Ranking", sentences: Sequence[str]) -> dict[str, list[tuple[str, float]]]:
        """Return (sound, score) of all sounds for each sentence, best first."""
        from liveengine.stems import query
        from liveengine.stems.columns import Filter
        from liveengine.stems.mixing import Mix

        asking, found = self.shelf.library.asking, {}
        asking.by = by
        for text in sentences:
            _, answer = await asking.ranked(Mix(text), query.read(text), len(self.stems), Filter())
            pairs = zip(answer.stems.tolist(), answer.scores.tolist(), strict=True)
            found[text] = [(self.stems[stem], score) for stem, score in pairs]
        return found

    async def worth(self, by: "Ranking") -> tuple[float, float, float]:
        """Return what the weights are worth: on all queries, and on each half of them."""
        found = await self.figures(by)
        return found["worth"], found["even"], found["odd"]

    async def figures(self, by: "Ranking") -> dict[str, float]:
        """Return the figures of `relevance.evaluate`, and what they are worth together: worth, even, odd."""
        found = await self.scored(by, self.labels.sentences())
        names = {text: [name for name, _ in row] for text, row in found.items()}
        verdict = relevance.evaluate(self.labels, relevance.Answers(names, {}, {}))
        half = [float(np.mean([one.precision for one in verdict.judged[n::2]])) for n in (0, 1)]
        areas = AUC * verdict.figures.get("modifier_auc", 0.0)
        worth = {"worth": verdict.figures["p_at_10"] + areas, "even": half[0] + areas, "odd": half[1] + areas}
        return {**verdict.figures, **worth}


async def tuned(asked: Asked, by: "Ranking") -> "Ranking":
    """Return better weights, by coordinate ascent; prints each step that is taken."""
    best = await asked.worth(by)
    print(f"as it is: {best[0]:.4f}")
    gained = True
    while gained:
        gained = False
        for name, factors in STEPS.items():
            for factor in factors:
                value = round(by.weights[name] * factor, 3)
                other = replace(by, weights={**by.weights, name: value})
                worth = await asked.worth(other)
                if worth[0] >= best[0] + LEAST and worth[1] >= best[1] and worth[2] >= best[2]:
                    print(f"{name} = {value:g}: {worth[0]:.4f}")
                    best, by, gained = worth, other, True
    return by


async def meaning(asked: Asked, by: "Ranking") -> tuple[float, float]:
    """Return (middle, width) of the similarity: shown as 0.7 is a score that is as often right as wrong.

    That is so among the first twenty of all sentences, by logistic regression.
    """
    verdicts = {text: query.verdicts for query in asked.labels.queries for text in query.text.values()}
    scores, right = [], []
    for text, row in (await asked.scored(by, list(verdicts))).items():
        first = [(score, verdicts[text][name]) for name, score in row[:FIRST] if verdicts[text].get(name) in (0.0, 1.0)]
        scores += [score for score, _ in first]
        right += [verdict for _, verdict in first]
    middle, width = fitted(np.array(scores), np.array(right))
    return middle - width * math.log(CALLED_RIGHT / (1.0 - CALLED_RIGHT)), width


def fitted(scores: NDArray[np.float64], right: NDArray[np.float64]) -> tuple[float, float]:
    """Return (middle, width) of 1 / (1 + exp(-(score - middle) / width)), the chance that a score is right (0 or 1).

    Gradient descent on the logistic loss.
    """
    slope, shift, centre, spread = 1.0, 0.0, scores.mean(), scores.std()
    z = (scores - centre) / spread
    for _ in range(ROUNDS):
        off = 1.0 / (1.0 + np.exp(-(slope * z + shift))) - right
        slope, shift = slope - float(np.mean(off * z)), shift - float(np.mean(off))
    return float(centre - shift / slope * spread), float(spread / slope)


async def nothing(asked: Asked, by: "Ranking") -> tuple[float, float]:
    """Return the median of the best similarity for sentences that have right sounds, and for those that have none."""
    medians = []
    for sentences in (asked.labels.sentences(), NOTHING):
        found = (await asked.scored(by, sentences)).values()
        medians.append(float(np.median([by.shown(row[0][1]) for row in found])))
    return medians[0], medians[1]


async def run(folder: Path, name: str, fixed: bool) -> None:
    """Fill a library with the set and print what is found."""
    known = labels.read(name)
    async with shelf.fill(known, folder) as shelved:
        asked = Asked(known, shelved.stems, shelved)
        by = shelved.library.asking.by
        if not fixed:
            by = await tuned(asked, by)
        found = await asked.figures(by)
        print(", ".join(f"{name} {found[name]:.4f}" for name in SHOWN if name in found))
        middle, width = await meaning(asked, by)
        print(f"similarity: middle = {middle:.3f}, width = {width:.3f}")
        by = replace(by, similarity={"middle": middle, "width": width})
        good, none = await nothing(asked, by)
        print(f"best similarity: {good:.3f} where there is an answer, {none:.3f} where there is none")


def main() -> int:
    """Tune and print; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m liveengine.cli.tune", description=__doc__)
    parser.add_argument("--audio", type=Path, required=True, help="the folder with the recordings of the set")
    parser.add_argument("--set", default="sonic-pi", help="which labels (default sonic-pi, the development set)")
    parser.add_argument("--fixed", action="store_true", help="leave the weights: only measure, as on a held-out set")
    options = parser.parse_args()
    try:
        asyncio.run(run(options.audio, options.set, options.fixed))
    except LiveEngineError as error:
        print(f"liveengine: {error}", file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
