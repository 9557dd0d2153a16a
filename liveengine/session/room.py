"""Room in the sample pool: a bounded cache, least recently used first out. Runs on: event loop.

A place is needed while a slot, a hold or what renders it needs it. What nobody needs stays, in case it is asked for
again, until something else wants its room; then it is freed only after the engine has reported it retired.
"""

import asyncio
import contextlib
import itertools
from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from liveengine.engine.engine import Report
from liveengine.engine.ops import Op, SegmentState, VoiceState
from liveengine.engine.pool import size_of
from liveengine.errors import PoolFull, RingFull
from liveengine.session.core import Core

RETIRED_S = 2.0  # how long the engine may take to give a place back; a standby takes over within a tenth of that


class Room:
    """Who needs which segment, and which go when room is wanted."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._held: Counter[int] = Counter()  # segments handed out and not yet in a slot
        self._used: dict[int, int] = {}  # by segment, when it was last needed
        self._clock = itertools.count(1)
        self._retiring: dict[int, int] = {}  # by segment the token of the RETIRE that is under way
        self._returned = asyncio.Event()
        self._making = asyncio.Lock()
        self.evicted = 0  # places that were given back for others

    async def take(self, frames: int, channels: int, key: int, markers: Sequence[int] = ()) -> int:
        """Return a segment to be filled, after others have made room if need be.

        Raises PoolFull when what is needed now leaves no room, BadArgument for an impossible size.
        """
        segments = self._core.engine.segments
        with contextlib.suppress(PoolFull):
            return segments.allocate(frames, channels, key, markers)
        async with self._making:
            while True:
                try:
                    return segments.allocate(frames, channels, key, markers)
                except PoolFull:
                    victims = self._victims(size_of(frames, channels, len(markers)))
                    if not victims:
                        raise
                    await self._evict(victims)

    @contextlib.contextmanager
    def kept(self, segment: int) -> Iterator[None]:
        """Hold a segment while something is done with it."""
        self.hold(segment)
        try:
            yield
        finally:
            self.let_go(segment)

    def hold(self, segment: int) -> None:
        """Keep a segment until `let_go`."""
        self._held[segment] += 1
        if self._retiring.pop(segment, None) is not None:  # its answer says nothing about what plays from now on
            self._returned.set()
        self.touch(segment)

    def let_go(self, segment: int) -> None:
        """End a hold."""
        self._held[segment] -= 1
        if self._held[segment] <= 0:
            del self._held[segment]
        self.touch(segment)

    def touch(self, segment: int) -> None:
        """Note that a segment was needed until now."""
        self._used[segment] = next(self._clock)

    def needed(self) -> set[int]:
        """Return the segments that slots and holds need."""
        clips = (slot.clip for track in self._core.model.tracks for slot in track.slots if slot.clip is not None)
        found = {segment for clip in clips for segment in clip.segments()}
        return found | set(self._held)

    def sounding(self) -> set[int]:
        """Return the segments that voices read now."""
        memory = self._core.engine.memory
        side = int(memory.header["committed"][0]) & 1
        voices = memory.voices[side][: int(memory.bank["active"][side])]
        return set(voices["segment"][voices["state"] != VoiceState.FREE].tolist())

    def give_back(self, segment: int) -> None:
        """Have the engine give a place back as soon as nothing reads it, which nobody will ask for again."""
        if segment not in self._retiring and segment not in self.needed():
            with contextlib.suppress(RingFull):
                self._retiring[segment] = self._core.engine.push(Op.RETIRE, segment=segment)

    def retired(self, report: Report) -> None:
        """Free a place that the engine has given back, unless it was taken again since it was asked for."""
        if self._retiring.get(report.segment) != report.token:
            return  # taken again, or asked for by an earlier daemon
        del self._retiring[report.segment]
        if report.segment not in self.needed():
            self._core.engine.segments.free(report.segment)
            self._used.pop(report.segment, None)
            self.evicted += 1
        self._returned.set()

    def refused(self, report: Report) -> None:
        """Take note that the engine had no room to keep the question."""
        if self._retiring.get(report.segment) == report.token:
            del self._retiring[report.segment]
            self._returned.set()

    def adopt(self) -> None:
        """Take over the pool of a daemon that is gone: what nobody fills any more is free."""
        rows = self._core.engine.memory.segments
        for left in np.flatnonzero(rows["state"] == SegmentState.FILLING):
            self._core.engine.segments.free(int(left))  # its worker ended with the daemon
        self._core.engine.segments.trim()  # what it was about to give back
        self.ask_again()

    def ask_again(self) -> None:
        """Forget what was asked of the engine; its answers may have been lost."""
        self._retiring.clear()
        self._returned.set()

    def _victims(self, size: int) -> list[int]:
        """Return which of the segments that nobody needs must go for a place of `size` bytes; raise PoolFull.

        There are none where it is not the pool that is full, but what it lies in.
        """
        segments = self._core.engine.segments
        rows = self._core.engine.memory.segments
        ready = set(np.flatnonzero(rows["state"] == SegmentState.READY).tolist())
        spare = ready - self.needed() - self.sounding() - set(self._retiring)
        order = sorted(spare, key=lambda segment: self._used.get(segment, 0))
        if segments.gap(size, order) is None:
            raise PoolFull(self._told(size, len(ready - spare)))
        low, high = 0, len(order)
        while low < high:  # the fewest, oldest first, that leave room
            middle = (low + high) // 2
            low, high = (low, middle) if segments.gap(size, order[:middle]) is not None else (middle + 1, high)
        return order[: max(1, low)]  # where the pool has room, the table has not, or what the pool lies in

    def _told(self, size: int, needed: int) -> str:
        pool = self._core.engine.segments.limit
        return (
            f"the sample pool of {pool >> 20} MiB has no room for {max(1, size >> 20)} MiB more: {needed} buffers "
            "are all needed by slots or sounding; clear clips, or raise engine.pool_mib"
        )

    async def _evict(self, victims: Sequence[int]) -> None:
        """Have the engine give places back; returns when it has, or one was taken again. Raises PoolFull."""
        try:
            for segment in victims:
                self._retiring[segment] = self._core.engine.push(Op.RETIRE, segment=segment)
            async with asyncio.timeout(RETIRED_S):
                while any(segment in self._retiring for segment in victims):
                    self._returned.clear()
                    await self._returned.wait()
        except (RingFull, TimeoutError):
            for segment in victims:
                self._retiring.pop(segment, None)
            raise PoolFull("the engine does not give sample memory back at the moment; try again") from None
