"""From what a sentence asks to what all stems are asked: wishes, weighed. Runs on: anywhere; pure.

A wish is met 1 at best and 0 where nothing speaks for it; a score is the mean of all, by weight (config/ranking.toml).
Only a word that a name holds may lift it above 1.
"""

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from liveengine.config import data
from liveengine.stems import columns, harmony
from liveengine.stems.query import Query
from liveengine.stems.vectors import Floats
from liveengine.stems.wishes import Again, Spread, Wishes

SLOPE = 1.5  # what a place loses for each axis length that it lies away from a target
AS_IT_IS = columns.PLACES.astype(np.float32)  # where each place stands among the sounds of the corpus
NOTHING: Spread = {}
LOST = 0.5  # exponent of the likelihood of one category asked for: its square root, so that what may be one is not lost


@dataclass(frozen=True, slots=True)
class Ranking:
    """The weights of config/ranking.toml, section by section."""

    weights: dict[str, float]
    met: dict[str, float]
    cosine: dict[str, dict[str, float]]  # model, or what its name begins with -> low, high
    example: dict[str, dict[str, float]]  # the same for two sounds
    again: dict[str, float]
    likeness: dict[str, float]
    similarity: dict[str, float]
    verdict: dict[str, float]
    fold: dict[str, float]

    def reach(self, model: str, example: bool = False) -> tuple[float, float]:
        """Return what cosine of this model counts as nothing and what as all: with a sentence, or with an example."""
        spans = self.example if example else self.cosine
        known = [name for name in spans if model.startswith(name)]
        span = spans[max(known, key=len)] if known else {"low": 0.0, "high": 1.0}
        return span["low"], span["high"]

    def guessing(self, asked: Query) -> "Ranking":
        """Return the weights for a sentence of which no word is known: what the model hears in it is a guess, a name
        that holds all of its words is an answer.
        """
        names = self.weights["names"] / (sum(asked.names.values()) or 1.0)
        weights = {**self.weights, "cosine": self.weights["guess"], "names": names, "named": names}
        return replace(self, weights=weights)

    def shown(self, score: float) -> float:
        """Return a score as similarity, above 0 and below 1, with four digits, too."""
        lean = (score - self.similarity["middle"]) / self.similarity["width"]
        return 1.0 / (1.0 + math.exp(-max(-9.0, min(9.0, lean))))

    def told(self, best: float) -> str:
        """Return the verdict on an answer whose best similarity this is: good, weak or none."""
        return next((name for name in ("good", "weak") if best >= self.verdict[name]), "none")


@cache
def ranking() -> Ranking:
    """Return config/ranking.toml."""
    return Ranking(**tomllib.loads((data("config") / "ranking.toml").read_text("utf-8")))


def wishes(asked: Query, hears: tuple[float, float] | None, by: Ranking, own: Spread = NOTHING) -> Wishes:
    """Return what all stems are asked.

    hears: the cosines that count as nothing and as all; None where there is no vector to compare with. own: where what
    is asked for lies on the axes in this library; an axis that is not there: as everywhere.
    """
    sums = _Sums(by)
    if hears is not None:
        sums.total += by.weights["cosine"]
    _categories(sums, asked)
    for axis, target, weight in _weighed(asked.axes, by):
        sums.add_property(axis, weight, _met_axis(target, by.met["axis"], own.get(axis, AS_IT_IS)))
    _tempo(sums, asked)
    if asked.key != harmony.NO_KEY:
        sums.add("key", by.weights["key"], _met_key(asked.key, by))
    if (length := asked.seconds()) is not None:
        sums.add("seconds", by.weights["length"], _met_length(length, by))
    if asked.loop is not None:
        sums.add("loop", by.weights["loop"], _met_loop(asked.loop, by))
    words = [(columns.word_id(word), by.weights["named"] * weight) for word, weight in asked.names.items()]
    sums.total += by.weights["names"] * sum(asked.names.values())
    return sums.wishes(hears, words, {name: share for name, share in asked.categories.items() if share > 0})


class _Sums:
    """The tables so far, and the weights together."""

    def __init__(self, by: Ranking) -> None:
        self.by = by
        self.total = 0.0
        self.tables: dict[str, Any] = {}
        self.properties: dict[str, Any] = {}  # those of the tables that a second look is at
        self.categories: list[tuple[str, float]] = []

    def add(self, column: str, weight: float, met: Any, counts: float | None = None) -> None:
        """Add a wish; `counts` is its share of the whole where it is not the weight."""
        self.tables[column] = self.tables.get(column, 0.0) + weight * met
        self.total += weight if counts is None else counts

    def add_property(self, axis: str, weight: float, met: Floats) -> None:
        """Add a wish for a place on an axis."""
        self.properties[axis] = self.properties.get(axis, 0.0) + weight * met
        self.add(axis, weight, met)

    def wishes(
        self, hears: tuple[float, float] | None, words: list[tuple[int, float]], kinds: Mapping[str, float]
    ) -> Wishes:
        """Return all as one weighted mean; kinds: the categories asked for, with their weights."""
        total = self.total or 1.0
        low, high = hears or (0.0, 1.0)
        cosine = self.by.weights["cosine"] / (high - low) / total if hears is not None else 0.0
        denied = not self.total and bool(self.tables or self.categories)  # "not a kick" and nothing else: others answer
        return Wishes(
            cosine,
            float(denied) - cosine * low,
            tuple((name, (table / total).astype(np.float32)) for name, table in self.tables.items()),
            tuple((word, weight / total) for word, weight in words),
            tuple((name, weight / total) for name, weight in self.categories),
            self._again(total, kinds),
        )

    def _again(self, total: float, kinds: Mapping[str, float]) -> Again | None:
        """Return the second look, where properties of a category are asked for."""
        by = self.by.again
        known = [(name, share) for name, share in kinds.items() if name in columns.CATEGORIES]
        if not self.properties or not known:
            return None
        kept = [(f"category.{name}", _kept(share, by["sure"], by["unsure"], by["likely"])) for name, share in known]
        worth = tuple((name, (table / total).astype(np.float32)) for name, table in self.properties.items())
        most = sum(float(table.max()) for _, table in worth)
        return Again(int(by["first"]), worth, tuple(kept), 1.0 / (1.0 - (1.0 - by["sure"]) * most))


@lru_cache(maxsize=1024)
def _kept(share: float, sure: float, unsure: float, likely: float) -> Floats:
    """Return what share of its properties each likelihood of a category keeps."""
    may_be = np.minimum(1.0, share * np.append(columns.PLACES, 0.0) / likely)
    return np.asarray(unsure + (sure - unsure) * may_be, np.float32)


def _categories(sums: _Sums, asked: Query) -> None:
    """Any of the categories asked for will do: the more they are, the nearer it comes to the likelihood that the sound
    is one of them, so that what is halfway between two is not better than what is surely one.
    """
    weight = sums.by.weights["category"]
    shares = [share for share in asked.categories.values() if share > 0]
    if shares:
        several = sum(shares) ** 2 / sum(share * share for share in shares)
        exponent = 1.0 - (1.0 - LOST) / several
    else:
        exponent = LOST
    sums.total += weight * _most(shares, exponent)
    for name, share in asked.categories.items():
        if name in columns.CATEGORIES:
            sums.add(f"category.{name}", weight * share, _likely(exponent), 0.0)
        else:
            sums.categories.append((name, weight * share))


def _most(shares: list[float], exponent: float) -> float:
    """Return the most that likelihoods, together 1, can come to: the sum of share * likelihood ** exponent (Hölder)."""
    order = 1.0 / (1.0 - exponent)
    return float(sum(share**order for share in shares) ** (1.0 / order))


@lru_cache(maxsize=1024)
def _likely(exponent: float) -> Floats:
    """Return what each byte of a column of likelihoods counts."""
    return np.append(columns.PLACES**exponent, 0.0).astype(np.float32)


def _weighed(claims: list[tuple[str, float, float]], by: Ranking) -> list[tuple[str, float, float]]:
    """Scale the claims so that all together weigh less than the category, however many words there are."""
    total = sum(weight for _, _, weight in claims)
    if total <= 0:
        return []
    share = by.weights["axes"] * total / (total + by.weights["axes_half"])
    return [(axis, target, weight * share / total) for axis, target, weight in claims]


def met(target: float, places: Any) -> Any:
    """Return how well a place on an axis, or each of an array, meets a target: 1 there and beyond it on its side of the
    middle, 0 two thirds of the axis away, less beyond: even among sounds that all miss it the nearest comes first.
    """
    short = places > target if target < 0.4 else places < target if target > 0.6 else places != target
    return 1.0 - SLOPE * (short * abs(places - target))


def _met_axis(target: float, unknown: float, places: Floats) -> Floats:
    """Return how well each byte of a column meets a target; places: of each byte but the unknown."""
    return np.append(met(target, places), unknown).astype(np.float32)


def _tempo(sums: _Sums, asked: Query) -> None:
    tempo = asked.tempo or asked.hinted_tempo
    if not tempo:
        return
    low, high = asked.tempo_range or (tempo, tempo)
    near = _met_tempo(low, high, sums.by.met["tempo_width"], sums.by.met["tempo"])
    sums.add("tempo", sums.by.weights["tempo" if asked.tempo else "hinted_tempo"], near)


@lru_cache(maxsize=256)
def _met_tempo(low: float, high: float, width: float, unknown: float) -> Floats:
    """Return how well each cell of tempo meets a range; half and double of it are nearly as good."""
    apart = _outside(columns.TEMPI, low, high)
    times = [_outside(columns.TEMPI, low * factor, high * factor) for factor in (0.25, 0.5, 1.0, 2.0, 4.0)]
    folded = np.minimum.reduce(times)
    near = np.exp(-0.5 * (folded / width) ** 2) * np.where(apart < 0.5, 1.0, 0.9)
    near[0] = unknown
    return np.asarray(near, np.float32)


def _outside(octaves: NDArray[np.float64], low: float, high: float) -> NDArray[np.float64]:
    """Return how many octaves each place (log2) lies outside a range."""
    outside: NDArray[np.float64] = np.maximum(0.0, np.maximum(math.log2(low) - octaves, octaves - math.log2(high)))
    return outside


def _met_length(length: tuple[float, float], by: Ranking) -> Floats:
    seconds = columns.SHORTEST * (columns.LONGEST / columns.SHORTEST) ** columns.PLACES
    apart = _outside(np.log2(seconds), max(length[0], columns.SHORTEST / 2), length[1])
    near = np.exp(-0.5 * (apart / by.met["length_width"]) ** 2)
    return np.append(near, by.met["axis"]).astype(np.float32)


def _met_loop(loop: bool, by: Ranking) -> Floats:
    near = columns.PLACES if loop else 1.0 - columns.PLACES
    return np.append(near, by.met["axis"]).astype(np.float32)


def _met_key(key: int, by: Ranking) -> Floats:
    met = np.zeros(256, np.float32)
    met[list(harmony.related_keys(key))] = by.met["related_key"]
    met[key] = 1.0
    met[columns.UNKNOWN] = by.met["key"]
    return met
