"""Tells the library what the user does with stems: plays, keeps, swaps them. Runs on: event loop."""

import asyncio
import logging

from liveengine.events import ClipCleared, ClipLoaded, ClipStarted, ClipStopped, Event
from liveengine.session.core import Core
from liveengine.stems.library import Library
from liveengine.stems.opinions import Kind

log = logging.getLogger(__name__)

KEPT_S = 30.0  # a clip that has played for so long was kept
SWAPPED_S = 60.0  # one that is replaced within this time of being loaded was not what the user wanted
Place = tuple[int, int]  # track, slot


class Plays:
    """Notes in the library what is done with stems, after the fact: nothing that sounds waits for the disk."""

    def __init__(self, core: Core, library: Library) -> None:
        self._core = core
        self._library = library
        self._waiting: list[tuple[Kind, int]] = []  # what has happened to stems since the last write
        self._started: dict[Place, tuple[int, int]] = {}  # stem and frame of the start that was counted last
        self._loaded: dict[Place, tuple[int, float]] = {}  # stem and time
        self._task: asyncio.Task[None] | None = None
        self._end = core.bus.subscribe(self._heard)

    def _heard(self, event: Event) -> None:
        if isinstance(event, ClipStarted):
            self._plays((event.track, event.slot), event.frame)
        elif isinstance(event, ClipStopped):
            began = self._started.get((event.track, event.slot))
            if began and event.frame - began[1] >= KEPT_S * self._core.engine.rate:
                self._note("kept", began[0])
        elif isinstance(event, ClipLoaded):
            self._loads((event.track, event.slot), event.stem)
        elif isinstance(event, ClipCleared):
            self._loaded.pop((event.track, event.slot), None)

    def _plays(self, place: Place, frame: int) -> None:
        clip = self._core.slot(*place).clip
        if clip is None or self._started.get(place) == (clip.stem, frame):  # told once more, not begun again
            return
        self._started[place] = clip.stem, frame
        self._note("played", clip.stem)

    def _loads(self, place: Place, stem: int) -> None:
        now = asyncio.get_running_loop().time()
        before, since = self._loaded.get(place, (stem, now))
        if before != stem and now - since < SWAPPED_S:
            self._note("swapped", before)
        self._loaded[place] = stem, now

    def _note(self, kind: Kind, stem: int) -> None:
        self._waiting.append((kind, stem))
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._write(), name="note plays")

    async def _write(self) -> None:
        while self._waiting:
            waiting, self._waiting = self._waiting, []
            try:
                await self._library.noted(waiting)
            except Exception:
                log.exception("what was done with %d stems could not be noted", len(waiting))

    async def close(self) -> None:
        """Note no more; what waits is written."""
        self._end()
        if self._task is not None:
            await self._task
