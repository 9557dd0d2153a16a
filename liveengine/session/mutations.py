"""Clips that go through variations of themselves while they play: the work behind `mutate.py`. Runs on: event loop.

For each clip that plays, or waits to, on a track whose mutation is turned up, a resident worker makes the next
variations ahead; the engine goes over to one where the loop goes round. A worker that is late or dead changes nothing:
what plays plays on, an event says so, and it is tried again.
"""

import asyncio
import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from liveengine.bus import Event
from liveengine.command import fault
from liveengine.engine.engine import Report, Snapshot, StripView
from liveengine.engine.layout import FAR
from liveengine.engine.ops import Happened, SegmentState
from liveengine.events import Mutated, MutationFailed, MutationLate
from liveengine.fabrik.training import beats
from liveengine.session.buffers import Buffers
from liveengine.session.clip import Clip, Mutation
from liveengine.session.core import Core
from liveengine.session.line import Line, Place, begin, source_of, terms_of
from liveengine.session.model import Mutating
from liveengine.session.possible import check
from liveengine.session.room import Room
from liveengine.session.steering import MUTATED, Steering
from liveengine.stems.library import Library
from liveengine.stems.model import Stem

log = logging.getLogger(__name__)

TELL_S = 10.0  # between two events that say the same of a slot
SWEEP_S = 1.0  # between looks for places that nobody needs any more
SHOTS = 16  # one-shots whose next launch is prepared: those that were launched last


class Mutations:
    """Has variations made, and the engine play them."""

    def __init__(  # noqa: PLR0917
        self, core: Core, library: Library, steering: Steering, room: Room, buffers: Buffers, models: Path
    ) -> None:
        """`models` is the folder of the category models."""
        self._core = core
        self._library = library
        self._steering = steering
        self._room = room
        self._buffers = buffers
        self._models = models
        self._lines: dict[Place, Line] = {}
        self._told: dict[tuple[Place, str], float] = {}  # by slot and code, when that was told last
        self._varied: set[Place] = set()  # where a variation was heard last
        self._task: asyncio.Task[None] | None = None
        self._swept = 0  # frame of the last sweep
        self._frame = 0  # of the last look
        self.made = 0  # variations, since the daemon began ...
        self.seconds = 0.0  # ... and how long the newest one took until it was in the pool

    # --- what is asked

    def check(self, track: int, terms: Mutating) -> None:
        """Raise why what a track plays, or waits to play, cannot become a variation on these terms."""
        strip, rate = self._core.track(track), self._core.engine.rate
        slot = strip.playing or strip.queued
        if slot and (clip := strip.slots[slot - 1].clip) is not None:
            check(clip, source_of(clip, rate), terms.kind, terms.style, self._models, rate)

    def restore(self, track: int) -> None:
        """Have a track's clips become themselves again, when their loops go round next and with the next launch."""
        for slot, place in enumerate(self._core.track(track).slots, 1):
            self._end((track, slot))
            if place.clip is not None and place.clip.mutation is not None:
                self._steering.given(track, slot, place.clip.variant, None)
                self._core.touch(soon=True)

    def step(self, track: int, slot: int, amount: float) -> int:
        """Have a clip go over to its next variation when its loop goes round next; return that one's number."""
        line = self._line((track, slot), amount)
        line.ask(terms_of(self._core.track(track).mutation, amount), self._frame)
        self._go()
        return line.next_step

    def ahead(self, track: int, slot: int) -> int:
        """Return how many variations of a clip are ready and not heard yet."""
        line = self._lines.get((track, slot))
        return 0 if line is None else len(line.ready)

    # --- what happens

    def watch(self, snapshot: Snapshot) -> None:
        """Have taken what is due and made what is missing; called with each look at the engine."""
        self._frame = snapshot.frame
        self._prune()
        for number, strip in enumerate(self._core.model.tracks):
            if strip.mutation.amount:
                for slot in {strip.playing, strip.queued} - {0}:
                    if self._ready(clip := strip.slots[slot - 1].clip) and clip is not None:
                        self._line((number + 1, slot), strip.mutation.amount)
        for place, line in list(self._lines.items()):
            self._tend(place, line, snapshot.tracks[place[0] - 1])
        if abs(snapshot.frame - self._swept) >= SWEEP_S * snapshot.rate:
            self._swept = snapshot.frame
            self._sweep()
        self._go()

    def report(self, report: Report) -> None:
        """Take note of what the engine plays from now on."""
        if report.kind not in (Happened.SWAPPED, Happened.STARTED) or report.track >= len(self._core.model.tracks):
            return
        place = report.track + 1, report.slot
        clip, line = self._core.slot(*place).clip, self._lines.pop(place, None)
        if line is not None:
            self._lines[place] = line  # behind the others: what was launched last is prepared longest
        elif self._ready(clip) and (amount := self._core.track(place[0]).mutation.amount):
            line = self._line(place, amount)  # a short one-shot is over before the next look
        heard = self._steering.rendering(clip, report.segment) if clip is not None else None
        made = heard if isinstance(heard, Mutation) else None
        if line is not None and clip is line.clip and not clip.round:
            line.due = report.frame
        elif line is not None and made is not None:
            line.began(report.frame, self._core.track(place[0]).mutation.bars, self._core.model.tempo)
        if made is not None:
            self._core.bus.publish(Mutated(*place, made.kind, made.amount, made.step, report.frame))
            self._varied.add(place)
        elif place in self._varied:
            self._varied.discard(place)
            self._core.bus.publish(Mutated(*place, "", 0.0, 0, report.frame))

    def adopt(self, snapshot: Snapshot) -> None:
        """Take over the variations that play, of a daemon that was killed before it had noted them."""
        for number, view in enumerate(snapshot.tracks):
            slot = view.playing_slot
            clip = self._core.slot(number + 1, slot).clip if slot else None
            if clip is None or view.segment < 0 or not self._steering.mutated(clip, view.segment):
                continue
            self._varied.add((number + 1, slot))
            if clip.mutation is None:
                clip.mutation = self._recovered(clip, view.segment)

    async def close(self) -> None:
        """Make no more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    # --- when one is due

    def _line(self, place: Place, amount: float) -> Line:
        """Return what is prepared for a slot's clip, on the terms of its track; a step by hand is made first."""
        clip = self._core.clip(*place)
        terms = terms_of(self._core.track(place[0]).mutation, amount)
        source = source_of(clip, self._core.engine.rate)
        line = self._lines.get(place)
        if line is not None and line.clip is clip and line.mark == clip.mark:
            if line.by_hand is None and line.terms != terms:
                line.change(terms, self._frame)
            line.source = source
            return line
        self._end(place)
        now = self._frame, self._core.model.tempo, self._core.engine.rate
        made = self._lines[place] = begin(clip, source, terms, *now)
        return made

    @staticmethod
    def _ready(clip: Clip | None) -> bool:
        return clip is not None and clip.segment >= 0

    def _prune(self) -> None:
        """Drop the lines of clips that are gone, or do not play, or do not mutate any more."""
        shots = [place for place, line in self._lines.items() if not line.clip.round]
        for place, line in list(self._lines.items()):
            slot = self._core.slot(*place)
            asked = line.by_hand is not None
            mutates = asked or self._core.track(place[0]).mutation.amount
            sounds = asked or slot.playing or slot.queued or place in shots[-SHOTS:]
            if slot.clip is not line.clip or line.mark != line.clip.mark or not mutates or not sounds:
                self._end(place)

    def _tend(self, place: Place, line: Line, view: StripView) -> None:
        """Have the next variation taken if it is due and ready; tell if it is due and not."""
        clip = line.clip
        playing = view.playing_slot == place[1]
        heard = clip.mutation is None or view.segment == clip.mutation.segment  # what was taken last
        if not clip.round:
            if line.ready and self._frame >= line.due:
                self._take(place, line, FAR)
        elif not playing:
            line.wait(self._frame, self._core.model.tempo)
        elif line.ready and (line.outdated or (heard and self._frame >= line.due)):
            self._take(place, line, self._frame + round(2 * line.round_frames(self._core.model.tempo)))
        elif not line.ready and self._frame >= line.late and not line.told:
            line.told = True
            self._tell(place, "late", MutationLate(*place, line.step))

    def _take(self, place: Place, line: Line, due: int) -> None:
        """Let a clip be its next variation; the one after it is due at frame `due` at the latest."""
        self._core.reserve(4)
        mutating = self._core.track(place[0]).mutation
        made = line.take(due, terms_of(mutating, mutating.amount))
        self._steering.given(*place, line.clip.variant, made)
        self._room.let_go(made.segment)
        self._core.touch(soon=True)

    def _end(self, place: Place) -> None:
        """Prepare nothing more for a slot."""
        if (line := self._lines.pop(place, None)) is not None:
            for made in line.ready:
                self._room.let_go(made.segment)

    def _sweep(self) -> None:
        """Give back the places of variations that nobody needs any more, whoever had them made."""
        rows = self._core.engine.memory.segments
        made = np.flatnonzero((rows["state"] == SegmentState.READY) & (rows["stem"] < MUTATED))
        for segment in sorted(set(made.tolist()) - self._room.needed()):
            self._room.give_back(segment)

    # --- what is missing

    def _go(self) -> None:
        if (self._task is None or self._task.done()) and self._neediest() is not None:
            self._task = asyncio.get_running_loop().create_task(self._work(), name="mutate")

    def _neediest(self) -> Place | None:
        """Return the slot whose next variation is missed soonest; None where nothing is to be made now."""
        now = asyncio.get_running_loop().time()
        wanting = [
            (line.fresh, line.late, place) for place, line in self._lines.items() if line.wants and now >= line.resting
        ]
        return min(wanting)[2] if wanting else None

    async def _work(self) -> None:
        while (place := self._neediest()) is not None:
            line, began = self._lines[place], asyncio.get_running_loop().time()
            try:
                made = await self._make(line)
            except Exception as error:
                line.fail(asyncio.get_running_loop().time())
                code, reason = fault(error)
                faulty = error if code == "internal" else None
                log.warning("track %d slot %d plays on as it is: %s", *place, reason, exc_info=faulty)
                self._tell(place, code, MutationFailed(*place, code, reason))
            else:
                self.seconds = asyncio.get_running_loop().time() - began
                self._add(place, line, made)

    def _add(self, place: Place, line: Line, made: Mutation) -> None:
        """Take a variation that is made; one that comes too late for its line is swept up."""
        self.made += 1
        line.failures, line.step = 0, max(line.step, made.step + 1)
        if self._lines.get(place) is line and line.mark == line.clip.mark:
            self._room.hold(made.segment)
            for needless in line.add(made):
                self._room.let_go(needless.segment)

    async def _make(self, line: Line) -> Mutation:
        """Return the next variation of a line, in the pool."""
        line = replace(line)  # as it is now: its terms and its source may be others before the worker is done
        clip, source, terms = line.clip, line.source, line.terms
        engine = self._core.engine
        check(clip, source, terms.kind, terms.style, self._models, engine.rate)
        stem = await self._library.get(clip.stem)
        row = engine.memory.segments[source.segment]
        wish = await self._wish(line, stem)
        lies = {name: int(row[name]) for name in ("offset", "stride", "channels")}
        payload = {**wish, "source": lies, "start": source.start, "end": source.end, "crossfade": source.crossfade}
        frames, key = source.end - source.start, line.key()
        room = [0] * (2 * len(wish["attacks"]) + 16)
        with self._room.kept(source.segment):
            segment, done = await self._buffers.fill("mutate", payload, (frames, lies["channels"], key, room))
        facts = {"path": str(stem.path), "loop": stem.loop, "mutation": {**wish, "source": source.key}}
        self._buffers.note(segment, key, stem.id, facts)
        return Mutation(
            segment, key, frames, source.tempo, source.semitones, done["kind"], terms.kind, terms.amount, terms.seed,
            wish["step"], terms.style, done["model"], done["checksum"], done["latent"],
        )  # fmt: skip

    async def _wish(self, line: Line, stem: Stem) -> dict[str, Any]:
        """Return what a worker shall make next, less where it lies; see `jobs/mutate.py`."""
        clip, source, terms, step = line.clip, line.source, line.terms, line.step
        marks = [mark - source.start for mark in self._core.engine.segments.markers(source.segment)]
        return {
            **terms._asdict(),
            "step": step,
            "beats": clip.beats if clip.round else 0.0,
            "own_beats": _own_beats(clip, stem),
            "round": clip.round,
            "attacks": [mark for mark in marks if 0 <= mark < source.end - source.start],
            "category": clip.category,
            "models": str(self._models),
            "style": await self._style(terms.style) if terms.kind == "style" else None,
        }

    async def _style(self, stem: int) -> dict[str, Any]:
        """Return what a worker needs of the stem whose timbre is taken on."""
        found = await self._library.get(stem)
        return {"path": str(found.path), "beats": beats(found) or 0.0}

    def _recovered(self, clip: Clip, segment: int) -> Mutation:
        """Return what is known of a variation from its place alone."""
        row, rate = self._core.engine.memory.segments[segment], self._core.engine.rate
        frames, own = int(row["frames"]), source_of(clip, rate)
        tempo = 60.0 * rate * clip.beats / frames if clip.beats and frames != own.end - own.start else 0.0
        return Mutation(segment, int(row["stem"]), frames, tempo, clip.semitones if tempo else 0.0, "", "", 0.0, 0, 0)

    def _tell(self, place: Place, code: str, event: Event) -> None:
        """Publish what a listener should know, but not the same of a slot again and again."""
        now = asyncio.get_running_loop().time()
        if now - self._told.get((place, code), -TELL_S) >= TELL_S:
            self._told[place, code] = now
            self._core.bus.publish(event)


def _own_beats(clip: Clip, stem: Stem) -> float:
    """Return the beats that a clip's loop has as its stem counts them; the session may count half or twice as many."""
    if not clip.round:
        return 0.0
    whole = beats(stem) if clip.at is None else None
    return whole * (clip.loop_end - clip.loop_start) / clip.frames if whole else clip.beats
