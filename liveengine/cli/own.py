"""The user's own library as a set of labels: what the names of its files and folders say of the sounds. Runs on: bench.

The names are hidden from the search that is measured (see `shelf`) and their words are asked for: "vinyl" should find
the sounds that lie in a folder of that name. A word is asked where the lexicon knows it, so that names of packs and
people are left out; it is right for every sound whose name means the same, in either language.
"""

import random
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from liveengine.lexicon.concepts import Concept, Lexicon
from liveengine.lexicon.dictionary import Dictionary, dictionary
from liveengine.lexicon.text import tokens
from liveengine.ml.labels import LANGUAGES, LEAST, Labels, parse

if TYPE_CHECKING:
    from liveengine.stems.library import Library
    from liveengine.stems.model import Stem

SAMPLE = 300  # stems that are asked for: enough for figures within 0.03
QUERIES = 60
FOLDERS = 2  # above a file whose names count
PAGE = 1000
COMMONEST = 0.5  # share of the sample above which a word tells nothing
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


async def sample(library: "Library", root: Path, seed: int, most: int) -> dict[str, frozenset[str]]:
    """Return of a random sample of the stems path -> what their names mean; generated ones are left out.

    `root` is where the audio lies: the library may be a replica without any.
    """
    known: list[Stem] = []
    while page := await library.stems(limit=PAGE, offset=len(known)):
        known += page
    places = {root / stem.path.relative_to(library.root): stem for stem in known if _own(stem, library.root)}
    there = [path for path in places if path.is_file()]
    chosen = random.Random(seed).sample(there, min(most, len(there)))
    words = dictionary(root)
    return {str(path): meant(places[path].source, words) for path in chosen}


def _own(stem: "Stem", root: Path) -> bool:
    """Tell if a stem was brought by the user and is analysed: what is known by its name only has no copy yet."""
    return stem.provenance == "original" and stem.path.is_relative_to(root)


def meant(source: Path, known: Dictionary) -> frozenset[str]:
    """Return the concepts that the names of a file and its folders speak of, with what they imply."""
    found = set()
    for name in (source.stem, *(folder.name for folder in list(source.parents)[:FOLDERS])):
        words = [word for word in tokens(_CAMEL.sub(" ", name).replace("_", " ")) if word != ","]
        phrases = [*words, *(" ".join(pair) for pair in pairwise(words))]
        found |= {concept.name for concept in map(known.look_up, phrases) if concept is not None}
    return known.lexicon.closed(found)


def labels(sample: Mapping[str, Iterable[str]], lexicon: Lexicon) -> Labels:
    """Return the sample as a set: a query per concept that several of its names hold, the commonest first."""
    concepts = lexicon.concepts
    held = Counter(name for names in sample.values() for name in names if name in concepts)
    asked = [name for name, count in held.most_common() if LEAST <= count <= COMMONEST * len(sample)][:QUERIES]
    sounds = {path: " ".join(("own", "own", *sorted(names))) for path, names in sample.items()}
    queries = [{**_said(concepts[name]), "relevant": [name]} for name in asked]
    table = {"about": "your library", "source": "", "sounds": sounds}
    return parse("own", table, {"nouns": {}, "modifiers": {}, "words": {"queries": queries}})


def _said(concept: Concept) -> dict[str, str]:
    """Return the most usual spelling in each language; a word that is the same in both is written once."""
    usual = next(spelt[0] for spelt in concept.spellings.values() if spelt)
    return {language: (concept.spellings.get(language) or (usual,))[0] for language in LANGUAGES}
