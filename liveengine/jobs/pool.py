"""The daemon's side of heavy work: hand a job to a worker process, hear how it goes. Runs on: event loop.

Lanes, each with its own processes: `load` (resident, started at once, so that a clip is in the sample pool within
milliseconds), `early` (loads that nobody waits for yet), `stretch` (loops for the tempo of the session), `meaning` (the
text-audio model: one resident process, started on first use) and `work` (all the rest).
A worker that crashes, hangs or speaks garbage costs its own job one attempt and nobody else anything.
"""

import asyncio
import contextlib
import itertools
from types import TracebackType
from typing import Self

from liveengine import errors
from liveengine.cores import cores
from liveengine.errors import JobFailure, LiveEngineError
from liveengine.jobs.lane import Crash, Lane, Steps, Terms
from liveengine.jobs.protocol import Failure, Payload, Request

ATTEMPTS = 3  # a job whose worker dies is tried so often in all
_LANES = {"load": "load", "embed": "meaning", "text": "meaning", "stretch": "stretch"}
_TIMEOUTS = {
    "load": 60.0,
    "analyse": 300.0,
    "identify": 60.0,
    "text": 60.0,
    "stretch": 300.0,
}  # seconds of work; other kinds have no limit
_GRACE_S = 0.5  # an idle worker ends at once; the supervisor gives the whole daemon 1.4 s


def default_workers() -> int:
    """Return how many worker processes suit this machine: its cores less one for the engine, at least one."""
    return max(1, cores() - 1)


class Pool:
    """Worker processes for jobs; an asynchronous context manager."""

    def __init__(self, workers: int = 0, *, memory_mib: int = 4_096) -> None:
        """`workers` processes share the ordinary jobs (0 = one per core less one), each bound to `memory_mib`."""
        self.lanes = {
            "load": Lane(Terms(1, nice=0, memory_mib=memory_mib, silence_s=10.0, warm="load")),
            "early": Lane(Terms(1, memory_mib=memory_mib, warm="load")),
            "stretch": Lane(Terms(1, memory_mib=memory_mib, warm="stretch")),
            "meaning": Lane(Terms(1, memory_mib=0, silence_s=120.0, keep=True)),
            "work": Lane(Terms(workers or default_workers(), memory_mib=memory_mib)),
        }
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
        progress: Steps | None = None,
        timeout: float | None = None,
        early: bool = False,
    ) -> Payload:
        """Return the result of a job; `progress(done, total, text)` is called on the event loop as it goes.

        A load that nobody waits for yet is `early`: it has a worker of its own, and delays none that is asked for.
        Raises the error that the job named (BadAudio ...), or JobFailure: its worker died three times, it took longer
        than `timeout` seconds of work, or it has a fault. Cancelling the caller ends the job; a job of the resident
        model runs to its end unheard, because starting that worker anew takes longer.
        """
        if self._closed:
            raise JobFailure(f"a {kind} job came after the pool was closed")
        lane = self.lanes["early" if early else _LANES.get(kind, "work")]
        work = self._attempts(lane, kind, payload, progress, timeout if timeout is not None else _TIMEOUTS.get(kind))
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

    async def _attempts(
        self, lane: Lane, kind: str, payload: Payload, progress: Steps | None, timeout: float | None
    ) -> Payload:
        crash = Crash()
        for _ in range(ATTEMPTS):
            try:
                answer = await lane.do(Request(next(self._numbers), kind, payload), progress, timeout)
            except Crash as error:
                crash = error
            except TimeoutError:
                raise JobFailure(f"{_subject(kind, payload)} took longer than {timeout:g} s and was ended") from None
            else:
                if isinstance(answer, Failure):
                    raise _error(answer)
                return answer
        raise JobFailure(f"{_subject(kind, payload)} failed {ATTEMPTS} times: {crash}")

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


def _subject(kind: str, payload: Payload) -> str:
    return f"{kind} of {payload['path']!r}" if "path" in payload else f"the {kind} job"


def _error(failure: Failure) -> LiveEngineError:
    """Return the failure as the error of the tree that has its code; an unknown code is a JobFailure."""
    kinds: list[type[LiveEngineError]] = [kind for kind in vars(errors).values() if isinstance(kind, type)]
    return {kind.code: kind for kind in kinds}.get(failure.code, JobFailure)(failure.message)
