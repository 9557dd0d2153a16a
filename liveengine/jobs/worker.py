"""Do jobs: JSON lines in, JSON lines out, everything else to stderr. Runs on: its own process, at low priority.

By hand: `python -m liveengine.jobs.worker analyse '{"path": "kick.wav"}'` prints the answer; without arguments it
takes requests on stdin until stdin ends.
"""

import argparse
import contextlib
import ctypes
import importlib
import io
import logging
import os
import re
import resource
import signal
import sys
import threading
import time
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from liveengine.errors import JobFailure
from liveengine.jobs import faults
from liveengine.jobs.protocol import (
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

_PR_SET_PDEATHSIG = 1
_BEAT_S = 1.0
_PROGRESS_S = 0.05  # more often tells a person nothing
_NOTES, _NOTE = 20, 500  # warnings of a job that are told, and their characters
_FIRST, _EARLY = 800, 400  # of 1000: how much rather than others it ends
_KIND = re.compile(r"[a-z]+\Z")
# Modules of this folder that are not job kinds.
_NO_JOBS = frozenset({"causes", "faults", "file", "kinds", "lane", "places", "pool", "protocol", "segment", "worker"})


class Link:
    """The way out: whole lines on the descriptor that was stdout when the process began."""

    def __init__(self) -> None:
        self._descriptor = os.dup(1)
        os.dup2(2, 1)  # what a library prints goes to stderr, C code included
        sys.stdout = sys.stderr
        self._lock = threading.Lock()
        self.job: int | None = None  # that is under way
        self.steps: _Steps | None = None  # its progress

    def send(self, message: Message) -> None:
        """Write one line; threads may call it together."""
        line = memoryview(encode(message))
        with self._lock:
            while line:
                line = line[os.write(self._descriptor, line) :]


class _Warnings(logging.Handler):
    """Sends what libraries warn of to the job's log, a bounded part of it."""

    def __init__(self, link: Link) -> None:
        super().__init__(logging.WARNING)
        self._link, self._job, self._left = link, -1, 0

    def emit(self, record: logging.LogRecord) -> None:
        """Send a warning of the job that is under way; others are on stderr."""
        job = self._link.job
        if job is None:
            return
        if job != self._job:
            self._job, self._left = job, _NOTES
        if self._left > 0:
            self._left -= 1
            self._link.send(Note(job, record.getMessage()[:_NOTE]))


def _hear_warnings(link: Link) -> None:
    logging.getLogger().addHandler(logging.StreamHandler())
    logging.getLogger().addHandler(_Warnings(link))
    log = logging.getLogger("liveengine.warnings")

    def show(message: Warning | str, category: type[Warning], *place: Any, **more: Any) -> None:
        log.warning("%s: %s", category.__name__, message)

    warnings.showwarning = show


def main(arguments: list[str] | None = None) -> int:
    """Run the worker; the exit status is 0 when stdin ended or the one job of the command line succeeded."""
    parser = argparse.ArgumentParser(
        prog="python -m liveengine.jobs.worker", description="Does jobs; see jobs/protocol.py"
    )
    parser.add_argument("kind", nargs="?", help="do one job of this kind and end")
    parser.add_argument("payload", nargs="?", default="{}", help="its payload as a JSON object")
    parser.add_argument("--nice", type=int, default=10)
    parser.add_argument("--memory-mib", type=int, default=0, help="upper bound of data memory, 0 = none")
    parser.add_argument("--parent", type=int, default=0, help="end when this process ends")
    parser.add_argument("--warm", default="", help="job kinds to import now, separated by commas")
    options = parser.parse_args(arguments)
    _settle(options.nice, options.memory_mib, options.parent)
    link = Link()
    _hear_warnings(link)
    if options.kind:
        line = b'{"job":0,"kind":"%b","payload":%b}' % (options.kind.encode(), options.payload.encode())
        return 0 if _answer(link, line) else 1
    working = threading.Event()
    threading.Thread(target=_beat, args=(link, working), daemon=True).start()
    working.set()  # what imports for long is no hanging worker
    for kind in filter(None, options.warm.split(",")):
        _warm(kind)
    working.clear()
    _serve(link, working)
    return 0


def _settle(nice: int, memory_mib: int, parent: int) -> None:
    """Take the process's place: priority, memory bound, end with the parent, leave Ctrl-C to the daemon."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if nice:
        os.nice(nice)
    if memory_mib:
        # Data memory, not address space: a numeric library maps gigabytes of address space that it never touches.
        resource.setrlimit(resource.RLIMIT_DATA, (memory_mib << 20, memory_mib << 20))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Where the machine's memory ends, a worker goes before the engine and the daemon do, one that may wait first.
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(str(_FIRST if nice else _EARLY), "ascii")
    if parent:
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it ended before the line above
            raise SystemExit(1)


def _warm(kind: str) -> None:
    """Import a job kind and let it prepare; a kind that cannot be imported answers its own jobs with the reason."""
    try:
        module = _module(kind)
        getattr(module, "warm", lambda: None)()
    except Exception:
        traceback.print_exc()


def _serve(link: Link, working: threading.Event) -> None:
    # Unbuffered by line, and a copy: no library may read our requests through stdin.
    requests = io.BufferedReader(io.FileIO(os.dup(0)))
    with open(os.devnull, "rb") as nothing:  # noqa: PTH123
        os.dup2(nothing.fileno(), 0)
    while line := requests.readline():
        working.set()
        _answer(link, line)
        working.clear()


def _beat(link: Link, working: threading.Event) -> None:
    count = 0
    while working.wait():
        time.sleep(_BEAT_S)
        count += 1
        if working.is_set():
            if (steps := link.steps) is not None:
                steps.send_held()
            link.send(Beat(count))


def _answer(link: Link, line: bytes) -> bool:
    """Do the job of one line and send its answer; True when it was a result."""
    try:
        request = decode(line)
        if not isinstance(request, Request):
            raise Garbage(f"no request: {line[:80]!r}")
    except Garbage as error:
        link.send(Failure(-1, "job_failed", str(error)))
        return False
    link.job = request.job
    try:
        link.send(Result(request.job, _run(link, request)))
    except Exception as error:
        told = faults.told(error, _subject(request))
        if type(told) is JobFailure:
            traceback.print_exc()
        link.send(Failure(request.job, told.code, str(told)))
        return False
    finally:
        link.job = link.steps = None
    return True


def _subject(request: Request) -> str:
    path = request.payload.get("path")
    return f"{request.kind} of {path!r}" if isinstance(path, str) else request.kind


def _run(link: Link, request: Request) -> Payload:
    link.steps = _Steps(link, request.job)
    return _runner(request.kind)(request.payload, link.steps)


class _Steps:
    """The progress callable of one job; of what comes faster than anyone reads it sends the newest with the beat."""

    def __init__(self, link: Link, job: int) -> None:
        self._link, self._job, self._last = link, job, 0.0
        self._lock = threading.Lock()
        self._held: Progress | None = None

    def __call__(self, done: int, total: int, text: str) -> None:
        step, now = Progress(self._job, done, total, text), time.monotonic()
        with self._lock:
            if done < total and now - self._last < _PROGRESS_S:
                self._held = step
                return
            self._last, self._held = now, None
            self._link.send(step)

    def send_held(self) -> None:
        """Send what was held back last, if nothing came after it; called by the thread that beats."""
        with self._lock:
            held, self._held = self._held, None
            if held is not None:
                self._link.send(held)


def _module(kind: str) -> Any:
    if not _KIND.match(kind) or kind in _NO_JOBS:
        raise LookupError(f"there is no job kind {kind!r}")
    return importlib.import_module(f"liveengine.jobs.{kind}")


def _runner(kind: str) -> Callable[[Payload, Callable[[int, int, str], None]], Payload]:
    run: Callable[[Payload, Callable[[int, int, str], None]], Payload] = _module(kind).run
    return run


if __name__ == "__main__":
    status = main()
    sys.stderr.flush()
    os._exit(status)  # no teardown: the libraries of an analysis take a second for theirs, and nothing is left to write
