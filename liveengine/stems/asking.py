"""From what a query asks to a vector of the model at hand. Runs on: event loop."""

import numpy as np

from liveengine.stems.embed import DIM, Embedder
from liveengine.stems.query import Query
from liveengine.stems.vectors import Floats


async def vector(asked: Query, embedder: Embedder, denial: float) -> Floats:
    """Return the L2-normalised vector [512] of a query: what it asks for, less `denial` times what it excludes.

    All zero where it says nothing that a model could hear: numbers and fillers are left out, slips are mended.
    """
    wanted, excluded = texts(asked, embedder.reads == "english")
    found = await embedder.text(wanted) if wanted else np.zeros(DIM, np.float32)
    if wanted and excluded:
        found = found - denial * await embedder.text(excluded)
    norm = float(np.linalg.norm(found))
    return (found / norm).astype(np.float32) if norm > 0 else found


def texts(asked: Query, english: bool) -> tuple[str, str]:
    """Return the words asked for and the words excluded; with `english` a German sentence by its concepts."""
    if english and asked.language == "de":
        return asked.english, asked.english_negative
    return asked.positive, asked.negative
