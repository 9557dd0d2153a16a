"""One message from a sentence to sound: found, fitted, loaded, launched, told. Runs on: event loop.

What plays goes on until the boundary at which the new clip begins, and whatever fails leaves it as it is.
"""

import asyncio
import itertools
from collections import defaultdict, deque
from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from liveengine.arrange import place, seek, styles
from liveengine.arrange.free import Free
from liveengine.arrange.ready import level, ready
from liveengine.arrange.seek import Candidate, Seeker, Sought
from liveengine.arrange.told import Launched, Previewed
from liveengine.command import Prompt, Quantum, Slot, Text, Track, command, when
from liveengine.config import Config
from liveengine.errors import EmptySlot, LiveEngineError, Superseded
from liveengine.session.clip import LAUNCHING, Clip
from liveengine.session.due import Due, due
from liveengine.session.heard import heard
from liveengine.session.session import Session
from liveengine.stems.commands import Category
from liveengine.stems.library import Library

HANDLING_S = 0.03  # before a boundary by which a clip must be there to make it
NEARLY = 0.15  # a stem that is in memory may have so much fewer points than the best, to be there in time
TRIES = 3  # stems whose file is gone or broken before that is told
GONE = 16  # stems of a track that a swap does not bring back at once

Otherwise = Annotated[
    Literal["other", "later"],
    Field(
        description="if it cannot be loaded in time: other = the next best stem in memory, later = the boundary after"
    ),
]


class Asked(NamedTuple):
    """What stood when a launch was asked for, by which it knows that nothing newer came in between."""

    number: int  # of the request
    token: int  # of what the track was told last
    hushed: int  # how often everything was told to stop
    running: bool  # the transport


class Taken(NamedTuple):
    """A clip whose buffer is held, and what it was made of."""

    clip: Clip
    candidate: Candidate
    fallback: str


class Verbs:
    """Launches, swaps and auditions by what a sound shall be like."""

    def __init__(self, session: Session, library: Library, config: Config) -> None:
        self._session = session
        self._library = library
        self._styles = styles.load()
        self._seeker = Seeker(session, library, config)
        self._free = Free(session)
        self._numbers = itertools.count(1)
        self._mine: dict[int, tuple[int, int]] = {}  # by track: token and number of the last launch from here
        self._gone: dict[int, deque[int]] = defaultdict(lambda: deque(maxlen=GONE))  # by track: stems swapped away

    @command("/track/{track}/launch/prompt")
    async def launch(  # noqa: PLR0917  # what a client leaves out is chosen
        self,
        track: Track,
        prompt: Prompt,
        slot: Slot | None = None,
        quantum: Quantum | None = None,
        category: Category | None = None,
        otherwise: Otherwise = "other",
    ) -> Launched:
        """Find a stem by a sentence, fit it to tempo and key, load it and launch it at the next boundary.

        It goes into the slot that is named, else into a free one of the track. Answers as soon as it is launched: what
        it is, why, and when it will sound. If it cannot be loaded by the next boundary, the next best stem that is in
        memory is launched in its place, or it comes a boundary later; `fallback` tells which. What the track is told
        meanwhile, such as a stop, is newer: this then fails with `superseded`.
        """
        self._session.core.track(track)
        grid = self._session.model.quantum if quantum is None else quantum
        asked = self._asked(track)
        mine = None if slot is None else self._session.clips.claim(track, slot)
        try:
            sought = await self._seeker.prompt(prompt, category)
            before = self._due(grid)
            taken = self._checked(track, asked, await self._taken(sought, before, otherwise))
        except BaseException:
            if slot is not None and mine is not None:
                self._session.clips.release(track, slot, mine)
            raise
        if slot is None or mine is None:
            slot = self._free.put(track, taken.clip)
        else:
            self._session.clips.settle(track, slot, mine, taken.clip)
        best = sought.candidates[0].stem.id
        instead = best if taken.candidate.stem.id != best else None
        return await self._launched(track, slot, taken, sought, (before, grid, asked.number), instead)

    @command("/track/{track}/swap")
    async def swap(
        self,
        track: Track,
        adjective: Text | None = None,
        quantum: Quantum | None = None,
        otherwise: Otherwise = "other",
    ) -> Launched:
        """Swap what a track plays for something like it, at the next boundary: darker, brighter, busier, less reverb.

        Without an adjective it is another one like it. The new clip takes the slot and is launched as the old one was.
        """
        slot, old = self._playing(track)
        grid = self._session.table.quantum(old) if quantum is None else quantum
        asked = self._asked(track)
        mine = self._session.clips.claim(track, slot)
        try:
            stem = await self._library.get(old.stem)
            sought = await self._seeker.beside(stem, adjective, self._gone[track])
            before = self._due(grid)
            taken = self._checked(track, asked, await self._taken(sought, before, otherwise))
        except BaseException:
            self._session.clips.release(track, slot, mine)
            raise
        for name in LAUNCHING:
            setattr(taken.clip, name, getattr(old, name))
        taken.clip.gain *= old.gain / level(stem, self._styles)
        self._session.clips.settle(track, slot, mine, taken.clip)
        self._gone[track].append(old.stem)
        return await self._launched(track, slot, taken, sought, (before, grid, asked.number), old.stem)

    @command("/cue/audition/prompt")
    async def audition(
        self, prompt: Prompt, quantum: Quantum | None = None, category: Category | None = None
    ) -> Previewed:
        """Find a stem by a sentence and listen to it on the cue bus, in the session's tempo and key.

        Tracks, master and recordings hear nothing of it.
        """
        sought = await self._seeker.prompt(prompt, category)
        best = sought.candidates[0]
        told = await self._session.audition.audition(best.stem.id, quantum)
        return Previewed(
            **told.model_dump(),
            category=best.stem.category,
            similarity=round(best.match.similarity, 4),
            why=seek.reasons(best.match, told.speed, told.semitones, told.key, sought.tempo),
            verdict=sought.verdict,
            understood=list(sought.understood),
            unknown=list(sought.unknown),
        )

    # --- the clip

    async def _taken(self, sought: Sought, before: Due, otherwise: str) -> Taken:
        """Return the best clip that can be had, its buffer held: in time for `before` if it waits for a moment."""
        best, *others = sought.candidates
        making = asyncio.create_task(self._clip(best, sought), name=f"ready stem {best.stem.id}")
        try:
            if before.waits and otherwise == "other":
                await asyncio.wait({making}, timeout=max(0.0, before.seconds - HANDLING_S))
                near = [one for one in others if one.points >= best.points - NEARLY and self._there(one)]
                if not making.done() and near:
                    making.add_done_callback(self._unused)
                    return Taken(await self._clip(near[0], sought), near[0], "other")
            return Taken(await making, best, "none")
        except asyncio.CancelledError:
            making.add_done_callback(self._unused)
            raise
        except LiveEngineError as error:
            return await self._next(others[: TRIES - 1], sought, error)

    async def _next(self, others: list[Candidate], sought: Sought, first: LiveEngineError) -> Taken:
        """Return the first of the others that can be had; raise why the best could not."""
        for one in others:
            try:
                return Taken(await self._clip(one, sought), one, "other")
            except LiveEngineError:
                continue
        raise first

    async def _clip(self, candidate: Candidate, sought: Sought) -> Clip:
        stem = candidate.stem
        at = None if sought.hit else place.hits(stem.category, stem, self._styles)
        return await ready(self._session, stem, at, sought.tempo, sought.key, level(stem, self._styles))

    def _there(self, candidate: Candidate) -> bool:
        return self._session.buffers.find(candidate.stem.id) is not None

    def _unused(self, making: asyncio.Task[Clip]) -> None:
        """Let go of a clip that came too late; it stays in memory for the next time."""
        if not making.cancelled() and making.exception() is None:
            self._session.buffers.let_go(making.result().segment)

    # --- what came in between

    def _asked(self, track: int) -> Asked:
        """Return what stands now."""
        session = self._session
        token = session.core.track(track).asked
        return Asked(next(self._numbers), token, session.clips.hushed, session.transport.running)

    def _checked(self, track: int, asked: Asked, taken: Taken) -> Taken:
        """Return what was taken, unless the track or everything was told something newer since; then let go of it."""
        session, token = self._session, self._session.core.track(track).asked
        launched, number = self._mine.get(track, (0, 0))
        older = token == launched and number < asked.number
        halted = session.clips.hushed != asked.hushed or (asked.running and not session.transport.running)
        if not halted and (token == asked.token or older):
            return taken
        session.buffers.let_go(taken.clip.segment)
        what = "everything was stopped" if halted else f"track {track} was told something else"
        raise Superseded(f"{what} while {taken.clip.name!r} was made ready; ask again")

    # --- the slot

    def _playing(self, track: int) -> tuple[int, Clip]:
        strip = self._session.core.track(track)
        slot = strip.playing or strip.queued
        clip = strip.slots[slot - 1].clip if slot else None
        if clip is None:
            raise EmptySlot(f"track {track} plays no clip that could be swapped; launch one first")
        return slot, clip

    # --- the launch

    def _due(self, grid: float) -> Due:
        engine = self._session.engine
        latency = int(engine.memory.header["latency"][0]) / engine.rate
        return due(engine.snapshot(), grid, latency, when.get())

    async def _launched(  # noqa: PLR0917  # all that the answer tells of
        self, track: int, slot: int, taken: Taken, sought: Sought, asked: tuple[Due, float, int], instead: int | None
    ) -> Launched:
        """Launch the clip in a slot, store the session, and tell of it."""
        before, grid, number = asked
        moment = self._launch(track, slot, grid)
        self._mine[track] = (self._session.core.track(track).asked, number)
        late = before.waits and moment.waits and moment.beat > before.beat + 1e-6
        answer = self._told((track, slot), taken._replace(fallback="later") if late else taken, sought, moment, instead)
        await self._session.keeper.keep()
        return answer

    def _told(self, where: tuple[int, int], taken: Taken, sought: Sought, moment: Due, instead: int | None) -> Launched:
        """Return what is told of a launch on a track, from a slot."""
        stem, clip = taken.candidate.stem, taken.clip
        how = heard(clip, stem, sought.tempo, self._session.engine.rate)
        return Launched(
            track=where[0],
            slot=where[1],
            stem=stem.id,
            name=clip.name,
            category=stem.category,
            similarity=round(taken.candidate.match.similarity, 4),
            why=seek.reasons(taken.candidate.match, how.speed, how.semitones, how.key, sought.tempo),
            bpm=stem.bpm,
            key=how.key,
            speed=how.speed,
            semitones=how.semitones,
            warp=how.warp,
            beat=moment.beat,
            seconds=round(moment.seconds, 4),
            fallback=taken.fallback,
            instead_of=instead,
            verdict=sought.verdict,
            understood=list(sought.understood),
            unknown=list(sought.unknown),
        )

    def _launch(self, track: int, slot: int, grid: float) -> Due:
        """Launch a slot at the next boundary that can be reached; return when that is."""
        session = self._session
        clip = session.clips.ready(track, slot)
        session.core.reserve(3)
        began = session.transport.awaken(grid)
        moment = self._due(grid)
        explicit = began if began is not None else moment.beat if moment.near else None
        session.clips.start(track, slot, clip, grid, None if session.core.exact else explicit)
        if began is None:
            return moment
        session.transport.go()
        return moment._replace(beat=began)
