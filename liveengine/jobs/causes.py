"""Why a worker gave no answer, in words for people and with a stable code. Runs on: event loop.

A process that the kernel kills for memory leaves nothing but its signal: where the machine counts such ends (Linux,
control groups), the count says whether it was that.
"""

import re
import signal
from collections.abc import Sequence
from pathlib import Path

from liveengine.errors import JobFailure, OutOfMemory, WorkerDied, WorkerHung

_GROUPS = Path("/sys/fs/cgroup")
_OWN = Path("/proc/self/cgroup")
_NO_MEMORY = re.compile(
    r"bad_alloc|out of memory|(cannot|can't|unable to|failed to) allocate|MemoryError", re.IGNORECASE
)
_REMEDY = "close other programs, or ask for less at once"


class Died(Exception):
    """The worker died, hung or spoke garbage: `error` says why, `said` are its last lines. It may be tried again."""

    def __init__(self, error: JobFailure, said: Sequence[str] = ()) -> None:
        super().__init__(str(error))
        self.error, self.said = error, tuple(said)


def ended(pid: int, status: int, said: Sequence[str], memory_mib: int, oom_kills: int | None) -> JobFailure:
    """Return why a process ended by itself with this status; `oom_kills` happened on the machine meanwhile."""
    last = f" ({said[-1]})" if said else ""
    bound = f"it may use {memory_mib} MiB, and " if memory_mib else ""
    if status == -signal.SIGKILL and oom_kills != 0:
        sure = "the memory of the machine was used up" if oom_kills else "most likely its memory was used up"
        return OutOfMemory(f"worker {pid} was killed (SIGKILL) by the system: {bound}{sure}; {_REMEDY}")
    if status == -signal.SIGKILL:
        return WorkerDied(f"worker {pid} was killed (SIGKILL) from outside, not for want of memory")
    if any(map(_NO_MEMORY.search, said)):
        how = _signal(status) if status < 0 else f"status {status}"
        return OutOfMemory(f"worker {pid} ended with {how}: {bound}it needed more{last}; {_REMEDY}")
    if status < 0:
        return WorkerDied(f"worker {pid} died of {_signal(status)}: a library that it uses has a fault{last}")
    return WorkerDied(f"worker {pid} ended with status {status} before its job was done{last}")


def hung(pid: int, seconds: float) -> JobFailure:
    """Return that a process gave no sign of life for so long."""
    return WorkerHung(f"worker {pid} gave no sign of life for {seconds:g} s and was ended")


def garbled(pid: int, what: str) -> JobFailure:
    """Return that a process broke the protocol."""
    return WorkerDied(f"worker {pid} sent garbage and was ended: {what}")


def _signal(status: int) -> str:
    try:
        return signal.Signals(-status).name
    except ValueError:  # a real-time signal has no name
        return f"signal {-status}"


def oom_kills() -> int | None:
    """Return how many processes of this control group the kernel has killed for memory; None where nobody counts."""
    try:
        lines = _OWN.read_text("utf-8").splitlines()
        own = next(line.removeprefix("0::") for line in lines if line.startswith("0::/"))
        events = (_GROUPS / own.lstrip("/") / "memory.events").read_text("utf-8").split()
        return int(events[events.index("oom_kill") + 1])
    except (OSError, StopIteration, ValueError, IndexError):
        return None
