"""The arrangement, live: stems into slots, one scene per section, section after section. Runs on: event loop.

Each section is queued in the engine a bar before it begins, with its beat, so that neither a busy daemon nor a killed
one moves it. The plan and the walk through it are part of the session record.
"""

import asyncio
from typing import Annotated, Any

from pydantic import Field

from liveengine.arrange import place, styles
from liveengine.arrange.compose import compose
from liveengine.arrange.plan import BEATS_PER_BAR, Placement, Plan
from liveengine.arrange.ready import ready
from liveengine.command import Prompt, command
from liveengine.config import Config
from liveengine.engine.engine import Snapshot
from liveengine.engine.layout import FADE_FRAMES
from liveengine.errors import EmptySlot
from liveengine.events import Changed
from liveengine.session.clip import Clip
from liveengine.session.session import Session
from liveengine.stems.library import Library
from liveengine.stems.model import Stem
from liveengine.units import counted, frames_per_beat

LEAD_BEATS = 4.0  # how long before its beginning a section is queued
SOONEST_S = 0.05  # a boundary closer than this is left to pass, so that the whole first section makes the same one
RECORD = "arrangement"  # its name in the session record

Seed = Annotated[int, Field(ge=0, le=2**31 - 1, description="another seed, another choice of stems")]


class Arranger:
    """Makes plans and plays them."""

    ROLE = "arrange"

    def __init__(self, session: Session, library: Library, config: Config) -> None:
        self._session = session
        self._library = library
        self._config = config
        self._styles = styles.load()
        self._busy = asyncio.Lock()
        self._section = 0  # as last published
        self._hushed = session.clips.hushed
        self._read: tuple[dict[str, Any], Plan] | None = None  # the record's plan, read once
        session.watch(self.walk)
        session.clips.entering, session.clips.opens = self._enter, self._opens

    @command("/arrange")
    async def arrange(self, prompt: Prompt, seed: Seed = 0) -> dict[str, Any]:
        """Turn a sentence into a plan and load its stems: one track per role, one scene per section.

        What plays goes on; `/arrange/play` or a scene's launch brings the new plan in. Returns the plan.
        """
        async with self._busy:
            plan, stems = await compose(self._library, prompt, seed, self._styles, self._config)
            clips = await self._load(plan, stems)
            self._settle(plan, clips)
            await self._session.keeper.keep()
        return plan.model_dump()

    @command("/arrange/plan", query=True)
    def plan(self) -> dict[str, Any]:
        """The plan that was arranged last, with its placements."""
        return self._plan().model_dump()

    @command("/arrange/play")
    def play(self) -> float:
        """Play the plan from its first section, from the next bar on; returns the beat at which it begins.

        `/stop`, `/panic` and `/session/clear` end it too.
        """
        plan = self._plan()
        self._check(plan)
        transport = self._session.transport
        self._session.core.reserve(2 * len(self._session.model.tracks) + 8)
        standing = not transport.running
        start = self._begin_standing(plan) if standing else self._begin_running(plan)
        self._aim(plan, 0, start, anew=True)
        if standing:
            transport.go()
        self._hushed = self._session.clips.hushed
        self._walked(start, 1)
        return start

    @command("/arrange/stop")
    def stop(self) -> None:
        """End the walk through the plan and stop its tracks at the next bar."""
        plan = self._plan()
        self._walked(None, 0)
        self._session.core.reserve(2 * len(self._session.model.tracks))
        mine = {placement.track for placement in plan.placements}
        for track, strip in enumerate(self._session.model.tracks, 1):
            if track in mine or (strip.playing and strip.slots[strip.playing - 1].clip is None):
                self._session.clips.halt(track, float(BEATS_PER_BAR))

    @command("/arrange/section", query=True)
    def section(self) -> int:
        """The section that plays, counted from 1; 0 while the plan does not play."""
        return self._section_at(self._session.engine.snapshot())

    def state(self) -> dict[str, Any]:
        """Return for clients that have just come: the plan (None: none yet), the section that plays, where it began."""
        kept, walk = self._session.model.extras.get(RECORD), self._walk()
        return {"plan": kept and kept["plan"], "section": self.section(), "start": walk[0] if walk else 0.0}

    def walk(self, snapshot: Snapshot) -> None:
        """Queue the next section when it is a bar away; called with each look at the engine."""
        if self._hushed != self._session.clips.hushed:
            self._hushed = self._session.clips.hushed
            if self._walk() is not None:
                self._walked(None, 0)
        section = self._section_at(snapshot)
        if section != self._section:
            self._section = section
            self._session.bus.publish(Changed("/arrange/section", section))
        walk = self._walk()
        if walk is None or not snapshot.running:
            return
        start, upcoming = walk
        plan = self._plan()
        begins = [start + beat for beat in plan.starts()]
        beat = snapshot.beat()
        if upcoming < len(begins) and beat < begins[upcoming] - LEAD_BEATS:
            return
        while upcoming + 1 < len(begins) and beat >= begins[upcoming + 1] - LEAD_BEATS:
            upcoming += 1  # a daemon that was away has missed a section
        if upcoming < len(begins):
            self._aim(plan, upcoming, begins[upcoming])
            self._walked(start, upcoming + 1)
        elif beat >= begins[-1]:
            self._walked(None, 0)

    # --- the plan and the walk in the session record

    def _plan(self) -> Plan:
        kept = self._session.model.extras.get(RECORD)
        if kept is None:
            raise EmptySlot("no plan is arranged yet; call /arrange with a prompt first")
        if self._read is None or self._read[0] is not kept["plan"]:
            self._read = (kept["plan"], Plan.model_validate(kept["plan"]))
        return self._read[1]

    def _walk(self) -> tuple[float, int] | None:
        """Return (the beat at which the plan began, the section to queue next), None while it does not play."""
        kept = self._session.model.extras.get(RECORD)
        if kept is None or kept["start"] is None or kept["place"] != self._session.place:
            return None
        return float(kept["start"]), int(kept["next"])

    def _walked(self, start: float | None, upcoming: int) -> None:
        kept = self._session.model.extras[RECORD]
        kept.update(start=start, next=upcoming, place=self._session.place, tempo=False)
        self._session.keeper.touch(soon=True)

    def _section_at(self, snapshot: Snapshot) -> int:
        walk = self._walk()
        if walk is None or not snapshot.running:
            return 0 if walk is None else self._section
        beat = snapshot.beat() - walk[0]
        begins = self._plan().starts()
        return 0 if beat >= begins[-1] else sum(1 for begin in begins[:-1] if beat >= begin)

    # --- stems into slots

    async def _load(self, plan: Plan, stems: dict[int, Stem]) -> list[tuple[Placement, Clip]]:
        """Return a clip for each placement, its buffer held; on an error nothing is held."""
        made: list[tuple[Placement, Clip]] = []
        try:
            for placement in plan.placements:
                stem = stems[placement.stem]
                at = place.hits(placement.category, stem, self._styles)
                clip = await ready(self._session, stem, at, plan.bpm, plan.key, placement.gain)
                made.append((placement, clip))
            self._session.core.reserve(len(self._session.model.tracks) + 1)  # what `_settle` pushes
        except BaseException:
            for _, clip in made:
                self._session.buffers.let_go(clip.segment)
            raise
        return made

    def _settle(self, plan: Plan, clips: list[tuple[Placement, Clip]]) -> None:
        """Put the clips into their slots, empty those of the plan before, name the tracks, set the tempo if silent."""
        session = self._session
        kept = session.model.extras.get(RECORD)
        before = Plan.model_validate(kept["plan"]).placements if kept else []
        for placement, clip in clips:
            session.clips.put(placement.track, placement.slot, clip)
        filled = {(placement.track, placement.slot) for placement in plan.placements}
        for old in before:
            if (old.track, old.slot) not in filled:
                session.clips.lift(old.track, old.slot)
        for track, category in {p.track: p.category for p in plan.placements}.items():
            session.mixer.name(track, category)
        session.settings.key(plan.key)
        silent = not any(strip.playing for strip in session.model.tracks)
        walk = {"start": None, "next": 0, "place": session.place}
        session.model.extras[RECORD] = {"plan": plan.model_dump(), "tempo": not silent, **walk}
        if silent:
            session.transport.set_tempo(float(plan.bpm))
        session.bus.publish(Changed("/arrange/plan", plan.prompt))

    # --- sections into the engine

    def _enter(self, scene: int, grid: float) -> None:
        """Change to the plan's tempo with its first scene, if something else played when it was arranged."""
        if not self._opens(scene):
            return
        kept = self._session.model.extras[RECORD]
        transport, tempo = self._session.transport, float(kept["plan"]["bpm"])
        snapshot = self._session.engine.snapshot()
        if grid <= 0 or not transport.running or tempo == self._session.model.tempo:
            transport.set_tempo(tempo)
        else:
            transport.set_tempo_at(tempo, transport.boundary(grid, snapshot), snapshot)
        kept["tempo"] = False

    def _opens(self, scene: int) -> bool:
        """Return whether a scene is the first of a plan that has a tempo of its own; any thread may ask."""
        kept = self._session.model.extras.get(RECORD)
        return bool(kept and kept.get("tempo") and any(one["slot"] == scene for one in kept["plan"]["placements"]))

    def _check(self, plan: Plan) -> None:
        """Raise EmptySlot when nothing would sound in the first section, or not all of it."""
        slots = [self._session.core.slot(placement.track, 1) for placement in plan.placements if placement.slot == 1]
        clips = [slot.clip for slot in slots if slot.clip is not None]
        if not clips:
            raise EmptySlot("the clips of the plan's first section are gone; call /arrange again")
        if loading := [clip.name for clip in clips if clip.segment < 0]:
            raise EmptySlot(
                f"still loading: {counted(len(loading), 'clip')}, such as {loading[0]!r}; try again in a moment"
            )

    def _begin_standing(self, plan: Plan) -> float:
        transport = self._session.transport
        if self._session.model.tempo != plan.bpm:
            transport.set_tempo(float(plan.bpm))
        return transport.awaken(float(BEATS_PER_BAR)) or 0.0

    def _begin_running(self, plan: Plan) -> float:
        """Return the beat of the next bar; a new tempo begins with exactly that frame."""
        snapshot = self._session.engine.snapshot()
        start = self._session.transport.boundary(float(BEATS_PER_BAR), snapshot)
        if (start - snapshot.beat()) * snapshot.frames_per_beat < SOONEST_S * snapshot.rate:
            start += BEATS_PER_BAR
        if self._session.model.tempo != plan.bpm:
            self._session.transport.set_tempo_at(float(plan.bpm), start, snapshot)
        return start

    def _aim(self, plan: Plan, section: int, beat: float, anew: bool = False) -> None:
        """Queue what a section changes: launches and stops at its beat; what goes on is left alone."""
        session = self._session
        slot = section + 1
        wanted = {placement.track for placement in plan.placements if placement.slot == slot}
        mine = {placement.track for placement in plan.placements}
        session.core.reserve(2 * len(session.model.tracks) + 4)
        for track, strip in enumerate(session.model.tracks, 1):
            current = strip.slots[strip.playing - 1].clip if strip.playing else None
            if track in wanted and (clip := session.core.slot(track, slot).clip) is not None and clip.segment >= 0:
                if anew or strip.queued or not _goes_on(current, clip):
                    session.clips.start(track, slot, clip, float(BEATS_PER_BAR), beat)
            elif (track in mine or (strip.playing and current is None)) and (strip.playing or strip.queued):
                session.clips.halt(track, float(BEATS_PER_BAR), beat - self._fade_beats())

    def _fade_beats(self) -> float:
        """Return how many beats a fade takes: a loop that ends is silent on the boundary, its next attack unheard."""
        session = self._session
        return FADE_FRAMES / frames_per_beat(session.model.tempo, session.engine.rate)


def _goes_on(current: Clip | None, clip: Clip) -> bool:
    """Return whether what plays is what shall play: the same buffer, going round, at the same gain."""
    if current is None or not clip.loop or clip.loop_end <= clip.loop_start:
        return False
    same = (current.key, current.gain, current.loop, current.loop_end)
    return same == (clip.key, clip.gain, clip.loop, clip.loop_end)
