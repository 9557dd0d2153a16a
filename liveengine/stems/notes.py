"""What is noted of jobs, on its way to the database: many lines in one transaction. Runs on: event loop."""

import asyncio
import logging
import time

from liveengine.errors import LiveEngineError
from liveengine.stems.db import Database
from liveengine.stems.model import Level
from liveengine.stems.whole import whole

log = logging.getLogger(__name__)

BATCH_S = 0.5  # how long a line may wait for others
LONGEST = 1_000  # characters of a line
MOST = 2_000  # lines that wait; a job that talks more than the disk takes loses its oldest ones

Row = tuple[int, float, str, str]  # job, seconds since 1970, level, text


class Notes:
    """Lines of the logs of all jobs."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._waiting: list[Row] = []
        self._flushing: asyncio.Task[None] | None = None

    def add(self, job: int, text: str, level: Level = "info") -> None:
        """Note a line; it is on disk within a second, or with the next change of the job."""
        self._waiting.append((job, time.time(), level, text.strip()[:LONGEST]))
        del self._waiting[:-MOST]
        if self._flushing is None or self._flushing.done():
            self._flushing = asyncio.create_task(self._later(), name="store what is noted of jobs")

    def take(self) -> list[Row]:
        """Return the lines that wait, for a transaction that is open."""
        lines, self._waiting = self._waiting, []
        return lines

    async def flush(self) -> None:
        """Store what waits. What a full disk does not take is lost: the job goes on."""
        if not self._waiting:
            return
        try:
            async with self._db.transaction() as change:
                await change.add_lines(self.take())
        except LiveEngineError as error:
            log.warning("what was noted of jobs could not be stored: %s", error)

    async def close(self) -> None:
        """Store the rest."""
        if self._flushing is not None:
            self._flushing.cancel()
            await asyncio.wait([self._flushing])
        await self.flush()

    async def _later(self) -> None:
        while self._waiting:
            await asyncio.sleep(BATCH_S)
            await whole(self.flush())
