"""Gives every stem a vector of the current model, beside those it has. Runs on: event loop."""

import json
from typing import Any

from liveengine.errors import BadAudio, JobFailure
from liveengine.stems.embed import Sound
from liveengine.stems.parts import Parts
from liveengine.stems.queue import Work
from liveengine.stems.rows import pack, stem_of
from liveengine.stems.vectors import Entry

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
        entries: list[Entry] = []
        for row in rows:
            stem, facts = stem_of(row, parts.root), json.loads(row["facts"])
            after = stem.id
            facts |= {"tempo": stem.bpm, "key": stem.key, "loop": stem.loop}  # as the user may have corrected them
            try:
                vector = await parts.embedder.audio(Sound(stem.path, facts, facts["categories"], facts["words"]))
            except (BadAudio, JobFailure):
                failed.add(stem.id)
                continue
            entries.append(Entry(stem.id, vector, stem.category, stem.bpm, stem.key, stem.loop))
        async with parts.db.transaction() as change:
            there = {row["id"] for row in await change.stems_among(entry.stem for entry in entries)}
            entries = [entry for entry in entries if entry.stem in there]  # the others were deleted meanwhile
            await change.add_embeddings(model, checksum, {entry.stem: pack(entry.vector) for entry in entries})
        await parts.finder.put(entries)
        done += len(rows)
        work.report(done, max(done, total), f"{done}/{total} stems")
    return {"embedded": done - len(failed), "failed": sorted(failed)}
