"""Statements on jobs: the durable queue and what was noted of each. Runs on: event loop.

Part of `db.Transaction` and of the reading side; values travel as parameters, as everywhere.
"""

import json
import time
from collections.abc import Iterable, Mapping
from typing import Any

from liveengine.stems.descent import Descending, Descent
from liveengine.stems.model import Job, JobState, Line
from liveengine.stems.reader import Row

LINES = 200  # of each job are kept ...
JOBS = 1_000  # ... and of so many jobs


class Queued(Descent):
    """Questions about jobs."""

    async def job(self, job: int) -> Job | None:
        """Return one job."""
        row = await self._one("SELECT * FROM jobs WHERE id = ?", job)
        return _job(row) if row else None

    async def jobs(self, limit: int = 100, state: str | None = None, kind: str | None = None) -> list[Job]:
        """Return the jobs, newest first: all, or those in a state, of a kind."""
        rows = await self._all(
            "SELECT * FROM jobs WHERE (?1 IS NULL OR state = ?1) AND (?2 IS NULL OR kind = ?2) "
            "ORDER BY id DESC LIMIT ?3",
            state,
            kind,
            limit,
        )
        return [_job(row) for row in rows]

    async def job_counts(self) -> dict[str, int]:
        """Return how many jobs are in each state."""
        rows = await self._all("SELECT state, count(*) AS n FROM jobs GROUP BY state")
        return {row["state"]: row["n"] for row in rows}

    async def open_jobs(self) -> list[Job]:
        """Return the jobs that wait or were running, oldest first."""
        return [
            _job(row) for row in await self._all("SELECT * FROM jobs WHERE state IN ('queued', 'running') ORDER BY id")
        ]

    async def job_log(self, job: int, after: int = 0) -> list[Line]:
        """Return what was noted of a job behind line `after`, oldest first."""
        rows = await self._all("SELECT * FROM job_log WHERE job = ? AND id > ? ORDER BY id", job, after)
        return [Line(**dict(row)) for row in rows]


class Queueing(Descending, Queued):
    """Changes of jobs."""

    async def add_job(self, kind: str, payload: Mapping[str, Any], total: int, urgent: bool = False) -> int:
        """Queue a job and return its id."""
        at = time.time()
        return await self._insert(
            "INSERT INTO jobs (kind, payload, state, now, total, created_at, updated_at) "
            "VALUES (:kind, :payload, 'queued', :now, :total, :at, :at)",
            {"kind": kind, "payload": json.dumps(payload), "now": int(urgent), "total": total, "at": at},
        )

    async def start_job(self, job: int) -> None:
        """Mark a job as running and count the attempt."""
        await self._run(
            "UPDATE jobs SET state = 'running', attempts = attempts + 1, code = NULL, error = NULL, "
            "begun_at = coalesce(begun_at, ?1), updated_at = ?1 WHERE id = ?2",
            time.time(),
            job,
        )

    async def rest_job(self, job: int) -> None:
        """Put a running job back, to be tried again; the attempt stays counted."""
        await self._run(
            "UPDATE jobs SET state = 'queued', updated_at = ? WHERE id = ? AND state = 'running'", time.time(), job
        )

    async def spare_job(self, job: int) -> None:
        """Put a running job back that is stopped by no fault of its own: the attempt does not count."""
        await self._run(
            "UPDATE jobs SET state = 'queued', attempts = attempts - 1, updated_at = ? "
            "WHERE id = ? AND state = 'running'",
            time.time(),
            job,
        )

    async def progress_job(self, job: int, done: int, total: int, text: str) -> None:
        """Store how far a job is. It has got somewhere: attempts count anew from here."""
        await self._run(
            "UPDATE jobs SET done = ?, total = ?, text = ?, attempts = min(attempts, 1), updated_at = ? WHERE id = ?",
            done,
            total,
            text,
            time.time(),
            job,
        )

    async def place_job(self, job: int, place: Any) -> None:
        """Store what a job needs to go on behind this step; attempts count anew from here."""
        await self._run("UPDATE jobs SET place = ?, attempts = min(attempts, 1) WHERE id = ?", json.dumps(place), job)

    async def end_job(
        self,
        job: int,
        state: JobState,
        result: Any = None,
        code: str | None = None,
        error: str | None = None,
        *,
        steps: tuple[int, int, str] = (0, 0, ""),
    ) -> None:
        """Store how a job ended, and how far it came if that is more than is stored."""
        await self._run(
            "UPDATE jobs SET state = ?, result = ?, code = ?, error = ?, updated_at = ?, "
            "done = MAX(done, ?), total = MAX(total, ?) WHERE id = ?",
            state,
            json.dumps(result),
            code,
            error,
            time.time(),
            *steps[:2],
            job,
        )

    async def requeue(self, job: int) -> None:
        """Put a job that ended back into the queue, its failed and quarantined files with it."""
        await self._run(
            "UPDATE job_files SET state = 'queued', stem = NULL, reason = NULL "
            "WHERE job = ? AND state IN ('failed', 'vanished', 'quarantined')",
            job,
        )
        await self._run(
            "UPDATE jobs SET state = 'queued', attempts = 0, code = NULL, error = NULL, result = NULL, "
            "begun_at = NULL, updated_at = ? WHERE id = ?",
            time.time(),
            job,
        )

    async def add_lines(self, lines: Iterable[tuple[int, float, str, str]]) -> None:
        """Store (job, time, level, text) lines; the oldest ones go where there are too many."""
        rows = list(lines)
        await self._many("INSERT INTO job_log (job, at, level, text) VALUES (?, ?, ?, ?)", rows)
        await self._many(
            "DELETE FROM job_log WHERE job = ?1 AND id <= "
            "(SELECT id FROM job_log WHERE job = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)",
            sorted({(job, LINES) for job, *_ in rows}),
        )
        if rows:
            await self._run("DELETE FROM job_log WHERE job <= (SELECT max(id) FROM jobs) - ?", JOBS)


def _job(row: Row) -> Job:
    values = dict(row)
    values["payload"] = json.loads(values["payload"])
    values["now"] = bool(values["now"])
    for name in ("result", "place"):
        values[name] = None if values[name] is None else json.loads(values[name])
    return Job(**values)
