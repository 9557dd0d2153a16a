"""The durable queue: jobs that survive a kill, one event at the end of each. Runs on: event loop."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from liveengine.command import Accepted, fault
from liveengine.errors import BadArgument, UnknownJob
from liveengine.events import Bus, JobDone, JobFailed, JobProgressed
from liveengine.stems.db import Database, Transaction
from liveengine.stems.model import Job

log = logging.getLogger(__name__)

AT_ONCE = 3  # jobs that run side by side, so that one upload does not wait for a scan of hours
REPORT_S = 0.1  # progress is published at most this often


@dataclass(slots=True)
class Work:
    """A running job: what it was asked and how it tells of its progress."""

    job: Job
    bus: Bus
    steps: tuple[int, int, str] = (0, 0, "")  # done, total, text
    _reported: float = 0.0

    def report(self, done: int, total: int, text: str) -> None:
        """Publish how far the job is; calls in quick succession are dropped, the last step never is."""
        self.steps = (done, total, text)
        now = time.monotonic()
        if now - self._reported >= REPORT_S or done == total:
            self._reported = now
            self.bus.publish(JobProgressed(self.job.id, self.job.kind, done, total, text))


Runner = Callable[[Work], Awaitable[Any]]
Fill = Callable[[Transaction, int], Awaitable[None]]
Tidy = Callable[[int], Awaitable[None]]


class Queue:
    """Jobs by id; a job that was under way when the daemon died starts again as soon as its kind is known."""

    def __init__(self, db: Database, bus: Bus) -> None:
        self._db = db
        self._bus = bus
        self._runners: dict[str, Runner] = {}
        self._tidy: dict[str, Tidy] = {}
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._running: dict[int, Work] = {}
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def register(self, kind: str, runner: Runner, tidy: Tidy | None = None) -> None:
        """Let `runner` do the jobs of this kind, those left from an earlier run first.

        `tidy` takes away what nobody wants of a job that is cancelled.
        """
        self._runners[kind] = runner
        if tidy is not None:
            self._tidy[kind] = tidy
        for job in await self._db.reading.open_jobs():
            if job.kind == kind:
                self._start(job.id)

    async def add(self, kind: str, payload: Mapping[str, Any], total: int = 0, fill: Fill | None = None) -> Accepted:
        """Queue a job; it is on disk when this returns, with what `fill` stores of it in the same transaction."""
        if kind not in self._runners:
            raise BadArgument(f"no part of this daemon does jobs of kind {kind!r}; known: {', '.join(self._runners)}")
        async with self._db.transaction() as change:
            job = await change.add_job(kind, payload, total)
            if fill is not None:
                await fill(change, job)
        self._start(job)
        return Accepted(job=job)

    async def get(self, job: int) -> Job:
        """Return a job, with how far it is if it runs; raise UnknownJob."""
        found = await self._db.reading.job(job)
        if found is None:
            raise UnknownJob(f"no job {job}; /jobs names them all")
        if found.state == "running" and (work := self._running.get(job)) is not None:
            done, total, text = work.steps
            return replace(found, done=done, total=total, text=text)
        return found

    async def all(self, limit: int = 100) -> list[Job]:
        """Return the jobs, newest first."""
        return await self._db.reading.jobs(limit)

    async def cancel(self, job: int) -> Job:
        """Stop a job that waits or runs; what it has done stays. Raises UnknownJob, BadArgument if it has ended."""
        found = await self.get(job)
        if found.state not in ("queued", "running"):
            raise BadArgument(f"job {job} has ended already ({found.state})")
        task = self._tasks.pop(job, None)
        if task is not None:
            task.cancel()
            await asyncio.wait([task])
        if (tidy := self._tidy.get(found.kind)) is not None:
            await tidy(job)
        async with self._db.transaction() as change:
            last = await change.job(job)
            if last is not None and last.state not in ("queued", "running"):
                raise BadArgument(f"job {job} has ended meanwhile ({last.state})")
            await change.end_job(job, "cancelled", None, "cancelled", "cancelled on request")
        self._bus.publish(JobFailed(job, found.kind, "cancelled", "cancelled on request"))
        return await self.get(job)

    async def retry(self, job: int) -> Job:
        """Run a job again; files that were done stay done. Raises UnknownJob, BadArgument if it has not ended."""
        found = await self.get(job)
        if found.state in ("queued", "running"):
            raise BadArgument(f"job {job} is {found.state}; cancel it first")
        if found.kind not in self._runners:
            raise BadArgument(f"no part of this daemon does jobs of kind {found.kind!r}")
        async with self._db.transaction() as change:
            await change.requeue(job)
        self._start(job)
        return await self.get(job)

    async def wait(self, job: int) -> Job:
        """Wait until a job has ended and return it; raise UnknownJob."""
        if (task := self._tasks.get(job)) is not None:
            await asyncio.wait([task])
        return await self.get(job)

    async def close(self) -> None:
        """Stop all jobs where they are; they go on when the library is opened again."""
        tasks = list(self._tasks.values())
        self._tasks.clear()
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    def _start(self, job: int) -> None:
        task = asyncio.create_task(self._run(job), name=f"job {job}")
        self._tasks[job] = task
        task.add_done_callback(lambda _: self._tasks.pop(job, None) if self._tasks.get(job) is task else None)

    async def _run(self, number: int) -> None:
        async with self._slots:
            async with self._db.transaction() as change:
                await change.start_job(number)
            job = await self.get(number)
            work = self._running[number] = Work(job, self._bus)
            try:
                result = await self._runners[job.kind](work)
            except Exception as error:
                await self._failed(job, _first(error))
            else:
                async with self._db.transaction() as change:
                    await change.end_job(number, "done", result, steps=work.steps)
                self._bus.publish(JobDone(number, job.kind, result))
            finally:
                del self._running[number]

    async def _failed(self, job: Job, error: Exception) -> None:
        code, sentence = fault(error)
        if code == "internal":
            log.exception("job %d (%s) has a fault", job.id, job.kind)
        try:
            async with self._db.transaction() as change:
                await change.end_job(job.id, "failed", None, code, sentence)
        except Exception:
            log.exception("the end of job %d could not be stored", job.id)  # a full disk, as a rule
        self._bus.publish(JobFailed(job.id, job.kind, code, sentence))


def _first(error: Exception) -> Exception:
    """Return the first error of a group of tasks: the others are its consequences."""
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    return error
