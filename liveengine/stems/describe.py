"""Category, tags and title of a sound, from name, measurement and model together. Runs on: event loop."""

import base64
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from liveengine.lexicon.dictionary import Dictionary
from liveengine.stems import axes, hearing, packing
from liveengine.stems.model import display

COLUMNS = ("duration", "rate", "channels", "frames", "loudness", "peak")  # facts that nobody corrects
APART = frozenset({"peaks", "transients", "hash", "mark", "name", "vector", *COLUMNS})  # what `facts` does not hold
NAME_WEIGHT = 6.0  # a name that is certain outweighs a measurement that is certain, e^6 to 1
EAR_WEIGHT = 0.5  # what the model hears, beside what is measured
FILED_BY = 0.2  # what is measured, beside what the model hears, where one category has to be named: it hears better
FLOOR = 0.01  # no opinion rules a category out
CLEAR = 0.2  # how far from an end of an axis a sound may lie to carry its word as a tag
UNITS = {"bpm", "hz", "khz", "bit"}  # words that say nothing without their number
MOST_TAGS = 12

# The words that an end of an axis gives: (axis, low end, high end).
AXIS_TAGS = (
    ("brightness", "dark", "bright"),
    ("grit", "clean", "gritty"),
    ("punch", "soft", "punchy"),
    ("length", "short", "long"),
    ("space", "dry", "wet"),
    ("noise", "tonal", "noisy"),
    ("movement", "static", "moving"),
    ("weight", "", "deep"),
    ("width", "", "wide"),
    ("density", "sparse", "busy"),
    ("rise", "", "rising"),
    ("metal", "", "metallic"),
)


@dataclass(frozen=True, slots=True)
class Description:
    """What the library concludes of a sound."""

    title: str
    category: str
    likely: Mapping[str, float]  # category -> probability
    tags: tuple[str, ...]
    words: tuple[str, ...]
    bpm: float | None
    key: str | None
    loop: bool


def describe(path: Path, facts: Mapping[str, Any], votes: Mapping[str, float] | None, words: Dictionary) -> Description:
    """Return the conclusion from a file's name, its facts and the model's votes (None: it has none).

    `words` are the library's: what the name is read with.
    """
    category, likely = categorise(facts, votes)
    spoken = tuple(facts.get("words", ()))
    bpm = facts.get("tempo")
    return Description(
        title=title(path),
        category=category,
        likely={name: round(share, 4) for name, share in likely.items() if share >= 0.001},
        tags=tags(facts, likely, spoken, words),
        words=spoken,
        bpm=None if bpm is None else float(bpm),
        key=facts.get("key"),
        loop=bool(facts.get("loop")),
    )


def categorise(facts: Mapping[str, Any], votes: Mapping[str, float] | None) -> tuple[str, dict[str, float]]:
    """Return the category of a sound, and how likely each is, in all 1: none more than that one.

    Both are products of the opinions, each to the power of its weight. The category is what the model hears before all.
    The likelihoods go by what is measured more: search weighs them beside the model's own vectors, which say already
    what it hears.
    """
    heard = hearing.categories(facts)
    named, sure = facts.get("category"), float(facts.get("category_confidence") or 0.0)
    # A category's own name says more than a word of another one: an "atmo ... pad" is meant as atmo.
    named = next((word for word in reversed(facts.get("words", ())) if word in heard), named)
    every = dict.fromkeys([*heard, *(votes or {}), *([named] if named else [])])
    measured = {name: max(heard.get(name, 0.0), FLOOR) for name in every}
    ear = {name: 1.0 if votes is None else max(votes.get(name, 0.0), FLOOR) for name in every}
    said = {name: math.exp(NAME_WEIGHT * sure) if name == named else 1.0 for name in every}
    likely = {name: said[name] * measured[name] * ear[name] ** EAR_WEIGHT for name in every}
    best = likely if votes is None else {name: said[name] * measured[name] ** FILED_BY * ear[name] for name in every}
    category = max(best, key=lambda name: best[name])
    likely[category] = max(likely.values())
    total = sum(likely.values())
    return category, {name: share / total for name, share in likely.items()}


def tags(
    facts: Mapping[str, Any], likely: Mapping[str, float], spoken: tuple[str, ...], words: Dictionary
) -> tuple[str, ...]:
    """Return words for people: what the name says (in the lexicon's own spelling), then the clear ends of the axes."""
    concepts, rare = words.meaning(word for word in spoken if len(word) > 2 and word not in UNITS)
    found = [*(concept.name for concept in concepts), *rare]
    found.append("loop" if facts.get("loop") else "one_shot")
    places = axes.measured(facts, likely)
    for axis, low, high in AXIS_TAGS:
        place = places.get(axis, 0.5)
        if place <= CLEAR / 2 and low:
            found.append(low)
        elif place >= 1.0 - CLEAR / 2 and high:
            found.append(high)
    return tuple(dict.fromkeys(found))[:MOST_TAGS]


def title(path: Path) -> str:
    """Return a name to show: the file's without ending, separators as spaces, at most 80 signs."""
    stem = Path(display(path.name)).stem
    return " ".join(re.sub(r"[_\s]+", " ", stem).split())[:80] or "untitled"


def row(facts: Mapping[str, Any], said: Description) -> dict[str, Any]:
    """Return the columns of a stem that an analysis fills, without where it lies and where it came from."""
    kept: dict[str, Any] = {name: value for name, value in facts.items() if name not in APART}
    return {
        "title": said.title,
        "category": said.category,
        "tags": json.dumps(said.tags, ensure_ascii=False),
        "bpm": said.bpm,
        "key": said.key,
        "duration": float(facts["duration"]),
        "rate": facts["rate"],
        "channels": facts["channels"],
        "frames": facts["frames"],
        "loop": int(said.loop),
        "bars": facts.get("bars"),
        "loudness": facts.get("loudness"),
        "peak": facts.get("peak"),
        "transients": np.asarray(facts.get("transients") or (), "<i4").tobytes(),
        "peaks": peaks(facts),
        **columns(facts),
        "facts": packing.pack({**kept, "categories": dict(said.likely)}),
    }


def columns(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns that may be empty: root, downbeat, quality, licence, pack, creator."""
    origin = facts.get("origin") or {}
    return {
        "root": facts.get("root"),
        "downbeat": facts.get("downbeat") if facts.get("loop") else None,
        "quality": (facts.get("quality") or {}).get("quality"),
        **{name: (origin.get(name) or {}).get("value") for name in ("licence", "pack", "creator")},
    }


def peaks(facts: Mapping[str, Any]) -> bytes:
    """Return the waveform for display: int8, the row of lowest samples, then the row of highest."""
    return base64.b64decode(facts.get("peaks") or "")
