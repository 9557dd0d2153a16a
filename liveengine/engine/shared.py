"""The shared memory as two files: the state and the sample pool. Runs on: supervisor, engine, recorder, daemon.

Plain files and `mmap`, so that no process's end takes the memory away from the others. The state file appears under
its name only when it is whole, which lets the children start before the supervisor has filled it.
"""

import contextlib
import mmap
import os
import secrets
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING

from liveengine.engine import place
from liveengine.engine.layout import HEADER, MAGIC
from liveengine.engine.memory import Capacity, Memory, capacity_of, initialise, state_bytes, views
from liveengine.engine.pool import span
from liveengine.errors import CannotStart, DiskFull, EngineDown, PoolFull
from liveengine.units import frames_per_beat, gain_of

if TYPE_CHECKING:
    from liveengine.config import Config

import numpy as np

_REMOVE = getattr(mmap, "MADV_REMOVE", -1)  # Linux; elsewhere no system knows what is asked for
TAP_SECONDS = 10  # at least; how long the recorder may be away without a hole in the take


class Shared:
    """An attachment to the shared memory; `memory` is valid until `close`."""

    def __init__(self, folder: Path, capacity: Capacity) -> None:
        self.folder = folder
        self.capacity = capacity
        self.state_path = folder / "state"
        self.pool_path = folder / "pool"
        self._state = _map(self.state_path)
        self._pool = _map(self.pool_path)
        self._sparse = len(self._pool) > capacity.pool_bytes
        self.memory: Memory = views(memoryview(self._state), memoryview(self._pool), capacity)

    def reserve(self, offset: int, length: int) -> None:
        """Take the room for `length` bytes of the pool at `offset`; raises PoolFull.

        The pool is sparse. A page that finds no room when it is touched ends the process that touches it (SIGBUS).
        """
        if not hasattr(os, "posix_fallocate"):
            return
        with self.pool_path.open("r+b") as file:
            try:
                os.posix_fallocate(file.fileno(), offset, length)
            except OSError as error:
                raise PoolFull(
                    f"{length >> 20} MiB of shared memory do not fit in {self.folder.parent} ({error.strerror}); "
                    "free space there or clear clips"
                ) from None

    def release(self, offset: int, length: int) -> None:
        """Give back the room of `length` bytes of the pool at `offset`, whole pages; they are zero when read again."""
        if self._sparse:
            with contextlib.suppress(OSError, ValueError):
                self._pool.madvise(_REMOVE, offset, length)

    def prefault(self, offset: int, length: int) -> None:
        """Have `length` bytes of the pool at `offset` in RAM; where the system cannot, they come on first use."""
        start = offset - offset % mmap.PAGESIZE
        with contextlib.suppress(OSError, ValueError):
            self._pool.madvise(22, start, length + offset - start)  # MADV_POPULATE_READ, Linux 5.14

    def prefault_state(self) -> None:
        """Have all of the state file in RAM and writable."""
        with contextlib.suppress(OSError, ValueError):
            self._state.madvise(23)  # MADV_POPULATE_WRITE

    def close(self) -> None:
        """Let go; arrays that somebody still holds keep the mapping alive."""
        del self.memory
        for file in (self._state, self._pool):
            with contextlib.suppress(BufferError):
                file.close()

    def unlink(self) -> None:
        """Remove the files; processes that are attached keep their memory until they end."""
        shutil.rmtree(self.folder, ignore_errors=True)


def create(config: "Config", folder: Path | None = None) -> Shared:
    """Return new shared memory with a silent session, in `folder` (from `place.make`) or a folder of its own.

    Raises DiskFull when there is no room.
    """
    capacity = capacity_for(config)
    folder = folder or place.make(capacity.pool_bytes)
    raw = folder / "state.new"
    _file(folder / "pool", capacity.pool_bytes)
    _widen(folder / "pool", span(capacity.pool_bytes))
    _file(raw, state_bytes(capacity), whole=True)
    state = _map(raw)
    pool = _map(folder / "pool")
    memory = views(memoryview(state), memoryview(pool), capacity)
    rate = config.audio.rate
    beat = frames_per_beat(config.session.tempo, rate)
    initialise(memory, capacity, rate, gain_of(config.engine.ceiling_db), beat)
    memory.header["supervisor_pid"] = os.getpid()
    memory.header["seed"] = secrets.randbits(63)  # no two sessions take the same chances
    raw.rename(folder / "state")
    return Shared(folder, capacity)


def attach(folder: Path, wait: float = 0.0) -> Shared:
    """Return an attachment to the shared memory in `folder`, waiting up to `wait` seconds until it has been filled.

    Raises EngineDown when there is none, CannotStart when another version of the program made it.
    """
    state = folder / "state"
    end = time.monotonic() + wait
    while not state.exists():
        if time.monotonic() >= end or not folder.exists():
            raise EngineDown(f"no shared memory in {folder}; start the engine with `liveengine serve`")
        time.sleep(0.001)
    with state.open("rb") as file:
        header = np.frombuffer(file.read(HEADER.itemsize).ljust(HEADER.itemsize, b"\0"), HEADER)[0]
    if header["magic"] != MAGIC:
        raise CannotStart(
            f"{state} was made by another version (layout {int(header['magic']):#x}, this program has {MAGIC:#x}); "
            "end the running `liveengine serve` and start it again"
        )
    capacity = capacity_of(header)
    for path, size in ((state, state_bytes(capacity)), (folder / "pool", capacity.pool_bytes)):
        if path.stat().st_size < size:  # reading beyond the end of a mapped file would kill this process
            raise CannotStart(
                f"{path} is cut short: {path.stat().st_size} of {size} bytes; start `liveengine serve` again"
            )
    return Shared(folder, capacity)


def capacity_for(config: "Config") -> Capacity:
    """Return the capacities that the settings ask for."""
    tap = 1 << (TAP_SECONDS * config.audio.rate - 1).bit_length()
    return Capacity(
        tracks=config.engine.tracks,
        buses=config.engine.buses,
        slots=config.session.scenes,
        voices=config.engine.voices,
        pool_bytes=config.engine.pool_mib << 20,
        tap_frames=tap,
    )


def _file(path: Path, size: int, *, whole: bool = False) -> None:
    """Make a file that only this user can read; sparse, or with all of its room taken: raises DiskFull."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.ftruncate(descriptor, size)
        if whole and hasattr(os, "posix_fallocate"):
            os.posix_fallocate(descriptor, 0, size)  # no room later would be a SIGBUS on the audio thread
    except OSError as error:
        raise DiskFull(f"{size >> 20} MiB of shared memory do not fit in {path.parent}: {error.strerror}") from None
    finally:
        os.close(descriptor)


def _widen(path: Path, size: int) -> None:
    """Let a file reach over `size` bytes, where holes in it take no room and can be made again; else it stays as it is.

    It is where the system does not let a file or a process have as many addresses, either.
    """
    before = path.stat().st_size
    try:
        os.truncate(path, size)
        with contextlib.closing(_map(path)) as pages:
            pages.madvise(_REMOVE, 0, mmap.PAGESIZE)
    except (AttributeError, OSError, OverflowError, ValueError):
        os.truncate(path, before)


def _map(path: Path) -> mmap.mmap:
    with path.open("r+b") as file:
        return mmap.mmap(file.fileno(), 0)
