"""Which of many new sounds are taken: good, to the user's taste, unlike all that is there. Runs on: anywhere; pure.

Greedy, as maximal marginal relevance (Carbonell & Goldstein 1998): the best comes first, and each that is taken makes
what is like it worth less.
"""

from dataclasses import dataclass

import numpy as np

from liveengine.stems.vectors import Floats

QUALITY, TASTE, NOVELTY = 0.4, 0.35, 0.25  # how much each counts
LEAST = 0.35  # quality of what is taken at all, 0..1
TWIN = 1.0 / 3.0  # of the way from near twins to the very same: from here on two sounds are one


@dataclass(frozen=True, slots=True)
class Candidates:
    """n new sounds and what is known of them."""

    vectors: Floats  # [n, dim], L2-normalised
    quality: Floats  # [n] 0..1
    preference: Floats  # [n] -1..1
    nearest: Floats  # [n] cosine to the nearest sound of the library


@dataclass(frozen=True, slots=True)
class Choice:
    """What is taken, best first, and why the others are not."""

    taken: list[int]
    poor: int  # of too little quality
    alike: int  # near-duplicates of the library, or of one that is taken
    spare: int  # good ones for which there was no room


def choose(found: Candidates, most: int, reach: tuple[float, float]) -> Choice:
    """Return at most `most` candidates.

    reach: what cosine two sounds of one library have in the mean, and what near twins have.
    """
    low, high = reach
    least = twin(reach)
    worth = QUALITY * found.quality + TASTE * (found.preference + 1.0) / 2.0
    good = found.quality >= LEAST
    near, taken = found.nearest.astype(np.float64), list[int]()
    while len(taken) < most:
        free = good & (near < least)
        free[taken] = False
        if not free.any():
            break
        novel = np.clip((high - near) / max(high - low, 1e-6), 0.0, 1.0)
        best = int(np.argmax(np.where(free, worth + NOVELTY * novel, -np.inf)))
        taken.append(best)
        near = np.maximum(near, found.vectors @ found.vectors[best])
    rest = np.ones(len(good), np.bool_)
    rest[taken] = False
    alike = int((rest & good & (near >= least)).sum())
    poor = int((~good).sum())
    return Choice(taken, poor, alike, len(good) - len(taken) - poor - alike)


def twin(reach: tuple[float, float]) -> float:
    """Return the cosine from which on two sounds are taken for one; reach: as `choose` has it."""
    return reach[1] + TWIN * (1.0 - reach[1])
