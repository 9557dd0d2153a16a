"""What a playhead hears: the tape, read at any speed in any tier. Runs on: audio thread (RT-safe)."""

from typing import Any

import numpy as np

from liveengine.engine import dsp, tape
from liveengine.engine.jit import inner
from liveengine.engine.layout import FRACTION_BITS, ONE_FRAME, STAGE_FRAMES, Tier
from liveengine.engine.work import Work

FRACTION = ONE_FRAME - 1
LINEAR, CUBIC = int(Tier.LINEAR), int(Tier.CUBIC)


@inner
def plain(position: int, step: int) -> bool:
    """Tell whether each frame is one whole sample. RT-safe."""
    return step == ONE_FRAME and position & FRACTION == 0


@inner
def reach(tier: int, position: int, step: int) -> tuple[int, int]:
    """Return how many samples before and after the one under the playhead a frame needs. RT-safe."""
    if plain(position, step):
        return 0, 0
    if tier == LINEAR:
        return 0, 1
    return 1, 2


@inner
def frames_before(position: int, step: int, frame: int, wanted: int) -> int:
    """Return how many frames, up to `wanted`, lie before the playhead reaches a buffer's frame. RT-safe."""
    bound = frame << FRACTION_BITS
    if position + (wanted - 1) * step < bound:
        return wanted
    return (bound - position + step - 1) // step


@inner
def piece(voice: Any, position: int, step: int, before: int, after: int, wanted: int) -> tuple[int, bool]:
    """Return how many of `wanted` frames one loop can read, and whether straight from the buffer. RT-safe.

    All lie before the loop's end, so that the caller can take the playhead around.
    """
    k = position >> FRACTION_BITS
    low, high = tape.straight_from(voice), tape.straight_to(voice)
    if k - before >= low and k + after < high:
        return frames_before(position, step, high - after, wanted), True
    n = frames_before(position, step, voice.loop_end, wanted)
    if k - before < low:
        n = frames_before(position, step, low + before, n)
    room = STAGE_FRAMES - before - after - 2
    if (n * step) >> FRACTION_BITS > room:
        n = max((room << FRACTION_BITS) // step, 1)
    return n, False


@inner
def whole(pool: Any, left: int, right: int, part: int, step: int, before: int, after: int, count: int) -> int:
    """Return how many of the next `count` frames need no broken sample. RT-safe."""
    span = np.uint64(((part + (count - 1) * step) >> FRACTION_BITS) + 1 + before + after)
    most = dsp.loudest(pool, np.uint64(left - before), span)
    if right != left:
        most = max(most, dsp.loudest(pool, np.uint64(right - before), span))
    if most < dsp.BROKEN:
        return count
    for i in range(count):
        k = ((part + i * step) >> FRACTION_BITS) - before
        for channel in (left, right):
            if dsp.loudest(pool, np.uint64(channel + k), np.uint64(1 + before + after)) >= dsp.BROKEN:
                return i
    return count


@inner
def read(
    work: Work, voice: Any, position: int, step: int, out: Any, row: int, first: int, wanted: int
) -> tuple[int, int]:
    """Add the next frames under a playhead, times the voice's gain and fade, to two rows of the output. RT-safe.

    The playhead lies before the loop's end. Returns how many of the `wanted` frames this took, at least one, and how
    many of these sounded: fewer when a sample is broken.
    """
    before, after = reach(voice.tier, position, step)
    n, straight = piece(voice, position, step, before, after, wanted)
    k = position >> FRACTION_BITS
    part = position & FRACTION
    if straight:
        good = sound(work.pool, voice.left + k, voice.right + k, part, step, before, after, voice, out, row, first, n)
        return n, good
    span = ((part + (n - 1) * step) >> FRACTION_BITS) + 1 + before + after
    tape.stage(voice, work.pool, work.stage, 0, k - before, span)
    good = sound(work.stage, before, before + STAGE_FRAMES, part, step, before, after, voice, out, row, first, n)
    return n, good


@inner
def sound(
    pool: Any, left: int, right: int, part: int, step: int, before: int, after: int,
    voice: Any, out: Any, row: int, first: int, count: int,
) -> int:  # fmt: skip
    """Add up to `count` frames from samples that lie side by side; return how many need no broken one. RT-safe."""
    count = whole(pool, left, right, part, step, before, after, count)
    gain, fade = voice.gain, voice.fade
    g, g_step, g_left = gain.target, gain.step, gain.left
    f, f_step, f_left = fade.target, fade.step, fade.left
    a, b, r, at, n = np.uint64(left), np.uint64(right), np.uint64(row), np.uint64(first), np.uint64(count)
    if after == 0:
        dsp.mix(pool, a, b, out, r, at, n, g, g_step, g_left, f, f_step, f_left)
    elif after == 1:
        dsp.mix_linear(
            pool, a, b, np.uint64(part), np.uint64(step), out, r, at, n, g, g_step, g_left, f, f_step, f_left
        )
    else:
        dsp.mix_cubic(pool, a, b, np.uint64(part), np.uint64(step), out, r, at, n, g, g_step, g_left, f, f_step, f_left)
    return count
