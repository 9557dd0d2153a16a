"""Stems in the sample pool: loaded once, shared by all slots. Runs on: event loop."""

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from liveengine.engine.ops import SegmentState
from liveengine.errors import OutOfRange
from liveengine.jobs.pool import Pool
from liveengine.session.core import Core
from liveengine.session.room import Room
from liveengine.sound import pattern
from liveengine.sound.convert import frames_at
from liveengine.stems.model import Stem
from liveengine.units import frames_per_beat

SPARE_FRAMES = 64  # a decoder may give a little more than a header promises


class Memory(Protocol):
    """What is needed of the shared memory."""

    @property
    def pool_path(self) -> Path:
        """File of the sample pool, into which the load worker writes."""

    def prefault(self, offset: int, length: int) -> None:
        """Have the pages in RAM before the audio thread reads them."""


class Buffer(NamedTuple):
    """A place in the pool with a stem in it."""

    segment: int
    key: int
    frames: int


class Buffers:
    """Fills the sample pool."""

    def __init__(  # noqa: PLR0917
        self,
        core: Core,
        room: Room,
        pool: Pool,
        shared: Memory,
        max_minutes: float,
        loaded: Callable[[int, dict[str, Any]], None] = lambda segment, facts: None,
    ) -> None:
        """`loaded` hears of each segment that is filled, for the journal."""
        self._core = core
        self._room = room
        self._loaded = loaded
        self._pool = pool
        self._shared = shared
        self._max_minutes = max_minutes
        self._loading: dict[int, asyncio.Task[Buffer]] = {}
        self.early: set[int] = set()  # stems that were loaded before anybody asked for them
        self.hits = self.misses = self.early_hits = 0

    async def hold(self, stem: Stem, early: bool = False) -> Buffer:
        """Return the stem's place in the pool, loading it if it is not there; `let_go` ends the hold.

        An `early` load waits behind all others. Raises OutOfRange for a stem that is too long, PoolFull, BadAudio or
        JobFailure; the pool is as before then.
        """
        if stem.duration > self._max_minutes * 60.0:
            raise OutOfRange(
                f"stem {stem.id} lasts {stem.duration / 60:.1f} minutes, a slot takes {self._max_minutes:g}: "
                "cut it shorter, or raise library.max_minutes"
            )
        found = self.find(stem.id)
        if not early:
            self._count(stem.id, found is not None)
        if found is None:
            task = self._loading.get(stem.id) or self._start(stem, early)
            buffer = await asyncio.shield(task)
        else:
            buffer = Buffer(found, stem.id, self._core.engine.segments.view(found).shape[1])
        self._room.hold(buffer.segment)
        return buffer

    def find(self, stem: int) -> int | None:
        """Return the segment that holds a stem whole, None while it is not there."""
        return None if stem in self._loading else self._core.engine.segments.find(stem)

    def there(self, stem: int) -> bool:
        """Return whether a stem is in the pool, or on its way there."""
        return stem in self._loading or self.find(stem) is not None

    def early_bytes(self) -> int:
        """Return how much of the pool holds stems that nobody has asked for yet."""
        segments = self._core.engine.segments
        there = {stem: segment for stem in self.early if (segment := segments.find(stem)) is not None}
        self.early &= there.keys()
        return sum(map(segments.bytes, there.values()))

    async def hold_pattern(self, stem: Stem, at: Sequence[float], tempo: float) -> tuple[Buffer, float]:
        """Return a place with a bar-exact loop that hits a one-shot on the beats `at`, and the loop's beats.

        With no beats the one-shot is hit at the beginning of as many bars as it lasts.
        """
        hit = await self.hold(stem)
        try:
            segments = self._core.engine.segments
            per_beat = frames_per_beat(tempo, self._core.engine.rate)
            beats = 4.0 if at else pattern.loop_beats(hit.frames, per_beat)
            beaten = at or (0.0,)
            key = _pattern_key(stem.id, tempo, at)
            if segments.find(key) is None:
                loop = await asyncio.to_thread(pattern.lay, segments.view(hit.segment), per_beat, beats, beaten)
                marks = sorted({round(beat * per_beat) % loop.shape[1] for beat in beaten})
                laid = {"tempo": tempo, "beats": beats, "at": list(beaten), "markers": marks}
                await self._place(loop, key, marks, stem, laid)
            segment = segments.find(key)
            assert segment is not None
            self._room.hold(segment)
            return Buffer(segment, key, segments.view(segment).shape[1]), beats
        finally:
            self.let_go(hit.segment)

    def let_go(self, segment: int) -> None:
        """End a hold; the stem stays until its room is wanted."""
        self._room.let_go(segment)

    def adopt(self) -> None:
        """Take over the pool of a daemon that is gone. A clip whose place is not there any more gets segment -1."""
        rows = self._core.engine.memory.segments
        table = {int(n): int(rows["stem"][n]) for n in np.flatnonzero(rows["state"] == SegmentState.READY)}
        for track in self._core.model.tracks:
            for slot in track.slots:
                if (clip := slot.clip) is not None:
                    clip.segment = clip.segment if table.get(clip.segment) == clip.key else -1
                    if clip.variant is not None and table.get(clip.variant.segment) != clip.variant.key:
                        clip.variant = None
                    if clip.mutation is not None and table.get(clip.mutation.segment) != clip.mutation.key:
                        clip.mutation = None
        self._room.adopt()

    async def fill(
        self, kind: str, payload: dict[str, Any], place: tuple[int, int, int, Sequence[int]], early: bool = False
    ) -> tuple[int, dict[str, Any]]:
        """Return a new segment that a worker has filled, and what the worker says of it.

        `place` holds the frames at most, the channels, the key and the markers; `payload` what the job needs besides.
        A worker that moves the markers says where the `attacks` are now.
        """
        frames, channels, key, markers = place
        engine = self._core.engine
        segment = await self._room.take(frames, channels, key, markers)
        try:
            row = engine.memory.segments[segment]
            offset, stride = int(row["offset"]), int(row["stride"])
            where = {"pool_path": str(self._shared.pool_path), "offset": offset, "stride": stride}
            given = {**payload, **where, "channels": channels, "max_frames": frames, "rate": engine.rate}
            done = await self._pool.run(kind, given, now=not early)
            self._shared.prefault(offset, engine.segments.end(segment) - offset)
            if "attacks" in done:
                engine.segments.mark(segment, done["attacks"])
            engine.segments.ready(segment, done["frames"])
        except BaseException:
            engine.segments.free(segment)
            raise
        self._room.touch(segment)
        return segment, done

    def note(self, segment: int, key: int, stem: int, facts: dict[str, Any]) -> None:
        """Tell the journal what lies in a segment; `facts` say how it was made of the stem."""
        row = self._core.engine.memory.segments[segment]
        size = {"frames": int(row["frames"]), "channels": int(row["channels"])}
        self._loaded(segment, {"key": key, "stem": stem, **size, **facts})

    def _count(self, stem: int, there: bool) -> None:
        """Count whether a stem that is asked for was there, and whether that was foresight."""
        self.hits += there
        self.misses += not there
        if stem in self.early:
            self.early.discard(stem)
            self.early_hits += there

    def _start(self, stem: Stem, early: bool) -> asyncio.Task[Buffer]:
        task = asyncio.create_task(self._load(stem, early), name=f"load stem {stem.id}")
        self._loading[stem.id] = task
        task.add_done_callback(lambda _: self._loading.pop(stem.id, None))
        return task

    async def _load(self, stem: Stem, early: bool) -> Buffer:
        rate = self._core.engine.rate
        most = frames_at(stem.frames, stem.rate, rate) + SPARE_FRAMES
        marks = markers_at(stem, rate)
        payload = {"path": str(stem.path), "loop": stem.loop}
        segment, done = await self.fill("load", payload, (most, min(2, stem.channels), stem.id, marks), early)
        if early:
            self.early.add(stem.id)
        self.note(segment, stem.id, stem.id, {"path": str(stem.path), "loop": stem.loop, "markers": marks})
        return Buffer(segment, stem.id, int(done["frames"]))

    async def _place(
        self, samples: npt.NDArray[np.float32], key: int, markers: Sequence[int], stem: Stem, laid: dict[str, Any]
    ) -> None:
        segments = self._core.engine.segments
        segment = await self._room.take(samples.shape[1], samples.shape[0], key, markers)
        if segments.find(key) is not None:  # somebody else was faster while room was made
            segments.free(segment)
            return
        segments.view(segment)[:] = samples
        segments.ready(segment, samples.shape[1])
        self._room.touch(segment)
        self.note(segment, key, stem.id, {"path": str(stem.path), "loop": stem.loop, **laid})


def markers_at(stem: Stem, rate: int) -> list[int]:
    """Return a stem's transients in frames at `rate`, ascending, each once, within the stem."""
    most = frames_at(stem.frames, stem.rate, rate)
    marks = {frame * rate // stem.rate for frame in stem.transients}
    return sorted(mark for mark in marks if 0 <= mark < most)


def _pattern_key(stem: int, tempo: float, at: Sequence[float]) -> int:
    """Return a negative number for what a pattern is made of; the same one for every daemon."""
    return key_of((stem, float(tempo), [float(beat) for beat in at]))


def key_of(made_of: object) -> int:
    """Return a negative number for what a buffer is made of; the same one for every daemon."""
    return -1 - int.from_bytes(hashlib.blake2b(repr(made_of).encode(), digest_size=6).digest())
