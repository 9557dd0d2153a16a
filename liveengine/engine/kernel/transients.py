"""Where the attacks of a buffer are, as analysis stored them with its segment. Runs on: audio thread (RT-safe).

The markers lie in shared memory: there may be any bits.
"""

import math
from typing import Any

import numpy as np

from liveengine.engine.kernel import dsp
from liveengine.engine.kernel.jit import inner
from liveengine.engine.kernel.work import Work
from liveengine.engine.ops import Warp

NONE = 1 << 40  # as a frame: later than every buffer's end
BEATS = int(Warp.BEATS)
GRID = 0.25  # beats; where a buffer without markers is cut into slices


@inner
def next_after(work: Work, voice: Any, frame: int) -> int:
    """Return the frame, on the voice's tape, of the first attack after `frame`, or NONE. RT-safe."""
    length = voice.loop_end - voice.loop_start
    passed = 0
    if voice.loop_start >= 0 and frame >= voice.loop_end:
        passed = (frame - voice.loop_start) // length * length
    first, count = markers(work, voice)
    if count == 0:
        return next_on_grid(voice, frame)
    found = at_or_after(work.pool, first, count, frame - passed + 1)
    if frame - passed < found < voice.loop_end:
        return passed + found
    if voice.loop_start < 0:
        return NONE
    found = at_or_after(work.pool, first, count, voice.loop_start)
    if voice.loop_start <= found < voice.loop_end and passed + length + found > frame:
        return passed + length + found
    return NONE


@inner
def markers(work: Work, voice: Any) -> tuple[int, int]:
    """Return where in the pool a voice's markers lie and how many there are; a reversed attack is none. RT-safe."""
    segment = work.segments[voice.segment]
    offset, samples = segment.marker_offset, work.pool.size
    if voice.reverse != 0 or segment.markers <= 0 or not 0 <= offset <= samples * 4 or offset % 4 != 0:
        return 0, 0
    return offset // 4, min(segment.markers, samples - offset // 4)


@inner
def at_or_after(pool: Any, first: int, count: int, frame: int) -> int:
    """Return the first of ascending markers that is `frame` or later, or NONE. RT-safe."""
    low, high = 0, count
    found = NONE
    while low < high:
        middle = (low + high) // 2
        marker = int(dsp.bits(pool[np.uint64(first + middle)]))
        if marker < frame:
            low = middle + 1
        else:
            high = middle
            found = marker
    return found


@inner
def next_on_grid(voice: Any, frame: int) -> int:
    """Return where the next slice begins in a buffer without markers: on sixteenths, if it is cut at all. RT-safe."""
    width = voice.source_frames_per_beat * GRID
    if voice.warp != BEATS or not width >= 1.0:
        return NONE
    start = max(voice.loop_start, 0)
    slices = math.floor((frame - start) / width) + 1.0
    found = start + math.floor(slices * width + 0.5)
    return found if found > frame else NONE
