"""What a model knew before it was tuned, and must not forget: sentences of the lexicon, sounds with plain labels.

Runs on: worker process. The sounds are made (the starter kit of another seed): half of them hold the model where it is,
by the other half it is judged.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt

from liveengine.lexicon.reading import lexicon
from liveengine.ml import wording
from liveengine.ml.tune.base import Floats

SEED = 5  # of the kit: nobody's library holds this one
HOW = ("dark", "bright", "punchy", "soft", "hard", "deep", "loop")
GERMAN = {
    "kick": "Kickdrum", "snare": "Snaredrum", "hihat": "Becken", "bass": "Bass", "synth": "Synthesizer",
    "vocal": "Gesang", "atmo": "Atmosphäre", "fx": "Effekt", "percussion": "Schlagwerk",
}  # fmt: skip
FEWEST, MOST = 3, 0.5  # sounds that a query is right for: a number, a share


@dataclass(frozen=True)
class Labelled:
    """A sound as it is heard, [windows, hidden], and the words that are true of it."""

    heard: Floats
    words: frozenset[str]


def sentences(count: int, languages: Sequence[str], seed: int) -> list[str]:
    """Return sentences as producers type them, of things, machines, genres and words of the lexicon."""
    rng = np.random.default_rng(seed)
    concepts = list(lexicon().concepts.values())
    things = [one for one in concepts if one.kind == "things"]
    others = [one for one in concepts if one.kind != "things"]
    found = []
    for number in range(count):
        thing = things[int(rng.integers(len(things)))] if rng.random() < 0.8 else None
        several = int(rng.integers(0 if thing else 1, 3))
        beside = [others[int(at)] for at in rng.choice(len(others), several, replace=False)]
        found.append(wording.sentence(thing, beside, languages[number % len(languages)], rng))
    return found


def words(category: str, tags: Sequence[str]) -> frozenset[str]:
    """Return the single words that are true of a sound of the kit."""
    return frozenset(" ".join((category, *tags)).lower().split())


def queries(sounds: Sequence[Labelled], languages: Sequence[str]) -> dict[str, npt.NDArray[np.bool_]]:
    """Return what is asked and which of the sounds are right, [sounds]: words, and words of categories, that some hold.

    A query for nearly all or nearly none tells nothing and is left out.
    """
    held = Counter(word for one in sounds for word in one.words)
    asked = {word: frozenset((word,)) for word in sorted(held) if word.isalpha()}
    asked |= {f"{how} {kind}": frozenset((how, kind)) for how, kind in product(HOW, GERMAN)}
    if "de" in languages:
        asked |= {german: frozenset((kind,)) for kind, german in GERMAN.items()}
    found = {text: np.array([wanted <= one.words for one in sounds]) for text, wanted in asked.items()}
    return {text: right for text, right in found.items() if FEWEST <= right.sum() <= MOST * len(sounds)}
