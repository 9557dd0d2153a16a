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

from liveengine.engine.engine import Snapshot, StripView
from liveengine.engine.layout import ALL
from liveengine.engine.ops import Op, SegmentState, Warp
from liveengine.errors import LiveEngineError
from liveengine.events import VariantFailed
from liveengine.session import fit
from liveengine.session.buffers import Buffers, key_of
from liveengine.session.clip import Clip, Variant
from liveengine.session.core import Core
from liveengine.session.room import Room
from liveengine.session.table import Table
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
        self, core: Core, library: Library, table: Table, room: Room, buffers: Buffers, cache_bytes: int
    ) -> None:
        """The library's folder `cache/variants` keeps what was rendered, at most `cache_bytes` of it."""
        self._core = core
        self._table = table
        self._room = room
        self._buffers = buffers
        self._library = library
        self._cache = library.root / "cache" / "variants"
        self._cache_bytes = cache_bytes
        self._making: dict[int, asyncio.Task[None]] = {}
        self._failed: set[int] = set()  # not tried again until the tempo changes
        self._known: dict[int, Variant] = {}  # by segment, those that may still sound though they are left
        self._asked: dict[tuple[int, int], int] = {}  # by (track, token) the segment that was asked for
        self._recalled: set[int] = set()  # tokens of SWAPs that were taken back and wait still, as far as is known
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
        self._forget()
        for number, view in enumerate(snapshot.tracks[: len(self._core.model.tracks)]):
            if view.playing_slot and view.segment >= 0:
                self._steer(number, view)
        steady = snapshot.frame - self._since >= STEADY_S * snapshot.rate
        if steady and near:  # else a change is on its way
            self._want()

    def tempo_changes(self, tempo: float) -> None:
        """Leave the variants of the tempo that was, before the engine hears of the new one; raise RingFull."""
        if tempo != self._core.model.tempo:
            self._core.reserve(2 + 3 * len(self._left_by(tempo)))
            self._leave_all(tempo)

    def leave(self, track: int, slot: int) -> Variant | None:
        """Have a slot's clip play its original again, from its next launch on; return the variant that is left."""
        clip = self._core.clip(track, slot)
        left, clip.variant = clip.variant, None
        if left is not None:
            self._known[left.segment] = left
            self._recall(track - 1)
            self._table.define(track, slot)
        return left

    def _recall(self, number: int = ALL) -> None:
        """Take back what waits for a loop to go round and would go over to what its clip is not, whoever asked for it.

        Of all tracks, or of one.
        """
        swaps = self._core.engine.waiting(lambda records: records["op"] == Op.SWAP)
        self._recalled &= set(swaps["token"].tolist())
        for track, slot, segment, token, value in swaps[["track", "slot", "segment", "token", "value"]].tolist():
            if token in self._recalled or number not in (ALL, track) or track >= len(self._core.model.tracks):
                continue
            clip = self._core.slot(track + 1, slot).clip
            if clip is None or segment not in clip.segments():
                self._core.push(Op.CANCEL, track=track, start=token)
                self._recalled.add(token)
                self._asked.pop((track, int(value)), None)

    def bend(self, track: int, slot: int, left: Variant | None = None) -> None:
        """Have what plays or waits from a slot sound as its clip says at once, though it may read a variant still.

        `left` is the variant that a launch which waits would start.
        """
        clip, place = self._core.clip(track, slot), self._core.slot(track, slot)
        if not (place.playing or place.queued):
            return
        heard = clip.fields(self._core.engine.rate)
        given = {name: heard[name] for name in ("warp", "tier", "pitch") if name in heard}
        reads = self._known.get(self._playing(track, slot)) if place.playing else left
        if reads is not None and clip.variant is None:
            given |= {
                "warp": Warp.STRETCH,
                "pitch": min(2.0, max(0.5, 2.0 ** ((clip.semitones - reads.semitones) / 12.0))),
            }
        self._core.push(Op.WARP, track=track - 1, slot=slot, **given)

    async def close(self) -> None:
        """End what is being rendered."""
        for task in tuple(self._making.values()):
            task.cancel()
        await asyncio.gather(*self._making.values(), return_exceptions=True)

    # --- what plays

    def _steer(self, number: int, view: StripView) -> None:
        """Ask the engine for the buffer that a playing clip shall read, once for each voice and buffer."""
        track, slot = number + 1, view.playing_slot
        clip = self._core.slot(track, slot).clip
        if clip is None or not clip.round or clip.segment < 0:
            return
        mine = {clip.segment} | set(self._known) | ({clip.variant.segment} if clip.variant else set())
        shall = clip.variant.segment if clip.variant else clip.segment
        if view.segment == shall or view.segment not in mine:
            self._asked.pop((number, view.playing_token), None)
            return
        if self._asked.get((number, view.playing_token)) == shall:
            return
        if view.segment in self._known and clip.variant is None:
            self.bend(track, slot)
        fields = clip.fields(self._core.engine.rate)
        self._core.engine.push(Op.SWAP, track=number, slot=slot, value=view.playing_token, **fields)
        self._asked = {place: asked for place, asked in self._asked.items() if place[0] != number}
        self._asked[number, view.playing_token] = shall

    def _forget(self) -> None:
        """Drop the variants whose place is another's now."""
        rows = self._core.engine.memory.segments
        ready = rows["state"] == SegmentState.READY
        self._known = {n: v for n, v in self._known.items() if ready[n] and int(rows["stem"][n]) == v.key}

    def _playing(self, track: int, slot: int) -> int:
        view = self._core.engine.snapshot().tracks[track - 1]
        return view.segment if view.playing_slot == slot else -1

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
        self._recall()

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
                    slot.clip.variant = variant
                    self._known.pop(segment, None)
                    self._table.define(track, number)
        self._core.touch()
