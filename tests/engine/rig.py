"""A kernel on countable memory: rate 8, four frames to a beat, tracks whose samples can be counted by hand."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from liveengine.engine.engine import Engine, Report, Snapshot
from liveengine.engine.layout import COMMAND
from liveengine.engine.memory import Capacity, on_heap
from liveengine.engine.ops import Happened, Op, Reason
from liveengine.engine.streams.offline import render

Sound = npt.NDArray[np.float32]
UNIT = 1.0 / 1024  # one count of a sample: exact in float32 and far below the ceiling


class Rig:
    """Memory, handle and offline stream; `run` gives the sound in counts."""

    def __init__(self, *, frame: int = 0, ceiling: float = 1.0, beat: float = 4.0, **capacity: int) -> None:
        sizes = {"tracks": 2, "buses": 2, "voices": 16, "commands": 64, "events": 1024, "queue": 32, "segments": 16}
        sizes |= {"tap_frames": 64, "pool_bytes": 1 << 18} | capacity
        self.memory = on_heap(Capacity(**sizes), 8, ceiling, beat)
        self.memory.bank["frame"] = frame
        self.memory.bank["anchor_frame"] = frame
        self.engine = Engine(self.memory)
        self.heard: list[Report] = []

    def pushed(self) -> dict[int, np.void]:
        """Return where each record that is pushed from now on is found, by its token."""
        found: dict[int, np.void] = {}

        def keep(record: bytes) -> None:
            (fields,) = np.frombuffer(record, COMMAND)
            found[int(fields["token"])] = fields

        self.engine._journal = keep
        return found

    def load(self, *channels: Sequence[float] | npt.NDArray[Any], markers: Sequence[int] = ()) -> int:
        """Return a ready segment with these samples, in counts, and these frames as its attacks."""
        samples = np.array(channels, np.float32) * np.float32(UNIT)
        segment = self.engine.segments.allocate(samples.shape[1], len(samples), 1, markers)
        self.engine.segments.view(segment)[:] = samples
        self.engine.segments.ready(segment, samples.shape[1])
        return segment

    def play(self, segment: int, track: int = 0, **fields: Any) -> int:
        """Push a LAUNCH of slot 1; return its token."""
        return self.engine.push(Op.LAUNCH, **{"track": track, "slot": 1, "segment": segment, **fields})

    def loop(self, segment: int, track: int = 0, **fields: Any) -> int:
        """Push a LAUNCH that repeats the whole segment."""
        end = self.engine.segments.view(segment).shape[1]
        return self.play(segment, track, **{"loop_end": end, **fields})

    def clip(self, slot: int, segment: int, track: int = 0, **fields: Any) -> int:
        """Push a CLIP that repeats the whole segment; return its token."""
        end = self.engine.segments.view(segment).shape[1]
        return self.engine.push(
            Op.CLIP, **{"track": track, "slot": slot, "segment": segment, "loop_end": end, **fields}
        )

    def press(self, slot: int, value: int = 1, track: int = 0, **fields: Any) -> int:
        """Push a PRESS, or with value 0 the release; return its token."""
        return self.engine.push(Op.PRESS, track=track, slot=slot, value=value, **fields)

    def run(self, frames: int, block: int = 4) -> Sound:
        """Return the next frames of all rows, in counts, and collect the events."""
        sound = render(self.memory, frames, block) / np.float32(UNIT)
        self.heard += self.engine.reports()
        return sound

    def left(self, frames: int, block: int = 4) -> list[float]:
        """Return the master's left side of the next frames, in counts."""
        counts: list[float] = self.run(frames, block)[0].tolist()
        return counts

    def state(self) -> Snapshot:
        return self.engine.snapshot()

    def events(self, *kinds: Happened) -> list[Report]:
        """Return what was reported so far, of these kinds."""
        return [report for report in self.heard if report.kind in kinds]

    def started(self, track: int = 0) -> list[tuple[int, int]]:
        """Return (frame, slot) of each clip that began on a track."""
        return [(report.frame, report.slot) for report in self.events(Happened.STARTED) if report.track == track]

    def stopped(self, *reasons: Reason) -> list[tuple[int, int]]:
        """Return (frame, slot) of each voice that ended for one of these reasons."""
        return [(report.frame, report.slot) for report in self.events(Happened.STOPPED) if report.aux in reasons]
