"""How the engine is doing, for people and for the demo. Runs on: event loop."""

from typing import Any

from liveengine.command import command
from liveengine.engine.engine import Snapshot
from liveengine.engine.streams import StreamKind
from liveengine.engine.streams.channels import cue_at
from liveengine.errors import EngineDown
from liveengine.events import DeviceLost, DeviceReturned
from liveengine.session.core import Core


class Status:
    """Reads the engine's own counters, and tells when it loses its device."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._stream: int | None = None  # what `header.stream` said at the last look

    def look(self, snapshot: Snapshot) -> None:
        """Publish that the device was lost or plays again; a watcher of the session's."""
        stream, before = int(self._core.engine.memory.header["stream"][0]), self._stream
        self._stream = stream
        if stream == before or (before is None and stream >= 0):
            return
        name = StreamKind(abs(stream)).name.lower()
        self._core.bus.publish(DeviceLost(name) if stream < 0 else DeviceReturned(name, snapshot.gap))

    def load(self) -> float | None:
        """Return the share of the time that the engine needs, None while nothing plays or there is no engine."""
        try:
            seen = self._core.engine.snapshot()
        except EngineDown:
            return None
        return seen.load if seen.voices else None

    @command("/engine/stats", query=True)
    def stats(self) -> dict[str, Any]:
        """Engine counters: stream, rate, block, load, xruns, late callbacks, voices, last gap, where cue is heard."""
        engine = self._core.engine
        seen = engine.snapshot()
        header = engine.memory.header[0]
        stream = int(header["stream"])
        return {
            "alive": engine.alive(),
            "stream": StreamKind(abs(stream)).name.lower() if stream else "none",
            "lost": stream < 0,
            "rate": seen.rate,
            "block": seen.block,
            "latency": int(header["latency"]),
            "frame": seen.frame,
            "frames_per_beat": seen.frames_per_beat,
            "voices": seen.voices,
            "load": seen.load,
            "busy_max_us": int(header["busy_max_ns"]) / 1000,
            "callbacks": seen.callbacks,
            "xruns": seen.xruns,
            "late": seen.late,
            "gap": seen.gap,
            "engines": seen.engine_epoch,
            "events_lost": seen.events_lost,
            "cue": cue_at(int(header["outputs"])),
        }
