"""How many cores there are to use: the one way to ask. Runs on: anywhere."""

import os
from collections.abc import Iterator
from pathlib import Path

_GROUPS = Path("/sys/fs/cgroup")  # Linux: control groups, version 2
_OWN = Path("/proc/self/cgroup")  # which of them this process is in


def cores() -> int:
    """Return how many cores this process may use, at least 1: those it is bound to, no more than its quota of time."""
    bound = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min([bound, *_quotas()]))


def _quotas() -> Iterator[int]:
    """Yield the whole cores that the process's control group and those above it may use; nothing where none is set."""
    try:
        lines = _OWN.read_text("utf-8").splitlines()
    except OSError:
        return
    for own in (Path(line.removeprefix("0::/")) for line in lines if line.startswith("0::/")):
        for group in (own, *own.parents):
            try:
                time, period = (_GROUPS / group / "cpu.max").read_text("utf-8").split()  # microseconds; time may be max
            except OSError:
                continue  # the topmost group has no quota
            if time != "max":
                yield int(time) // int(period)
