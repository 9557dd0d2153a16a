"""Counts how often each stem was played. Runs on: event loop."""

import asyncio
import logging

from liveengine.events import ClipStarted, Event
from liveengine.session.core import Core
from liveengine.stems.library import Library

log = logging.getLogger(__name__)


class Plays:
    """Notes each start of a clip in the library, after the fact: nothing that sounds waits for the disk."""

    def __init__(self, core: Core, library: Library) -> None:
        self._core = core
        self._library = library
        self._waiting: list[int] = []  # stems that have started since the last write
        self._last: dict[tuple[int, int], int] = {}  # by (track, slot) the frame of the start that was counted last
        self._task: asyncio.Task[None] | None = None
        self._end = core.bus.subscribe(self._heard)

    def _heard(self, event: Event) -> None:
        if not isinstance(event, ClipStarted):
            return
        clip = self._core.slot(event.track, event.slot).clip
        if clip is None or self._last.get((event.track, event.slot)) == event.frame:  # told once more, not begun again
            return
        self._last[event.track, event.slot] = event.frame
        self._waiting.append(clip.stem)
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._write(), name="count plays")

    async def _write(self) -> None:
        while self._waiting:
            stems, self._waiting = self._waiting, []
            try:
                await self._library.played(stems)
            except Exception:
                log.exception("%d plays could not be counted", len(stems))

    async def close(self) -> None:
        """Count no more; what waits is written."""
        self._end()
        if self._task is not None:
            await self._task
