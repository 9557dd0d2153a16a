"""Keeps what a voice may read in RAM, so that the audio thread never waits for a page. Runs on: engine process."""

from liveengine.engine.memory import state_bytes
from liveengine.engine.ops import SegmentState
from liveengine.engine.pool import Segments
from liveengine.engine.shared import Shared
from liveengine.engine.streams import priority


class Resident:
    """Brings segments in when they become READY; all memory is locked where the system allows that, else each alone."""

    def __init__(self, shared: Shared) -> None:
        self._shared = shared
        self._places = Segments(shared.memory)
        self._ready = shared.memory.segments["state"] == SegmentState.READY
        self._ready[:] = False
        self.all = False  # everything that this process has mapped is locked

    def lock(self) -> None:
        """Lock what is mapped now, with what it is filled with later; once everything is loaded."""
        self._shared.prefault_state()
        self.all = priority.lock_memory()
        if not self.all:
            priority.lock(self._shared.memory.header.ctypes.data, state_bytes(self._shared.capacity))

    def step(self) -> None:
        """Look for segments that have become READY, and for those that are so no more."""
        segments = self._shared.memory.segments
        ready = segments["state"] == SegmentState.READY
        for place in (ready != self._ready).nonzero()[0]:
            first, length = int(segments[place]["offset"]), self._places.bytes(place)
            address = self._shared.memory.pool.ctypes.data + first
            if ready[place]:
                self._shared.prefault(first, length)
                if not self.all:
                    priority.lock(address, length)
            elif not self.all:
                priority.unlock(address, length)
        self._ready = ready
