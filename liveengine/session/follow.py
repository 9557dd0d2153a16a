"""What the engine reports becomes the state of slots and the events of clips. Runs on: event loop.

The one place where a slot's state changes: states follow from what happened, never from what was asked for.
"""

import logging
from collections.abc import Iterable

from liveengine.bus import Event
from liveengine.engine.engine import Report, Snapshot, StripView
from liveengine.engine.ops import Follow as Action
from liveengine.engine.ops import Happened, Op, Reason, Refusal
from liveengine.events import (
    ClipCleared,
    ClipFollowed,
    ClipQueued,
    ClipStarted,
    ClipStopped,
    ClipStopping,
    VariantPlaying,
    VoiceMuted,
)
from liveengine.session.core import Core
from liveengine.session.model import Slot, Track
from liveengine.session.steering import MUTATED

log = logging.getLogger(__name__)


class Follow:
    """Keeps the slots of the model in step with the engine."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def report(self, report: Report) -> None:
        """Take one report of the engine."""
        if 0 <= report.track < len(self._core.model.tracks):
            strip = self._core.model.tracks[report.track]
            strip.sent = 0 if strip.sent == report.token else strip.sent
        match report.kind:
            case Happened.QUEUED if report.aux == Op.LAUNCH:
                self._queued(report)
            case Happened.QUEUED if report.aux == Op.STOP:
                self._stopping(report)
            case Happened.STARTED:
                self._started(report)
            case Happened.STOPPED:
                self._stopped(report)
            case Happened.CANCELLED:
                self._cancelled(report)
            case Happened.MUTED if report.track < len(self._core.model.tracks):
                self._tell(VoiceMuted(report.track + 1, report.slot, report.frame))
            case Happened.REFUSED:
                self._refused(report)
            case Happened.FOLLOWED:
                self._tell(ClipFollowed(report.track + 1, report.slot, Action(report.aux).name.lower(), report.frame))
            case Happened.SWAPPED:
                self._swapped(report)
            case _:
                pass

    def recall(self, reports: Iterable[Report]) -> None:
        """Take from what an earlier daemon may not have kept the moments that no snapshot holds."""
        for report in reports:
            slot = self._slot(report)
            if slot is not None and report.kind == Happened.STARTED:
                slot.since, slot.began = report.frame, report.beat
            elif slot is not None and report.kind == Happened.QUEUED:
                slot.beat = report.beat

    def reconcile(self, snapshot: Snapshot) -> None:
        """Take every slot's state from a snapshot, after a restart or lost events; the model's beats are kept."""
        for number, track in enumerate(self._core.model.tracks):
            view = snapshot.tracks[number] if number < len(snapshot.tracks) else None
            if view is not None:
                _adopt(track, view)
            for place, slot in enumerate(track.slots, 1):
                before = slot.state
                slot.playing = view.playing_token if view and view.playing_slot == place else 0
                slot.queued = view.queued_token if view and view.queued_slot == place else 0
                slot.stopping = bool(slot.playing and view and view.stopping)
                if slot.state != before:
                    self._tell(self.event(number + 1, place, slot, snapshot.frame))

    def event(self, track: int, number: int, slot: Slot, frame: int) -> Event:
        """Return the event that says what a slot does now; an empty one may still sound for the length of a fade."""
        if slot.clip is None:
            return ClipCleared(track, number)
        if slot.queued:
            return ClipQueued(track, number, slot.beat)
        if slot.playing and slot.stopping:
            return ClipStopping(track, number, slot.beat)
        if slot.playing:
            return ClipStarted(track, number, slot.since, slot.began)
        return ClipStopped(track, number, frame)

    def _queued(self, report: Report) -> None:
        slot = self._slot(report)
        if slot is not None:
            self._made(report)
            slot.queued, slot.beat = report.token, report.beat
            self._tell(self.event(report.track + 1, report.slot, slot, report.frame))

    def _made(self, report: Report) -> None:
        """Take a launch that the engine made itself for what the track was asked, unless a newer one is under way."""
        track = self._core.model.tracks[report.track]
        if report.token < 0 and not track.sent and report.token != track.asked:
            track.asked, track.asked_slot, track.asked_for = report.token, report.slot, {}

    def _swapped(self, report: Report) -> None:
        slot = self._slot(report)
        if slot is not None and slot.clip is not None:
            if int(self._core.engine.memory.segments["stem"][report.segment]) < MUTATED:
                return  # which is told by those who had it made
            variant = slot.clip.variant
            rendered = variant is not None and variant.segment == report.segment
            self._tell(VariantPlaying(report.track + 1, report.slot, rendered, report.frame))

    def _stopping(self, report: Report) -> None:
        for number, slot in self._playing(report.track):
            slot.stopping, slot.beat = True, report.beat
            self._tell(self.event(report.track + 1, number, slot, report.frame))

    def _started(self, report: Report) -> None:
        slot = self._slot(report)
        if slot is None:
            return
        self._made(report)
        slot.playing, slot.since, slot.began, slot.stopping = report.token, report.frame, report.beat, False
        if slot.queued == report.token:
            slot.queued = 0
        if slot.clip is None:  # emptied meanwhile: its stop is under way
            self._tell(ClipCleared(report.track + 1, report.slot))
        else:
            self._tell(ClipStarted(report.track + 1, report.slot, report.frame, report.beat, max(0, report.aux)))

    def _stopped(self, report: Report) -> None:
        """A voice is silent; a slot whose clip was launched anew meanwhile plays on with the newer voice."""
        slot = self._slot(report)
        if slot is None or slot.playing != report.token:
            return
        slot.playing, slot.stopping = 0, False
        if report.aux == Reason.STOLEN:
            log.warning("track %d slot %d lost its voice: all voices are in use", report.track + 1, report.slot)
        if not slot.queued:
            self._tell(self.event(report.track + 1, report.slot, slot, report.frame))

    def _cancelled(self, report: Report) -> None:
        if report.aux == Op.STOP:
            for number, slot in self._playing(report.track):
                if slot.stopping:
                    slot.stopping = False
                    self._tell(self.event(report.track + 1, number, slot, report.frame))
        waiting = self._slot(report)
        if report.aux == Op.LAUNCH and waiting is not None and waiting.queued == report.token:
            waiting.queued = 0
            self._tell(self.event(report.track + 1, report.slot, waiting, report.frame))

    def _refused(self, report: Report) -> None:
        """Tell what the slot really does: its launch was answered, and will not happen."""
        log.warning("the engine refused record %d: %s", report.token, Refusal(report.aux).name.lower())
        slot = self._slot(report)
        if slot is not None and report.token in (slot.queued, self._core.model.tracks[report.track].asked):
            slot.queued = 0 if slot.queued == report.token else slot.queued
            self._tell(self.event(report.track + 1, report.slot, slot, report.frame))

    def _slot(self, report: Report) -> Slot | None:
        tracks = self._core.model.tracks
        if not 0 <= report.track < len(tracks) or not 1 <= report.slot <= len(tracks[report.track].slots):
            return None
        return tracks[report.track].slots[report.slot - 1]

    def _playing(self, track: int) -> list[tuple[int, Slot]]:
        if not 0 <= track < len(self._core.model.tracks):
            return []
        return [(n, slot) for n, slot in enumerate(self._core.model.tracks[track].slots, 1) if slot.playing]

    def _tell(self, event: Event) -> None:
        self._core.bus.publish(event)
        self._core.touch()


def _adopt(track: Track, view: StripView) -> None:
    """Take what a track waits for, else what it plays, for what it was asked."""
    track.sent = 0
    waits = view.queued_token != 0
    token, place = (view.queued_token, view.queued_slot) if waits else (view.playing_token, view.playing_slot)
    if token and token != track.asked:
        track.asked, track.asked_slot, track.asked_for = token, place, {}
