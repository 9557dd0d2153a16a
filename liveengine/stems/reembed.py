"""Gives every stem a vector of the current model, beside those it has. Runs on: event loop."""

import json
from typing import Any

from liveengine.errors import BadAudio, JobFailure
from liveengine.stems.embed import Sound
from liveengine.stems.parts import Parts
from liveengine.stems.queue import Work
from liveengine.stems.rows import entries, pack, stem_of
from liveengine.stems.vectors import Floats

BATCH = 32


async def run(parts: Parts, work: Work) -> dict[str, Any]:
    """Embed what has no vector of the current model, in batches; return {"embedded", "failed"}.

    Older vectors stay until the new ones are there, so that a kill loses nothing and a repeat goes on.
    """
    model, checksum = parts.embedder.model, parts.embedder.checksum
    failed: set[int] = set()
    done, after = 0, 0
    total = await parts.db.reading.count_without(model, checksum)
    while rows := await parts.db.reading.stems_without(model, checksum, after, BATCH):
        vectors: dict[int, Floats] = {}
        for row in rows:
            stem, facts = stem_of(row, parts.root), json.loads(row["facts"])
            after = stem.id
            facts |= {"tempo": stem.bpm, "key": stem.key, "loop": stem.loop}  # as the user may have corrected them
            try:
                vector = await parts.embedder.audio(Sound(stem.path, facts, facts["categories"], facts["words"]))
            except (BadAudio, JobFailure):
                failed.add(stem.id)
                continue
            vectors[stem.id] = vector
        async with parts.db.transaction() as change:
            entered = await entries(change, vectors)  # without those that were deleted meanwhile
            await change.add_embeddings(model, checksum, {entry.stem: pack(entry.vector) for entry in entered})
        await parts.finder.put(entered)
        done += len(rows)
        work.report(done, max(done, total), f"{done}/{total} stems")
    return {"embedded": done - len(failed), "failed": sorted(failed)}
