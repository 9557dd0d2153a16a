"""A library of any size: the rows of a few ingested stems, copied with vectors that differ. Runs on: bench.

What a search of 100,000 stems takes, from the sentence to the answer, depends on the rows as they are stored; so these
are real ones. The vectors lie around those that were ingested, as sounds of a kind do.
"""

import hashlib
import os
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from liveengine.errors import NotFound
from liveengine.stems import columns, files
from liveengine.stems.rows import pack
from liveengine.stems.vectors import Floats, unpack

if TYPE_CHECKING:
    from liveengine.stems.library import Library

SPREAD = 0.7  # length of what is added to a vector of length 1: the cosine to where it comes from is about 0.8
BATCH = 2_000  # rows per transaction


async def fill(library: "Library", count: int, seed: int = 0) -> None:
    """Copy stems until the library holds `count`; the search learns of them when it is opened again.

    Raises NotFound when there is none to copy.
    """
    rng = np.random.default_rng(seed)
    model, checksum = library.embedder.model, library.embedder.checksum
    reading, lexicon = library.db.reading, columns.checksum(library.root)
    searched = {row["stem"]: row for row in await reading.embeddings(model, checksum, lexicon)}
    rows = [{**row} for row in await reading.stems_among(searched)]
    if not rows:
        raise NotFound("the library holds no stem that could be copied")
    places = iter(range(len(rows), count))
    while batch := list(islice(places, BATCH)):
        async with library.db.transaction() as change:
            vectors: dict[int, bytes] = {}
            codes: dict[int, bytes] = {}
            for place in batch:
                row = rows[place % len(rows)]
                stem = await change.add_stem(_copy(row, place))
                vectors[stem] = pack(_near(unpack(searched[row["id"]]["vector"])[0], rng))
                codes[stem] = searched[row["id"]]["codes"]
            await change.add_embeddings(model, checksum, vectors)
            await change.put_codes(lexicon, codes)


def _copy(row: dict[str, Any], place: int) -> dict[str, Any]:
    """Return the values of a stem like that of the row, of another name and other bytes."""
    name = f"{row['title']} {place}"
    source = Path(f"/stock/{row['category']}/{name}.wav")
    digest = hashlib.blake2b(place.to_bytes(8), digest_size=16).digest()
    return row | {
        "path": os.fsencode(files.copy_of(source, row["category"], digest.hex())),
        "source": os.fsencode(source),
        "title": name,
        "mark": digest.hex()[:16],
        "hash": digest,
    }


def _near(vector: Floats, rng: np.random.Generator) -> Floats:
    moved = vector + SPREAD / np.sqrt(vector.size) * rng.standard_normal(vector.size)
    near: Floats = (moved / np.linalg.norm(moved)).astype(np.float32)
    return near
