"""Stems that are likely to be asked for next, loaded before they are. Runs on: event loop.

Those are the best matches of the last search and the stems that sound most like what has just started; the plan's own
stems lie in their slots already. One is loaded at a time, on a worker of its own, into room that nobody needs; a newer
wish replaces the older ones that have not begun.
"""

import asyncio
import logging
from collections.abc import Sequence

from liveengine.bus import Event
from liveengine.engine.pool import size_of
from liveengine.errors import LiveEngineError
from liveengine.events import ClipStarted
from liveengine.session.buffers import SPARE_FRAMES, Buffers
from liveengine.session.core import Core
from liveengine.sound.convert import frames_at
from liveengine.stems.library import Library

log = logging.getLogger(__name__)

MATCHES = 6  # of the last search
NEIGHBOURS = 2  # of each clip that starts ...
NEAR = 8  # ... and of all that have started lately
SHARE = 0.25  # of the sample pool that foresight may take


class Ahead:
    """Loads what may come."""

    def __init__(self, core: Core, library: Library, buffers: Buffers) -> None:
        self._core = core
        self._library = library
        self._buffers = buffers
        self._found: list[int] = []  # stems to load, the likeliest first
        self._near: list[int] = []
        self._started: list[int] = []  # stems whose neighbours are not known yet
        self._task: asyncio.Task[None] | None = None
        self._end = core.bus.subscribe(self._heard)
        library.found = self.found
        self.loaded = 0

    def found(self, stems: Sequence[int]) -> None:
        """Take the matches of a search, best first, for what is loaded next; those of the search before are dropped."""
        self._found = list(stems[:MATCHES])
        self._go()

    @property
    def waiting(self) -> int:
        """Return how many stems wait for being loaded."""
        return len(self._found) + len(self._near)

    async def done(self) -> None:
        """Wait until nothing is left to load."""
        if self._task is not None:
            await self._task

    async def close(self) -> None:
        """Load no more."""
        self._end()
        self._library.found = lambda stems: None
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def _heard(self, event: Event) -> None:
        if isinstance(event, ClipStarted) and (clip := self._core.slot(event.track, event.slot).clip) is not None:
            self._started = [*self._started, clip.stem][-NEAR:]
            self._go()

    def _go(self) -> None:
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._work(), name="load ahead")

    async def _work(self) -> None:
        while self._started or self._found or self._near:
            try:
                if self._started:
                    await self._look_around(self._started.pop())
                else:
                    await self._load((self._found or self._near).pop(0))
            except LiveEngineError as error:
                log.debug("not loaded ahead: %s", error)
            except Exception:
                log.exception("a stem could not be loaded ahead")

    async def _look_around(self, stem: int) -> None:
        """Wish for the stems of the same category that sound most like this one."""
        category = (await self._library.get(stem)).category
        near = [match.stem.id for match in await self._library.similar(stem, NEIGHBOURS, category)]
        self._near = list(dict.fromkeys([*near, *self._near]))[:NEAR]

    async def _load(self, number: int) -> None:
        """Load a stem unless it is there, or foresight would take more than its share of the pool."""
        stem = await self._library.get(number)
        if self._buffers.there(number):
            return
        size = size_of(frames_at(stem.frames, stem.rate, self._core.engine.rate) + SPARE_FRAMES, min(2, stem.channels))
        if self._buffers.early_bytes() + size > SHARE * self._core.engine.segments.limit:
            return
        buffer = await self._buffers.hold(stem, early=True)
        self._buffers.let_go(buffer.segment)
        self.loaded += 1
