"""Sentences as a producer types them, that ask for some of what is true of a sound. Runs on: worker process, training.

`caption` asks for what holds, `rival` for what nearly holds: another thing of the same category, another machine, the
opposite description. Both are the same for the same state of the generator.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from liveengine.lexicon.concepts import Claims, Concept, Lexicon
from liveengine.lexicon.reading import lexicon
from liveengine.ml import wording

ALONE, WHOLE, BROAD, LOOSE = (
    0.12,
    0.70,
    0.84,
    0.95,
)  # bounds: a thing alone, with words, its parent, words alone; one word
MORE = (0.45, 0.82)  # bounds: one attribute, two; beyond three
DERIVED = 0.6  # how often a word that follows is said, relative to one that is claimed
FORMAT = 0.35  # so much more seldom is said that it is a loop or a single sound
FORMATS = {"loop", "one_shot", "phrase"}
GERMAN = 0.5


@dataclass(frozen=True, slots=True)
class Caption:
    """A sentence, its language (en, de) and the closed set of concepts that it asks for.

    It is true of every sound whose closed claims contain `asked`.
    """

    text: str
    language: str
    asked: Claims


@dataclass(frozen=True, slots=True)
class _Choice:
    """What can be said of a set of claims, with bounds for drawing by weight."""

    things: tuple[Concept, ...]  # the most specific ones
    parents: tuple[Concept, ...]
    attributes: tuple[Concept, ...]
    bounds: tuple[float, ...]


def caption(claims: Claims, rng: np.random.Generator) -> Caption:
    """Return a sentence that is true of these claims (and all that follows from them).

    Raises KeyError for a claim that is no concept, ValueError when there is nothing to say.
    """
    thing, attributes = _plan(lexicon().closed(claims), claims, rng)
    return _caption(thing, attributes, rng)


def rival(claims: Claims, rng: np.random.Generator) -> Caption | None:
    """Return a sentence that is nearly true: one part is replaced by its rival; None where none has a rival."""
    held = lexicon().closed(claims)
    thing, attributes = _plan(held, claims, rng)
    places = [place for place, part in enumerate([thing, *attributes]) if part and _rivals(part.name)]
    if not places:
        return None
    place = places[int(rng.random() * len(places))]
    named = [thing, *attributes]
    part = named[place]
    assert part is not None
    others = [other for other in _rivals(part.name) if other not in held]
    if not others:
        return None
    named[place] = lexicon().concepts[others[int(rng.random() * len(others))]]
    kept = [other for other in named[1:] if other and not _clash(named[place], other)]
    return _caption(named[0], kept, rng)


def _clash(one: Concept | None, other: Concept) -> bool:
    return one is not None and lexicon().contradicts(one.name, other.name)


def _caption(thing: Concept | None, attributes: Sequence[Concept], rng: np.random.Generator) -> Caption:
    names = [part.name for part in attributes] + ([thing.name] if thing else [])
    language = "de" if rng.random() < GERMAN else "en"
    text = wording.sentence(thing, attributes, language, rng)
    return Caption(text, language, _asked(frozenset(names)))


@cache
def _asked(names: Claims) -> Claims:
    """Return what is asked: the parts and all that they imply; what merely follows from them is not asked."""
    known = lexicon()
    return frozenset(above for name in names for above in known.ancestors[name])


def _plan(held: Claims, claims: Claims, rng: np.random.Generator) -> tuple[Concept | None, list[Concept]]:
    """Return what to speak of: a thing or none, and attributes."""
    choice = _choice(held, claims)
    if not choice.things and not choice.attributes:
        raise ValueError(f"nothing can be said of {sorted(claims)}")
    kind = float(rng.random())
    if not choice.things or (kind > BROAD and choice.attributes):
        return None, _attributes(choice, _count(rng) if kind < LOOSE else 1, None, rng)
    among = choice.parents if kind > WHOLE and choice.parents else choice.things
    thing = among[int(rng.random() * len(among))]
    return thing, [] if kind < ALONE else _attributes(choice, _count(rng), thing, rng)


def _count(rng: np.random.Generator) -> int:
    drawn = rng.random()
    return 1 + sum(drawn > bound for bound in MORE)


def _attributes(choice: _Choice, count: int, thing: Concept | None, rng: np.random.Generator) -> list[Concept]:
    """Draw attributes that say something beside the thing and beside each other."""
    above = lexicon().ancestors
    said = set(above[thing.name]) if thing else set()
    found: list[Concept] = []
    for _ in range(min(count, len(choice.attributes))):
        drawn = choice.attributes[int(np.searchsorted(choice.bounds, rng.random() * choice.bounds[-1], "right"))]
        if drawn.name not in said:
            said |= above[drawn.name]
            found.append(drawn)
    return found


@cache
def _choice(held: Claims, claims: Claims) -> _Choice:
    known = lexicon()
    concepts = [known.concepts[name] for name in sorted(held)]
    things = [concept for concept in concepts if concept.kind == "things"]
    implied = {above for thing in things for above in known.ancestors[thing.name] if above != thing.name}
    implied |= known.follows(held)
    attributes = tuple(concept for concept in concepts if concept.kind != "things")
    weights = [
        (1.0 if one.name in claims else DERIVED) * (FORMAT if one.name in FORMATS else 1.0) for one in attributes
    ]
    return _Choice(
        tuple(thing for thing in things if thing.name not in implied),
        tuple(thing for thing in things if thing.name in implied),
        attributes,
        tuple(np.cumsum(weights).tolist()),
    )


@cache
def _rivals(name: str) -> tuple[str, ...]:
    """Return what is easily taken for a concept: its sisters, the other machines, what contradicts it."""
    return _rivals_in(lexicon(), name)


def _rivals_in(known: Lexicon, name: str) -> tuple[str, ...]:
    concept = known.concepts[name]
    if concept.kind == "machines":
        return tuple(other for other, one in known.concepts.items() if one.kind == "machines" and other != name)
    if concept.kind != "things":
        return tuple(other for other in sorted(known.opposites[name]) if known.concepts[other].kind == "words")
    main = concept.main
    return tuple(
        other
        for other, one in known.concepts.items()
        if one.kind == "things"
        and one.main == main
        and other not in known.ancestors[name]
        and name not in known.ancestors[other]
    )
