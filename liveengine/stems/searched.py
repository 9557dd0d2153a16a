"""What the search knows of the stems, kept as the database has it. Runs on: event loop.

What it reads of a stem beside its vector (codes) costs some computing: it is made in a thread, and before a transaction
opens, so that neither the loop nor another writer waits for it.
"""

import asyncio
from collections.abc import Iterable, Mapping

from liveengine.stems import columns
from liveengine.stems.columns import Known
from liveengine.stems.embed import Embedder
from liveengine.stems.named import Name
from liveengine.stems.parts import Parts
from liveengine.stems.rows import codes_of, pack
from liveengine.stems.shelf import Entry
from liveengine.stems.vectors import Floats, unpack

BATCH = 256  # stems whose codes are made at a time


async def enter(parts: Parts, vectors: Mapping[int, Floats], model: Embedder) -> None:
    """Let the search know of stems, by their vectors of `model`; those that are gone are left out.

    Vectors of a model that the library is not searched with are not taken; the codes are stored all the same.
    """
    async with parts.entering:  # what an older row says must not be stored over what a newer one says
        rows = await parts.db.reading.stems_among(vectors)
        codes = await asyncio.to_thread(lambda: {row["id"]: codes_of(row) for row in rows})
        async with parts.db.transaction() as change:
            known = {row["id"]: row for row in await change.known(codes)}
            await change.put_codes(columns.checksum(), {stem: codes[stem] for stem in known})
        if model is parts.embedder:
            stored = {stem: unpack(pack(vectors[stem]))[0] for stem in known}  # as the next start will find them
            await parts.finder.put(
                [Entry(stem, stored[stem], Known._make((*tuple(row)[1:], codes[stem]))) for stem, row in known.items()]
            )


async def refresh(parts: Parts, stems: Iterable[int]) -> None:
    """Let the search know what the database says of these stems by now."""
    numbers = list(dict.fromkeys(stems))
    for at in range(0, len(numbers), BATCH):
        model = parts.embedder
        found = await parts.finder.look(numbers[at : at + BATCH], ())
        await enter(parts, dict(zip(found.stems.tolist(), found.vectors, strict=True)), model)
        if parts.finder.names:
            async with parts.entering:  # what has been analysed meanwhile must not be named again
                rows = await parts.db.reading.stems_among(numbers[at : at + BATCH])
                await parts.finder.name([Name.of(row["id"], {**row}) for row in rows if row["state"] == "named"])
