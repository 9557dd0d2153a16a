"""The loops that touch samples; everything else is bookkeeping around them. Runs on: audio thread (RT-safe).

Each loop has no branch, so that the compiler turns it into vector code: whoever calls it has cut the piece at the
buffer's seam and where a ramp ends. A ramp is `target - step * left`, with `left` counted down to 0, and so the same
whatever the block size. `noalias` promises that a buffer and the output never overlap.
"""

import platform
from typing import Any

import numpy as np
from llvmlite import ir

from liveengine.engine.jit import loop, reduction
from liveengine.engine.layout import FRACTION_BITS, MAX_SAMPLE

from numba import types  # isort: skip
from numba.core import cgutils  # isort: skip
from numba.extending import intrinsic  # isort: skip

FRACTION_SHIFT = FRACTION_BITS - 24  # float32 holds 24 bits exactly
FRACTION_MASK = (1 << 24) - 1
FRACTION_UNIT = np.float32(2.0**-24)
BROKEN = int(np.float32(MAX_SAMPLE).view(np.int32))  # NaN and infinity, seen as integers, lie above it too
MAGNITUDE = 0x7FFF_FFFF
X86 = platform.machine() in ("x86_64", "AMD64")
LINE = 16  # samples in a cache line


@intrinsic
def bits(typing: Any, sample: Any) -> Any:
    """Return a float32's bits as int32; without the sign bit they order as the magnitudes do. RT-safe."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.bitcast(args[0], ir.IntType(32))

    return types.int32(types.float32), generate


@intrinsic
def from_bits(typing: Any, pattern: Any) -> Any:
    """Return the float32 that has these bits. RT-safe."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.bitcast(args[0], ir.FloatType())

    return types.float32(types.int32), generate


@intrinsic
def flush_denormals(typing: Any) -> Any:
    """Treat denormal numbers, too small to hear and slow to compute with, as 0 in this thread; x86 only, elsewhere
    nothing changes. Return what `restore` needs. RT-safe.
    """

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        if not X86:
            return context.get_constant(types.int64, 0)
        place = cgutils.alloca_once(builder, ir.IntType(32))
        _control(builder, "stmxcsr", place)
        before = builder.load(place)
        builder.store(builder.or_(before, ir.IntType(32)(0x8040)), place)  # FTZ, DAZ
        _control(builder, "ldmxcsr", place)
        return builder.zext(before, ir.IntType(64))

    return types.int64(), generate


@intrinsic
def restore(typing: Any, before: Any) -> Any:
    """Undo `flush_denormals`. RT-safe."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        if X86:
            place = cgutils.alloca_once(builder, ir.IntType(32))
            builder.store(builder.trunc(args[0], ir.IntType(32)), place)
            _control(builder, "ldmxcsr", place)
        return context.get_dummy_value()

    return types.void(types.int64), generate


def _control(builder: Any, instruction: str, place: Any) -> None:
    """Load or store the control word of the SSE unit."""
    kind = ir.FunctionType(ir.VoidType(), [ir.PointerType()])
    function = cgutils.get_or_insert_function(builder.module, kind, f"llvm.x86.sse.{instruction}")
    builder.call(function, [place])


@intrinsic
def pair(typing: Any, pool: Any, index: Any) -> Any:
    """Return the samples at `index` and `index + 1`, loaded as one 64-bit word: half the work for vector code. RT-safe.

    The caller has checked the index: not even a build with bounds checks looks.
    """

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        array = context.make_array(signature.args[0])(context, builder, args[0])
        place = builder.bitcast(builder.gep(array.data, [args[1]]), ir.IntType(64).as_pointer())
        word = builder.load(place, align=4, typ=ir.IntType(64))
        low = builder.trunc(word, ir.IntType(32))
        high = builder.trunc(builder.lshr(word, ir.IntType(64)(32)), ir.IntType(32))
        samples = [builder.bitcast(half, ir.FloatType()) for half in (low, high)]
        return context.make_tuple(builder, signature.return_type, samples)

    return types.UniTuple(types.float32, 2)(pool, types.uint64), generate


@intrinsic
def prefetch(typing: Any, pool: Any, index: Any) -> Any:
    """Start to load the cache line of a sample; any index will do. RT-safe."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        array = context.make_array(signature.args[0])(context, builder, args[0])
        word = ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [array.data.type, word, word, word])
        function = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
        builder.call(function, [builder.gep(array.data, [args[1]]), word(0), word(3), word(1)])
        return context.get_dummy_value()

    return types.void(pool, types.int64), generate


@loop
def loudest(pool: Any, base: Any, count: Any) -> Any:
    """Return the largest magnitude among `count` samples, as bits. RT-safe."""
    most = np.int32(0)
    for i in range(count):
        most = max(most, np.int32(bits(pool[base + i]) & np.int32(MAGNITUDE)))
    return most


@loop
def hermite(a: Any, b: Any, c: Any, d: Any, f: Any) -> Any:
    """Return the cubic from b to c at `f`, 0..1, whose slopes there are (c - a) / 2 and (d - b) / 2. RT-safe.

    Catmull and Rom, "A class of local interpolating splines", 1974; `cubicinterp` in SuperCollider.
    """
    half, two = np.float32(0.5), np.float32(2.0)
    slope = half * (c - a)
    square = a - two * b - half * b + two * c - half * d
    cube = half * (d - a) + np.float32(1.5) * (b - c)
    return ((cube * f + square) * f + slope) * f + b


@loop
def mix(
    pool: Any, left: Any, right: Any, out: Any, row: Any, first: Any, count: Any,
    gain: Any, gain_step: Any, gain_left: Any, fade: Any, fade_step: Any, fade_left: Any,
) -> None:  # fmt: skip
    """Add a buffer's frames, unchanged in speed, to two rows of the output. RT-safe."""
    for i in range(count):
        n = np.int32(i)
        g = (gain - gain_step * np.float32(gain_left - n)) * (fade - fade_step * np.float32(fade_left - n))
        out[row, first + i] += pool[left + i] * g
        out[row + np.uint64(1), first + i] += pool[right + i] * g


@loop
def add(
    blend: Any, out: Any, row: Any, first: Any, count: Any,
    gain: Any, gain_step: Any, gain_left: Any, fade: Any, fade_step: Any, fade_left: Any,
) -> None:  # fmt: skip
    """Add two rows to two rows of the output. RT-safe."""
    for i in range(count):
        n = np.int32(i)
        g = (gain - gain_step * np.float32(gain_left - n)) * (fade - fade_step * np.float32(fade_left - n))
        out[row, first + i] += blend[np.uint64(0), i] * g
        out[row + np.uint64(1), first + i] += blend[np.uint64(1), i] * g


@loop
def mix_linear(
    pool: Any, left: Any, right: Any, fraction: Any, step: Any, out: Any, row: Any, first: Any, count: Any,
    gain: Any, gain_step: Any, gain_left: Any, fade: Any, fade_step: Any, fade_left: Any,
) -> None:  # fmt: skip
    """Add a buffer's frames, interpolated on straight lines, to two rows of the output. RT-safe."""
    for i in range(count):
        n = np.int32(i)
        g = (gain - gain_step * np.float32(gain_left - n)) * (fade - fade_step * np.float32(fade_left - n))
        position = fraction + i * step
        k = position >> np.uint64(FRACTION_BITS)
        part = np.int32((position >> np.uint64(FRACTION_SHIFT)) & np.uint64(FRACTION_MASK))
        f = np.float32(part) * FRACTION_UNIT
        a, b = pair(pool, left + k)
        out[row, first + i] += (a + (b - a) * f) * g
        a, b = pair(pool, right + k)
        out[row + np.uint64(1), first + i] += (a + (b - a) * f) * g


@loop
def mix_cubic(
    pool: Any, left: Any, right: Any, fraction: Any, step: Any, out: Any, row: Any, first: Any, count: Any,
    gain: Any, gain_step: Any, gain_left: Any, fade: Any, fade_step: Any, fade_left: Any,
) -> None:  # fmt: skip
    """Add a buffer's frames, interpolated by 4-point Hermite cubics, to two rows of the output. RT-safe."""
    for i in range(count):
        n = np.int32(i)
        g = (gain - gain_step * np.float32(gain_left - n)) * (fade - fade_step * np.float32(fade_left - n))
        position = fraction + i * step
        k = position >> np.uint64(FRACTION_BITS)
        part = np.int32((position >> np.uint64(FRACTION_SHIFT)) & np.uint64(FRACTION_MASK))
        f = np.float32(part) * FRACTION_UNIT
        a, b = pair(pool, left + k - np.uint64(1))
        c, d = pair(pool, left + k + np.uint64(1))
        out[row, first + i] += hermite(a, b, c, d, f) * g
        a, b = pair(pool, right + k - np.uint64(1))
        c, d = pair(pool, right + k + np.uint64(1))
        out[row + np.uint64(1), first + i] += hermite(a, b, c, d, f) * g


@loop
def strip(out: Any, row: Any, into: Any, first: Any, count: Any, gain: Any, gain_step: Any, gain_left: Any) -> None:
    """Apply a strip's gain to a row of the output and add the result to another row. RT-safe.

    This and the next two stand still at `gain` once `gain_left` frames are over.
    """
    for i in range(count):
        y = out[row, first + i] * (gain - gain_step * np.float32(max(gain_left - np.int32(i), np.int32(0))))
        out[row, first + i] = y
        out[into, first + i] += y


@loop
def scale(out: Any, row: Any, first: Any, count: Any, gain: Any, gain_step: Any, gain_left: Any) -> None:
    """Apply a gain to a row of the output. RT-safe."""
    for i in range(count):
        out[row, first + i] *= gain - gain_step * np.float32(max(gain_left - np.int32(i), np.int32(0)))


@loop
def feed(out: Any, row: Any, into: Any, first: Any, count: Any, gain: Any, gain_step: Any, gain_left: Any) -> None:
    """Add a row of the output, with a gain, to another row. RT-safe."""
    for i in range(count):
        y = out[row, first + i] * (gain - gain_step * np.float32(max(gain_left - np.int32(i), np.int32(0))))
        out[into, first + i] += y


@loop
def mend(out: Any, row: Any, first: Any, count: Any) -> None:
    """Silence those samples of a row that are not finite or not below MAX_SAMPLE. RT-safe."""
    for i in range(count):
        y = out[row, first + i]
        out[row, first + i] = y if np.int32(bits(y) & np.int32(MAGNITUDE)) < BROKEN else np.float32(0.0)


@reduction
def measure(out: Any, row: Any, first: Any, count: Any) -> Any:
    """Return the largest magnitude and the sum of squares of a row. RT-safe."""
    most = np.int32(0)
    energy = np.float32(0.0)
    for i in range(count):
        y = out[row, first + i]
        most = max(most, np.int32(bits(y) & np.int32(MAGNITUDE)))
        energy += y * y
    return from_bits(most), energy


@loop
def limit(out: Any, row: Any, first: Any, count: Any, ceiling: Any, release: float, gain: float) -> float:
    """Hold two rows below the ceiling without delay and return the gain after the last frame. RT-safe.

    A frame above the ceiling gets exactly the gain that brings it there; afterwards the gain returns to 1 with the
    share `release` of its distance kept per frame, and is exactly 1 from -120 dB of distance on.
    """
    for i in range(count):
        left = out[row, first + i]
        right = out[row + np.uint64(1), first + i]
        peak = max(abs(left), abs(right))
        gain = 1.0 - (1.0 - gain) * release
        if gain > 0.999999:
            gain = 1.0
        if peak * gain > ceiling:
            gain = ceiling / peak
        out[row, first + i] = min(max(np.float32(left * gain), -ceiling), ceiling)
        out[row + np.uint64(1), first + i] = min(max(np.float32(right * gain), -ceiling), ceiling)
    return gain


@loop
def tap(out: Any, ring: Any, first: Any, count: Any, frame: Any) -> None:
    """Copy the master into the tap ring at `frame`; the place does not wrap within `count`. RT-safe."""
    for i in range(count):
        ring[frame + i, 0] = out[0, first + i]
        ring[frame + i, 1] = out[1, first + i]
