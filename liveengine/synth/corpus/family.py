"""A family of sounds: how one is drawn, and what is true of every one of them. Runs on: any process, offline."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from ..signals import Rng, Signal, child, normal

PEAK = 0.9
Made = tuple[Signal, set[str]]  # the sound `[channels, frames]` at RATE, and claims that are true of this one
Make = Callable[[Rng], Made]


@dataclass(frozen=True)
class Family:
    """Sounds of one kind. `claims` name concepts of the lexicon (config/lexicon) that hold for each of them."""

    name: str  # unique
    claims: tuple[str, ...]
    make: Make
    weight: float = 1.0  # how often it is drawn, relative to others


@dataclass(frozen=True)
class Clip:
    """One sound of the corpus: what is heard, and the concepts that are true of it."""

    sound: npt.NDArray[np.float32]  # [channels, frames] at RATE, peak 0.9
    claims: frozenset[str]
    family: str


def share(total: float, *families: Family) -> tuple[Family, ...]:
    """The families with weights that sum up to `total`, in their own proportions."""
    whole = sum(family.weight for family in families)
    return tuple(replace(family, weight=total * family.weight / whole) for family in families)


def raised(least: float, *families: Family) -> tuple[Family, ...]:
    """The families; those of a claim that all of them together draw too rarely weigh more, until it has `least` of all.

    `least` is a share of what the families weigh as they come.
    """
    whole, claimed = sum(family.weight for family in families), defaultdict[str, float](float)
    for family in families:
        for claim in set(family.claims):
            claimed[claim] += family.weight
    return tuple(
        replace(family, weight=family.weight * max(1.0, *(least * whole / claimed[claim] for claim in family.claims)))
        for family in families
    )


def draw(families: Sequence[Family], seed: int, number: int) -> Clip:
    """Clip `number` of the corpus of a seed: depends on the families, the seed and the number alone."""
    rng = child(seed, f"clip {number}")
    weights = np.array([family.weight for family in families])
    family = families[int(rng.choice(len(families), p=weights / weights.sum()))]
    made, claims = family.make(child(seed, f"{family.name} {number}"))
    sound = np.ascontiguousarray(normal(made, PEAK), np.float32)
    return Clip(sound, frozenset(claims | set(family.claims)), family.name)
