"""Clips: load, launch, stop, scenes, panic. Runs on: event loop; what is called swift on any thread.

A launch waits for the next boundary of its quantum; launching while the transport stands starts the transport at that
boundary, so that the clip sounds at once. Replacing a clip that sounds leaves the sound until the next launch or stop;
replacing one that waits for its launch has the new one start at the same moment.
"""

import itertools
import math
from collections.abc import Callable
from typing import Any, Protocol

from liveengine.command import Quantum, Scene, StemId, command, when
from liveengine.command import Slot as SlotNumber
from liveengine.command import Track as TrackNumber
from liveengine.engine.layout import NEVER
from liveengine.engine.ops import Op
from liveengine.errors import EmptySlot, LiveEngineError, Superseded
from liveengine.events import ClipCleared, ClipLoaded, ClipQueued
from liveengine.session import fit
from liveengine.session.buffers import Buffer, Buffers
from liveengine.session.clip import Clip, QualityName, WarpName
from liveengine.session.core import Core
from liveengine.session.follow import Follow
from liveengine.session.model import Slot
from liveengine.session.table import Table
from liveengine.session.transport import Transport
from liveengine.stems.library import Library
from liveengine.stems.model import Stem

AT_ONCE = 0  # as a frame: it is past already; unlike a record without a frame, it leaves alone what waits


class Usual(Protocol):
    """How a clip is heard unless it is told otherwise."""

    @property
    def warp(self) -> WarpName:
        """How it follows the tempo."""

    @property
    def quality(self) -> QualityName:
        """How it is interpolated."""


class Clips:
    """Slots and what plays in them."""

    def __init__(  # noqa: PLR0917
        self,
        core: Core,
        library: Library,
        buffers: Buffers,
        table: Table,
        transport: Transport,
        follow: Follow,
        usual: Usual,
    ) -> None:
        self._core = core
        self._library = library
        self._buffers = buffers
        self._table = table
        self._transport = transport
        self._follow = follow
        self._usual = usual
        self._loads = itertools.count(1)
        self.hushed = 0  # how often everything was told to stop
        self.entering: Callable[[int, float], None] = lambda scene, grid: None  # hears of a scene before it is launched
        self.opens: Callable[[int], bool] = lambda scene: False  # tells whether that does more than launch it

    # --- what lies in a slot

    @command("/track/{track}/clip/{slot}/load")
    async def load(self, track: TrackNumber, slot: SlotNumber, stem: StemId) -> ClipLoaded:
        """Load a stem of the library into a slot; answers when it is ready to play.

        What the slot plays goes on until the next launch or stop; a launch that waits starts the new stem. The last
        load or clear that was asked for wins: an earlier one that ends later fails with `superseded`.
        """
        mine = self.claim(track, slot)
        try:
            found = await self._library.get(stem)
            buffer = await self._buffers.hold(found)
        except BaseException:
            self.release(track, slot, mine)
            raise
        fitted = fit.fit(found, buffer.frames, self._core.engine.rate, self._core.model.tempo)
        event = self.settle(track, slot, mine, self.prepare(found, buffer, fitted, key=self._core.model.key))
        await self._core.keep()
        return event

    def claim(self, track: int, slot: int) -> int:
        """Say that a slot is being filled, and return the number by which `settle` knows that nothing came between."""
        place = self._core.slot(track, slot)
        place.loading = mine = next(self._loads)
        return mine

    def release(self, track: int, slot: int, mine: int) -> None:
        """Take a claim back."""
        place = self._core.slot(track, slot)
        place.loading = 0 if place.loading == mine else place.loading

    def settle(self, track: int, slot: int, mine: int, clip: Clip) -> ClipLoaded:
        """Put a clip whose buffer is held into the slot that was claimed, as `put` does.

        Raises Superseded when the slot was cleared or claimed anew meanwhile; the hold has ended then.
        """
        try:
            self.check(track, slot, mine, clip.name)
        except Superseded:
            self._buffers.let_go(clip.segment)
            raise
        return self.put(track, slot, clip)

    def check(self, track: int, slot: int, mine: int, name: str) -> None:
        """Raise Superseded unless the claim on the slot still holds; `name` is what was loading."""
        if self._core.slot(track, slot).loading != mine:
            raise Superseded(f"track {track} slot {slot} was cleared or filled anew while {name!r} was loading")

    def put(self, track: int, slot: int, clip: Clip) -> ClipLoaded:
        """Put a clip whose buffer is held into a slot, let go of the hold, and of what was there before.

        Raises RingFull or Full when a launch that waits cannot be renewed; the hold has ended then, and the slot is as
        it was.
        """
        place = self._core.slot(track, slot)
        place.loading = 0
        try:
            self._renew(track, slot, place, clip)
        except LiveEngineError:
            self._buffers.let_go(clip.segment)
            raise
        place.clip = clip
        event = ClipLoaded(track, slot, clip.stem, clip.name)
        self._core.bus.publish(event)
        if place.playing or place.queued:
            self._core.bus.publish(self._follow.event(track, slot, place, place.since))
        self._core.touch(soon=True)
        self._table.define(track, slot)
        self._buffers.let_go(clip.segment)
        return event

    @command("/track/{track}/clip/{slot}/clear")
    def clear(self, track: TrackNumber, slot: SlotNumber) -> None:
        """Empty a slot; what it plays fades out at once."""
        place = self._core.slot(track, slot)
        loading, place.loading = place.loading, 0
        if place.clip is None and loading:
            return
        self._core.clip(track, slot)
        self._core.reserve(3)
        self._core.push(Op.STOP, track=track - 1, slot=slot, frame=AT_ONCE)
        self.lift(track, slot)

    def lift(self, track: int, slot: int) -> None:
        """Empty a slot and leave what it plays until the track's next launch or stop; what it waits for is dropped."""
        place, strip = self._core.slot(track, slot), self._core.track(track)
        clip, place.loading = place.clip, 0
        if clip is not None:
            self._core.push(Op.CANCEL, track=track - 1, slot=slot)
            place.clip = None
            if strip.asked_slot == slot:
                strip.asked, strip.asked_slot, strip.sent = 0, 0, 0
            self._core.bus.publish(ClipCleared(track, slot))
            self._core.touch(soon=True)
            self._table.define(track, slot)

    @command("/session/clear", role="arrange")
    def clear_all(self) -> None:
        """Empty every slot; what plays fades out at once. Tempo and mixer stay."""
        strips = self._core.model.tracks
        filled = [
            (track, number)
            for track, strip in enumerate(strips, 1)
            for number, slot in enumerate(strip.slots, 1)
            if slot.clip is not None
        ]
        self._core.reserve(len(strips) + 2 * len(filled))
        self.hushed += 1
        for track, strip in enumerate(strips, 1):
            for slot in strip.slots:
                slot.loading = 0
            self._core.push(Op.STOP, track=track - 1, frame=AT_ONCE)
        for track, number in filled:
            self.lift(track, number)

    @command("/track/{track}/clip/{slot}/state", query=True)
    def state(self, track: TrackNumber, slot: SlotNumber) -> str:
        """What a slot does: empty, stopped, queued, playing or stopping."""
        return self._core.slot(track, slot).state.value

    def prepare(self, stem: Stem, buffer: Buffer, fitted: fit.Fit, gain: float = 1.0, key: str | None = None) -> Clip:
        """Return a clip of a stem whose buffer is held, warped as is usual here and transposed into `key`.

        A pattern is slices already: its hits move with the tempo and sound as they are.
        """
        clip = Clip(
            stem=stem.id,
            name=stem.title,
            category=stem.category,
            segment=buffer.segment,
            key=buffer.key,
            frames=buffer.frames,
            loop_start=fitted.loop_start,
            loop_end=fitted.loop_end,
            source_frames_per_beat=fitted.source_frames_per_beat,
            beats=fitted.beats,
            gain=gain,
            quality=self._usual.quality,
        )
        if fitted.beats:
            clip.warp = "beats" if buffer.key < 0 and self._usual.warp == "stretch" else self._usual.warp
            clip.semitones = fit.transposed(stem, clip.warp, key)
        return clip

    # --- launch and stop

    @command("/track/{track}/clip/{slot}/launch")
    def launch(self, track: TrackNumber, slot: SlotNumber, quantum: Quantum | None = None) -> ClipQueued:
        """Launch a clip at the next boundary of the quantum, or at the exact time of an OSC bundle.

        Returns the beat it is expected at; the pushes of the slot's state tell what really happened.
        """
        clip = self.ready(track, slot)
        grid = self._grid(quantum, clip)
        self._core.reserve(3)
        beat = self._transport.awaken(grid)
        self.start(track, slot, clip, grid, None if self._core.exact else beat)
        if beat is not None:
            self._transport.go()
        return ClipQueued(track, slot, self._transport.boundary(grid) if beat is None else beat)

    @command("/scene/{scene}/launch", swift="enter")
    def launch_scene(self, scene: Scene, quantum: Quantum | None = None) -> list[ClipQueued]:
        """Launch every clip of a scene together; tracks without a clip in it stop."""
        strips = self._core.model.tracks
        filled = [track for track in range(1, len(strips) + 1) if self._core.slot(track, scene).clip is not None]
        if not filled:
            raise EmptySlot(f"scene {scene} holds no clip; load stems into it first")
        clips = {track: self.ready(track, scene) for track in filled}
        grid = self._core.model.quantum if quantum is None else quantum
        self._core.reserve(2 * len(strips) + 4)
        self.entering(scene, grid)
        beat = self._transport.awaken(grid)
        explicit = None if self._core.exact else beat
        with self._core.engine.together():  # a boundary may lie between two blocks
            for track in range(1, len(strips) + 1):
                if track in clips:
                    self.start(track, scene, clips[track], grid, explicit)
                else:  # whatever the model says: a launch may be under way to the engine
                    self.halt(track, grid, explicit)
        if beat is not None:
            self._transport.go()
        expected = self._transport.boundary(grid) if beat is None else beat
        return [ClipQueued(track, scene, expected) for track in filled]

    @command("/track/{track}/stop", swift="end")
    def stop(self, track: TrackNumber, quantum: Quantum | None = None) -> None:
        """Stop what a track plays, at the next boundary of the quantum; a waiting launch is dropped."""
        strip = self._core.track(track)
        playing = strip.slots[strip.playing - 1].clip if strip.playing else None
        self.halt(track, self._grid(quantum, playing))

    @command("/stop", swift="end_all")
    def stop_all(self, quantum: Quantum | None = None) -> None:
        """Stop every track at the next boundary of the quantum; the transport runs on."""
        grid = self._core.model.quantum if quantum is None else quantum
        self._core.reserve(2 * len(self._core.model.tracks))
        self.hushed += 1
        with self._core.engine.together():
            for track in range(1, len(self._core.model.tracks) + 1):
                self.halt(track, grid)

    @command("/panic", swift="hush", role="watch")
    def panic(self) -> None:
        """Silence everything at once: all voices fade out, all that waits is dropped."""
        self._core.engine.push(Op.PANIC)
        self.hushed += 1

    # --- the same, from any thread: done, or False and nothing has happened

    def hush(self) -> bool:
        """Panic."""
        return _done(self.panic)

    def enter(self, scene: int) -> bool:
        """Launch a scene while the transport runs; what is more than that is for the loop."""
        there = 1 <= scene <= len(self._core.model.tracks[0].slots)
        return there and self._transport.running and not self.opens(scene) and _done(self.launch_scene, scene)

    def end(self, track: int) -> bool:
        """Stop a track."""
        return _done(self.stop, track)

    def end_all(self) -> bool:
        """Stop every track."""
        return _done(self.stop_all)

    def start(self, track: int, slot: int, clip: Clip, quantum: float, beat: float | None = None) -> int:
        """Push the launch of a clip that is ready, at `beat` if one is given; return its token."""
        frame = when.get()
        moment = {
            "quantum": quantum,
            "beat": math.nan if beat is None or quantum <= 0 else beat,
            "frame": NEVER if frame is None else frame,
        }
        return self._launch(track, slot, clip, moment)

    def _launch(self, track: int, slot: int, clip: Clip, moment: dict[str, Any]) -> int:
        token = self._core.push(Op.LAUNCH, track=track - 1, slot=slot, **moment, **clip.fields(self._core.engine.rate))
        if self._asked(track, token, slot):
            strip = self._core.track(track)
            waits = moment["frame"] > 0 or (moment["quantum"] > 0 and self._transport.running)
            strip.asked_for, strip.sent = moment, token if waits else 0
        return token

    def _renew(self, track: int, slot: int, place: Slot, clip: Clip) -> None:
        """Push the launch that the slot waits for once more, with another clip; the newer one supersedes the older."""
        strip = self._core.track(track)
        if strip.asked_slot != slot or strip.asked not in (place.queued, strip.sent):
            return
        known = strip.asked_for or {"quantum": self._grid(None, clip), "beat": place.beat, "frame": NEVER}
        token = self._launch(track, slot, clip, known)
        place.queued = token if place.queued else 0

    def halt(self, track: int, quantum: float, beat: float | None = None) -> None:
        """Push the stop of a track, at `beat` if one is given; while the transport stands it stops at once."""
        if not self._transport.running and beat is None:
            quantum = 0.0
        given = {} if beat is None or quantum <= 0 else {"beat": beat}
        if self._core.exact:  # a record with an exact frame leaves alone what waits for a boundary
            self._core.push(Op.CANCEL, track=track - 1)
        self._asked(track, self._core.push(Op.STOP, track=track - 1, quantum=quantum, **given), 0)

    def _asked(self, track: int, token: int, slot: int) -> bool:
        """Note what a track was asked; return False when another thread has asked something newer meanwhile."""
        strip = self._core.track(track)
        if token < strip.asked:
            return False
        strip.asked, strip.asked_slot = token, slot
        return True

    def ready(self, track: int, slot: int) -> Clip:
        """Return a slot's clip; raise EmptySlot when there is none or its buffer is not in the pool yet."""
        clip = self._core.clip(track, slot)
        if clip.segment < 0:
            raise EmptySlot(f"track {track} slot {slot} is still loading {clip.name!r}; try again in a moment")
        return clip

    def _grid(self, quantum: float | None, clip: Clip | None) -> float:
        if quantum is not None:
            return quantum
        return self._core.model.quantum if clip is None else self._table.quantum(clip)


def _done(do: Callable[..., Any], *given: int) -> bool:
    try:
        do(*given)
    except LiveEngineError:  # the loop says what is wrong
        return False
    return True
