"""One daemon per library: a lock that the system drops when the process dies. Runs on: any process."""

import os
import sys
from pathlib import Path
from typing import Self

from liveengine.errors import LibraryLocked


class Lock:
    """The library's lock file, held; its text is the holder's process id."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    @classmethod
    def take(cls, root: Path) -> Self:
        """Take the lock or raise LibraryLocked naming the process that holds it."""
        root.mkdir(parents=True, exist_ok=True)
        file = root / "library.lock"
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
        try:
            _try_lock(descriptor)
        except OSError:
            holder = os.pread(descriptor, 32, 0).decode("ascii", "replace").strip() if hasattr(os, "pread") else ""
            os.close(descriptor)
            raise LibraryLocked(
                f"the library {root} is in use by process {holder or 'unknown'}; "
                "wait for it, end it, or choose another --library (beside `liveengine serve` every command works)"
            ) from None
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()}\n".encode())
        return cls(descriptor)

    def release(self) -> None:
        """Give the lock back; the file stays (removing it would let two processes lock two files)."""
        os.ftruncate(self._descriptor, 0)
        os.close(self._descriptor)


if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> None:
        os.lseek(descriptor, 1024, os.SEEK_SET)  # beyond the text, which others must be able to read
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        os.lseek(descriptor, 0, os.SEEK_SET)

else:
    import fcntl

    def _try_lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
