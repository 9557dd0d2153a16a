"""What came of each file, written in batches: rows, vectors and the search change together. Runs on: event loop."""

import asyncio
import os
import time
from pathlib import Path

from liveengine.events import StemAdded, StemQuarantined
from liveengine.stems import describe, edits, files, searched
from liveengine.stems.connect import Value
from liveengine.stems.db import Transaction
from liveengine.stems.embed import Embedder
from liveengine.stems.ingest.task import DONE, Aside, Outcome, Task
from liveengine.stems.model import display
from liveengine.stems.parts import Parts
from liveengine.stems.rows import pack
from liveengine.stems.vectors import Floats


class Store:
    """Writes the ends of a job's files."""

    def __init__(self, parts: Parts, job: int, provenance: str) -> None:
        self._parts = parts
        self._job = job
        self._provenance = provenance
        self._watched = [parts.root / folder for folder in parts.config.ingest.watch]

    async def write(self, batch: list[Task], done: int, total: int) -> None:
        """Store a batch, on disk when this returns, and tell of it."""
        await asyncio.to_thread(self._place, [task for task in batch if task.outcome == DONE])
        vectors: dict[int, Floats] = {}
        ears: dict[int, Embedder] = {}
        redeemed: list[tuple[Path, bytes | None]] = []  # what was put aside before of files that are stems now
        async with self._parts.db.transaction() as change:
            for task in batch:
                if task.outcome == DONE:
                    stem = await self._stem(change, task)
                    if stem is not None and task.vector is not None:
                        vectors[stem], ears[stem] = task.vector, task.ear
                elif task.stem is not None:
                    await change.drop_named(task.stem)
                redeemed += await self._end(change, task)
            for ear in dict.fromkeys(ears.values()):
                packed = {stem: pack(vector) for stem, vector in vectors.items() if ears[stem] is ear}
                await change.add_embeddings(ear.model, ear.checksum, packed)
            await change.progress_job(self._job, done, total, "")
        await asyncio.to_thread(self._take_back, redeemed)
        for ear in dict.fromkeys(ears.values()):
            heard = {stem: vector for stem, vector in vectors.items() if ears[stem] is ear}
            await searched.enter(self._parts, heard, ear)
        ends = [(task.stem, task.outcome and task.outcome.stem) for task in batch]
        await self._parts.finder.unname([named for named, stem in ends if named is not None and named != stem])
        for task in batch:
            self._tell(task)

    async def _end(self, change: Transaction, task: Task) -> list[tuple[Path, bytes | None]]:
        """Store how a file ended; return what was put aside before of one that is a stem now."""
        if task.aside is not None:
            await self._put_aside(change, task, task.aside)
        end = task.outcome
        assert end is not None
        redeemed: list[tuple[Path, bytes | None]] = []
        if end.state in ("done", "duplicate"):
            redeemed = [(task.path, digest) for digest in await change.redeem(os.fsencode(task.path))]
        watched = any(task.path.is_relative_to(folder) for folder in self._watched)
        await change.end_file(self._job, task.position, end.state, end.stem, end.reason, watched=watched)
        return redeemed

    async def _put_aside(self, change: Transaction, task: Task, aside: Aside) -> None:
        source = os.fsencode(task.path)
        copy = None if aside.copy is None else os.fsencode(aside.copy.relative_to(self._parts.root))
        await change.release(aside.digest, source)
        await change.put_aside(source, aside.digest, aside.code, aside.reason, copy)

    def _take_back(self, redeemed: list[tuple[Path, bytes | None]]) -> None:
        for path, digest in redeemed:
            files.take_back(path, self._parts.quarantine, digest.hex() if digest else files.mark_of(path))

    def _place(self, tasks: list[Task]) -> None:
        """Give the copies their names, so that the names, too, survive a loss of power."""
        folders = set()
        for task in tasks:
            assert task.copy is not None
            target = self._parts.root / files.copy_of(task.path, task.said.category, task.digest.hex())
            target.parent.mkdir(parents=True, exist_ok=True)
            task.copy = task.copy.replace(target)
            folders.add(target.parent)
        for folder in folders:
            files.sync_folder(folder)

    async def _stem(self, change: Transaction, task: Task) -> int | None:
        """Store a stem, in the place of the one that stood for it by name; None where the user has deleted that."""
        values = self._row(task)
        named = None if task.stem is None else await change.stem(task.stem)
        if named is None and task.stem is not None:
            task.outcome = Outcome("deleted")
            return None
        if named is not None and named["state"] == "named":
            stem: int = named["id"]
            await edits.reanalysed(change, stem, {**values, "created_at": named["created_at"]})
        else:
            stem = await change.add_stem(values)
        task.outcome = Outcome("done", stem=stem)
        return stem

    def _row(self, task: Task) -> dict[str, Value]:
        assert task.copy is not None
        now = time.time()
        return {
            "state": "ready",
            "path": os.fsencode(task.copy.relative_to(self._parts.root)),
            "source": os.fsencode(task.path),
            **describe.row(task.facts, task.said),
            "mark": task.mark,
            "hash": task.digest,
            "provenance": self._provenance,
            "created_at": now,
            "updated_at": now,
        }

    def _tell(self, task: Task) -> None:
        end = task.outcome
        assert end is not None
        if task.stem is not None:
            self._parts.wanted.pop(task.stem, None)
        if end.state == "deleted" and task.copy is not None:
            task.copy.unlink(missing_ok=True)
        if end.state == "done" and end.stem is not None:
            self._parts.bus.publish(StemAdded(end.stem, task.said.title, task.said.category))
        elif end.state == "quarantined":
            self._parts.bus.publish(StemQuarantined(display(task.path), end.reason or ""))
