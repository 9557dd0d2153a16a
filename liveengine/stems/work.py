"""A running job, as the part sees it that does it. Runs on: event loop."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from liveengine.bus import Bus
from liveengine.events import JobProgressed
from liveengine.jobs.causes import Died
from liveengine.jobs.lane import Steps
from liveengine.stems.db import Database
from liveengine.stems.model import Job, Level
from liveengine.stems.notes import Notes
from liveengine.stems.pace import Pace

if TYPE_CHECKING:
    from liveengine.jobs.pool import Pool

REPORT_S = 0.1  # progress is published at most this often
KEPT_S = 1.0  # between two looks whether a job has got somewhere
STAGES = 10  # of a job's progress that its log tells


@dataclass(slots=True)
class Work:
    """A running job: what it was asked, how it is done, and how it tells of its progress."""

    job: Job
    bus: Bus
    db: Database
    notes: Notes
    pool: "Pool"
    leave: Callable[[], None] = lambda: None  # lets the next job begin while this one only waits
    steps: tuple[int, int, str] = field(init=False)  # done, total, text; at first what an earlier try has told
    pace: Pace = field(default_factory=Pace)
    _reported: float = 0.0
    _stage: int = 0

    def __post_init__(self) -> None:
        self.steps = (self.job.done, self.job.total, self.job.text)

    def report(self, done: int, total: int, text: str) -> None:
        """Publish how far the job is; calls in quick succession are dropped, the last step never is."""
        self.steps = (done, total, text)
        self.pace.step(done, total)
        if (stage := STAGES * done // total if total > 0 else 0) != self._stage:
            self._stage = stage
            self.note(f"{done}/{total} {text}".rstrip())
        now = time.monotonic()
        if now - self._reported >= REPORT_S or done == total:
            self._reported = now
            self.bus.publish(JobProgressed(self.job.id, self.job.kind, done, total, text, self.left()))

    def left(self) -> float | None:
        """Return the seconds that the job still takes, as far as its pace is known."""
        left = self.pace.left()
        return None if left is None else round(left, 1)

    def note(self, text: str, level: Level = "info") -> None:
        """Write a line into the job's log."""
        self.notes.add(self.job.id, text, level)

    async def do(
        self, kind: str, payload: dict[str, Any], report: Steps | None = None, timeout: float | None = None
    ) -> dict[str, Any]:
        """Return what a worker makes of the payload; it reports and warns as this job, or to `report`.

        Raises the error that the worker names. One that dies ends this try of the job (Died), and the queue sees to
        the next one: let that pass.
        """
        try:
            return await self.pool.once(kind, payload, progress=report or self.report, timeout=timeout)
        except Died as died:
            for line in died.said:
                self.note(line, "error")
            raise

    @asynccontextmanager
    async def keeping(self, mark: Callable[[], Any], place: Callable[[Any], Any]) -> AsyncIterator[None]:
        """Store `place(mark())` whenever what a worker keeps has changed: a kill now and then must not set it aside.

        `mark` may read a file: it is called in a thread.
        """
        looking = asyncio.create_task(self._kept(mark, place), name=f"keep job {self.job.id}")
        try:
            yield
        finally:
            looking.cancel()
            await asyncio.gather(looking, return_exceptions=True)

    async def _kept(self, mark: Callable[[], Any], place: Callable[[Any], Any]) -> None:
        seen = await asyncio.to_thread(mark)
        while True:
            await asyncio.sleep(KEPT_S)
            if (now := await asyncio.to_thread(mark)) != seen:
                seen = now
                await self.stored(place(now))

    async def stored(self, place: Any) -> None:
        """Store what the job needs to go on behind this step, after a kill as well: it has got somewhere."""
        async with self.db.transaction() as change:
            await change.place_job(self.job.id, place)
