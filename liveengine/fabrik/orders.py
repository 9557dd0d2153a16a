"""What is to be made of which stems: around what answers a sentence, around what is wanted. Runs on: anywhere; pure.

The same stems and the same seed give the same orders.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from typing import Literal, get_args

import numpy as np

from liveengine.stems.model import Stem

# From nowhere, between two stems, one stem held to what is typical (or half of another category), around one.
ByModel = Literal["random", "interpolate", "hybrid", "walk"]
# Without one: the rhythm of the first with the timbre of the second, a loop's slices in another order, grains.
BySignal = Literal["style", "slices", "grains"]
Mode = Literal[ByModel, BySignal]
Way = Literal[Mode, "cross"]  # cross: a hybrid with a stem of another category
BY_MODEL = frozenset[str](get_args(ByModel))
NEAR: tuple[Way, ...] = ("interpolate", "walk", "interpolate", "hybrid")
WANTED: tuple[Way, ...] = ("walk", "interpolate", "hybrid", "walk", "interpolate", "cross")
WHOLE: tuple[Way, ...] = ("random", "interpolate", "random", "interpolate", "random")
BARE: tuple[Way, ...] = ("style", "grains", "style", "slices")
AMOUNTS: Mapping[Way, tuple[float, float]] = {
    "random": (1.0, 1.0),
    "interpolate": (0.3, 0.7),
    "hybrid": (0.5, 0.9),
    "walk": (0.5, 0.95),
    "cross": (0.3, 0.6),
    "style": (0.6, 1.0),
    "slices": (0.5, 0.9),
    "grains": (0.6, 1.0),
}
PAIRS = frozenset({"interpolate", "style"})
KINDS = 3  # categories that one sentence is answered from
LEAST = 0.15  # of the weight: a category with less gives nothing


@dataclass(frozen=True, slots=True)
class Order:
    """One sound that is to be made."""

    category: str
    mode: Mode
    seed: int
    stems: tuple[int, ...] = ()
    other: str | None = None  # the category of a hybrid's other half
    amount: float | None = None  # 0..1: the way to the second stem, or how far from the first; None: the mode's own
    tempo: float | None = None  # beats per minute: a loop
    bars: int | None = None  # a loop

    def __str__(self) -> str:
        """Return it for people: "walk of kick from 3"."""
        stems = " and ".join(str(stem) for stem in self.stems)
        return f"{self.mode} of {self.category}" + (f" from {stems}" if stems else "")


@dataclass(frozen=True, slots=True)
class Source:
    """A stem to start from, and how much it counts, above 0."""

    stem: Stem
    weight: float

    @property
    def form(self) -> tuple[bool, float]:
        """Return what two stems must have in common to be one: loop or one-shot, and the length in bars."""
        return self.stem.loop, round(self.stem.bars or 0.0, 2) if self.stem.loop else 0.0


def near(found: Sequence[Source], trained: Collection[str], many: int, seed: int) -> list[Order]:
    """Return orders around stems that answer a sentence, each with its similarity: from their categories by weight.

    trained: categories that have a model; the others are made of by signal processing alone.
    """
    weights: dict[str, float] = {}
    for one in found:
        weights[one.stem.category] = weights.get(one.stem.category, 0.0) + one.weight**2
    least = LEAST * sum(weights.values())
    kinds = sorted((name for name in weights if weights[name] >= least), key=lambda name: -weights[name])[:KINDS]
    orders: list[Order] = []
    for name, count in shared({name: weights[name] for name in kinds}, many).items():
        own = [one for one in found if one.stem.category == name]
        ways = NEAR if name in trained else BARE
        orders += _orders(name, ways, own, count, _random(seed, name))
    return orders


def wanted(category: str, found: Sequence[Source], others: Sequence[Source], many: int, seed: int) -> list[Order]:
    """Return orders around stems of a category that the user wants; others: wanted stems of other categories."""
    ways = WANTED if others else tuple(way for way in WANTED if way != "cross")
    return _orders(category, ways, found, many, _random(seed, category), others)


def whole(category: str, found: Sequence[Source], many: int, seed: int) -> list[Order]:
    """Return orders from all over a category, of which these are some stems."""
    return _orders(category, WHOLE, found, many, _random(seed, category))


def shared(weights: Mapping[str, float], many: int) -> dict[str, int]:
    """Return how many of so many each gets, by weight: the largest remainders get what is left."""
    total = sum(weights.values())
    if total <= 0:
        return {}
    exact = {name: many * weight / total for name, weight in weights.items()}
    counts = {name: int(share) for name, share in exact.items()}
    rest = sorted(exact, key=lambda name: (counts[name] - exact[name], name))
    for name in rest[: many - sum(counts.values())]:
        counts[name] += 1
    return {name: count for name, count in counts.items() if count}


def _orders(  # noqa: PLR0917  # what, how, of what
    category: str,
    ways: Sequence[Way],
    found: Sequence[Source],
    many: int,
    random: np.random.Generator,
    others: Sequence[Source] = (),
) -> list[Order]:
    return list(islice(_each(category, ways, found, random, others), many)) if found or "random" in ways else []


def _each(
    category: str,
    ways: Sequence[Way],
    found: Sequence[Source],
    random: np.random.Generator,
    others: Sequence[Source],
) -> Iterator[Order]:
    for way in cycle(ways):
        stems = () if way == "random" else _parents(way, found, random, others)
        done: Way = way if way == "random" or len(stems) > 1 or way not in PAIRS else _alone(way)
        if done == "slices" and not found[0].stem.loop:
            done = "grains"
        amount, seed = round(float(random.uniform(*AMOUNTS[done])), 3), int(random.integers(2**31))
        ids = tuple(stem.id for stem in stems)
        if done == "cross":
            yield Order(category, "hybrid", seed, ids, stems[1].category, amount)
        else:
            yield Order(category, done, seed, ids, None, amount)


def _alone(way: Way) -> Way:
    """Return what is made of one stem where there is no second of its form."""
    return "grains" if way == "style" else "walk"


def _parents(
    way: Way, found: Sequence[Source], random: np.random.Generator, others: Sequence[Source]
) -> tuple[Stem, ...]:
    first = _drawn(found, random)
    if way == "cross":
        return first.stem, _drawn(others, random).stem
    mates = [one for one in found if one.form == first.form and one is not first]
    return (first.stem, _drawn(mates, random).stem) if way in PAIRS and mates else (first.stem,)


def _drawn(found: Sequence[Source], random: np.random.Generator) -> Source:
    weights = np.array([one.weight for one in found]) ** 2
    return found[int(random.choice(len(found), p=weights / weights.sum()))]


def _random(seed: int, name: str) -> np.random.Generator:
    return np.random.default_rng([seed, *name.encode()])
