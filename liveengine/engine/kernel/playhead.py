"""What a playhead hears: the tape, read at any speed in any tier. Runs on: audio thread (RT-safe)."""

from typing import Any

import numpy as np

from liveengine.engine.kernel import dsp, tape, tiers
from liveengine.engine.kernel.jit import hot, inner
from liveengine.engine.kernel.sinc import SET_WEIGHTS, SETS, TAPS, fastest
from liveengine.engine.kernel.wide import OVER, WIDEST
from liveengine.engine.kernel.work import Work
from liveengine.engine.layout import FRACTION_BITS, ONE_FRAME, STAGE_FRAMES
from liveengine.engine.ops import Tier

FRACTION = ONE_FRAME - 1
FASTEST = tuple(round(most * ONE_FRAME) for most in fastest(np.arange(SETS - 1)))  # fixed point; of each set
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
    if tier == CUBIC:
        return 1, 2
    return TAPS // 2 - 1, TAPS // 2


@inner
def frames_before(position: int, step: int, frame: int, wanted: int) -> int:
    """Return how many frames, up to `wanted`, lie before the playhead reaches a buffer's frame. RT-safe."""
    bound = frame << FRACTION_BITS
    if position + (wanted - 1) * step < bound:
        return wanted
    return (bound - position + step - 1) // step


@hot
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


@hot
def whole(left: Any, right: Any, part: int, step: int, taps: int, count: int) -> int:
    """Return how many of the next `count` frames need no broken sample. RT-safe."""
    span = ((part + (count - 1) * step) >> FRACTION_BITS) + taps
    if tiers.loudest(left, right, span) < dsp.BROKEN:
        return count
    for i in range(count):
        k = (part + i * step) >> FRACTION_BITS
        if tiers.loudest(dsp.ahead(left, k), dsp.ahead(right, k), taps) >= dsp.BROKEN:
            return i
    return count


@inner
def tape_at(pool: Any, first: int, count: int) -> Any:
    """Return a pointer to `count` samples of a pool. RT-safe."""
    pool[first], pool[first + count - 1]  # a build with bounds checks looks
    return dsp.place(pool, first)


@inner
def row_at(out: Any, row: int, first: int, count: int) -> Any:
    """Return a pointer to `count` samples of a row of the output. RT-safe."""
    out[row, first], out[row, first + count - 1]  # a build with bounds checks looks
    return dsp.place(out, row * out.shape[1] + first)


@hot
def read(
    work: Work, voice: Any, position: int, step: int, out: Any, row: int, first: int, wanted: int
) -> tuple[int, int]:
    """Add the next frames under a playhead, times the voice's gain and fade, to two rows of the output. RT-safe.

    The playhead lies before the loop's end. Returns how many of the `wanted` frames this took, at least one, and how
    many of these sounded: fewer when a sample is broken.
    """
    before, after = reach(voice.tier, position, step)
    n, straight = piece(voice, position, step, before, after, wanted)
    k = (position >> FRACTION_BITS) - before
    part = position & FRACTION
    taps = 1 + before + after
    span = ((part + (n - 1) * step) >> FRACTION_BITS) + taps
    if straight:
        left, right = tape_at(work.pool, voice.left + k, span), tape_at(work.pool, voice.right + k, span)
        room = work.pool.size - max(voice.left, voice.right) - k - span
    else:
        room = OVER
        tape.stage(voice, work.pool, work.stage, 0, k, span)
        left, right = tape_at(work.stage, 0, span), tape_at(work.stage, STAGE_FRAMES, span)
    to_left, to_right = row_at(out, row, first, n), row_at(out, row + 1, first, n)
    good = 0
    if WIDEST > 0 and taps == 1:
        good = tiers.unity_whole(left, right, to_left, to_right, n, voice.gain, voice.fade)
    if good < n:
        done = good
        good += whole(dsp.ahead(left, done), dsp.ahead(right, done), part, step, taps, n - done)
        widest = WIDEST if room >= OVER else 0
        sound(left, right, part, step, taps, to_left, to_right, done, good, voice, work.weights, widest)
    return n, good


@inner
def weights_at(weights: Any, step: int) -> Any:
    """Return a pointer to the sinc's weights for a speed. RT-safe."""
    number = 0
    for most in FASTEST:
        number += 1 if step > most else 0
    return dsp.place(weights, number * SET_WEIGHTS)


@hot
def sound(
    left: Any, right: Any, part: int, step: int, taps: int, to_left: Any, to_right: Any, done: int, count: int,
    voice: Any, weights: Any, widest: int,
) -> None:  # fmt: skip
    """Add `count` frames from a tape that lies at two pointers; at their own speed `done` of them are. RT-safe."""
    n, p, s, most = np.uint64(count), np.uint64(part), np.uint64(step), np.uint64(widest)
    if taps == 1:
        tiers.unity(left, right, to_left, to_right, np.uint64(done), n, voice.gain, voice.fade)
    elif taps == 2:
        tiers.linear(left, right, p, s, to_left, to_right, n, voice.gain, voice.fade, most)
    elif taps == 4:
        tiers.cubic(left, right, p, s, to_left, to_right, n, voice.gain, voice.fade, most)
    else:
        w = weights_at(weights, step)
        tiers.sinc(left, right, p, s, w, to_left, to_right, n, voice.gain, voice.fade)
