"""The loops that touch samples; everything else is bookkeeping around them. Runs on: audio thread (RT-safe).

Each loop has no branch, so that the compiler turns it into vector code: whoever calls it has cut the piece at the
buffer's seam and where a ramp ends. A ramp is `target - step * left`, with `left` counted down to 0, and so the same
whatever the block size. `noalias` promises that a buffer and the output never overlap.
"""

import platform
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from llvmlite import ir

from liveengine.engine.kernel.jit import loop, reduction
from liveengine.engine.kernel.sinc import TAPS
from liveengine.engine.layout import MAX_SAMPLE

from numba import types  # isort: skip
from numba.core import cgutils  # isort: skip
from numba.extending import intrinsic  # isort: skip

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
def place(typing: Any, array: Any, index: Any) -> Any:
    """Return a pointer to a sample of a C-contiguous array, counted from its first one; nobody checks it. RT-safe."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        data = context.make_array(signature.args[0])(context, builder, args[0]).data
        return builder.gep(data, [args[1]])

    return types.CPointer(types.float32)(array, types.int64), generate


@intrinsic
def ahead(typing: Any, pointer: Any, count: Any) -> Any:
    """Return the pointer `count` samples further on. RT-safe."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.gep(args[0], [args[1]])

    return types.CPointer(types.float32)(pointer, types.int64), generate


@intrinsic
def number(typing: Any, index: Any) -> Any:
    """Return a loop's index, below 2**24, as a float32; as vector code half the work of a plain one. RT-safe."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.sitofp(builder.trunc(args[0], ir.IntType(32)), ir.FloatType())

    return types.float32(index), generate


@intrinsic
def pair(typing: Any, pointer: Any, index: Any) -> Any:
    """Return two neighbouring samples, loaded as one 64-bit word: half the work for vector code. RT-safe."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        place = builder.bitcast(builder.gep(args[0], [args[1]]), ir.IntType(64).as_pointer())
        word = builder.load(place, align=4, typ=ir.IntType(64))
        low = builder.trunc(word, ir.IntType(32))
        high = builder.trunc(builder.lshr(word, ir.IntType(64)(32)), ir.IntType(32))
        samples = [builder.bitcast(half, ir.FloatType()) for half in (low, high)]
        return context.make_tuple(builder, signature.return_type, samples)

    return types.UniTuple(types.float32, 2)(pointer, types.uint64), generate


@intrinsic
def weighted(typing: Any, left: Any, right: Any, weights: Any, part: Any) -> Any:
    """Return two sums of TAPS samples, one of each channel, times weights at `part`, 0..1, between two sets. RT-safe.

    The sets lie one behind the other. The additions come in an order of their own, so that the compiler may use vectors
    as wide as it likes without changing the result.
    """

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        wide = ir.VectorType(ir.FloatType(), TAPS)

        def row(pointer: Any, at: int) -> Any:
            place = builder.gep(pointer, [ir.IntType(64)(at)])
            return builder.load(builder.bitcast(place, wide.as_pointer()), align=4, typ=wide)

        one = builder.insert_element(ir.Constant(wide, ir.Undefined), args[3], ir.IntType(32)(0))
        share = builder.shuffle_vector(one, ir.Constant(wide, ir.Undefined), _lanes([0] * TAPS))
        low = row(args[2], 0)
        weight = builder.fadd(low, builder.fmul(builder.fsub(row(args[2], TAPS), low), share))
        sums = [_sum(builder, builder.fmul(row(channel, 0), weight)) for channel in args[:2]]
        return context.make_tuple(builder, signature.return_type, sums)

    return types.UniTuple(types.float32, 2)(left, right, weights, types.float32), generate


def _lanes(places: Sequence[int]) -> Any:
    """Return the constant that says which lanes a shuffle takes."""
    return ir.Constant(ir.VectorType(ir.IntType(32), len(places)), [ir.IntType(32)(place) for place in places])


def _sum(builder: Any, vector: Any) -> Any:
    """Return the sum of a vector's lanes: the upper half is added to the lower one until one lane is left."""
    half = vector.type.count // 2
    while half > 0:
        low = builder.shuffle_vector(vector, vector, _lanes(range(half)))
        high = builder.shuffle_vector(vector, vector, _lanes(range(half, 2 * half)))
        vector, half = builder.fadd(low, high), half // 2
    return builder.extract_element(vector, ir.IntType(32)(0))


def _prefetch(level: int) -> Callable[..., Any]:
    """Return what writes the instruction that loads a sample's cache line, into this level of the caches."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        array = context.make_array(signature.args[0])(context, builder, args[0])
        word = ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [array.data.type, word, word, word])
        function = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
        builder.call(function, [builder.gep(array.data, [args[1]]), word(0), word(4 - level), word(1)])
        return context.get_dummy_value()

    return generate


@intrinsic
def prefetch(typing: Any, pool: Any, index: Any) -> Any:
    """Start to load a sample's cache line into the first cache; any index will do. RT-safe."""
    return types.void(pool, types.int64), _prefetch(1)


@intrinsic
def prefetch_far(typing: Any, pool: Any, index: Any) -> Any:
    """Start to load a sample's cache line into the second cache, which waits for more lines at once. RT-safe."""
    return types.void(pool, types.int64), _prefetch(2)


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
