"""Tells the library what the user does with stems: plays, hears, keeps, swaps them. Runs on: event loop.

How long a stem is heard is counted in the engine's frames, on every track that reaches the master: up to each look at
the engine, and to the frame at which a voice ends. It is stored every few seconds together with the frame up to which
it is, so that a daemon that comes after a kill goes on there and counts nothing twice.
"""

import asyncio
import contextlib
import logging
from collections import Counter
from dataclasses import dataclass

from liveengine.bus import Event
from liveengine.engine.engine import Snapshot
from liveengine.errors import EngineDown
from liveengine.events import ClipCleared, ClipLoaded, ClipStarted, ClipStopped
from liveengine.session.core import Core
from liveengine.session.model import Session
from liveengine.stems.feedback import Hearing, Kind
from liveengine.stems.library import Library

log = logging.getLogger(__name__)

KEPT_S = 30.0  # a clip that was heard for so long was kept
SWAPPED_S = 60.0  # one that is replaced within this time of being loaded was not what the user wanted
STORED_S = 5.0  # of what is heard; the most that a kill can lose
WAITING = 10_000  # notes that are kept while the disk does not take them
Place = tuple[int, int]  # track, slot


@dataclass(slots=True)
class Sounding:
    """What a slot plays; a clip may be launched again and again while it does."""

    stem: int
    started: int  # frame of the latest start
    counted: int  # frame up to which its time is counted
    heard: int = 0  # frames
    kept: bool = False


class Plays:
    """Notes in the library what is done with stems, after the fact: nothing that sounds waits for the disk."""

    def __init__(self, core: Core, library: Library, place: str = "") -> None:
        """`place` names the life of the engine: its frames are compared with those of the same life alone."""
        self._core = core
        self._library = library
        self._place = place
        self._waiting: list[tuple[Kind, int]] = []  # what has happened to stems since the last write ...
        self._frames: Counter[int] = Counter()  # ... and for how long they were heard
        self._sounding: dict[Place, Sounding] = {}
        self._loaded: dict[Place, tuple[int, float]] = {}  # stem and time
        self._until = -1  # frame up to which an earlier daemon has told the library
        self._now = 0  # latest frame that is known
        self._stored = 0  # the frame of the last write
        self._task: asyncio.Task[None] | None = None
        self._end = core.bus.subscribe(self._happened)

    async def open(self) -> None:
        """Go on where an earlier daemon has stopped counting, if the engine is the one that it has seen."""
        until = await self._library.taste.until()
        if until is not None and self._place and until["place"] == self._place:
            self._until = int(until["frame"])

    def sounding(self) -> set[int]:
        """Return the stems that play, whatever lies in their slots by now."""
        return {one.stem for one in self._sounding.values()}

    def look(self, snapshot: Snapshot) -> None:
        """Count what is heard up to a snapshot; a watcher of the session's."""
        self._now = max(self._now, snapshot.frame)
        if not self._sounding:
            return
        enough = KEPT_S * self._core.engine.rate
        audible = Audible(self._core.model)
        for (track, _), one in self._sounding.items():
            self._count(one, snapshot.frame, audible(track))
            if one.heard >= enough and not one.kept:
                self._keep(one)
        if self._frames and self._now - self._stored >= STORED_S * self._core.engine.rate:
            self._write_soon()

    def _happened(self, event: Event) -> None:
        if isinstance(event, ClipStarted):
            self._starts((event.track, event.slot), event.frame)
        elif isinstance(event, ClipStopped):
            self._stops((event.track, event.slot), event.frame)
        elif isinstance(event, ClipLoaded):
            self._loads((event.track, event.slot), event.stem)
        elif isinstance(event, ClipCleared):
            self._loaded.pop((event.track, event.slot), None)
            if not self._core.slot(event.track, event.slot).playing:  # else it sounds on until it is told to stop
                self._stops((event.track, event.slot), self._frame())

    def _starts(self, place: Place, frame: int) -> None:
        clip, before = self._core.slot(*place).clip, self._sounding.get(place)
        if clip is None or (before is not None and before.started == frame):  # told once more, not begun again
            return
        if before is not None and before.stem == clip.stem:
            before.started = frame
        else:
            self._stops(place, frame)
            self._sounding[place] = Sounding(clip.stem, frame, frame)
        if frame <= self._until:  # an earlier daemon has told of it
            one, known = self._sounding[place], self._until - frame
            one.counted, one.heard, one.kept = self._until, known, known >= KEPT_S * self._core.engine.rate
            return
        self._now = max(self._now, frame)
        self._note("played", clip.stem)

    def _stops(self, place: Place, frame: int) -> None:
        one = self._sounding.pop(place, None)
        if one is None:
            return
        self._count(one, frame, Audible(self._core.model)(place[0]))
        if one.heard >= KEPT_S * self._core.engine.rate and not one.kept:
            self._keep(one)
        self._write_soon()

    def _count(self, one: Sounding, frame: int, audible: bool) -> None:
        frames, one.counted = frame - one.counted, frame  # below 0: a look was ahead of the report of the end
        if audible:
            one.heard += frames
            self._frames[one.stem] += frames

    def _keep(self, one: Sounding) -> None:
        one.kept = True
        self._note("kept", one.stem)

    def _loads(self, place: Place, stem: int) -> None:
        now = asyncio.get_running_loop().time()
        before, since = self._loaded.get(place, (stem, now))
        if before != stem and now - since < SWAPPED_S:
            self._note("swapped", before)
        self._loaded[place] = stem, now

    def _frame(self) -> int:
        with contextlib.suppress(EngineDown):
            self._now = max(self._now, self._core.engine.snapshot().frame)
        return self._now

    def _note(self, kind: Kind, stem: int) -> None:
        self._waiting.append((kind, stem))
        self._write_soon()

    def _write_soon(self) -> None:
        self._stored = self._now
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._write(), name="note plays")

    async def _write(self) -> None:
        while self._waiting or self._frames:
            waiting, self._waiting = self._waiting, []
            frames, self._frames = self._frames, Counter()
            seconds = {stem: count / self._core.engine.rate for stem, count in frames.items() if count > 0}
            until = {"place": self._place, "frame": self._now} if self._place else None
            try:
                await self._library.noted(waiting, Hearing(seconds, until))
            except Exception:
                log.exception("what was done with stems could not be noted yet: %d notes wait", len(waiting))
                self._waiting = [*waiting, *self._waiting][:WAITING]
                self._frames.update(frames)
                return

    async def close(self) -> None:
        """Note no more; what waits is written, and what sounds is counted up to now."""
        self._end()
        audible, now = Audible(self._core.model), self._frame()
        for (track, _), one in self._sounding.items():
            self._count(one, max(now, one.counted), audible(track))
        self._sounding.clear()
        if self._task is not None:
            await self._task
        await self._write()


class Audible:
    """Which tracks are heard, as faders and switches stand."""

    def __init__(self, model: Session) -> None:
        self._model = model
        self._solo = any(strip.solo for strip in model.tracks) or any(bus.solo for bus in model.buses)

    def __call__(self, track: int) -> bool:
        """Return whether what a track plays is heard."""
        strip = self._model.tracks[track - 1]
        bus = self._model.buses[strip.output - 1] if strip.output > 0 else None
        if strip.mute or strip.gain <= 0 or (strip.output == 0 and self._model.master <= 0):
            return False  # one that goes to none has outputs of its own
        if bus is not None and (bus.mute or bus.gain <= 0):
            return False
        return not self._solo or strip.solo or (bus is not None and bus.solo)
