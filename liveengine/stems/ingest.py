"""WAV to library: small named stages over one task object, any of which may be the last. Runs on: event loop.

identify → known → analyse → describe → copy → embed → store (a batch, one transaction) → index → announce.
A stage returns None to go on or an Outcome to end. Every file's end is in the database, so that a killed scan goes on
with the files that have none; a copy is named by its content, so that doing it twice does nothing.
"""

import asyncio
import json
import os
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from liveengine.errors import BadAudio, JobFailure
from liveengine.events import StemAdded, StemQuarantined
from liveengine.stems import describe, files
from liveengine.stems.db import Transaction
from liveengine.stems.embed import Sound
from liveengine.stems.model import display
from liveengine.stems.parts import Parts
from liveengine.stems.queue import Work
from liveengine.stems.rows import pack
from liveengine.stems.vectors import Entry, Floats
from liveengine.stems.whole import whole

BATCH = 32  # files per transaction: 2 ms of disk are paid once for all of them
BATCH_S = 0.2  # and none waits longer than this for the others
FETCH = 256  # files taken from the queue at a time
LANES_MORE = 2  # files under way beyond the number of workers, so that none of them waits


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a file ended: `done` `duplicate` `quarantined` `failed` `vanished`."""

    state: str
    reason: str | None = None
    stem: int | None = None
    code: str = ""


@dataclass(slots=True)
class Task:
    """One file on its way into the library."""

    path: Path
    position: int
    again: bool  # asked for once more after a failure: what was put aside is tried anew
    digest: bytes = b""
    facts: dict[str, Any] = field(default_factory=dict)
    described: describe.Description | None = None
    copy: Path | None = None
    vector: Floats | None = None
    outcome: Outcome | None = None

    @property
    def said(self) -> describe.Description:
        """Return what stage `describe` found."""
        assert self.described is not None
        return self.described


class Ingest:
    """One ingest job: its files, its batch, its tally."""

    def __init__(self, parts: Parts, work: Work) -> None:
        self._parts = parts
        self._work = work
        self._job = work.job.id
        self._claims: set[bytes] = set()  # content that this job works on, and no other: equal files become one stem
        self._finished: asyncio.Queue[Task] = asyncio.Queue()
        self._began = time.monotonic()
        self._total = 0
        self._before = 0  # files ended in earlier runs
        self._now = 0  # and in this one

    async def run(self) -> dict[str, Any]:
        """Do the job; return the tally: added, known, quarantined, failed, vanished, files, seconds."""
        self._total = self._work.job.total or await self._scan()
        tally = await self._parts.db.reading.job_tally(self._job)
        self._before = self._total - tally.get("queued", 0)
        self._work.report(self._before, self._total, f"{self._total} files found")
        waiting: asyncio.Queue[Task] = asyncio.Queue(FETCH)
        workers = self._parts.config.library.workers or os.cpu_count() or 1
        try:
            await self._work_through(waiting, LANES_MORE + workers)
        finally:
            for digest in list(self._claims):
                self._release(digest)
        return await self._result()

    async def _work_through(self, waiting: "asyncio.Queue[Task]", lanes_count: int) -> None:
        async with asyncio.TaskGroup() as group:
            lanes = [group.create_task(self._lane(waiting)) for _ in range(lanes_count)]
            storing = group.create_task(self._store_all())
            await self._feed(waiting)
            await waiting.join()
            for lane in lanes:
                lane.cancel()
            await self._finished.join()
            storing.cancel()

    async def _scan(self) -> int:
        """List the files once and store the list: from here on a restart lists nothing anew."""
        paths = [Path(path) for path in self._work.job.payload["paths"]]
        own = self._parts.root / "processed_database"
        found = await asyncio.to_thread(lambda: [os.fsencode(path) for path in files.scan(paths, own)])
        async with self._parts.db.transaction() as change:
            await change.add_job_files(self._job, 0, found)
            await change.progress_job(self._job, 0, len(found), "listed")
        return len(found)

    async def _feed(self, waiting: "asyncio.Queue[Task]") -> None:
        after = -1
        while rows := await self._parts.db.reading.job_files(self._job, "queued", after, FETCH):
            for row in rows:
                after = row["position"]
                await waiting.put(Task(Path(os.fsdecode(row["path"])), after, row["attempts"] > 0))

    async def _lane(self, waiting: "asyncio.Queue[Task]") -> None:
        while True:
            task = await waiting.get()
            task.outcome = await self._through(task)
            await self._finished.put(task)
            waiting.task_done()

    async def _through(self, task: Task) -> Outcome:
        """Take a file through the stages; whatever is wrong with it is its outcome and harms no other file."""
        stages: list[Callable[[Task], Awaitable[Outcome | None]]] = [
            self._identify, self._known, self._analyse, self._describe, self._copy, self._embed,
        ]  # fmt: skip
        try:
            for stage in stages:
                if (outcome := await stage(task)) is not None:
                    return outcome
        except (BadAudio, JobFailure) as error:
            return await self._put_aside(task, error.code, str(error))
        except FileNotFoundError:
            return Outcome("vanished", "the file is no longer there")
        except OSError as error:
            return Outcome("failed", f"cannot be read: {error.strerror or error}")
        return Outcome("done")

    # --- stages

    async def _identify(self, task: Task) -> Outcome | None:
        task.digest = await asyncio.to_thread(files.digest, task.path)
        return None

    async def _known(self, task: Task) -> Outcome | None:
        await self._claim(task.digest)
        if (stem := await self._parts.db.reading.stem_with_hash(task.digest)) is not None:
            return Outcome("duplicate", "the library has a stem with the same bytes", stem)
        aside = await self._parts.db.reading.quarantined(task.digest)
        if aside is not None and not task.again:
            return Outcome("quarantined", aside["reason"])
        return None

    async def _analyse(self, task: Task) -> Outcome | None:
        payload = {
            "path": os.path.realpath(task.path),  # the decoder follows no link
            "name": str(task.path),
            "root": str(self._parts.root),
        }
        for _ in range(2):
            task.facts = await self._parts.pool.run("analyse", payload)
            if task.facts["hash"] == task.digest.hex():
                return None
            self._release(task.digest)  # it changed meanwhile: once more, as what it is now
            task.digest = b""
            if (outcome := await self._identify(task) or await self._known(task)) is not None:
                return outcome
        return Outcome("failed", "the file keeps changing; ingest it again when it is finished")

    async def _describe(self, task: Task) -> Outcome | None:
        votes = await self._parts.embedder.votes(task.path)
        task.described = describe.describe(task.path, task.facts, votes)
        return None

    async def _copy(self, task: Task) -> Outcome | None:
        folder = self._parts.root / "processed_database" / "stems" / task.said.category
        task.copy = folder / (files.safe_name(task.path, task.digest.hex()) + ".wav")
        payload = {"path": os.path.realpath(task.path), "target": str(task.copy)}
        await self._parts.pool.run("standardise", payload)
        return None

    async def _embed(self, task: Task) -> Outcome | None:
        said = task.said
        sound = Sound(task.path, task.facts, said.likely, said.words)
        task.vector = await self._parts.embedder.audio(sound)
        return None

    async def _put_aside(self, task: Task, code: str, reason: str) -> Outcome:
        folder = self._parts.root / "processed_database" / "quarantine"
        mark = task.digest.hex() or files.mark_of(task.path)
        copy = await asyncio.to_thread(files.put_aside, task.path, folder, mark, code, reason)
        async with self._parts.db.transaction() as change:
            await change.release(task.digest or None, os.fsencode(task.path))
            place = None if copy is None else os.fsencode(copy.relative_to(self._parts.root))
            await change.put_aside(os.fsencode(task.path), task.digest or None, code, reason, place)
        return Outcome("quarantined", reason, code=code)

    async def _claim(self, digest: bytes) -> None:
        """Wait until nobody else works on a file with these bytes, then be the one who does."""
        while (other := self._parts.claimed.get(digest)) is not None:
            await other.wait()
        self._claims.add(digest)
        self._parts.claimed[digest] = asyncio.Event()

    def _release(self, digest: bytes) -> None:
        if digest in self._claims:
            self._claims.remove(digest)
            self._parts.claimed.pop(digest).set()

    # --- the end of each file

    async def _store_all(self) -> None:
        """Store what is finished, in batches, and tell of it."""
        while True:
            batch = [await self._finished.get()]
            until = time.monotonic() + BATCH_S
            while len(batch) < BATCH:
                try:
                    async with asyncio.timeout(max(0.0, until - time.monotonic())):
                        batch.append(await self._finished.get())
                except TimeoutError:
                    break
            await whole(self._store(batch))  # rows and search change together
            self._now += len(batch)
            self._tell(batch)
            for task in batch:
                self._release(task.digest)
                self._finished.task_done()

    async def _store(self, batch: list[Task]) -> None:
        entries: list[Entry] = []
        async with self._parts.db.transaction() as change:
            vectors: dict[int, bytes] = {}
            for task in batch:
                if task.outcome == Outcome("done"):
                    stem = await self._store_stem(change, task)
                    assert task.vector is not None
                    vectors[stem] = pack(task.vector)
                    facts = task.said
                    entries.append(Entry(stem, task.vector, facts.category, facts.bpm, facts.key, facts.loop))
                    task.outcome = Outcome("done", stem=stem)
            if vectors:
                await change.add_embeddings(self._parts.embedder.model, self._parts.embedder.checksum, vectors)
            for task in batch:
                assert task.outcome is not None
                end = task.outcome
                await change.end_file(self._job, task.position, end.state, end.stem, end.reason)
            done = self._before + self._now + len(batch)
            await change.progress_job(self._job, done, self._total, "")
        await self._parts.finder.put(entries)

    async def _store_stem(self, change: Transaction, task: Task) -> int:
        assert task.copy is not None
        facts, said = task.facts, task.said
        kept = {name: value for name, value in facts.items() if name not in ("peaks", "transients", "hash", "name")}
        now = time.time()
        return await change.add_stem(
            {
                "path": os.fsencode(task.copy.relative_to(self._parts.root)),
                "source": os.fsencode(task.path),
                "filename": display(task.path.name),
                "title": said.title,
                "category": said.category,
                "tags": json.dumps(said.tags, ensure_ascii=False),
                "bpm": said.bpm,
                "key": said.key,
                "duration": float(facts["duration"]),
                "rate": facts["rate"],
                "channels": facts["channels"],
                "frames": facts["frames"],
                "loop": int(said.loop),
                "bars": facts.get("bars"),
                "loudness": facts.get("loudness"),
                "peak": facts.get("peak"),
                "transients": np.asarray(facts.get("transients") or (), "<i4").tobytes(),
                "peaks": describe.peaks(facts),
                "hash": task.digest,
                "provenance": self._work.job.payload.get("provenance", "original"),
                "facts": json.dumps({**kept, "categories": said.likely}, separators=(",", ":")),
                "created_at": now,
                "updated_at": now,
            }
        )

    def _tell(self, batch: list[Task]) -> None:
        for task in batch:
            assert task.outcome is not None
            if task.outcome.state == "done" and task.outcome.stem is not None:
                self._parts.bus.publish(StemAdded(task.outcome.stem, task.said.title, task.said.category))
            elif task.outcome.state == "quarantined":
                self._parts.bus.publish(StemQuarantined(display(task.path), task.outcome.reason or ""))
        rate = self._now / max(1e-3, time.monotonic() - self._began)
        done = self._before + self._now
        left = (self._total - done) / rate
        self._work.report(done, self._total, f"{done}/{self._total} files, {rate:.1f} files/s, {_clock(left)} left")

    async def _result(self) -> dict[str, Any]:
        tally = await self._parts.db.reading.job_tally(self._job)
        return {
            "files": self._total,
            "added": tally.get("done", 0),
            "known": tally.get("duplicate", 0),
            "quarantined": tally.get("quarantined", 0),
            "failed": tally.get("failed", 0),
            "vanished": tally.get("vanished", 0),
            "seconds": round(time.monotonic() - self._began, 3),
        }


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"
