"""Gives every stem a vector of another model, and takes that model when all have it. Runs on: event loop.

The library is searched with the model that it has until then, also after a kill -9: vectors of both models lie side by
side, and the job goes on where it stopped. Model and content of the search are replaced in one step. Where the model
before is gone, as after an update that replaced the shipped one, the new one is taken at once: a stem answers by what
is measured and by its name until it has its vector.
"""

import asyncio
from collections.abc import Sequence
from typing import Any

from liveengine.errors import BadAudio
from liveengine.stems import searched
from liveengine.stems.embed import Embedder, Sound
from liveengine.stems.parts import Parts
from liveengine.stems.reader import Row
from liveengine.stems.rows import pack, stem_of
from liveengine.stems.vectors import Floats
from liveengine.stems.work import Work

BATCH = 32
IN_USE = "embedder"  # the setting that names the model in use: {"model", "checksum"}


async def run(parts: Parts, target: Embedder, work: Work) -> dict[str, Any]:
    """Embed what has no vector of `target`, in batches, then take it; return {"model", "embedded", "failed"}."""
    failed: set[int] = set()
    embedded = await _all(parts, target, work, failed)
    if target is not parts.embedder:
        await searched.renew(parts, target)
        await in_use(parts)
        async with parts.db.transaction() as change:
            await change.drop_superseded(target.model, target.checksum)
        embedded += await _all(parts, target, work, failed)  # what came in while it was taken
    await parts.finder.centre()
    return {"model": target.model, "embedded": embedded, "failed": sorted(failed)}


async def in_use(parts: Parts) -> None:
    """Store which model the library is searched with."""
    used = {"model": parts.embedder.model, "checksum": parts.embedder.checksum}
    if await parts.db.reading.setting(IN_USE) != used:
        async with parts.db.transaction() as change:
            await change.set_setting(IN_USE, used)


async def _all(parts: Parts, target: Embedder, work: Work, failed: set[int]) -> int:
    """Embed every stem that lacks a vector; return how many have it now."""
    total = await parts.db.reading.count_without(target.model, target.checksum)
    done, after, embedded = 0, 0, 0
    while rows := await parts.db.reading.stems_without(target.model, target.checksum, after, BATCH):
        vectors = await _embed(parts, target, rows)
        failed |= {row["id"] for row in rows} - set(vectors)
        after = rows[-1]["id"]
        async with parts.db.transaction() as change:
            there = [row["id"] for row in await change.known(vectors)]  # without those that were deleted meanwhile
            packed = {stem: pack(vectors[stem]) for stem in there}
            await change.add_embeddings(target.model, target.checksum, packed)
        await searched.enter(parts, vectors, target)
        await work.stored({"after": after})
        done, embedded = done + len(rows), embedded + len(there)
        meanwhile = "; the others answer by measurements and names" if target is parts.embedder else ""
        work.report(done, max(done, total), f"{done}/{total} stems{meanwhile}")
    return embedded


async def _embed(parts: Parts, target: Embedder, rows: list[Row]) -> dict[int, Floats]:
    """Return the vectors of stems, asked for together so that they travel together; without those that fail."""
    sounds = [Sound(stem_of(row, parts.root).path) for row in rows]
    found = await _heard(parts, target, sounds)
    vectors: dict[int, Floats] = {}
    for row, vector in zip(rows, found, strict=True):
        if not isinstance(vector, BaseException):
            vectors[row["id"]] = vector
        elif not isinstance(vector, BadAudio):  # a fault of the model, which every other stem would meet
            raise vector
    return vectors


async def _heard(parts: Parts, target: Embedder, sounds: Sequence[Sound]) -> list[Floats | BaseException]:
    """Return vectors or errors, within the budget: a place for each sound where workers hear them, else one for all."""
    if target.ear is None:
        async with parts.budget.place():
            return await asyncio.gather(*map(target.audio, sounds), return_exceptions=True)

    async def one(sound: Sound) -> Floats:
        async with parts.budget.place():
            return await target.audio(sound)

    return await asyncio.gather(*map(one, sounds), return_exceptions=True)
