"""The daemon's side of heavy work: hand a job to a worker process, hear how it goes. Runs on: event loop.

Every lane has its own processes; `kinds.py` says which kind of job goes where and what it may take there. `load` is
started at once, so that a clip is in the sample pool within milliseconds, every other one on first use.
A worker that crashes, hangs or speaks garbage costs its own job one attempt and nobody else anything.
"""

import asyncio
import contextlib
import itertools
from collections.abc import Iterator
from dataclasses import replace
from types import TracebackType
from typing import Self

from liveengine import errors
from liveengine.cores import cores
from liveengine.errors import JobFailure, TookTooLong
from liveengine.jobs.causes import Died
from liveengine.jobs.kinds import KINDS, Kind, kind_of
from liveengine.jobs.lane import Ears, Lane, Notes, Steps, Terms, nobody
from liveengine.jobs.places import noted, urgent, within
from liveengine.jobs.protocol import Failure, Payload, Request

PAUSES = (0.25, 1.5)  # seconds before a job whose worker died is tried again, 3 times in all
PAUSES_NOW = (0.0, 0.5)  # where the stage waits
_OVERDUE = "took longer than {:g} s and was ended; give it less to do at once"
_GRACE_S = 0.5  # an idle worker ends at once; the supervisor gives the whole daemon 1.4 s


def default_workers() -> int:
    """Return how many worker processes suit this machine: its cores less one for the engine, at least one."""
    return max(1, cores() - 1)


class Pool:
    """Worker processes for jobs; an asynchronous context manager."""

    def __init__(self, workers: int = 0) -> None:
        """`workers` processes share the ordinary jobs (0 = one per core less one)."""
        self.lanes = dict(_lanes(workers or default_workers()))
        self._numbers = itertools.count(1)
        self._running: set[asyncio.Task[Payload]] = set()
        self._closed = False

    async def __aenter__(self) -> Self:
        await self.lanes["load"].warm_up()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def run(
        self,
        kind: str,
        payload: Payload,
        *,
        progress: Steps = nobody,
        note: Notes = noted,
        timeout: float | None = None,
        now: bool | None = None,
    ) -> Payload:
        """Return the result of a job; `progress(done, total, text)` and `note(warning)` are called on the event loop.

        A job that the stage needs `now` waits for none that may wait itself; None: its kind says so, or the job of the
        queue that it belongs to, for which the stage's own processes are never taken. Raises the error that the job
        named (BadAudio ...), TookTooLong, or the JobFailure that says why its worker died time and again; before each
        new try there is a pause that grows. Cancelling the caller ends the job; one of the resident model runs to its
        end unheard: starting that worker anew takes longer.
        """
        pauses = PAUSES_NOW if _turn(kind_of(kind), now)[1] else PAUSES
        for pause in pauses:
            try:
                return await self.once(kind, payload, progress=progress, note=note, timeout=timeout, now=now)
            except Died as died:
                note(f"{died}; tried again")
            await asyncio.sleep(pause)
        try:
            return await self.once(kind, payload, progress=progress, note=note, timeout=timeout, now=now)
        except Died as died:
            what = f"{_subject(kind, payload)} failed {len(pauses) + 1} times: {died}"
            raise type(died.error)(what) from None

    async def once(
        self,
        kind: str,
        payload: Payload,
        *,
        progress: Steps = nobody,
        note: Notes = noted,
        timeout: float | None = None,
        now: bool | None = None,
    ) -> Payload:
        """Do the same with one try; raises Died where the worker ended without an answer, JobFailure after `close`."""
        if self._closed:
            raise JobFailure(f"a {kind} job came after the pool was closed")
        row = kind_of(kind)
        name, now = _turn(row, now)
        lane = self.lanes[name]
        request = Request(next(self._numbers), kind, payload)
        work = _answered(lane, request, Ears(progress, note), timeout or row.timeout_s, now)
        task = asyncio.create_task(work, name=f"job {kind}")
        self._running.add(task)
        task.add_done_callback(self._ended)
        if lane.terms.keep:
            return await asyncio.shield(task)
        return await task

    def _ended(self, task: asyncio.Task[Payload]) -> None:
        self._running.discard(task)
        if not task.cancelled():
            task.exception()  # an abandoned job's error has no other reader

    def pids(self) -> dict[str, list[int]]:
        """Return the process ids of the workers of each lane."""
        return {name: sorted(worker.pid for worker in lane.workers) for name, lane in self.lanes.items()}

    async def close(self, grace: float = _GRACE_S) -> None:
        """End all jobs and all workers; idle ones within `grace` seconds by themselves."""
        self._closed = True
        for task in list(self._running):
            task.cancel()
        for task in list(self._running):
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await task
        await asyncio.gather(*(lane.close(grace) for lane in self.lanes.values()))


def _turn(row: Kind, now: bool | None) -> tuple[str, bool]:
    """Return whose processes do a job, and whether it goes before what may wait there."""
    if now is None and row.later and within():
        return row.later, urgent()
    now = urgent(row.now) if now is None else now
    return (row.lane if now else row.later or row.lane), now


def _lanes(workers: int) -> Iterator[tuple[str, Lane]]:
    """Yield the lanes that the table of kinds names."""
    for name, kind in KINDS.items():
        yield kind.lane, Lane(_terms(name, kind, workers))
        if kind.later:
            yield kind.later, Lane(replace(_terms(name, kind, workers), nice=Kind.nice, silence_s=Kind.silence_s))


def _terms(name: str, kind: Kind, workers: int) -> Terms:
    return Terms(
        kind.workers or workers,
        nice=kind.nice,
        memory_mib=kind.memory_mib,
        silence_s=kind.silence_s,
        warm=name if kind.warm else "",
        keep=kind.keep,
        idle_s=kind.idle_s,
    )


async def _answered(lane: Lane, request: Request, ears: Ears, timeout: float, now: bool) -> Payload:
    """Return a job's result; raise Died, or what ended it."""
    try:
        answer = await lane.do(request, ears, timeout, now)
    except TimeoutError:
        raise TookTooLong(f"{_subject(request.kind, request.payload)} {_OVERDUE.format(timeout)}") from None
    if isinstance(answer, Failure):
        raise errors.named(answer.code, answer.message)
    return answer


def _subject(kind: str, payload: Payload) -> str:
    return f"{kind} of {payload['path']!r}" if "path" in payload else f"the {kind} job"
