"""Loops rendered for a tempo that is steady, in place of those that are stretched. Runs on: event loop.

A worker renders the loop at high quality for tempo and transposition, in the length that its beats have; the engine
goes over to it where the loop goes round, and back to stretching the original when tempo or transposition change. A
worker that is late or dead changes nothing: the original plays on, stretched in real time.
"""

import asyncio
import hashlib
import logging
import math
from typing import NamedTuple

from liveengine.engine.engine import Snapshot
from liveengine.errors import LiveEngineError
from liveengine.events import VariantFailed
from liveengine.session import fit
from liveengine.session.buffers import Buffers, key_of
from liveengine.session.clip import Clip, Variant
from liveengine.session.core import Core
from liveengine.session.room import Room
from liveengine.session.steering import Steering
from liveengine.stems.library import Library
from liveengine.units import frames_per_beat

log = logging.getLogger(__name__)

STEADY_S = 2.0  # how long the tempo must have been what it is
SAME = 1e-9  # share: a tempo that the loop has already
NEAR = 0.011  # share: so far the engine's tempo may be from the one that is told while it follows a master


class Wanted(NamedTuple):
    """A rendering: of which buffer, what part, for which tempo, how much higher."""

    key: int
    segment: int
    start: int
    end: int
    frames: int  # that it shall last
    tempo: float
    semitones: float
    percussive: bool
    stem: int
    at: tuple[float, ...] | None  # of a pattern: its beats ...
    laid: float  # ... the tempo at which they were laid ...
    beats: float  # ... and how many it had then


class Variants:
    """Has variants rendered, and the engine play them."""

    def __init__(  # noqa: PLR0917
        self, core: Core, library: Library, steering: Steering, room: Room, buffers: Buffers, cache_bytes: int
    ) -> None:
        """The library's folder `cache/variants` keeps what was rendered, at most `cache_bytes` of it."""
        self._core = core
        self._steering = steering
        self._room = room
        self._buffers = buffers
        self._library = library
        self._cache = library.root / "cache" / "variants"
        self._cache_bytes = cache_bytes
        self._making: dict[int, asyncio.Task[None]] = {}
        self._failed: set[int] = set()  # not tried again until the tempo changes
        self._told = 0.0  # frames per beat, of the tempo that is told
        self._near = False  # whether the engine has it
        self._since = 0  # frame since which the two are as they are

    def watch(self, snapshot: Snapshot) -> None:
        """Bring what plays in step with what shall play, and ask for what is missing; called with each look."""
        told = frames_per_beat(self._core.model.tempo, snapshot.rate)
        near = math.isclose(told, snapshot.frames_per_beat, rel_tol=NEAR)
        if told != self._told or near != self._near:
            self._told, self._near, self._since = told, near, snapshot.frame
            self._failed.clear()
            self._leave_all(self._core.model.tempo)
        self._steering.watch(snapshot)
        steady = snapshot.frame - self._since >= STEADY_S * snapshot.rate
        if steady and near:  # else a change is on its way
            self._want()

    def tempo_changes(self, tempo: float) -> None:
        """Leave the variants of the tempo that was, before the engine hears of the new one; raise RingFull."""
        if tempo != self._core.model.tempo:
            self._core.reserve(2 + 3 * len(self._left_by(tempo)))
            self._leave_all(tempo)

    def leave(self, track: int, slot: int) -> Variant | None:
        """Have a slot's clip play its original again, from its next launch on; return the variant that is left.

        A mutation that was made of the variant stays, unless the clip shall follow the tempo in another way.
        """
        clip = self._core.clip(track, slot)
        left, mutation = clip.variant, clip.mutation
        if mutation is not None and mutation.tempo and clip.warp != "stretch":
            mutation = None
        if left is not None or mutation is not clip.mutation:
            self._steering.given(track, slot, None, mutation)
        return left

    def lose(self, track: int, slot: int) -> Variant | None:
        """Have a slot's clip, whose loop is another one now, play its original; return the variant that is left."""
        left = self._core.clip(track, slot).variant
        self._steering.given(track, slot, None, None)
        return left

    def bend(self, track: int, slot: int, left: Variant | None = None) -> None:
        """Have what plays or waits from a slot sound as its clip says at once; `left` as `leave` returns it."""
        self._steering.bend(track, slot, left)

    async def close(self) -> None:
        """End what is being rendered."""
        for task in tuple(self._making.values()):
            task.cancel()
        await asyncio.gather(*self._making.values(), return_exceptions=True)

    # --- the tempo changes

    def _left_by(self, tempo: float) -> list[tuple[int, int]]:
        return [
            (track, number)
            for track, strip in enumerate(self._core.model.tracks, 1)
            for number, slot in enumerate(strip.slots, 1)
            if slot.clip is not None and slot.clip.variant is not None and slot.clip.variant.tempo != tempo
        ]

    def _leave_all(self, tempo: float) -> None:
        for track, slot in self._left_by(tempo):
            self.bend(track, slot, self.leave(track, slot))
        self._steering.recall()

    # --- what is missing

    def _want(self) -> None:
        """Ask for the variants of what plays or waits; one that is in the pool already is taken at once."""
        for track, strip in enumerate(self._core.model.tracks, 1):
            for number, slot in enumerate(strip.slots, 1):
                if slot.clip is None or not (slot.playing or slot.queued) or slot.clip.variant is not None:
                    continue
                wanted = self._wanted(slot.clip)
                if wanted is None or wanted.key in self._failed or wanted.key in self._making:
                    continue
                task = asyncio.get_running_loop().create_task(self._make(wanted, track, number), name="variant")
                self._making[wanted.key] = task

    def _wanted(self, clip: Clip) -> Wanted | None:
        """Return the rendering that would spare a clip the stretching, None where there is none."""
        tempo, rate = self._core.model.tempo, self._core.engine.rate
        frames = round(clip.beats * frames_per_beat(tempo, rate))
        source = clip.loop_end - clip.loop_start
        if clip.warp != "stretch" or not clip.round or clip.segment < 0 or min(frames, source) < fit.SHORTEST:
            return None
        source_beat = clip.source_frames_per_beat
        if clip.semitones == 0.0 and math.isclose(source_beat, frames_per_beat(tempo, rate), rel_tol=SAME):
            return None
        if not source_beat or not fit.SHORTEST_RATIO <= frames / source <= fit.LONGEST_RATIO:
            return None
        percussive = clip.category in fit.PERCUSSION
        made_of = ("variant", clip.key, clip.loop_start, clip.loop_end, frames, rate, clip.semitones, percussive)
        laid = 0.0 if clip.at is None else round(clip.frames / frames_per_beat(clip.tempo, rate))
        return Wanted(
            key_of(made_of), clip.segment, clip.loop_start, clip.loop_end, frames, tempo, clip.semitones, percussive,
            clip.stem, None if clip.at is None else tuple(clip.at), clip.tempo, laid,
        )  # fmt: skip

    async def _make(self, wanted: Wanted, track: int, slot: int) -> None:
        try:
            segment = self._core.engine.segments.find(wanted.key)
            if segment is None:
                with self._room.kept(wanted.segment):
                    segment = await self._render(wanted)
            with self._room.kept(segment):
                self._take(wanted, segment)
        except LiveEngineError as error:
            self._failed.add(wanted.key)
            log.warning("track %d slot %d plays on, stretched in real time: %s", track, slot, error)
            self._core.bus.publish(VariantFailed(track, slot, error.code, str(error)))
        finally:
            self._making.pop(wanted.key, None)

    async def _render(self, wanted: Wanted) -> int:
        """Return the segment with a new rendering."""
        engine = self._core.engine
        stem = await self._library.get(wanted.stem)
        row = engine.memory.segments[wanted.segment]
        source = {name: int(row[name]) for name in ("offset", "stride", "channels")}
        inside = [mark for mark in engine.segments.markers(wanted.segment) if wanted.start <= mark < wanted.end]
        marks = [mark - wanted.start for mark in inside]
        ratio = wanted.frames / (wanted.end - wanted.start)
        scaled = sorted({min(wanted.frames - 1, round(mark * ratio)) for mark in marks})
        made = {
            "loop_start": wanted.start,
            "loop_end": wanted.end,
            "semitones": wanted.semitones,
            "attacks": marks,
            "percussive": wanted.percussive,
        }
        made_of = repr((stem.hash, wanted.at, wanted.laid, wanted.frames, engine.rate, made)).encode()
        file = self._cache / f"{hashlib.blake2b(made_of, digest_size=16).hexdigest()}.wav"
        payload = {**made, "source": source, "cache": str(file), "cache_bytes": self._cache_bytes}
        place = (wanted.frames, source["channels"], wanted.key, scaled)
        segment, _ = await self._buffers.fill("stretch", payload, place)
        laid = {"at": list(wanted.at or (0.0,)), "tempo": wanted.laid, "beats": wanted.beats}
        facts = {"path": str(stem.path), "loop": stem.loop, "markers": scaled, "variant": made}
        self._buffers.note(segment, wanted.key, stem.id, facts if wanted.at is None else facts | laid)
        return segment

    def _take(self, wanted: Wanted, segment: int) -> None:
        """Give the variant to every clip that wants it still."""
        variant = Variant(segment, wanted.key, wanted.frames, wanted.tempo, wanted.semitones)
        for track, strip in enumerate(self._core.model.tracks, 1):
            for number, slot in enumerate(strip.slots, 1):
                if slot.clip is not None and slot.clip.variant is None and self._wanted(slot.clip) == wanted:
                    self._steering.given(track, number, variant, slot.clip.mutation)
        self._core.touch()
