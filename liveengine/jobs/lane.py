"""One worker process as the daemon sees it, and the lane of workers that take the same jobs. Runs on: event loop."""

import asyncio
import contextlib
import logging
import os
import signal
import sys
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from liveengine.errors import BadArgument
from liveengine.jobs.causes import Died, ended, garbled, hung, oom_kills
from liveengine.jobs.places import Places
from liveengine.jobs.protocol import (
    LINE_MAX,
    Beat,
    Failure,
    Garbage,
    Message,
    Note,
    Payload,
    Progress,
    Request,
    Result,
    decode,
    encode,
)

log = logging.getLogger(__name__)
LAST = 12  # lines of a worker's stderr that are kept
_GRACE_S = 0.5  # an idle worker ends at once

Steps = Callable[[int, int, str], None]
Notes = Callable[[str], None]


@dataclass(frozen=True)
class Terms:
    """How the workers of a lane live."""

    workers: int  # at most so many processes, and one more for what the stage needs while others have them all
    nice: int = 10
    memory_mib: int = 4_096  # bound of data memory per process; 0 = none
    silence_s: float = 30.0  # a busy worker that says nothing for so long hangs
    warm: str = ""  # job kinds that a new worker imports before its first job
    keep: bool = False  # a cancelled job runs to its end: starting the worker anew costs more
    idle_s: float | None = None  # a worker without a job for so long is ended; None = never
    program: tuple[str, ...] = (sys.executable, "-m", "liveengine.jobs.worker")


def environment() -> dict[str, str]:
    """Return a worker's environment: threads of BLAS would spin on the cores of the other workers and of the engine."""
    return {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", **os.environ}


def nobody(*what: object) -> None:
    """Hear of a job, and leave it at that."""


@dataclass(frozen=True)
class Ears:
    """Who hears of a job while it runs."""

    progress: Steps
    note: Notes  # a warning of the worker


class Worker:
    """A running worker process."""

    def __init__(self, process: asyncio.subprocess.Process, terms: Terms) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._process, self._terms = process, terms
        self._stdin, self._stdout = process.stdin, process.stdout
        self._said: deque[str] = deque(maxlen=LAST)  # the last lines on stderr
        self._oom_kills = oom_kills()
        self._listener = asyncio.create_task(self._listen())

    @classmethod
    async def start(cls, terms: Terms) -> "Worker":
        """Start a process in its own session, so that Ctrl-C in a terminal reaches the daemon alone."""
        command = [*terms.program, "--nice", str(terms.nice)]
        command += ["--memory-mib", str(terms.memory_mib), "--parent", str(os.getpid()), "--warm", terms.warm]
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            *command, stdin=pipe, stdout=pipe, stderr=pipe, limit=LINE_MAX, start_new_session=True, env=environment()
        )
        return cls(process, terms)

    @property
    def alive(self) -> bool:
        """Return whether the process runs, as far as is known."""
        return self._process.returncode is None

    @property
    def pid(self) -> int:
        """Return the process id."""
        return self._process.pid

    async def do(self, request: Request, ears: Ears) -> Payload | Failure:
        """Return the result of one job, or its Failure.

        Raises Died when the worker cannot give an answer, BadArgument for a job that no line can hold.
        """
        line = encode(request)
        if len(line) > LINE_MAX:
            raise BadArgument(f"a {request.kind} job of {len(line)} bytes is larger than {LINE_MAX}: send less at once")
        try:
            self._stdin.write(line)
            async with asyncio.timeout(self._terms.silence_s):
                await self._stdin.drain()
        except ConnectionError:
            pass  # it died before it read the job: the answer below says how
        except TimeoutError:
            raise Died(hung(self.pid, self._terms.silence_s), self._said) from None
        while True:
            match await self._hear():
                case Result(job, value) if job == request.job:
                    return value
                case Failure(job) as failure if job == request.job:
                    return failure
                case Progress(job, done, total, text) if job == request.job:
                    ears.progress(done, total, text)
                case Note(job, text) if job == request.job:
                    ears.note(text)
                case Progress() | Note() | Beat():
                    pass
                case other:
                    raise Died(garbled(self.pid, f"out of turn: {other}"), self._said)

    async def _hear(self) -> Message:
        try:
            # Not wait_for: before Python 3.12 it swallows a cancellation that comes together with the line.
            async with asyncio.timeout(self._terms.silence_s):
                line = await self._stdout.readline()
        except TimeoutError:
            raise Died(hung(self.pid, self._terms.silence_s), self._said) from None
        except ValueError:
            raise Died(garbled(self.pid, f"a line of more than {LINE_MAX} bytes"), self._said) from None
        if not line.endswith(b"\n"):
            raise await self._obituary()
        try:
            return decode(line)
        except Garbage as error:
            raise Died(garbled(self.pid, str(error)), self._said) from None

    async def _obituary(self) -> Died:
        status = await self._process.wait()
        await self._listener
        before, after = self._oom_kills, oom_kills()
        killed = None if before is None or after is None else after - before
        return Died(ended(self.pid, status, self._said, self._terms.memory_mib, killed), self._said)

    async def _listen(self) -> None:
        """Drain stderr, so that a talkative library never blocks the worker."""
        assert self._process.stderr is not None
        while data := await self._process.stderr.read(1 << 16):
            for text in data.decode("utf-8", "replace").splitlines():
                if text.strip():
                    self._said.append(text.strip()[:500])
                    log.debug("worker %d: %s", self.pid, text)

    async def kill(self) -> None:
        """End the process and what it started, at once."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        await self._gone()

    async def close(self, grace: float) -> None:
        """Let the process end by itself: its stdin ends; after `grace` seconds it is killed."""
        self._stdin.close()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(grace):
                await self._process.wait()
        await self.kill()

    async def _gone(self) -> None:
        self._stdin.close()
        # A pipe that is full and not read keeps asyncio from noticing the end of the process.
        await asyncio.gather(self._process.wait(), self._drain(), self._listener)
        with contextlib.suppress(OSError):
            await self._stdin.wait_closed()

    async def _drain(self) -> None:
        while await self._stdout.read(1 << 20):
            pass


class Lane:
    """Workers that take the same jobs, started when needed; they stay until they have been idle for long."""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self._places = Places(lambda: self.terms.workers)
        self._idle: dict[Worker, asyncio.TimerHandle | None] = {}  # with what will end each, the longest idle first
        self._ending: set[asyncio.Task[None]] = set()
        self.workers: set[Worker] = set()

    async def warm_up(self) -> None:
        """Start one worker now."""
        async with self._places.place():
            self._rest(await self._begin())

    async def _begin(self) -> Worker:
        worker = await Worker.start(self.terms)
        self.workers.add(worker)
        return worker

    async def do(self, request: Request, ears: Ears, timeout: float | None, now: bool = False) -> Payload | Failure:
        """Return what a worker answers, waiting for a free one first; the timeout counts from the start of the work.

        Raises Died, TimeoutError; in both cases, and when cancelled, the worker is gone and its place free again.
        """
        async with self._places.place(now):
            worker = self._rested() or await self._begin()
            try:
                async with asyncio.timeout(timeout):
                    answer = await worker.do(request, ears)
            except BadArgument:
                self._rest(worker)
                raise
            except BaseException:
                await self._end(worker)
                raise
            self._rest(worker)
            return answer

    def _rested(self) -> Worker | None:
        """Return an idle worker that lives, the one with the warmest caches."""
        while self._idle:
            worker, timer = self._idle.popitem()
            if timer is not None:
                timer.cancel()
            if worker.alive:
                return worker
            self._dismiss(worker)
        return None

    def _rest(self, worker: Worker) -> None:
        """Let a worker wait for its next job; one too many ends."""
        if len(self.workers) > self.terms.workers:
            self._dismiss(worker)
            return
        idle_s = self.terms.idle_s
        loop = asyncio.get_running_loop()
        self._idle[worker] = None if idle_s is None else loop.call_later(idle_s, self._tire, worker)

    def _tire(self, worker: Worker) -> None:
        self._idle.pop(worker, None)
        self._dismiss(worker)

    def _dismiss(self, worker: Worker) -> None:
        self.workers.discard(worker)
        task = asyncio.create_task(worker.close(_GRACE_S), name=f"end worker {worker.pid}")
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)

    async def _end(self, worker: Worker) -> None:
        self.workers.discard(worker)
        await asyncio.shield(worker.kill())

    async def close(self, grace: float) -> None:
        """End all workers."""
        for timer in self._idle.values():
            if timer is not None:
                timer.cancel()
        self._idle.clear()
        await asyncio.gather(*self._ending, *(worker.close(grace) for worker in self.workers))
        self.workers.clear()
