"""The interpolators: loops from a tape to two rows of the output. Runs on: audio thread (RT-safe).

Each loop has no branch, so that the compiler turns it into vector code. The tape lies at two pointers, a channel each,
that nobody checks: `playhead` does. A ramp is `target - step * left` with `left` counted down to 0 and resting there,
so that it is the same whatever the block size; the gains are float32.
"""

from typing import Any

import numpy as np

from liveengine.engine.kernel.dsp import MAGNITUDE, ahead, bits, number, pair, weighted
from liveengine.engine.kernel.jit import hot, loop
from liveengine.engine.kernel.sinc import PHASES, TAPS
from liveengine.engine.kernel.wide import FRAMES, WHOLE, frames, whole
from liveengine.engine.layout import FRACTION_BITS, ONE_FRAME

FRACTION_SHIFT = FRACTION_BITS - 24  # float32 holds 24 bits exactly
FRACTION_MASK = (1 << 24) - 1
FRACTION_UNIT = np.float32(2.0**-24)
FRACTION = ONE_FRAME - 1
PHASE_BITS = FRACTION_BITS - PHASES.bit_length() + 1
PHASE_MASK = (1 << PHASE_BITS) - 1
PHASE_UNIT = np.float32(2.0**-PHASE_BITS)


@loop
def loudest(left: Any, right: Any, count: Any) -> Any:
    """Return the largest magnitude among `count` samples of both channels, as bits. RT-safe."""
    one, other = np.int32(0), np.int32(0)
    for i in range(count):
        one = max(one, np.int32(bits(left[i]) & np.int32(MAGNITUDE)))
        other = max(other, np.int32(bits(right[i]) & np.int32(MAGNITUDE)))
    return max(one, other)


@hot
def value(n: Any, target: Any, step: Any, left: Any) -> Any:
    """Return where a ramp is after `n` frames. RT-safe."""
    return target - step * max(left - n, np.float32(0.0))


@hot
def fraction_of(position: Any) -> Any:
    """Return how far a fixed-point position lies behind its frame, 0..1. RT-safe."""
    part = np.int32((position >> np.uint64(FRACTION_SHIFT)) & np.uint64(FRACTION_MASK))
    return np.float32(part) * FRACTION_UNIT


@loop
def unity(left: Any, right: Any, to_left: Any, to_right: Any, first: Any, count: Any, gain: Any, fade: Any) -> None:
    """Add frames `first` to `count`, unchanged in speed. RT-safe."""
    a_target, a_step, a_left = gain.target, gain.step, np.float32(gain.left)
    b_target, b_step, b_left = fade.target, fade.step, np.float32(fade.left)
    for i in range(first, count):
        n = number(i)
        g = value(n, a_target, a_step, a_left) * value(n, b_target, b_step, b_left)
        to_left[i] += left[i] * g
        to_right[i] += right[i] * g


@loop
def unity_whole(left: Any, right: Any, to_left: Any, to_right: Any, count: Any, gain: Any, fade: Any) -> Any:
    """Add frames, unchanged in speed, `WHOLE` by `WHOLE`, until one is broken or too few are left.

    Return how many it were: what is left takes the slower way. RT-safe.
    """
    a_target, a_step, a_left = gain.target, gain.step, np.float32(gain.left)
    b_target, b_step, b_left = fade.target, fade.step, np.float32(fade.left)
    done = 0
    while done + WHOLE <= count:
        fine = whole(
            ahead(left, done), ahead(right, done), ahead(to_left, done), ahead(to_right, done), number(done),
            a_target, a_step, a_left, b_target, b_step, b_left,
        )  # fmt: skip
        if fine == 0:
            break
        done += WHOLE
    return done


@hot
def line(a: Any, b: Any, f: Any) -> Any:
    """Return the straight line from a to b at `f`, 0..1. RT-safe."""
    return a + (b - a) * f


@hot
def hermite(a: Any, b: Any, c: Any, d: Any, f: Any) -> Any:
    """Return the cubic from b to c at `f`, 0..1, whose slopes there are (c - a) / 2 and (d - b) / 2. RT-safe.

    Catmull and Rom, "A class of local interpolating splines", 1974; `cubicinterp` in SuperCollider.
    """
    half, two = np.float32(0.5), np.float32(2.0)
    slope = half * (c - a)
    square = a - two * b - half * b + two * c - half * d
    cube = half * (d - a) + np.float32(1.5) * (b - c)
    return ((cube * f + square) * f + slope) * f + b


wide_linear, wide_cubic = frames(2, line.py_func), frames(4, hermite.py_func)


@loop
def linear(
    left: Any, right: Any, part: Any, step: Any, to_left: Any, to_right: Any, count: Any, gain: Any, fade: Any,
    widest: Any,
) -> None:  # fmt: skip
    """Add frames, interpolated on straight lines.

    Steps up to `widest` go sixteen frames at once. RT-safe.
    """
    a_target, a_step, a_left = gain.target, gain.step, np.float32(gain.left)
    b_target, b_step, b_left = fade.target, fade.step, np.float32(fade.left)
    done = count & np.uint64(-FRAMES) if step <= widest else np.uint64(0)
    for i in range(np.uint64(0), done, np.uint64(FRAMES)):
        position = part + i * step
        k = np.int64(position >> np.uint64(FRACTION_BITS))
        wide_linear(
            ahead(left, k), ahead(right, k), position & np.uint64(FRACTION), step,
            ahead(to_left, i), ahead(to_right, i), number(i),
            a_target, a_step, a_left, b_target, b_step, b_left,
        )  # fmt: skip
    for i in range(done, count):
        n = number(i)
        g = value(n, a_target, a_step, a_left) * value(n, b_target, b_step, b_left)
        position = part + i * step
        k = position >> np.uint64(FRACTION_BITS)
        f = fraction_of(position)
        a, b = pair(left, k)
        to_left[i] += line(a, b, f) * g
        a, b = pair(right, k)
        to_right[i] += line(a, b, f) * g


@loop
def cubic(
    left: Any, right: Any, part: Any, step: Any, to_left: Any, to_right: Any, count: Any, gain: Any, fade: Any,
    widest: Any,
) -> None:  # fmt: skip
    """Add frames, interpolated by 4-point Hermite cubics; the tape begins one sample early.

    Steps up to `widest` go sixteen frames at once. RT-safe.
    """
    a_target, a_step, a_left = gain.target, gain.step, np.float32(gain.left)
    b_target, b_step, b_left = fade.target, fade.step, np.float32(fade.left)
    done = count & np.uint64(-FRAMES) if step <= widest else np.uint64(0)
    for i in range(np.uint64(0), done, np.uint64(FRAMES)):
        position = part + i * step
        k = np.int64(position >> np.uint64(FRACTION_BITS))
        wide_cubic(
            ahead(left, k), ahead(right, k), position & np.uint64(FRACTION), step,
            ahead(to_left, i), ahead(to_right, i), number(i),
            a_target, a_step, a_left, b_target, b_step, b_left,
        )  # fmt: skip
    for i in range(done, count):
        n = number(i)
        g = value(n, a_target, a_step, a_left) * value(n, b_target, b_step, b_left)
        position = part + i * step
        k = position >> np.uint64(FRACTION_BITS)
        f = fraction_of(position)
        a, b = pair(left, k)
        c, d = pair(left, k + np.uint64(2))
        to_left[i] += hermite(a, b, c, d, f) * g
        a, b = pair(right, k)
        c, d = pair(right, k + np.uint64(2))
        to_right[i] += hermite(a, b, c, d, f) * g


@loop
def sinc(
    left: Any, right: Any, part: Any, step: Any, weights: Any,
    to_left: Any, to_right: Any, count: Any, gain: Any, fade: Any,
) -> None:  # fmt: skip
    """Add frames, interpolated by a windowed sinc; the tape begins 15 samples early. RT-safe."""
    a_target, a_step, a_left = gain.target, gain.step, np.float32(gain.left)
    b_target, b_step, b_left = fade.target, fade.step, np.float32(fade.left)
    for i in range(count):
        n = number(i)
        g = value(n, a_target, a_step, a_left) * value(n, b_target, b_step, b_left)
        position = part + i * step
        k = np.int64(position >> np.uint64(FRACTION_BITS))
        place = position & np.uint64(FRACTION)
        phase = np.int64(place >> np.uint64(PHASE_BITS)) * TAPS
        f = np.float32(np.int32(place & np.uint64(PHASE_MASK))) * PHASE_UNIT
        a, b = weighted(ahead(left, k), ahead(right, k), ahead(weights, phase), f)
        to_left[i] += a * g
        to_right[i] += b * g
