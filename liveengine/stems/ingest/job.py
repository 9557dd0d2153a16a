"""One ingest job: its list, its two phases, its tally. Runs on: event loop."""

import asyncio
import os
import time
from pathlib import Path
from typing import Any

from liveengine.events import ProcessingComplete
from liveengine.stems import files
from liveengine.stems.ingest import naming
from liveengine.stems.ingest.order import Order
from liveengine.stems.ingest.stages import Stages
from liveengine.stems.ingest.store import Store
from liveengine.stems.ingest.task import Claims, Task
from liveengine.stems.parts import Parts
from liveengine.stems.whole import whole
from liveengine.stems.work import Work
from liveengine.units import counted

BATCH = 32  # files per transaction: 2 ms of disk are paid once for all of them
BATCH_S = 0.2  # and none waits longer than this for the others
LANES_MORE = 2  # files under way beyond the number of workers, so that none of them waits


class Ingest:
    """Takes the files of one job into the library."""

    def __init__(self, parts: Parts, work: Work) -> None:
        self._parts = parts
        self._work = work
        self._job = work.job.id
        self._claims = Claims(parts.claimed)
        self._finished: asyncio.Queue[Task] = asyncio.Queue()
        self._began = time.monotonic()
        self._total = 0
        self._before = 0  # files ended in earlier runs

    async def run(self) -> dict[str, Any]:
        """Do the job; return the tally: added, known, quarantined, failed, vanished, files, seconds."""
        self._total = self._work.job.total or await self._list()
        tally = await self._parts.db.reading.job_tally(self._job)
        waiting = tally.get("queued", 0) + tally.get("named", 0)
        self._before = self._total - waiting
        self._work.report(self._before, self._total, f"{counted(self._total, 'file')} found")
        try:
            await naming.name_files(self._parts, self._work)
            await self._analyse_all()
        finally:
            self._claims.release_all()
        result = await self._result()
        self._parts.bus.publish(
            ProcessingComplete(self._job, result["added"], result["known"], result["quarantined"] + result["failed"])
        )
        return result

    async def _list(self) -> int:
        """List the files once and store the list: from here on a restart lists nothing anew."""
        paths = [Path(path) for path in self._work.job.payload["paths"]]
        own = self._parts.root / "processed_database"
        found = await asyncio.to_thread(lambda: [os.fsencode(path) for path in files.scan(paths, own)])
        async with self._parts.db.transaction() as change:
            await change.add_job_files(self._job, 0, found)
            await change.progress_job(self._job, 0, len(found), "listed")
        return len(found)

    async def _analyse_all(self) -> None:
        order = Order(self._parts, self._job)
        stages = Stages(self._parts, self._job, self._claims)
        async with asyncio.TaskGroup() as group:
            count = LANES_MORE + self._parts.budget.workers
            lanes = [group.create_task(self._lane(order, stages)) for _ in range(count)]
            storing = group.create_task(self._store_all())
            await asyncio.wait(lanes)
            await self._finished.join()
            storing.cancel()

    async def _lane(self, order: Order, stages: Stages) -> None:
        while (task := await order.next()) is not None:
            task.outcome = await stages.through(task)
            await self._finished.put(task)

    async def _store_all(self) -> None:
        """Store what is finished, in batches, and tell of it."""
        store = Store(self._parts, self._job, self._work.job.payload.get("provenance", "original"))
        now = 0
        while True:
            batch = await self._batch()
            now += len(batch)
            done = self._before + now
            await whole(store.write(batch, done, self._total))
            self._work.pace.step(done, self._total)
            self._work.report(done, self._total, f"analysing: {self._work.pace.words('files')}".rstrip(": "))
            for task in batch:
                self._claims.release(task.position)
                self._finished.task_done()

    async def _batch(self) -> list[Task]:
        """Return what finishes together."""
        batch = [await self._finished.get()]
        until = time.monotonic() + BATCH_S
        while len(batch) < BATCH:
            try:
                async with asyncio.timeout(max(0.0, until - time.monotonic())):
                    batch.append(await self._finished.get())
            except TimeoutError:
                break
        return batch

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
