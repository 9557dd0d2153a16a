"""A new daemon takes over what the last one knew, what the engine plays and the pool holds. Runs on: event loop.

Nothing here disturbs what sounds: toward an engine that played on, only places that nobody needs are given back.
"""

import logging
from dataclasses import dataclass, replace
from typing import Any

from liveengine.errors import LiveEngineError
from liveengine.session import fit
from liveengine.session.buffers import Buffers
from liveengine.session.buses import Buses
from liveengine.session.clip import Clip
from liveengine.session.clips import Clips
from liveengine.session.core import Core
from liveengine.session.follow import Follow
from liveengine.session.journal import Journal
from liveengine.session.mixer import Mixer
from liveengine.session.model import Session
from liveengine.session.table import Table
from liveengine.session.transport import Transport
from liveengine.stems.library import Library
from liveengine.units import frames_per_beat

log = logging.getLogger(__name__)


@dataclass
class Restore:
    """Brings model, engine and pool back together, once, before the doors open."""

    core: Core
    library: Library
    buffers: Buffers
    transport: Transport
    mixer: Mixer
    buses: Buses
    clips: Clips
    follow: Follow
    table: Table
    journal: Journal

    def adopt(self, record: dict[str, Any] | None, survived: bool) -> None:
        """Take over a record; `survived` tells whether the engine is the one that it speaks of."""
        core = self.core
        if record is not None and not self._readable(record):
            record = None
        if record is not None:
            core.model.take(record)
        self.follow.recall(self.journal.recall(core.engine))  # what else the reports tell is in the snapshot
        snapshot = core.engine.snapshot()
        if survived or record is None:
            self.transport.reconcile(snapshot)
            self.mixer.reconcile(snapshot)
            self.buses.reconcile(snapshot)
        else:
            tempo = core.model.tempo
            self.transport.reconcile(snapshot)
            if tempo != core.model.tempo:
                self.transport.set_tempo(tempo)
            self.mixer.apply()
            self.buses.apply()
        self.follow.reconcile(snapshot)
        self.buffers.adopt()
        self.table.reconcile()

    async def reload(self) -> None:
        """Load every clip whose place is not in the pool; one that cannot be loaded any more leaves its slot."""
        for track, strip in enumerate(self.core.model.tracks, 1):
            for number, slot in enumerate(strip.slots, 1):
                clip = slot.clip
                if clip is None or clip.segment >= 0:
                    continue
                try:
                    again = await self._again(clip)
                except LiveEngineError as error:
                    log.warning("track %d slot %d lost its clip %r: %s", track, number, clip.name, error)
                    if slot.clip is clip:
                        self.clips.lift(track, number)
                    continue
                if slot.clip is clip:
                    self.clips.put(track, number, again)
                else:
                    self.buffers.let_go(again.segment)

    async def _again(self, clip: Clip) -> Clip:
        """Return the clip with its buffer held; one whose buffer has another length now is fitted anew."""
        stem = await self.library.get(clip.stem)
        if clip.at is None:
            buffer = await self.buffers.hold(stem)
            fitted = fit.fit(stem, buffer.frames, self.core.engine.rate, self.core.model.tempo)
        else:
            buffer, beats = await self.buffers.hold_pattern(stem, clip.at, clip.tempo)
            fitted = fit.Fit(0, buffer.frames, frames_per_beat(clip.tempo, self.core.engine.rate), beats)
        if buffer.frames == clip.frames:
            return replace(clip, segment=buffer.segment, key=buffer.key, variant=None, mutation=None)
        made = self.clips.prepare(stem, buffer, fitted)
        made.settle(clip)
        made.at, made.tempo = clip.at, clip.tempo
        return made

    def _readable(self, record: dict[str, Any]) -> bool:
        """Return whether a record can be taken over; one of another version may lack what is needed."""
        model = self.core.model
        try:
            Session.fresh(model.size, model.tempo, model.quantum).take(record)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            log.error("the session record is of another version (%r); the slots start empty", error)
            return False
        return True
