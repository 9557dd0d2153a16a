"""From what a query asks to a vector of the model at hand. Runs on: event loop."""

from collections.abc import Mapping, Sequence

import numpy as np

from liveengine.lexicon.reading import lexicon
from liveengine.stems.embed import DIM, Embedder
from liveengine.stems.query import Query
from liveengine.stems.vectors import Floats

THINGS = ("things", "machines")  # kinds of concepts that say what a sound is; the others say how


async def vector(asked: Query, embedder: Embedder, weights: Mapping[str, float]) -> Floats:
    """Return the L2-normalised vector [512] of a query: what it asks for, less what it excludes.

    weights (config/ranking.toml): `denial` of what is excluded, `concept` of what was understood beside the words.
    All zero where it says nothing that a model could hear: numbers and fillers are left out, slips are mended.
    """
    wanted, excluded = texts(asked, embedder.reads == "english")
    found = await _of(wanted, asked.wanted, embedder, weights)
    if wanted and excluded:
        found = found - weights["denial"] * await _of(excluded, asked.excluded, embedder, weights)
    return normal(found)


async def _of(words: str, concepts: Sequence[str], embedder: Embedder, weights: Mapping[str, float]) -> Floats:
    """Return the vector of some words, drawn towards the mean direction of the concepts in them."""
    found = await embedder.text(words) if words else np.zeros(DIM, np.float32)
    known = lexicon().concepts
    names = [name for name in dict.fromkeys(concepts) if name in known]
    if not words or not names:
        return found
    shares = np.array([1.0 if known[name].kind in THINGS else weights["concept_word"] for name in names], np.float32)
    return normal(found + weights["concept"] * (shares @ embedder.directions(names)) / shares.sum())


def normal(vector: Floats) -> Floats:
    """Return a vector at length 1; one of zeros as it is."""
    norm = float(np.linalg.norm(vector))
    return (vector / norm).astype(np.float32) if norm > 0 else vector


def texts(asked: Query, english: bool) -> tuple[str, str]:
    """Return the words asked for and the words excluded; with `english` a German sentence by its concepts."""
    if english and asked.language == "de":
        return asked.english, asked.english_negative
    return asked.positive, asked.negative
