"""What a dream learns from feedback: which stems of a category count how much, and where too little is known.

Runs on: anywhere; pure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

from liveengine.enough import LEAST
from liveengine.stems.opinions import Ranked
from liveengine.units import counted

SIGN = 0.1  # a value beyond it means something; one play of a minute reaches it
ENOUGH = 4  # wanted stems of a category from which on they are dreamt around
MOST_WEIGHT = 4.0  # how often the most wanted stem is learnt from, against one that nothing is known of


@dataclass(frozen=True, slots=True)
class Lesson:
    """A category, what is wanted of it, and what is not."""

    category: str
    wanted: tuple[int, ...]  # the most wanted first
    unwanted: tuple[int, ...]
    weights: dict[int, float]  # how often a stem is learnt from; 1 where it is not named
    whole: bool  # too little is wanted: all of the category is dreamt of
    words: str  # for people: what this is learnt from

    def told(self) -> dict[str, Any]:
        """Return it as plain data with words as keys."""
        return asdict(self) | {"weights": {str(stem): weight for stem, weight in self.weights.items()}}

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Self:
        """Return the lesson of plain data."""
        weights = {int(stem): float(weight) for stem, weight in told["weights"].items()}
        lists = {name: tuple(told[name]) for name in ("wanted", "unwanted")}
        return cls(**{**told, **lists, "weights": weights})


def lessons(
    ranked: Sequence[Ranked], sizes: Mapping[str, int], chosen: Sequence[str] = ()
) -> tuple[list[Lesson], list[str]]:
    """Return what is learnt of each category, the most wanted first, and what is missing of the others, in words.

    sizes: stems of each category that can be learnt from; chosen: the categories to dream of. Without them: those of
    which enough is wanted, else those of which anything is.
    """
    found = {name: _lesson(name, [one for one in ranked if one.category == name]) for name in chosen or sizes}
    if not chosen:
        some = {name: one for name, one in found.items() if one.wanted}
        found = {name: one for name, one in some.items() if not one.whole} or some
    missing = [
        f"{name}: it has {counted(sizes.get(name, 0), 'stem')}, {LEAST} are needed to learn it"
        for name in found
        if sizes.get(name, 0) < LEAST
    ]
    kept = [one for name, one in found.items() if sizes.get(name, 0) >= LEAST]
    return sorted(kept, key=lambda one: (one.whole, -len(one.wanted), one.category)), missing


def _lesson(category: str, ranked: Sequence[Ranked]) -> Lesson:
    wanted = [one for one in ranked if one.value >= SIGN]
    unwanted = [one for one in ranked if one.value <= -SIGN]
    weights = {one.stem: round(1.0 + (MOST_WEIGHT - 1.0) * one.value, 3) for one in wanted}
    weights |= {one.stem: 0.0 for one in unwanted}
    whole = len(wanted) < ENOUGH
    seconds = sum(one.seconds for one in ranked)
    words = f"{len(wanted)} wanted, {len(unwanted)} rejected, heard for {seconds / 60:.0f} min"
    if whole:
        words += f"; {ENOUGH} wanted stems are needed to dream around them: all of the category is dreamt of"
    ids = tuple(one.stem for one in wanted), tuple(one.stem for one in unwanted)
    return Lesson(category, *ids, weights, whole, words)
