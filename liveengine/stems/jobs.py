"""The commands of the job queue, for every door. Runs on: event loop."""

import time
from typing import Annotated, Any

from pydantic import BaseModel, Field

from liveengine.caller import require
from liveengine.command import JobId, command
from liveengine.stems.about import about
from liveengine.stems.commands import Limit
from liveengine.stems.library import Library
from liveengine.stems.model import Job, JobState, Level, display
from liveengine.stems.queue import OPEN

Kind = Annotated[str, Field(min_length=1, max_length=32, description="what is done: ingest, separate, train, ...")]
State = Annotated[JobState, Field(description="queued, running, done, failed, cancelled or set_aside")]
After = Annotated[int, Field(ge=0, le=2**53, description="only the lines behind this one")]


class JobInfo(BaseModel):
    """A job of the queue."""

    id: int
    kind: str
    about: str  # what it works at: a sentence, files, categories, stems; "" = all there is
    state: JobState  # set_aside: ended its worker three times, and is not tried by itself any more
    now: bool  # somebody waits for it: it never stands behind what may wait
    done: int  # steps
    total: int
    text: str
    seconds: float | None  # since it began, or that it took from then to its end; None = it has not begun
    seconds_left: float | None  # while it runs, as soon as its pace is known
    attempts: int  # since it was queued or last got anywhere
    code: str | None  # of the error
    error: str | None
    result: Any
    created_at: float  # seconds since 1970: when it was asked for
    updated_at: float  # of an ended one: its end


class JobLine(BaseModel):
    """A line of a job's log."""

    id: int
    at: float  # seconds since 1970
    level: Level
    text: str


class FileFault(BaseModel):
    """A file that a job could not use."""

    path: str
    state: str  # quarantined, failed or vanished
    reason: str


class JobCommands:
    """See how the work goes, stop it, ask for it again."""

    def __init__(self, library: Library) -> None:
        self._library = library

    @command("/jobs", query=True)
    async def jobs(self, limit: Limit = 100, state: State | None = None, kind: Kind | None = None) -> list[JobInfo]:
        """List the jobs, newest first: all, or those in a state, of a kind."""
        return [_told(job) for job in await self._library.queue.all(limit, state, kind)]

    @command("/jobs/counts", query=True)
    async def counts(self) -> dict[str, int]:
        """Tell how many jobs are in each state."""
        return await self._library.db.reading.job_counts()

    @command("/job/{job}", query=True)
    async def job(self, job: JobId) -> JobInfo:
        """Tell how a job is doing."""
        return _told(await self._library.queue.get(job))

    @command("/job/{job}/log", query=True)
    async def log(self, job: JobId, after: After = 0) -> list[JobLine]:
        """Tell what was noted of a job, oldest first: tries, progress, warnings; the newest 200 lines are kept."""
        lines = await self._library.queue.log(job, after)
        return [JobLine(id=line.id, at=line.at, level=line.level, text=line.text) for line in lines]

    @command("/job/{job}/faults", query=True)
    async def faults(self, job: JobId, limit: Limit = 100) -> list[FileFault]:
        """List the files of a job that could not be used, each with the reason."""
        rows = await self._library.faults(job, limit)
        return [FileFault(path=display(r["path"]), state=r["state"], reason=r["reason"] or "") for r in rows]

    @command("/job/{job}/cancel", role="arrange")
    async def cancel(self, job: JobId) -> JobInfo:
        """Stop a job; what it has done stays. It takes the role that the job's own command takes."""
        await self._may("cancel", job)
        return _told(await self._library.queue.cancel(job))

    @command("/job/{job}/retry", role="arrange")
    async def retry(self, job: JobId) -> JobInfo:
        """Run a job again; what is done is not repeated, what was set aside is tried anew; takes its command's role."""
        await self._may("retry", job)
        return _told(await self._library.queue.retry(job))

    async def _may(self, what: str, job: int) -> None:
        """Raise Forbidden for a job that whoever calls could not have asked for."""
        queue = self._library.queue
        kind = (await queue.get(job)).kind
        require(f"/job/{job}/{what}: a job of kind {kind!r}", queue.roles.get(kind, "admin"))


def _told(job: Job) -> JobInfo:
    till = time.time() if job.state in OPEN else job.updated_at
    more: dict[str, Any] = {
        "about": about(job.payload),
        "seconds": None if job.begun_at is None else round(till - job.begun_at, 1),
    }
    return JobInfo(**more, **{name: getattr(job, name) for name in JobInfo.model_fields if name not in more})
