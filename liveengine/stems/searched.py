"""What the search knows of the stems, kept as the database has it. Runs on: event loop.

What it reads of a stem beside its vector (codes) costs some computing: it is made in a thread, and before a transaction
opens, so that neither the loop nor another writer waits for it. Codes that were made with another lexicon or reference
count as unknown at the start, and a job makes them anew.
"""

import asyncio
import logging
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from liveengine.stems.columns import Known
from liveengine.stems.embed import Embedder
from liveengine.stems.named import Name
from liveengine.stems.parts import Parts
from liveengine.stems.queue import Queue
from liveengine.stems.reader import Row
from liveengine.stems.rows import codes_of, pack
from liveengine.stems.shelf import Entry
from liveengine.stems.vectors import Floats, unpack
from liveengine.stems.work import Work

log = logging.getLogger(__name__)

KIND = "refresh"  # of the job
BATCH = 256  # stems whose codes are made at a time
NAMED = 4_096  # stems known by name only that are taken in at a time


async def load(parts: Parts) -> int:
    """Take in every stem: by its vector of the model in use, or by its name where it waits for its analysis.

    One without a vector of that model answers by what is measured and by its name. Return how many have no codes that
    count: they answer by vector and category alone for now.
    """
    model = parts.embedder
    rows = await _rows(parts, model)
    await parts.finder.load(rows, _index(parts), model.model, model.checksum)
    after = 0
    while named := await parts.db.reading.named(after, NAMED):
        after = named[-1]["id"]
        await parts.finder.name([Name.of(row["id"], {**row}) for row in named])
    return sum(row["codes"] is None for row in rows)


async def renew(parts: Parts, model: Embedder) -> None:
    """Search with another model from here on: model and vectors are replaced in one step.

    Nothing is stored while its vectors are read, so that no stem comes back that was deleted meanwhile and no mark is
    lost: what is done to a stem afterwards reaches the search after them.
    """
    async with parts.entering, parts.db.transaction():
        renewed = parts.finder.renew(await _rows(parts, model))
        parts.embedder = model
    await renewed


async def _rows(parts: Parts, model: Embedder) -> list[Row]:
    """Return what the search reads of every analysed stem, in the order of their ids as far as they have vectors."""
    rows = await parts.db.reading.embeddings(model.model, model.checksum, parts.lexicon)
    if len(rows) < await parts.db.reading.count_ready():
        mute = await parts.db.reading.without_vector(model.model, model.checksum, parts.lexicon)
        log.warning("%d stems have no vector of %s: found by measurements and names until then", len(mute), model.model)
        rows += mute
    return rows


async def save(parts: Parts) -> None:
    """Keep the index for the next start."""
    await parts.finder.save(_index(parts), parts.embedder.model, parts.embedder.checksum)


async def begin(queue: Queue, stale: int) -> None:
    """Queue the job that makes codes anew if there is something to do and none from an earlier run."""
    if stale and not any(job.kind == KIND and job.state in ("queued", "running") for job in await queue.all()):
        log.info("lexicon or reference have changed: %d stems are placed on the axes anew", stale)
        await queue.add(KIND, {}, stale)


async def run(parts: Parts, work: Work) -> dict[str, Any]:
    """Make the codes that are missing or made with another lexicon; return {"refreshed"}."""
    done, after = 0, 0
    while rows := await stale(parts, after):
        async with parts.budget.place():
            await refresh(parts, [row["stem"] for row in rows])
        done, after = done + len(rows), rows[-1]["stem"]
        total = max(done, work.job.total)
        work.report(done, total, f"{done}/{total} stems")
    return {"refreshed": done}


async def stale(parts: Parts, after: int = 0) -> list[Row]:
    """Return the next stems behind `after` whose codes are missing or were made with another lexicon."""
    model = parts.embedder
    return await parts.db.reading.without_codes(model.model, model.checksum, parts.lexicon, after, BATCH)


async def enter(parts: Parts, vectors: Mapping[int, Floats], model: Embedder) -> None:
    """Let the search know of stems, by their vectors of `model`; those that are gone are left out.

    Vectors of a model that the library is not searched with are not taken; the codes are stored all the same.
    """
    async with parts.entering:  # what an older row says must not be stored over what a newer one says
        await _entered(parts, vectors, model)


async def _entered(parts: Parts, vectors: Mapping[int, Floats], model: Embedder) -> None:
    rows = await parts.db.reading.stems_among(vectors)
    codes = await asyncio.to_thread(lambda: {row["id"]: codes_of(row, parts.words) for row in rows})
    async with parts.db.transaction() as change:
        known = {row["id"]: row for row in await change.known(codes)}
        await change.put_codes(parts.lexicon, {stem: codes[stem] for stem in known})
    if model is parts.embedder:
        stored = {stem: unpack(pack(vectors[stem]))[0] for stem in known}  # as the next start will find them
        await parts.finder.put(
            [Entry(stem, stored[stem], Known._make((*tuple(row)[1:], codes[stem]))) for stem, row in known.items()]
        )


async def refresh(parts: Parts, stems: Iterable[int]) -> None:
    """Let the search know what the database says of these stems by now."""
    numbers = list(dict.fromkeys(stems))
    for at in range(0, len(numbers), BATCH):
        async with parts.entering:  # what has got a vector meanwhile, or was analysed, must not lose that again
            model = parts.embedder
            found = await parts.finder.look(numbers[at : at + BATCH], ())
            await _entered(parts, dict(zip(found.stems.tolist(), found.vectors, strict=True)), model)
            if parts.finder.names:
                rows = await parts.db.reading.stems_among(numbers[at : at + BATCH])
                await parts.finder.name([Name.of(row["id"], {**row}) for row in rows if row["state"] == "named"])


def _index(parts: Parts) -> Path:
    return parts.root / "processed_database" / "stems.hnsw"
