"""The first phase: fingerprint, header and name of every file, so that it can be found and played. Runs on: event loop.

Nothing is decoded. A file that needs a closer look, or whose content the library may have already, gets no stem here;
the second phase decides.
"""

import asyncio
import json
import logging
import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

from liveengine.errors import JobFailure
from liveengine.events import StemsNamed
from liveengine.stems import describe, packing
from liveengine.stems.connect import Value
from liveengine.stems.db import Transaction
from liveengine.stems.named import Name
from liveengine.stems.pace import Pace
from liveengine.stems.parts import Parts
from liveengine.stems.reader import Row
from liveengine.stems.whole import whole
from liveengine.stems.work import Work

log = logging.getLogger(__name__)

BATCH = 256  # files per job of a worker and per transaction
SLICE = 16  # rows that are made in one turn of the loop
UNKNOWN = "other"  # the category of a name that says none

T = TypeVar("T")
U = TypeVar("U")
Look = dict[str, Any]  # what job `identify` answers for a file


async def name_files(parts: Parts, work: Work) -> None:
    """Name the files of a job that nobody has looked at yet; a batch is stored while the worker looks at the next."""
    job, done, after = work.job.id, 0, -1
    total, pace = (await parts.db.reading.job_tally(job)).get("queued", 0), Pace()
    pace.step(0, total)
    storing: asyncio.Task[None] | None = None
    try:
        while rows := await parts.db.reading.job_files(job, "queued", after, BATCH):
            after = rows[-1]["position"]
            looks = await _looked(parts, rows)
            if storing is not None:
                await whole(storing)
            storing = asyncio.create_task(_store(parts, work, rows, looks))
            done += len(rows)
            pace.step(done, total)
            work.report(*work.steps[:2], f"{done} named, {pace.words('files')}".rstrip(", "))
    finally:
        if storing is not None:
            await whole(storing)


async def forget_names(parts: Parts, job: int) -> None:
    """Let the names go that a cancelled job has brought and nobody has made anything of."""
    async with parts.db.transaction() as change:
        gone = await change.unname_files(job)
    await parts.finder.unname(gone)
    for stem in gone:
        parts.wanted.pop(stem, None)


async def _looked(parts: Parts, rows: list[Row]) -> list[Look | None]:
    """Return what the headers and names say; nothing of a batch whose worker died: the second phase finds out."""
    payload = {"paths": [os.fsdecode(row["path"]) for row in rows], "root": str(parts.root)}
    try:
        looks: list[Look | None] = (await parts.pool.run("identify", payload))["files"]
    except JobFailure as error:
        log.warning("%d files are not named: %s", len(rows), error)
        return [None] * len(rows)
    return looks


async def _store(parts: Parts, work: Work, rows: list[Row], looks: list[Look | None]) -> None:
    """Store a batch in one transaction, then tell of it."""
    provenance = work.job.payload.get("provenance", "original")
    async with parts.db.transaction() as change:
        stems, fresh = await _known(change, looks)
        values = await _sliced(lambda item: _row(rows[item[0]], item[1], provenance), fresh.items())
        made = dict(zip(fresh, await change.add_named(values), strict=True)) if values else {}
        stems |= {at: stem for at, stem in made.items() if stem is not None}
        await change.name_files(work.job.id, [(row["position"], stems.get(at)) for at, row in enumerate(rows)])
        await change.progress_job(work.job.id, *work.steps)
    stored = [(stem, row) for stem, row in zip(made.values(), values, strict=True) if stem is not None]
    await parts.finder.name(await _sliced(lambda item: Name.of(*item), stored))
    if made:
        parts.bus.publish(StemsNamed(len(made)))


async def _sliced(make: Callable[[T], U], items: Iterable[T]) -> list[U]:
    """Return what is made of each; a batch at once would hold the loop, and whoever plays, for tens of ms."""
    found: list[U] = []
    for item in items:
        found.append(make(item))
        if len(found) % SLICE == 0:
            await asyncio.sleep(0)
    return found


async def _known(change: Transaction, looks: list[Look | None]) -> tuple[dict[int, int], dict[int, Look]]:
    """Return which files have a named stem already, left by a job that was cancelled, and which ones get one now."""
    marks = [look["mark"] for look in looks if look]
    rows = await change.stems_with_marks(marks)
    named = {(row["mark"], bytes(row["path"])): row["id"] for row in rows if row["state"] == "named"}
    taken = {row["mark"] for row in rows}
    stems: dict[int, int] = {}
    fresh: dict[int, Look] = {}
    for at, look in enumerate(looks):
        if look is None:
            continue
        if (stem := named.get((look["mark"], os.fsencode(look["real"])))) is not None:
            stems[at] = stem
        elif look["mark"] not in taken:
            taken.add(look["mark"])
            fresh[at] = look
    return stems, fresh


def _row(file: Row, look: Look, provenance: str) -> dict[str, Value]:
    path, now = Path(os.fsdecode(file["path"])), time.time()
    said = {name: look[name] for name in ("category", "tempo", "key", "loop", "words")}
    return {
        "path": os.fsencode(look["real"]),
        "source": file["path"],
        "title": describe.title(path),
        "category": look["category"] or UNKNOWN,
        "tags": json.dumps(look["words"][: describe.MOST_TAGS], ensure_ascii=False),
        "bpm": look["tempo"],
        "key": look["key"],
        "duration": look["duration"],
        "rate": look["rate"],
        "channels": look["channels"],
        "frames": look["frames"],
        "loop": int(bool(look["loop"])),
        "transients": b"",
        "peaks": b"",
        "mark": look["mark"],
        "provenance": provenance,
        "facts": packing.pack(said),
        "created_at": now,
        "updated_at": now,
    }
