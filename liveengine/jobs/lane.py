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
from liveengine.jobs.protocol import (
    LINE_MAX,
    Beat,
    Failure,
    Garbage,
    Payload,
    Progress,
    Request,
    Result,
    decode,
    encode,
)

log = logging.getLogger(__name__)
Steps = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Terms:
    """How the workers of a lane live."""

    workers: int  # at most so many processes
    nice: int = 10
    memory_mib: int = 4_096  # bound of data memory per process; 0 = none
    silence_s: float = 30.0  # a busy worker that says nothing for so long hangs
    warm: str = ""  # job kinds that a new worker imports before its first job
    keep: bool = False  # a cancelled job runs to its end: starting the worker anew costs more
    program: tuple[str, ...] = (sys.executable, "-m", "liveengine.jobs.worker")


def environment() -> dict[str, str]:
    """Return a worker's environment: threads of BLAS would spin on the cores of the other workers and of the engine."""
    return {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", **os.environ}


class Crash(Exception):
    """The worker died, hung or spoke garbage; the job may be tried again."""


class Worker:
    """A running worker process."""

    def __init__(self, process: asyncio.subprocess.Process, terms: Terms) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._process, self._terms = process, terms
        self._stdin, self._stdout = process.stdin, process.stdout
        self._said: deque[str] = deque(maxlen=5)  # the last lines on stderr
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
    def pid(self) -> int:
        """Return the process id."""
        return self._process.pid

    async def do(self, request: Request, progress: Steps | None) -> Payload | Failure:
        """Return the result of one job, or its Failure; raise Crash when the worker cannot give an answer."""
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
            raise Crash(f"worker {self.pid} did not take the job for {self._terms.silence_s:.0f} s") from None
        while True:
            match await self._hear():
                case Result(job, value) if job == request.job:
                    return value
                case Failure(job) as failure if job == request.job:
                    return failure
                case Progress(job, done, total, text) if job == request.job and progress is not None:
                    progress(done, total, text)
                case Progress() | Beat():
                    pass
                case other:
                    raise Crash(f"worker {self.pid} answered out of turn: {other}")

    async def _hear(self) -> Result | Failure | Progress | Beat | Request:
        try:
            # Not wait_for: before Python 3.12 it swallows a cancellation that comes together with the line.
            async with asyncio.timeout(self._terms.silence_s):
                line = await self._stdout.readline()
        except TimeoutError:
            raise Crash(f"worker {self.pid} said nothing for {self._terms.silence_s:.0f} s") from None
        except ValueError:
            raise Crash(f"worker {self.pid} sent a line of more than {LINE_MAX} bytes") from None
        if not line.endswith(b"\n"):
            raise Crash(await self._obituary())
        try:
            return decode(line)
        except Garbage as error:
            raise Crash(f"worker {self.pid} sent garbage: {error}") from None

    async def _obituary(self) -> str:
        status = await self._process.wait()
        await self._listener
        how = f"died of {signal.Signals(-status).name}" if status < 0 else f"ended with status {status}"
        return f"worker {self.pid} {how}" + (f" ({self._said[-1]})" if self._said else "")

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
    """Workers that take the same jobs, started when needed and kept."""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self._places = asyncio.Semaphore(terms.workers)
        self._idle: list[Worker] = []
        self.workers: set[Worker] = set()

    async def warm_up(self) -> None:
        """Start one worker now."""
        async with self._places:
            self._idle.append(await self._begin())

    async def _begin(self) -> Worker:
        worker = await Worker.start(self.terms)
        self.workers.add(worker)
        return worker

    async def do(self, request: Request, progress: Steps | None, timeout: float | None) -> Payload | Failure:
        """Return what a worker answers, waiting for a free one first; the timeout counts from the start of the work.

        Raises Crash, TimeoutError; in both cases, and when cancelled, the worker is gone and its place free again.
        """
        async with self._places:
            worker = self._idle.pop() if self._idle else await self._begin()
            try:
                async with asyncio.timeout(timeout):
                    answer = await worker.do(request, progress)
            except BadArgument:
                self._idle.append(worker)
                raise
            except BaseException:
                await self._end(worker)
                raise
            self._idle.append(worker)
            return answer

    async def _end(self, worker: Worker) -> None:
        self.workers.discard(worker)
        await asyncio.shield(worker.kill())

    async def close(self, grace: float) -> None:
        """End all workers."""
        await asyncio.gather(*(worker.close(grace) for worker in self.workers))
        self.workers.clear()
        self._idle.clear()
