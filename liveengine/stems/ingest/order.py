"""Which file is analysed next: what somebody has asked for or plays, then by the list. Runs on: event loop."""

import asyncio
import os
from collections import deque
from pathlib import Path

from liveengine.stems.ingest.task import Task
from liveengine.stems.parts import Parts
from liveengine.stems.reader import Row

FETCH = 256  # files taken from the list at a time


class Order:
    """The files of a job that wait for their analysis, each given out once."""

    def __init__(self, parts: Parts, job: int) -> None:
        self._parts = parts
        self._job = job
        self._chunk: deque[Row] = deque()
        self._after = -1  # the last position fetched
        self._ahead: set[int] = set()  # positions given out before their turn
        self._strange: set[int] = set()  # stems that this job has no file of
        self._lock = asyncio.Lock()

    async def next(self) -> Task | None:
        """Return the next file, None when all are given out."""
        async with self._lock:
            row = await self._wanted() or await self._in_turn()
            return None if row is None else Task(Path(os.fsdecode(row["path"])), row["position"], row["stem"])

    async def _wanted(self) -> Row | None:
        for stem in [stem for stem in self._parts.wanted if stem not in self._strange]:
            row = await self._parts.db.reading.job_file_of(self._job, stem)
            if row is None or row["position"] in self._ahead:
                self._strange.add(stem)
                continue
            self._parts.wanted.pop(stem, None)  # another job may have taken it meanwhile
            if row["position"] > self._after or row in self._chunk:
                self._ahead.add(row["position"])
                return row
        return None

    async def _in_turn(self) -> Row | None:
        while True:
            if not self._chunk:
                self._chunk.extend(await self._parts.db.reading.job_files(self._job, "named", self._after, FETCH))
                if not self._chunk:
                    return None
                self._after = self._chunk[-1]["position"]
            row = self._chunk.popleft()
            if row["position"] not in self._ahead:
                return row
