"""Stems in the sample pool: loaded once, shared by all slots, given back when no slot needs them. Runs on: event loop.

A place is lent to the engine: it is freed only after the engine has reported it retired.
"""

import asyncio
import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from liveengine.engine.engine import Report
from liveengine.engine.layout import Op, SegmentState
from liveengine.errors import OutOfRange, RingFull
from liveengine.jobs.pool import Pool
from liveengine.session.core import Core
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
    """The daemon's side of the sample pool."""

    def __init__(
        self,
        core: Core,
        pool: Pool,
        shared: Memory,
        max_minutes: float,
        loaded: Callable[[int, dict[str, Any]], None] = lambda segment, facts: None,
    ) -> None:
        """`loaded` hears of each segment that is filled, for the journal."""
        self._core = core
        self._loaded = loaded
        self._pool = pool
        self._shared = shared
        self._max_minutes = max_minutes
        self._held: Counter[int] = Counter()  # segments handed out and not yet in a slot
        self._loading: dict[int, asyncio.Task[Buffer]] = {}
        self._retiring: dict[int, int] = {}  # by segment the token of the RETIRE that is under way
        self._overdue: set[int] = set()  # ... or shall be, as soon as the ring has room

    async def hold(self, stem: Stem) -> Buffer:
        """Return the stem's place in the pool, loading it if it is not there; `let_go` ends the hold.

        Raises OutOfRange for a stem that is too long, PoolFull, BadAudio or JobFailure; the pool is as before then.
        """
        if stem.duration > self._max_minutes * 60.0:
            raise OutOfRange(
                f"stem {stem.id} lasts {stem.duration / 60:.1f} minutes, a slot takes {self._max_minutes:g}: "
                "cut it shorter, or raise library.max_minutes"
            )
        found = self._core.engine.segments.find(stem.id)
        if found is None or stem.id in self._loading:
            task = self._loading.get(stem.id) or self._start(stem)
            buffer = await asyncio.shield(task)
        else:
            buffer = Buffer(found, stem.id, self._core.engine.segments.view(found).shape[1])
        self._hold(buffer.segment)
        return buffer

    async def hold_pattern(self, stem: Stem, at: Sequence[float], tempo: float) -> tuple[Buffer, float]:
        """Return a place with a bar-exact loop that hits a one-shot on the beats `at`, and the loop's beats.

        With no beats the one-shot is hit at the beginning of as many bars as it lasts.
        """
        hit = await self.hold(stem)
        try:
            segments = self._core.engine.segments
            per_beat = frames_per_beat(tempo, self._core.engine.rate)
            beats = 4.0 if at else pattern.loop_beats(hit.frames, per_beat)
            key = _pattern_key(stem.id, tempo, at)
            segment = segments.find(key)
            if segment is None:
                loop = await asyncio.to_thread(pattern.lay, segments.view(hit.segment), per_beat, beats, at or (0.0,))
                segment = segments.find(key)
            if segment is None:
                segment = self._place(loop, key)
                self._note(segment, key, stem, {"tempo": tempo, "beats": beats, "at": list(at or (0.0,))})
            self._hold(segment)
            return Buffer(segment, key, segments.view(segment).shape[1]), beats
        finally:
            self.let_go(hit.segment)

    def let_go(self, segment: int) -> None:
        """End a hold; the place is given back when no slot uses it."""
        self._held[segment] -= 1
        if self._held[segment] <= 0:
            del self._held[segment]
        self.unused(segment)

    def unused(self, segment: int) -> None:
        """Ask the engine to give a place back, unless a slot or a hold needs it."""
        if segment < 0 or segment in self._retiring or self._needed(segment):
            return
        try:
            self._retiring[segment] = self._core.engine.push(Op.RETIRE, segment=segment)
        except RingFull:
            self._overdue.add(segment)

    def tidy(self) -> None:
        """Ask again for what the full ring did not take; called now and then."""
        overdue, self._overdue = self._overdue, set()
        for segment in overdue:
            self.unused(segment)

    def retired(self, report: Report) -> None:
        """Free a place that the engine has given back, unless it was taken again since it was asked for."""
        if self._retiring.get(report.segment) != report.token:
            return  # taken again, or asked for by an earlier daemon: `adopt` has asked again
        del self._retiring[report.segment]
        if not self._needed(report.segment):
            self._core.engine.segments.free(report.segment)

    def refused(self, report: Report) -> None:
        """Ask again later when the engine had no room to keep the question."""
        if self._retiring.get(report.segment) == report.token:
            del self._retiring[report.segment]
            self._overdue.add(report.segment)

    def adopt(self) -> None:
        """Take over the pool of a daemon that is gone: drop clips whose place is not there, give back what none uses.

        A clip without its place gets segment -1.
        """
        rows = self._core.engine.memory.segments
        table = {int(n): int(rows["stem"][n]) for n in np.flatnonzero(rows["state"] == SegmentState.READY)}
        for left in np.flatnonzero(rows["state"] == SegmentState.FILLING):
            self._core.engine.segments.free(int(left))  # its load worker ended with the daemon
        for track in self._core.model.tracks:
            for slot in track.slots:
                if slot.clip is not None and table.get(slot.clip.segment) != slot.clip.key:
                    slot.clip.segment = -1
        self.ask_again()

    def ask_again(self) -> None:
        """Ask the engine once more to give back every place that nothing needs; its answers may have been lost."""
        self._retiring.clear()
        rows = self._core.engine.memory.segments
        for segment in np.flatnonzero(rows["state"] == SegmentState.READY):
            if int(rows["stem"][segment]) not in self._loading:
                self.unused(int(segment))

    def _hold(self, segment: int) -> None:
        self._held[segment] += 1
        self._retiring.pop(segment, None)  # its answer says nothing about what plays from now on

    def _needed(self, segment: int) -> bool:
        return self._held[segment] > 0 or any(
            slot.clip is not None and slot.clip.segment == segment
            for track in self._core.model.tracks
            for slot in track.slots
        )

    def _start(self, stem: Stem) -> asyncio.Task[Buffer]:
        task = asyncio.create_task(self._load(stem), name=f"load stem {stem.id}")
        self._loading[stem.id] = task
        task.add_done_callback(lambda _: self._loading.pop(stem.id, None))
        return task

    async def _load(self, stem: Stem) -> Buffer:
        engine = self._core.engine
        most = frames_at(stem.frames, stem.rate, engine.rate) + SPARE_FRAMES
        channels = min(2, stem.channels)
        segment = engine.segments.allocate(most, channels, stem.id)
        try:
            place = engine.memory.segments[segment]
            offset, stride = int(place["offset"]), int(place["stride"])
            loaded = await self._pool.run(
                "load",
                {
                    "path": str(stem.path),
                    "rate": engine.rate,
                    "pool_path": str(self._shared.pool_path),
                    "offset": offset,
                    "stride": stride,
                    "channels": channels,
                    "max_frames": most,
                    "loop": stem.loop,
                },
            )
        except BaseException:
            engine.segments.free(segment)
            raise
        self._shared.prefault(offset, 4 * stride * channels)
        engine.segments.ready(segment, loaded["frames"])
        self._note(segment, stem.id, stem)
        return Buffer(segment, stem.id, loaded["frames"])

    def _note(self, segment: int, key: int, stem: Stem, laid: dict[str, Any] | None = None) -> None:
        """Tell the journal what lies in a segment; `laid` says how a pattern was made of the stem."""
        row = self._core.engine.memory.segments[segment]
        self._loaded(
            segment,
            {
                "key": key,
                "stem": stem.id,
                "path": str(stem.path),
                "frames": int(row["frames"]),
                "channels": int(row["channels"]),
                "loop": stem.loop,
                **(laid or {}),
            },
        )

    def _place(self, samples: npt.NDArray[np.float32], key: int) -> int:
        segments = self._core.engine.segments
        segment = segments.allocate(samples.shape[1], samples.shape[0], key)
        segments.view(segment)[:] = samples
        segments.ready(segment, samples.shape[1])
        return segment


def _pattern_key(stem: int, tempo: float, at: Sequence[float]) -> int:
    """Return a negative number for what a pattern is made of; the same one for every daemon."""
    made_of = repr((stem, float(tempo), [float(beat) for beat in at])).encode()
    return -1 - int.from_bytes(hashlib.blake2b(made_of, digest_size=6).digest())
