"""When the kernel or the machine gave nobody a core. Runs on: bench; a process of its own on each core.

A witness sleeps for half a millisecond at a time, tied to one core, and goes before everything that a user starts. When
it wakes late, no code of a user had the core: the hypervisor had it, or the kernel did not give it back. The kernel may
have worked for us then, as in a large read or the end of a large process; the witness cannot tell which it was.
"""

import contextlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

STEP_NS = 500_000
LATE_NS = 2_000_000  # less does not make a block late
BEFORE_ALL = 99  # SCHED_FIFO
STEAL = 8  # column of /proc/stat


class Stall(NamedTuple):
    """How long something did not go on, in ns of CLOCK_MONOTONIC."""

    first: int
    last: int

    def meets(self, other: "Stall", apart: int) -> bool:
        """Return whether both were at the same time, or at most `apart` ns from each other."""
        return self.first - apart <= other.last and other.first <= self.last + apart


class Witnesses:
    """A witness on each of some cores, for the length of a `with` block; none where the system does not allow it."""

    def __init__(self, cores: Iterable[int]) -> None:
        self._cores = sorted(cores)
        self._processes: list[subprocess.Popen[str]] = []
        self._ears: list[threading.Thread] = []
        self.stalls: list[Stall] = []

    def __enter__(self) -> Self:
        for core in self._cores:
            command = [sys.executable, "-m", "liveengine.cli.torture.witness", str(core), str(os.getpid())]
            process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
            self._processes.append(process)
            self._ears.append(threading.Thread(target=self._hear, args=(process,), daemon=True))
            self._ears[-1].start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for process in self._processes:
            process.kill()
            process.wait()
        for ear in self._ears:
            ear.join()

    def told(self) -> str:
        """Return what they have seen, for people."""
        longest = max((stall.last - stall.first for stall in self.stalls), default=0)
        return f"{len(self.stalls)} times, at most for {longest / 1e6:.0f} ms"

    @property
    def present(self) -> bool:
        """Return whether all of them watch."""
        return bool(self._processes) and all(process.poll() is None for process in self._processes)

    def _hear(self, process: "subprocess.Popen[str]") -> None:
        assert process.stdout is not None
        with process.stdout as lines:
            for line in lines:
                first, last = line.split()
                self.stalls.append(Stall(int(first), int(last)))


def stolen_ms(cores: Iterable[int]) -> float:
    """Return for how many ms the hypervisor has kept these cores since the system began; NaN where nothing tells it.

    The kernel tells it in ticks, mostly of 10 ms: right for the sum over some seconds, too coarse for a single stall.
    """
    wanted = {f"cpu{core}" for core in cores}
    try:
        rows = [line.split() for line in Path("/proc/stat").read_text("ascii").splitlines()]
        ticks = [int(row[STEAL]) for row in rows if row and row[0] in wanted]
    except (OSError, IndexError):
        return float("nan")
    return sum(ticks) * 1_000 / os.sysconf("SC_CLK_TCK") if ticks else float("nan")


def watch(core: int, parent: int) -> None:
    """Print when the core was not to be had, until the parent is gone; return where nothing may go before all."""
    try:
        os.sched_setaffinity(0, {core})
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(BEFORE_ALL))
    except (OSError, AttributeError):
        return
    due = time.monotonic_ns()
    while os.getppid() == parent:
        due += STEP_NS
        time.sleep(max(0, due - time.monotonic_ns()) / 1e9)
        if (now := time.monotonic_ns()) - due > LATE_NS:
            print(due, now, flush=True)
        due = max(due, now - STEP_NS)


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError, KeyboardInterrupt):
        watch(int(sys.argv[1]), int(sys.argv[2]))
