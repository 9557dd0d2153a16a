"""How many files are analysed at once: fewer while music plays than while nothing does. Runs on: event loop."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from liveengine.config import Config
from liveengine.jobs.pool import default_workers

STRAINED = 0.6  # of the engine's time per block: from here on one file at a time
LOOK_S = 0.25


class Budget:
    """Places for files under analysis, shared by all jobs; `load` is the engine's, 0..1, None while nothing plays."""

    def __init__(self, config: Config, load: Callable[[], float | None] = lambda: None) -> None:
        self.load = load
        self.workers = config.library.workers or default_workers()
        self._idle, self._playing = config.ingest.share, config.ingest.share_playing
        self._taken = 0
        self._freed = asyncio.Condition()

    @property
    def places(self) -> int:
        """Return how many files may be under analysis now, at least one."""
        load = self.load()
        if load is not None and load > STRAINED:
            return 1
        share = self._idle if load is None else self._playing
        return max(1, round(self.workers * share))

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Wait for a place and hold it; looks again now and then, for the music may have stopped."""
        async with self._freed:
            while self._taken >= self.places:
                try:
                    async with asyncio.timeout(LOOK_S):
                        await self._freed.wait()
                except TimeoutError:
                    pass
            self._taken += 1
        try:
            yield
        finally:
            self._taken -= 1
            await asyncio.shield(self._tell())

    async def _tell(self) -> None:
        async with self._freed:
            self._freed.notify()
