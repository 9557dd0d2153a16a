"""Measures stems anew, with what this version knows; what the user has corrected stays. Runs on: event loop.

The file that a stem came from is read again if it is still the same, for its tags; else the library's own copy, and
what the tags said before is kept.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from liveengine.errors import BadAudio, FileChanged, JobFailure
from liveengine.stems import describe, edits, files, packing, searched
from liveengine.stems.connect import Damaged
from liveengine.stems.embed import sound_of
from liveengine.stems.lineage import Known, concluded, told
from liveengine.stems.parts import Parts
from liveengine.stems.reader import Row
from liveengine.stems.work import Work

BATCH = 16
KEPT = ("origin", "tags", "info", "loops", "cues")  # facts that only the source holds
SAID = frozenset({"chunk", "tag", "comment"})  # sources of claims that only the source holds


@dataclass(slots=True)
class Place:
    """How far the job is: what it goes on with after a kill, or when it is run again."""

    after: int = -1  # position in the job's list, or the last stem's id where all are measured
    analysed: int = 0
    failed: dict[str, str] = field(default_factory=dict)  # stem -> reason; JSON has no numbers as names


async def run(parts: Parts, work: Work) -> dict[str, Any]:
    """Analyse the stems of the job, or all; return {"analysed", "failed": {stem: reason}}.

    After a kill it goes on behind the last batch that is stored, and tries once more what had failed.
    """
    place = Place(**(work.job.place or {}))
    total = work.job.total or sum((await parts.db.reading.counts()).values())
    async for rows, after in _rows(parts, work.job.payload["stems"], place):
        ends = await asyncio.gather(*(_analysed(parts, row) for row in rows))
        found = {row["id"]: end for row, end in zip(rows, ends, strict=True) if isinstance(end, dict)}
        for row, end in zip(rows, ends, strict=True):
            place.failed.pop(str(row["id"]), None)
            if isinstance(end, str):
                place.failed[str(row["id"])] = end
        place.after, place.analysed = after, place.analysed + len(found)
        async with parts.db.transaction() as change:
            for stem, values in found.items():
                await edits.reanalysed(change, stem, values)
        await searched.refresh(parts, found)
        async with parts.db.transaction() as change:  # only now: a kill before costs this batch once more
            await change.place_job(work.job.id, asdict(place))
        done = place.analysed + len(place.failed)
        work.report(done, max(done, total), f"{done}/{total} stems")
    return {"analysed": place.analysed, "failed": {int(stem): why for stem, why in place.failed.items()}}


async def _rows(parts: Parts, stems: Sequence[int], place: Place) -> AsyncIterator[tuple[list[Row], int]]:
    """Yield the stems in batches with the place behind each: what failed before, then those named, or all."""
    again, after = [int(stem) for stem in place.failed], place.after
    for at in range(0, len(again), BATCH):
        yield await _ready(parts, again[at : at + BATCH]), after
    for at in range(after + 1, len(stems), BATCH):
        yield await _ready(parts, stems[at : at + BATCH]), at + BATCH - 1
    while not stems and (rows := await parts.db.reading.stems_behind(after, BATCH)):
        after = rows[-1]["id"]
        yield rows, after


async def _ready(parts: Parts, stems: Sequence[int]) -> list[Row]:
    return [row for row in await parts.db.reading.stems_among(stems) if row["state"] == "ready"]


async def _analysed(parts: Parts, row: Row) -> dict[str, Any] | str:
    """Return the columns of a new analysis, or why there is none."""
    source = Path(os.fsdecode(row["source"]))
    there = await asyncio.to_thread(_is_same, source, row["hash"])
    ear = parts.embedder
    payload = {
        "path": os.path.realpath(source) if there else str(parts.root / os.fsdecode(row["path"])),
        "name": str(source),
        "root": str(parts.root),
        "ear": str(ear.ear or ""),
    }
    try:
        async with parts.budget.place():
            facts = await parts.pool.run("analyse", payload)
    except (BadAudio, JobFailure, FileChanged, OSError) as error:
        return str(error)
    if not there:
        with suppress(Damaged):  # what the lost source said is lost with them
            carry(packing.unpack(row["facts"]), facts)
    try:
        votes = facts.get("votes") or await ear.votes(await ear.audio(sound_of(Path(payload["path"]), facts)))
    except BadAudio as error:
        return str(error)
    made = await parts.db.reading.lineage(row["id"])
    if made is not None:
        known = Known.read(made["known"])
        facts = told(facts, known)
        said = await asyncio.to_thread(describe.describe, source, facts, votes, parts.words)
        return describe.row(facts, concluded(said, known))
    return await asyncio.to_thread(lambda: describe.row(facts, describe.describe(source, facts, votes, parts.words)))


def _is_same(source: Path, digest: bytes) -> bool:
    try:
        return files.digest(source) == digest
    except (BadAudio, OSError):
        return False


def carry(old: dict[str, Any], facts: dict[str, Any]) -> None:
    """Keep in `facts` what only the lost source said: its tags, and tempo and key where one of its claims had won."""
    facts |= {name: old[name] for name in KEPT if name in old}
    for what in ("tempo", "key"):
        claims = [one for one in old.get(f"{what}_candidates") or [] if one["source"] in SAID]
        every = sorted([*claims, *facts[f"{what}_candidates"]], key=lambda claim: -claim["confidence"])
        facts[f"{what}_candidates"] = every
        if claims and old.get(f"{what}_source") in SAID:
            best = max(claims, key=lambda claim: claim["confidence"])
            facts |= {what: best["value"], f"{what}_source": best["source"], f"{what}_confidence": best["confidence"]}
