"""Keeps what a voice may read in RAM, so that the audio thread never waits for a page. Runs on: engine process."""

import numpy as np

from liveengine.engine.memory import state_bytes
from liveengine.engine.ops import SegmentState
from liveengine.engine.pool import Segments
from liveengine.engine.shared import Shared
from liveengine.engine.streams import priority

_NOWHERE = -1


class Resident:
    """Brings segments in when they become READY; all memory is locked where the system allows that, else each alone."""

    def __init__(self, shared: Shared) -> None:
        self._shared = shared
        self._places = Segments(shared.memory)
        self._offsets = np.full(len(shared.memory.segments), _NOWHERE)
        self._locked: dict[int, tuple[int, int]] = {}  # by segment, address and bytes
        self.all = False  # everything that this process has mapped is locked

    def lock(self) -> None:
        """Lock what is mapped now, with what it is filled with later; once everything is loaded."""
        self._shared.prefault_state()
        self.all = priority.lock_memory()
        if not self.all:
            priority.lock(self._shared.memory.header.ctypes.data, state_bytes(self._shared.capacity))
            priority.lock_others(self._shared.memory.pool.ctypes.data, self._shared.capacity.pool_bytes)

    def step(self) -> None:
        """Look for segments that have become READY, and for those that are so no more, or elsewhere."""
        segments = self._shared.memory.segments
        offsets = np.where(segments["state"] == SegmentState.READY, segments["offset"], _NOWHERE)
        changed = np.flatnonzero(offsets != self._offsets).tolist()
        self._offsets = offsets
        for place in changed:  # before others come to where they were
            if place in self._locked:
                priority.unlock(*self._locked.pop(place))
        for place in changed:
            if (first := int(offsets[place])) != _NOWHERE:
                self._bring(place, first, self._places.bytes(place))

    def _bring(self, place: int, first: int, length: int) -> None:
        self._shared.prefault(first, length)
        if not self.all:
            self._locked[place] = self._shared.memory.pool.ctypes.data + first, length
            priority.lock(*self._locked[place])
