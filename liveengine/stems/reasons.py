"""Why a stem was found, in a few words for people. Runs on: anywhere; pure."""

import math
from collections.abc import Mapping

from liveengine.lexicon.reading import lexicon
from liveengine.lexicon.text import plain
from liveengine.stems import columns, harmony, understood
from liveengine.stems.describe import AXIS_TAGS
from liveengine.stems.model import Stem
from liveengine.stems.query import Query
from liveengine.stems.rank import met

MOST = 3  # properties that are told
NEAR = 0.07  # a tempo, half or double of which is farther from the one asked for is no reason
HALF = 50  # per cent: who is not even among so many is not "dark"
MET = 0.5  # a property is a reason when it is met at least so well
FARTHER = 0.03  # a part of an axis that is heard as a difference
COMPARED = {
    "brightness": ("darker", "brighter"), "grit": ("cleaner", "grittier"), "punch": ("softer", "punchier"),
    "length": ("shorter", "longer"), "space": ("drier", "wetter"), "noise": ("more tonal", "noisier"),
    "movement": ("more static", "more moving"), "weight": ("less deep", "deeper"), "width": ("narrower", "wider"),
    "density": ("sparser", "busier"), "rise": ("less rising", "more rising"),
    "metal": ("less metallic", "more metallic"),
}  # fmt: skip
ENDS = {axis: (low, high) for axis, low, high in AXIS_TAGS}


def asked_columns(asked: Query) -> list[str]:
    """Return the columns of places that the reasons of this query speak of."""
    known = [f"category.{name}" for name, weight in asked.categories.items() if weight > 0]
    return [name for name in dict.fromkeys([*known, *_axes(asked), *_compared(asked)]) if name in columns.places()]


def reasons(asked: Query, stem: Stem, places: Mapping[str, float]) -> list[str]:
    """Return the reasons, the strongest first: "kick 93%", "dark: top 12%", "darker than stem 42",
    "135 BPM, asked 138".
    """
    found = []
    for name, weight in asked.categories.items():
        if weight > 0 and places.get(f"category.{name}", 0.0) >= 0.1:
            found.append(f"{name} {places[f'category.{name}']:.0%}")
    for axis, target in _axes(asked).items():
        place = places.get(axis, math.nan)
        if not math.isnan(place) and met(target, place) >= MET and _top(target, place) <= HALF:
            found.append(f"{_end(axis, target)}: top {_top(target, place)}%")
    for axis, direction in _compared(asked).items():
        if math.copysign(1.0, direction) * (places.get(axis, math.nan) - asked.stands[axis]) >= FARTHER:
            found.append(f"{COMPARED[axis][direction > 0]} than {asked.than}")
    found += _tempo(asked, stem.bpm)
    if asked.key != harmony.NO_KEY and harmony.key_number(stem.key) in harmony.related_keys(asked.key):
        found.append(f"key {stem.key}, asked {harmony.key_name(asked.key)}")
    said = set(plain(f"{stem.title} {' '.join(stem.tags)}").split())
    found += [f"named {_word(name)}" for name in asked.names if name in said]
    return found


def _tempo(asked: Query, bpm: float | None) -> list[str]:
    if not asked.tempo or not bpm:
        return []
    if asked.tempo_range:
        low, high = asked.tempo_range
        return [f"{round(bpm, 1):g} BPM, asked {low:g} to {high:g}"] if low <= bpm <= high else []
    near = harmony.tempo_distance(bpm, asked.tempo) <= NEAR
    return [f"{round(bpm, 1):g} BPM, asked {asked.tempo:g}"] if near else []


def _word(name: str) -> str:
    """Return what people call a concept, or the word itself."""
    concept = lexicon().concepts.get(name)
    return understood.called(concept, "en") if concept else name


def _axes(asked: Query) -> dict[str, float]:
    """Return the axes that weigh most, with the target of each."""
    best: dict[str, tuple[float, float]] = {}
    for axis, target, weight in asked.axes:
        if axis in ENDS and axis not in asked.stands and weight > best.get(axis, (0.0, 0.0))[0]:
            best[axis] = (weight, target)
    ranked = sorted(best, key=lambda axis: -best[axis][0])[:MOST]
    return {axis: best[axis][1] for axis in ranked}


def _compared(asked: Query) -> dict[str, float]:
    """Return the axes of a comparison that weigh most, with its direction on each."""
    told = [one for one in asked.relative if one[0] in asked.stands and one[0] in COMPARED]
    ranked = sorted(told, key=lambda one: -one[2])[:MOST]
    return {axis: direction for axis, direction, _ in ranked}


def _end(axis: str, target: float) -> str:
    low, high = ENDS[axis]
    return (low if target < 0.5 else high) or axis


def _top(target: float, place: float) -> int:
    """Return the per cent of sounds that are at least as far towards the end that is asked for, 1..100."""
    return max(1, round(100 * (place if target < 0.5 else 1.0 - place)))
