"""Watches folders and takes in what is put there, once it rests. Runs on: event loop; the looking in threads.

A scan now and then instead of the system's notifications: those have limits (8,192 folders by default), none come from
network drives, and whether a copy is finished only a second look can tell. Looking takes at most a twentieth of the
time, so that a large or slow folder is looked at less often.
"""

import asyncio
import logging
import os
import stat
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from pathlib import Path

from liveengine.errors import LiveEngineError
from liveengine.stems import files
from liveengine.stems.db import Database, Transaction
from liveengine.stems.queue import Queue

log = logging.getLogger(__name__)

SHARE = 20  # times as long as a look takes is waited until the next one

State = tuple[int, int]  # size in bytes, time of the last change in ns
Remember = Callable[[Transaction], Awaitable[None]]  # stores that the files were taken
Take = Callable[[Mapping[bytes, State], Remember], Awaitable[int | None]]


class Watch:
    """Hands on every new or changed file of the folders as soon as two looks find it the same."""

    def __init__(  # what is watched, how, for whom
        self, db: Database, folders: Iterable[Path], own: Path, every: float, take: Take
    ) -> None:
        """`own` is the library's own folder, which is left out; `every` = seconds between two looks, at least.

        `take` queues a job for the files that rest, and returns it; None where others have queued one already.
        """
        self._db = db
        self._folders = tuple(folders)
        self._own = own
        self._every = every
        self._take = take
        self._known: dict[bytes, State] = {}  # what was queued before, in any run
        self._restless: dict[bytes, State] = {}  # what the last look found new

    async def run(self) -> None:
        """Look until cancelled; a fault is logged and the next look tries again."""
        self._known = await self._db.reading.watched()
        while True:
            began = time.monotonic()
            try:
                await self.look()
            except (LiveEngineError, OSError):
                log.exception("the watched folders could not be looked at; the next look tries again")
            await asyncio.sleep(max(self._every, SHARE * (time.monotonic() - began)))

    async def look(self) -> int | None:
        """Look once; return the job that takes in what rests now, None if there is nothing."""
        found, gone = await asyncio.to_thread(self._looked)
        if gone:
            async with self._db.transaction() as change:
                await change.unwatch(gone)
            for path in gone:
                del self._known[path]
        fresh = {path: state for path, state in found.items() if self._known.get(path) != state}
        rested = {path: state for path, state in fresh.items() if self._restless.get(path) == state}
        self._restless = fresh
        if not rested:
            return None
        job = await self._take(rested, _memory(rested))
        self._known |= rested
        return job

    def _looked(self) -> tuple[dict[bytes, State], list[bytes]]:
        """Return what lies in the folders now, and what was known of them and is gone.

        Of a folder in which nothing is left nothing is forgotten: it may be a drive that is not there for now.
        """
        found = _states(self._folders, self._own)
        gone: list[bytes] = []
        for folder in self._folders:
            inside = os.fsencode(folder) + os.fsencode(os.sep)
            if any(path.startswith(inside) for path in found):
                gone += [path for path in self._known if path not in found and path.startswith(inside)]
        return found, list(dict.fromkeys(gone))


def _memory(rested: Mapping[bytes, State]) -> Remember:
    async def remember(change: Transaction) -> None:
        await change.watch((path, *state) for path, state in rested.items())

    return remember


def ingesting(db: Database, queue: Queue) -> Take:
    """Return what queues an ingest of the files that nobody has queued since their last change.

    An upload comes with its own job.
    """

    async def take(rested: Mapping[bytes, State], remember: Remember) -> int | None:
        asked = await db.reading.asked_for(list(rested))
        wanted = [path for path, (_, at) in rested.items() if path not in asked or asked[path] < at / 1e9]

        async def fill(change: Transaction, job: int) -> None:
            await change.add_job_files(job, 0, wanted)
            await remember(change)

        if wanted:
            return (await queue.add("ingest", {"paths": []}, len(wanted), fill)).job
        async with db.transaction() as change:
            await remember(change)
        return None

    return take


def _states(folders: Iterable[Path], own: Path) -> dict[bytes, State]:
    """Return what lies in the folders now; what is no regular file, or gone again, is left out."""
    found: dict[bytes, State] = {}
    for path in files.scan(folders, own):
        try:
            status = path.stat()
        except OSError:
            continue
        if stat.S_ISREG(status.st_mode):
            found[os.fsencode(path)] = (status.st_size, status.st_mtime_ns)
    return found
