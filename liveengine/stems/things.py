"""The things that a sentence names: what each weighs, and where they belong. Runs on: anywhere; pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from liveengine.lexicon.concepts import Concept

MAIN, BESIDE, WITHIN = 1.0, 0.35, 0.15  # a thing: the last one named, one before it or after "of", one after "with"
DENIED = -1.0


@dataclass(slots=True)
class Thing:
    """Something that was named."""

    concept: Concept
    weight: float
    at: int  # its place in what was said
    joined: bool = False  # another one is named beside it with "and" or "or"
    either: bool = False  # it is one of several of which any will do


def shares(things: Sequence[Thing]) -> list[tuple[Thing, float]]:
    """Return what each thing weighs, 1 for what is looked for and what is joined to it; less than 0 where excluded."""
    main, found = looked_for(things), []
    for thing in things:
        alone = main is not None and main.weight != MAIN  # "with vocals": nothing else was named
        share = MAIN if alone and thing.weight > 0 else thing.weight
        aside = thing is not main and not (thing.joined and main is not None and main.joined)
        found.append((thing, BESIDE if share == MAIN and aside else share))
    return found


def looked_for(things: Sequence[Thing]) -> Thing | None:
    """Return what is looked for: the last thing outside a "with", else the last of all."""
    wanted = [thing for thing in reversed(things) if thing.weight > 0]
    return next((thing for thing in wanted if thing.weight == MAIN), next(iter(wanted), None))


def categories(things: Sequence[Thing]) -> dict[str, float]:
    """Return the categories where the things belong, with their weights; below 0 where none of that is wanted."""
    found: dict[str, float] = {}
    for thing, share in shares(things):
        for category, sure in thing.concept.categories.items():
            found[category] = max(found.get(category, DENIED), share * sure)
    main = looked_for(things)
    for thing in things:
        name = thing.concept.name
        # "a drum hit, no kick" excludes kicks; "a clap, no snare" not the category where claps are filed
        wider = main is not None and any(name in needed for needed in main.concept.suffices)
        if thing.weight < 0 and name in found and (wider or main is None or name != main.concept.main):
            found[name] = DENIED
    return found
