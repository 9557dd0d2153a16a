"""Real-time priority and locked memory, where the system allows them. Runs on: engine process, daemon."""

import contextlib
import ctypes
import mmap
import os
import sys
from pathlib import Path

PRIORITY = 60  # SCHED_FIFO, of an audio thread; below a JACK server's own threads (10 above its clients)
WATCHING = 5  # of who opens and watches the device: seldom at work, above all that has no real-time priority
ANSWERING = 2  # of the daemon's event loop: a command waits for nobody who makes no sound
_CURRENT_ON_FAULT = 1 | 4  # MCL_CURRENT | MCL_ONFAULT, Linux: a sparse file stays sparse
_ON_FAULT = 1  # MLOCK_ONFAULT


class _Param(ctypes.Structure):
    _fields_ = (("priority", ctypes.c_int),)


def raise_own(priority: int = PRIORITY, *, alone: bool = False) -> bool:
    """Give the calling thread real-time priority; return False where it may not.

    Threads and processes that it starts from then on have it too, unless it is to be `alone`.
    """
    with contextlib.suppress(OSError, AttributeError):
        policy = os.SCHED_FIFO | (os.SCHED_RESET_ON_FORK if alone else 0)
        os.sched_setscheduler(0, policy, os.sched_param(priority))
        return True
    return False


def raise_thread(thread: int) -> bool:
    """Give the thread with this pthread_t real-time priority; return False where this process may not."""
    if not sys.platform.startswith("linux"):  # elsewhere the host API does it itself
        return False
    libc = ctypes.CDLL(None)
    param = _Param(PRIORITY)
    return bool(libc.pthread_setschedparam(ctypes.c_ulong(thread), os.SCHED_FIFO, ctypes.byref(param)) == 0)


def lock_memory() -> bool:
    """Keep in RAM what this process has mapped, as it is touched; return False where this process may not."""
    if not sys.platform.startswith("linux"):
        return False
    return bool(ctypes.CDLL(None).mlockall(_CURRENT_ON_FAULT) == 0)


def lock_others(apart: int, spare: int) -> bool:
    """Keep in RAM, as it is touched, what this process has mapped, without the mapping of the address `apart`.

    For a user with a limit: that of `lock_memory` counts the addresses of a sparse file, not what it holds. Returns
    False, with nothing locked, where the limit does not allow that and `spare` bytes more.
    """
    if not sys.platform.startswith("linux"):
        return False
    import resource

    lines = Path("/proc/self/maps").read_text("ascii", "replace").splitlines()
    ranges = [tuple(int(end, 16) for end in line.split(maxsplit=1)[0].split("-")) for line in lines]
    others = [(start, end - start) for start, end in ranges if not start <= apart < end]
    limit = resource.getrlimit(resource.RLIMIT_MEMLOCK)[0]
    if limit != resource.RLIM_INFINITY and os.geteuid() != 0 and sum(size for _, size in others) + spare > limit:
        return False
    libc = ctypes.CDLL(None)
    for start, size in others:
        libc.mlock2(ctypes.c_void_p(start), ctypes.c_size_t(size), _ON_FAULT)
    return True


def lock(address: int, length: int) -> bool:
    """Keep these bytes in RAM, at once; return False where this process may not."""
    return _range("mlock", address - address % mmap.PAGESIZE, address + length)


def unlock(address: int, length: int) -> bool:
    """Let these bytes go; the pages at both ends may hold a neighbour's and stay."""
    start = address + -address % mmap.PAGESIZE
    return _range("munlock", start, address + length - (address + length) % mmap.PAGESIZE)


def _range(name: str, start: int, end: int) -> bool:
    if not sys.platform.startswith("linux") or end <= start:
        return False
    function = getattr(ctypes.CDLL(None), name)
    return bool(function(ctypes.c_void_p(start), ctypes.c_size_t(end - start)) == 0)
