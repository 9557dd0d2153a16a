"""Where shared memory lies, and whose it was. Runs on: supervisor; light on purpose, no NumPy."""

import os
import shutil
import tempfile
from pathlib import Path

from liveengine.errors import DiskFull

PREFIX = "liveengine"
STATE_MARGIN = 16 << 20  # bytes; more than the state file ever takes


def started(pid: int) -> int | None:
    """Return when process `pid` started (clock ticks since boot; 0 where the system does not tell), None = no process.

    A pid alone comes back after a while; pid and start time together name one process.
    """
    try:
        line = Path(f"/proc/{pid}/stat").read_text("ascii", "replace")
    except OSError:
        if Path("/proc/self/stat").exists():
            return None
        return 0 if _answers(pid) else None
    fields = line[line.rindex(")") + 2 :].split()
    return None if fields[0] in "ZX" else int(fields[19])  # field 22 of proc(5); a zombie is gone


def _answers(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def bases() -> list[Path]:
    """Return the folders that may hold shared memory, best first."""
    ram = Path("/dev/shm")
    return [*([ram] if os.access(ram, os.W_OK) else []), Path(tempfile.gettempdir())]


def make(pool_bytes: int) -> Path:
    """Return a new folder (mode 0700) that carries this process's name and has room for the pool.

    Raises DiskFull when neither /dev/shm nor the temp folder has the room.
    """
    need = pool_bytes + STATE_MARGIN
    for base in bases():
        room = os.statvfs(base)
        if room.f_bavail * room.f_frsize >= need:
            pid = os.getpid()
            return Path(tempfile.mkdtemp(prefix=f"{PREFIX}-{pid}-{started(pid)}-", dir=base))
    where = " and ".join(map(str, bases()))
    raise DiskFull(
        f"{need >> 20} MiB of shared memory do not fit in {where}; lower engine.pool_mib or free space there"
    )


def sweep() -> list[Path]:
    """Remove and return the folders that dead supervisors of this user left behind."""
    gone = []
    for base in bases():
        for folder in base.glob(f"{PREFIX}-*-*-*"):
            if _abandoned(folder):
                shutil.rmtree(folder, ignore_errors=True)
                gone.append(folder)
    return gone


def _abandoned(folder: Path) -> bool:
    try:
        pid, start = (int(part) for part in folder.name.split("-")[1:3])
        return folder.stat().st_uid == os.getuid() and started(pid) != start
    except (ValueError, OSError):
        return False  # not ours, or somebody else removes it right now
