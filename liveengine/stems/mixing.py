"""A query of several parts: a sentence, sounds as examples, sliders on the five axes. Runs on: event loop.

What the parts say of the embedding becomes one vector, their weighted sum; what they say of measured properties becomes
wishes of one query. From there on it is a search like any other.
"""

import asyncio
import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from liveengine.errors import BadArgument, NotFound, OutOfRange
from liveengine.stems import describe
from liveengine.stems.axes import measured
from liveengine.stems.embed import DIM, Embedder, sound_of
from liveengine.stems.five import FIVE
from liveengine.stems.model import display
from liveengine.stems.parts import Parts
from liveengine.stems.query import Query
from liveengine.stems.rank import Ranking
from liveengine.stems.rows import unknown
from liveengine.stems.vectors import Floats

HEAVIEST = 10.0  # weight of a part
MOST = 32  # examples
STEP = 0.35  # how far "darker" moves the target from where the example stands
LEAST = 1e-3  # a sum shorter than this is nothing: its parts cancel each other


@dataclass(frozen=True, slots=True)
class Mix:
    """A query of several parts, each with a weight from -HEAVIEST to HEAVIEST."""

    text: str | None = None
    text_weight: float = 1.0
    like: Mapping[int, float] = field(default_factory=dict)  # stems; a weight below 0: not like it
    file: Path | None = None
    file_weight: float = 1.0
    sliders: Mapping[str, float] = field(default_factory=dict)  # of five.FIVE: 0..1
    slider_weight: float = 1.0
    this: int | None = None  # the stem that "like this one" in the text speaks of
    personal: bool = True  # False: without taste and discovery, the same for everybody

    @property
    def empty(self) -> bool:
        """True when nothing is asked."""
        said = self.text and self.text_weight
        return not (said or any(self.like.values()) or (self.file and self.file_weight) or self.sliders)


@dataclass(frozen=True, slots=True)
class Example:
    """A sound to search by: its vector, how much it counts (below 0: not like this), where it stands on the axes."""

    vector: Floats
    weight: float = 1.0
    places: Mapping[str, float] = field(default_factory=dict)
    stem: int | None = None  # of the library: it is no match for itself


def weighted(text: str) -> dict[int, float]:
    """Return stems and weights from "42, 17:-0.5": a stem without a weight counts 1.

    Raises BadArgument or OutOfRange.
    """
    found: dict[int, float] = {}
    for part in text.replace(",", " ").split():
        stem, _, weight = part.partition(":")
        try:
            number, share = int(stem), float(weight or 1.0)
        except ValueError:
            raise BadArgument(
                f"{part[:40]!r} is no example; write stems as 42 or 42:0.5, with commas between"
            ) from None
        if not (math.isfinite(share) and abs(share) <= HEAVIEST):
            raise OutOfRange(f"the weight {weight[:40]} of stem {number}: -{HEAVIEST:g}..{HEAVIEST:g}")
        found[number] = share
    if len(found) > MOST:
        raise OutOfRange(f"{len(found)} examples; {MOST} are the most")
    return found


async def of_stems(parts: Parts, weights: Mapping[int, float], columns: Sequence[str]) -> list[Example]:
    """Return examples from the library; raises UnknownStem for one that is not there or not analysed yet."""
    seen = await parts.finder.look(list(weights), columns)
    rows = {stem: at for at, stem in enumerate(seen.stems.tolist()) if seen.vectors[at].any()}
    if missing := [stem for stem in weights if stem not in rows]:
        raise unknown(missing[0], parts.embedder.model)
    places = [dict(zip(columns, row, strict=True)) for row in seen.places.tolist()]
    return [
        Example(seen.vectors[at], weights[stem], places[at], stem) for stem, at in rows.items() if weights[stem] != 0.0
    ]


async def of_file(parts: Parts, path: Path, weight: float = 1.0) -> Example:
    """Return an example from an audio file, which is read by a worker and not kept.

    Raises NotFound, or BadAudio for a file that is silent or cannot be used.
    """
    if not os.path.isfile(path):  # noqa: PTH113  # a name that is too long is none, and no error
        raise NotFound(f"no such file: {display(path)}")
    embedder = parts.embedder
    payload = {"path": os.path.realpath(path), "name": str(path), "root": str(parts.root)}
    facts = await parts.pool.run("analyse", payload | {"ear": str(embedder.ear or "")})
    vector = await embedder.audio(sound_of(path, facts))
    votes = facts.get("votes") or await embedder.votes(vector)
    said = await asyncio.to_thread(describe.describe, path, facts, votes, parts.words)
    return Example(vector, weight, measured(facts, said.likely))


async def examples(parts: Parts, asked: Query, mix: Mix) -> list[Example]:
    """Return all examples of a query: those that are given, and those that the sentence names ("like 42")."""
    weights = {**dict.fromkeys(asked.like, 1.0), **mix.like}
    columns = list(dict.fromkeys(axis for axis, _, _ in asked.relative))
    found = await of_stems(parts, weights, columns) if weights else []
    if mix.file is not None and mix.file_weight:
        found.append(await of_file(parts, mix.file, mix.file_weight))
    return found


def pointed(asked: Query, mix: Mix, this: int | None) -> Query:
    """Return a query that says "like this one" with the stem that is meant; as it is where nobody knows which.

    Where there are other examples and no stem is named, they are meant.
    """
    if this is not None:
        told = [f"like {this}" if part == "like this" else part for part in asked.understood]
        return replace(asked, this=False, like=tuple(dict.fromkeys((*asked.like, this))), understood=told)
    return replace(asked, this=not (mix.like or mix.file))


def wished(asked: Query, mix: Mix, sounds: Sequence[Example]) -> Query:
    """Return the query with what the sliders ask, and with comparisons ("darker than it") as targets.

    A comparison begins where the examples stand in the mean; an example that is none ("not like this") does not count.
    """
    axes, understood, stood = list(asked.axes), list(asked.understood), dict(asked.stands)
    for axis, target in mix.sliders.items():
        axes.append((FIVE[axis].column, target, mix.slider_weight))
        understood.append(f"{axis} {target:.2f}")
    for axis, direction, weight in asked.relative:
        stands = [one.places[axis] for one in sounds if one.weight > 0 and axis in one.places]
        known = [place for place in stands if not math.isnan(place)]
        if known:
            stood[axis] = sum(known) / len(known)
        axes.append((axis, min(1.0, max(0.0, stood.get(axis, 0.5) + STEP * direction)), weight))
    return replace(asked, axes=axes, understood=understood, stands=stood, than=_called(sounds))


def _called(sounds: Sequence[Example]) -> str:
    """Return what the examples are called."""
    liked = [one.stem for one in sounds if one.weight > 0]
    if len(liked) > 1:
        return "the examples"
    return f"stem {liked[0]}" if any(liked) else "the example"


def heard(
    by: Ranking, embedder: Embedder, sentence: Floats | None, weight: float, sounds: Sequence[Example]
) -> tuple[Floats, tuple[float, float] | None]:
    """Return the weighted sum of a sentence's vector and the examples', of length 1, and its reach.

    The reach is what cosine with it counts as nothing and what as all: for the sum what it is for its parts in the
    mean. Where nothing is left of the sum the vector is zero and there is no reach.
    """
    said = [] if sentence is None or not sentence.any() else [(weight, sentence)]
    total = np.zeros(DIM, np.float32)
    for share, vector in (*said, *((one.weight, one.vector) for one in sounds)):
        total += np.float32(share) * vector
    norm = float(np.linalg.norm(total))
    if norm < LEAST:
        return np.zeros(DIM, np.float32), None
    low, high = by.reach(embedder.model)
    spans = [(share, low, high) for share, _ in said]
    low, high = by.reach(embedder.model, example=True)
    spans += [(one.weight, low, high if one.weight > 0 else low) for one in sounds]
    lowest = sum(share * least for share, least, _ in spans) / norm
    highest = sum(share * most for share, _, most in spans) / norm
    return total / np.float32(norm), (lowest, max(highest, lowest + LEAST))
