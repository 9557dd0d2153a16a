"""Sixteen frames at once: the linear and the cubic interpolator on processors with AVX-512. Runs on: compile time.

A compiler that meets samples at computed places loads them one by one. Up to `WIDEST` source frames per frame the
samples of sixteen frames lie within two vectors, and AVX-512 takes any sixteen lanes out of two vectors in one step. So
here the code of sixteen frames is written by hand, out of the very formulas that the loops of `tiers` use: the sound is
the same, bit by bit. On other processors those loops do everything.
"""

from collections.abc import Callable
from typing import Any

from llvmlite import binding, ir

from liveengine.engine.kernel.dsp import BROKEN, MAGNITUDE, X86
from liveengine.engine.layout import FRACTION_BITS, ONE_FRAME

from numba import types  # isort: skip
from numba.core import cgutils, config  # isort: skip
from numba.extending import intrinsic  # isort: skip

FRAMES = 16
WHOLE = 64  # frames at their own speed that are checked and added at once
_ASKED = config.CPU_FEATURES  # by NUMBA_CPU_FEATURES, or "" by NUMBA_CPU_NAME=generic
FEATURES = binding.get_host_cpu_features().flatten() if _ASKED is None else _ASKED
WIDEST = int(1.75 * ONE_FRAME) if X86 and "+avx512f" in FEATURES.split(",") else 0  # fixed point, of a step
OVER = FRAMES  # samples behind those that are needed may be read, too

_FLOAT, _WORD, _LONG = ir.FloatType(), ir.IntType(32), ir.IntType(64)
_FLOATS, _WORDS, _LONGS = (ir.VectorType(kind, FRAMES) for kind in (_FLOAT, _WORD, _LONG))


class Lanes:
    """Sixteen numbers of code to come, with the operators of the formulas."""

    __array_ufunc__ = None  # a NumPy number on the left leaves the work to us

    def __init__(self, builder: Any, value: Any) -> None:
        self.builder = builder
        self.value = value

    def _with(self, other: Any) -> Any:
        return other.value if isinstance(other, Lanes) else ir.Constant(_FLOATS, [float(other)] * FRAMES)

    def __add__(self, other: Any) -> "Lanes":
        return Lanes(self.builder, self.builder.fadd(self.value, self._with(other)))

    def __sub__(self, other: Any) -> "Lanes":
        return Lanes(self.builder, self.builder.fsub(self.value, self._with(other)))

    def __mul__(self, other: Any) -> "Lanes":
        return Lanes(self.builder, self.builder.fmul(self.value, self._with(other)))

    def __rmul__(self, other: Any) -> "Lanes":
        return self * other

    def positive(self) -> "Lanes":
        """Return the numbers, 0 in place of negative ones."""
        none = ir.Constant(_FLOATS, [0.0] * FRAMES)
        return Lanes(
            self.builder, self.builder.select(self.builder.fcmp_ordered(">", self.value, none), self.value, none)
        )


def _spread(builder: Any, scalar: Any, kind: Any) -> Any:
    """Return a vector with the same number in each lane."""
    one = builder.insert_element(ir.Constant(kind, ir.Undefined), scalar, _WORD(0))
    return builder.shuffle_vector(one, ir.Constant(kind, ir.Undefined), ir.Constant(_WORDS, [0] * FRAMES))


def _load(builder: Any, pointer: Any, at: Any) -> Any:
    """Return sixteen samples from place `at` on."""
    place = builder.bitcast(builder.gep(pointer, [at]), _FLOATS.as_pointer())
    return builder.load(place, align=4, typ=_FLOATS)


def _ramp(builder: Any, number: Any, target: Any, step: Any, left: Any) -> Lanes:
    """Return a ramp's values; as `tiers.value`."""
    target, step, left = (Lanes(builder, _spread(builder, x, _FLOATS)) for x in (target, step, left))
    return target - step * (left - number).positive()


def _places(builder: Any, part: Any, step: Any) -> tuple[Any, Lanes]:
    """Return each frame's first sample as a number of lanes, and how far it lies behind it, 0..1."""
    lanes = ir.Constant(_LONGS, list(range(FRAMES)))
    position = builder.add(_spread(builder, part, _LONGS), builder.mul(_spread(builder, step, _LONGS), lanes))
    first = builder.trunc(builder.lshr(position, _constant(FRACTION_BITS)), _WORDS)
    fine = builder.trunc(builder.lshr(position, _constant(FRACTION_BITS - 24)), _WORDS)
    fine = builder.sitofp(builder.and_(fine, ir.Constant(_WORDS, [(1 << 24) - 1] * FRAMES)), _FLOATS)
    return first, Lanes(builder, fine) * 2.0**-24


def _constant(number: int) -> Any:
    return ir.Constant(_LONGS, [number] * FRAMES)


def _samples(builder: Any, pointer: Any, first: Any, taps: int) -> list[Lanes]:
    """Return each frame's `taps` samples, out of two vectors of which the second one ends with the last sample."""
    end = builder.add(builder.extract_element(first, _WORD(FRAMES - 1)), _WORD(taps - FRAMES))
    second = builder.select(builder.icmp_signed(">", end, _WORD(0)), end, _WORD(0))
    low, high = _load(builder, pointer, _LONG(0)), _load(builder, pointer, builder.zext(second, _LONG))
    kind = ir.FunctionType(_FLOATS, [_FLOATS, _WORDS, _FLOATS])
    pick = cgutils.get_or_insert_function(builder.module, kind, "llvm.x86.avx512.vpermi2var.ps.512")
    beyond = _spread(builder, builder.sub(_WORD(FRAMES), second), _WORDS)
    found = []
    for tap in range(taps):
        place = builder.add(first, ir.Constant(_WORDS, [tap] * FRAMES))
        inside = builder.icmp_signed("<", place, ir.Constant(_WORDS, [FRAMES] * FRAMES))
        place = builder.select(inside, place, builder.add(place, beyond))
        found.append(Lanes(builder, builder.call(pick, [low, place, high])))
    return found


def _frames(taps: int, formula: Callable[..., Any]) -> Callable[..., Any]:
    """Return what writes the code of sixteen frames."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        if WIDEST == 0:
            return context.get_dummy_value()  # never called, and this processor could not
        left, right, part, step, to_left, to_right, number, *ramps = args
        lanes = Lanes(builder, ir.Constant(_FLOATS, [float(n) for n in range(FRAMES)]))
        frame = lanes + Lanes(builder, _spread(builder, number, _FLOATS))
        gain = _ramp(builder, frame, *ramps[:3]) * _ramp(builder, frame, *ramps[3:])
        first, fine = _places(builder, part, step)
        for tape, row in ((left, to_left), (right, to_right)):
            heard = formula(*_samples(builder, tape, first, taps), fine) * gain
            total = Lanes(builder, _load(builder, row, _LONG(0))) + heard
            builder.store(total.value, builder.bitcast(row, _FLOATS.as_pointer()), align=4)
        return context.get_dummy_value()

    return generate


def _magnitudes(builder: Any, lanes: list[Lanes]) -> Any:
    """Return the largest magnitude of each lane, as bits."""
    most = ir.Constant(_WORDS, [0] * FRAMES)
    for one in lanes:
        bits = builder.and_(builder.bitcast(one.value, _WORDS), ir.Constant(_WORDS, [MAGNITUDE] * FRAMES))
        most = builder.select(builder.icmp_signed(">", bits, most), bits, most)
    return most


def _whole(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    """Write the code of `WHOLE` frames at their own speed, all of them or, if a sample is broken, none."""
    if WIDEST == 0:
        return _WORD(0)  # never called
    left, right, to_left, to_right, number, *ramps = args
    heard, sums = [], []
    for at in range(0, WHOLE, FRAMES):
        lanes = Lanes(builder, ir.Constant(_FLOATS, [float(at + n) for n in range(FRAMES)]))
        frame = lanes + Lanes(builder, _spread(builder, number, _FLOATS))
        gain = _ramp(builder, frame, *ramps[:3]) * _ramp(builder, frame, *ramps[3:])
        for tape, row in ((left, to_left), (right, to_right)):
            sample = Lanes(builder, _load(builder, tape, _LONG(at)))
            heard.append(sample)
            sums.append((row, at, Lanes(builder, _load(builder, row, _LONG(at))) + sample * gain))
    limit = ir.Constant(_WORDS, [BROKEN] * FRAMES)
    broken = builder.bitcast(builder.icmp_signed(">=", _magnitudes(builder, heard), limit), ir.IntType(FRAMES))
    fine = builder.icmp_unsigned("==", broken, ir.IntType(FRAMES)(0))
    with builder.if_then(fine, likely=True):
        for row, at, total in sums:
            place = builder.bitcast(builder.gep(row, [_LONG(at)]), _FLOATS.as_pointer())
            builder.store(total.value, place, align=4)
    return builder.zext(fine, _WORD)


@intrinsic
def whole(
    typing: Any, left: Any, right: Any, to_left: Any, to_right: Any, number: Any,
    a_target: Any, a_step: Any, a_left: Any, b_target: Any, b_step: Any, b_left: Any,
) -> Any:  # fmt: skip
    """Add `WHOLE` frames at their own speed, as `frames` does, and return 1; if a sample is broken, 0. RT-safe."""
    row, real = types.CPointer(types.float32), types.float32
    return types.int32(row, row, row, row, *[real] * 7), _whole


def frames(taps: int, formula: Callable[..., Any]) -> Any:
    """Return a compiled function that adds sixteen frames: each `formula(samples..., fraction)` times two ramps.

    Its arguments: the tape's two pointers, the first frame's fraction and the step in fixed point, two pointers to the
    output, the first frame's number for the ramps, and target, step and frames left of each ramp. RT-safe.
    """

    @intrinsic
    def sixteen(
        typing: Any, left: Any, right: Any, part: Any, step: Any, to_left: Any, to_right: Any, number: Any,
        a_target: Any, a_step: Any, a_left: Any, b_target: Any, b_step: Any, b_left: Any,
    ) -> Any:  # fmt: skip
        row, real = types.CPointer(types.float32), types.float32
        kinds = (row, row, types.uint64, types.uint64, row, row, *[real] * 7)
        return types.void(*kinds), _frames(taps, formula)

    return sixteen
