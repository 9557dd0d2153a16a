"""What of the sample pool may be played. Runs on: audio thread (RT-safe). A segment's fields may hold anything."""

from typing import Any

from liveengine.engine.kernel.jit import inner
from liveengine.engine.kernel.work import Work
from liveengine.engine.layout import MAX_FRAMES
from liveengine.engine.ops import SegmentState

READY = int(SegmentState.READY)


@inner
def lent(segment: Any, samples: int) -> bool:
    """Tell whether a segment is ready and within a pool of `samples` samples; its fields may hold anything. RT-safe."""
    if segment.state != READY or not (segment.channels == 1 or segment.channels == 2):
        return False
    if not 0 < segment.frames <= min(MAX_FRAMES, samples):
        return False
    if not segment.frames <= segment.stride <= samples:
        return False
    if not 0 <= segment.offset <= samples * 4 or segment.offset % 4 != 0:
        return False
    return segment.offset // 4 + (segment.channels - 1) * segment.stride + segment.frames <= samples


@inner
def fits(work: Work, record: Any) -> bool:
    """Tell whether a LAUNCH's segment, start and loop can be played. RT-safe."""
    if not 0 <= record.segment < work.segments.size:
        return False
    segment = work.segments[record.segment]
    if not lent(segment, work.pool.size):
        return False
    end = segment.frames
    if record.loop_end > record.loop_start:
        if record.loop_start < 0 or record.loop_end > segment.frames:
            return False
        end = record.loop_end
    return 0 <= record.start < end
