"""The sample memory as clients see it. Runs on: event loop."""

from typing import Any

import numpy as np

from liveengine.command import command
from liveengine.engine.ops import SegmentState
from liveengine.session.ahead import Ahead
from liveengine.session.buffers import Buffers
from liveengine.session.core import Core
from liveengine.session.room import Room


class Memory:
    """Reads the pool's table and the counters of those who fill it."""

    def __init__(self, core: Core, buffers: Buffers, room: Room, ahead: Ahead) -> None:
        self._core = core
        self._buffers = buffers
        self._room = room
        self._ahead = ahead

    @command("/memory", query=True)
    def memory(self) -> dict[str, Any]:
        """Sample memory in bytes: all, used, needed now, free; buffers; how often a stem was there or loaded ahead."""
        engine = self._core.engine
        segments = engine.segments
        there = np.flatnonzero(engine.memory.segments["state"] != SegmentState.FREE).tolist()
        needed = self._room.needed() | self._room.sounding()
        whole = segments.limit
        used = segments.used
        return {
            "bytes": whole,
            "used": used,
            "needed": sum(segments.bytes(segment) for segment in there if segment in needed),
            "free": whole - used,
            "buffers": len(there),
            "evicted": self._room.evicted,
            "hits": self._buffers.hits,
            "misses": self._buffers.misses,
            "ahead": {
                "loaded": self._ahead.loaded,
                "hits": self._buffers.early_hits,
                "waiting": self._ahead.waiting,
                "bytes": self._buffers.early_bytes(),
            },
        }
