"""The durable queue: jobs that survive a kill, one event at the end of each. Runs on: event loop.

What somebody waits for (`now`) has places of its own and never stands behind what may wait. A job whose worker dies, or
in which the daemon was killed, is tried again after a pause that grows; after the third time it is set aside until
somebody asks for it. What counts the tries is on disk.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

from liveengine.bus import Bus
from liveengine.caller import Role
from liveengine.command import Accepted, fault
from liveengine.errors import BadArgument, SetAside, UnknownJob
from liveengine.events import JobDone, JobFailed, JobProgressed
from liveengine.jobs.causes import Died
from liveengine.jobs.kinds import KINDS, kind_of
from liveengine.jobs.places import HERE, LOOK_S, Here, Places
from liveengine.stems.db import Database, Transaction
from liveengine.stems.model import Job, JobState, Line
from liveengine.stems.notes import Notes
from liveengine.stems.work import Work

if TYPE_CHECKING:
    from liveengine.jobs.pool import Pool

log = logging.getLogger(__name__)

AT_ONCE = 3  # jobs that run side by side, so that one does not wait for a scan of hours; of each priority
PAUSES = (2.0, 10.0)  # seconds before a job is tried again, 3 times in all
TRIES = len(PAUSES) + 1
OPEN = ("queued", "running")

Runner = Callable[[Work], Awaitable[Any]]
Fill = Callable[[Transaction, int], Awaitable[None]]
Tidy = Callable[[int], Awaitable[None]]

_WORK: ContextVar[Work | None] = ContextVar("_WORK", default=None)  # the job that the caller belongs to


class Queue:
    """Jobs by id; a job that was under way when the daemon died starts again as soon as its kind is known."""

    def __init__(self, db: Database, bus: Bus, pool: "Pool", most: Callable[[], int] = lambda: AT_ONCE) -> None:
        """At most `most()` of the jobs that may wait run at once: fewer while music plays."""
        self._db = db
        self._bus = bus
        self._pool = pool
        self._notes = Notes(db)
        self._runners: dict[str, Runner] = {}
        self._tidy: dict[str, Tidy] = {}
        self.roles: dict[str, Role] = {}  # by kind: of its own command
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._running: dict[int, Work] = {}
        self._held: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._places = {True: Places(lambda: AT_ONCE), False: Places(lambda: min(AT_ONCE, most()), LOOK_S)}
        # A kind with a process of its own takes no place that it would only wait in.
        alone = (name for name, kind in KINDS.items() if kind.lane == name and kind.workers == 1)
        self._turns = {(name, now): asyncio.Lock() for name in alone for now in (True, False)}

    async def register(
        self, kind: str, runner: Runner, tidy: Tidy | None = None, *, role: Role = "arrange", alone: bool = False
    ) -> None:
        """Let `runner` do the jobs of this kind, those left from an earlier run first.

        `tidy` takes away what nobody wants of a job that is cancelled; `role` is what its own command takes, and so
        whoever stops it or asks for it again; `alone`: one after the other.
        """
        self._runners[kind] = runner
        self.roles[kind] = role
        if alone:
            self._turns |= {(kind, now): asyncio.Lock() for now in (True, False)}
        if tidy is not None:
            self._tidy[kind] = tidy
        for job in await self._db.reading.open_jobs():
            if job.kind == kind:
                await self._go_on(job)

    async def _go_on(self, job: Job) -> None:
        """Start a job that an earlier run has left."""
        if job.state == "running":
            self._notes.add(job.id, f"the program was ended in try {job.attempts}", "warning")
            if job.attempts >= TRIES:
                await self._set_aside(job, "the program ended")
                return
        self._start(job.id, PAUSES[job.attempts - 1] if job.state == "running" and job.attempts > 1 else 0.0)

    async def add(
        self,
        kind: str,
        payload: Mapping[str, Any],
        total: int = 0,
        fill: Fill | None = None,
        *,
        now: bool | None = None,
    ) -> Accepted:
        """Queue a job; it is on disk when this returns, with what `fill` stores of it in the same transaction.

        `now`: somebody waits for it; None = what its kind says. Raises BadArgument for a kind that nobody does.
        """
        if kind not in self._runners:
            raise BadArgument(f"no part of this daemon does jobs of kind {kind!r}; known: {', '.join(self._runners)}")
        async with self._db.transaction() as change:
            job = await change.add_job(kind, payload, total, kind_of(kind).now if now is None else now)
            if fill is not None:
                await fill(change, job)
        self._start(job)
        return Accepted(job=job)

    async def get(self, job: int) -> Job:
        """Return a job, with how far it is if it runs; raise UnknownJob."""
        found = await self._db.reading.job(job)
        if found is None:
            raise UnknownJob(f"no job {job}; /jobs names them all")
        return self._told(found)

    async def all(self, limit: int = 100, state: JobState | None = None, kind: str | None = None) -> list[Job]:
        """Return the jobs, newest first: all, or those in a state, of a kind."""
        return [self._told(job) for job in await self._db.reading.jobs(limit, state, kind)]

    def _told(self, job: Job) -> Job:
        if job.state == "running" and (work := self._running.get(job.id)) is not None:
            done, total, text = work.steps
            return replace(job, done=done, total=total, text=text, seconds_left=work.left())
        return job

    async def log(self, job: int, after: int = 0) -> list[Line]:
        """Return what was noted of a job behind line `after`; raise UnknownJob."""
        await self.get(job)
        await self._notes.flush()
        return await self._db.reading.job_log(job, after)

    async def cancel(self, job: int) -> Job:
        """Stop a job that waits or runs; what it has done stays. Raises UnknownJob, BadArgument if it has ended."""
        async with self._alone(job):
            found = await self.get(job)
            if found.state not in OPEN:
                raise BadArgument(f"job {job} has ended already ({found.state})")
            task = self._tasks.pop(job, None)
            if task is not None:
                task.cancel()
                await asyncio.wait([task])
            async with self._db.transaction() as change:
                last = await change.job(job)
                if last is not None and last.state not in OPEN:
                    raise BadArgument(f"job {job} has ended meanwhile ({last.state})")
                await change.end_job(job, "cancelled", None, "cancelled", "cancelled on request")
            self._notes.add(job, "cancelled on request", "warning")
            self._bus.publish(JobFailed(job, found.kind, "cancelled", "cancelled on request"))
            if (tidy := self._tidy.get(found.kind)) is not None:
                await tidy(job)
        return await self.get(job)

    async def retry(self, job: int) -> Job:
        """Run a job again; files that were done stay done. Raises UnknownJob, BadArgument if it has not ended."""
        async with self._alone(job):
            found = await self.get(job)
            if found.state in OPEN:
                raise BadArgument(f"job {job} is {found.state}; cancel it first")
            if found.kind not in self._runners:
                raise BadArgument(f"no part of this daemon does jobs of kind {found.kind!r}")
            if (task := self._tasks.get(job)) is not None:  # its end is stored, and being told
                await asyncio.wait([task])
            async with self._db.transaction() as change:
                await change.requeue(job)
            self._notes.add(job, "asked for again")
            self._start(job)
        return await self.get(job)

    def _alone(self, job: int) -> asyncio.Lock:
        """Return what one holds who ends a job or starts it again: two at once would start it twice."""
        return self._held.setdefault(job, asyncio.Lock())

    async def wait(self, job: int) -> Job:
        """Wait until a job has ended and return it; raise UnknownJob.

        A job that waits for another one gives its place away.
        """
        if (work := _WORK.get()) is not None:
            work.leave()
        if (task := self._tasks.get(job)) is not None:
            await asyncio.wait([task])
        return await self.get(job)

    async def close(self) -> None:
        """Stop all jobs where they are; they go on when the library is opened again."""
        tasks, running = list(self._tasks.values()), list(self._running)
        self._tasks.clear()
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
        if running:
            async with self._db.transaction() as change:
                for job in running:
                    await change.spare_job(job)
        await self._notes.close()

    def _start(self, job: int, pause: float = 0.0) -> None:
        task = asyncio.create_task(self._run(job, pause), name=f"job {job}")
        self._tasks[job] = task
        task.add_done_callback(lambda _: self._tasks.pop(job, None) if self._tasks.get(job) is task else None)

    async def _run(self, number: int, pause: float | None) -> None:
        job = await self.get(number)
        while pause is not None:
            await asyncio.sleep(pause)
            async with self._place(job) as leave:
                pause = await self._try(number, leave)

    @asynccontextmanager
    async def _place(self, job: Job) -> AsyncIterator[Callable[[], None]]:
        """Wait for a place and hold it; gives what gives it back early."""
        places, held = self._places[job.now], True

        def leave() -> None:
            nonlocal held
            if held:
                held = False
                places.give(False)

        turn = self._turns.get((job.kind, job.now)) or nullcontext()
        async with turn:
            await places.take(False)
            try:
                yield leave
            finally:
                leave()

    async def _try(self, number: int, leave: Callable[[], None]) -> float | None:
        """Do a job; return the pause until it is to be tried again, None if it has ended."""
        async with self._db.transaction() as change:
            await change.start_job(number)
        job = await self.get(number)
        work = self._running[number] = Work(job, self._bus, self._db, self._notes, self._pool, leave)
        _WORK.set(work)
        HERE.set(Here(job.now, lambda text: work.note(text, "warning")))
        work.note(f"{job.kind} begins, try {job.attempts} of {TRIES}")
        try:
            result = await self._runners[job.kind](work)
        except Exception as error:
            return await self._failed(work, _first(error))
        else:
            await self._done(work, result)
            return None
        finally:
            del self._running[number]

    async def _done(self, work: Work, result: Any) -> None:
        work.note("done")
        async with self._db.transaction() as change:
            await change.end_job(work.job.id, "done", result, steps=work.steps)
            await change.add_lines(self._notes.take())
        self._bus.publish(JobDone(work.job.id, work.job.kind, result))

    async def _failed(self, work: Work, error: Exception) -> float | None:
        """End a job, or return the pause until it is tried again."""
        job = await self.get(work.job.id)
        if isinstance(error, Died):
            if job.attempts < TRIES:
                return await self._again(job, work, error)
            await self._set_aside(job, str(error), work.steps)
            return None
        code, sentence = fault(error)
        if code == "internal":
            log.error("job %d (%s) has a fault", job.id, job.kind, exc_info=error)
        await self._end(job, "failed", code, sentence, work.steps)
        return None

    async def _again(self, job: Job, work: Work, died: Died) -> float:
        pause = PAUSES[job.attempts - 1]
        text = f"{died}; try {job.attempts + 1} of {TRIES} in {pause:g} s"
        work.note(text, "warning")
        async with self._db.transaction() as change:
            await change.rest_job(job.id)
            await change.add_lines(self._notes.take())
        self._bus.publish(JobProgressed(job.id, job.kind, *work.steps[:2], text))
        return pause

    async def _set_aside(self, job: Job, last: str, steps: tuple[int, int, str] = (0, 0, "")) -> None:
        sentence = (
            f"set aside, as it was ended {job.attempts} times before it got anywhere: {last}. "
            f"/job/{job.id}/retry (`liveengine jobs --retry {job.id}`) tries it again, nothing else does"
        )
        await self._end(job, "set_aside", SetAside.code, sentence, steps)

    async def _end(self, job: Job, state: JobState, code: str, sentence: str, steps: tuple[int, int, str]) -> None:
        self._notes.add(job.id, f"{code}: {sentence}", "error")
        try:
            async with self._db.transaction() as change:
                await change.end_job(job.id, state, None, code, sentence, steps=steps)
                await change.add_lines(self._notes.take())
        except Exception:
            log.exception("the end of job %d could not be stored", job.id)  # a full disk, as a rule
        self._bus.publish(JobFailed(job.id, job.kind, code, sentence))


def _first(error: Exception) -> Exception:
    """Return the first error of a group of tasks: the others are its consequences."""
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    return error
