"""Atomics: the only places where two processes meet without a lock. Runs on: audio thread, event loop (RT-safe).

A ring has one writer and one reader. The writer fills places and then stores its position with release; the reader
loads it with acquire and so sees the filled places. Positions count up for ever; a place is position & (size - 1).
"""

from typing import Any

from llvmlite import ir

from liveengine.engine.kernel.jit import realtime

from numba import types  # isort: skip
from numba.extending import intrinsic  # isort: skip


_INT64 = ir.IntType(64)


def _word(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    """Return the address of word `args[1]` of the array `args[0]`."""
    array = context.make_array(signature.args[0])(context, builder, args[0])
    words = builder.bitcast(array.data, _INT64.as_pointer())
    return builder.gep(words, [args[1]])


@intrinsic
def load_acquire(typing: Any, array: Any, index: Any) -> Any:
    """Return int64 word `index` of the array, seeing all that was written before it was stored. RT-safe."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.load_atomic(_word(context, builder, signature, args), "acquire", 8, typ=_INT64)

    return types.int64(array, types.int64), generate


@intrinsic
def store_release(typing: Any, array: Any, index: Any, value: Any) -> Any:
    """Store int64 word `index` of the array after all that was written before it. RT-safe."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        builder.store_atomic(args[2], _word(context, builder, signature, args), "release", 8)
        return context.get_dummy_value()

    return types.void(array, types.int64, types.int64), generate


@intrinsic
def fence(typing: Any) -> Any:
    """Let no read before this line happen after it, and no write after it before. RT-safe."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        builder.fence("acq_rel")
        return context.get_dummy_value()

    return types.void(), generate


@realtime
def peek(header: Any, index: int) -> int:
    """Return the header's word `index`; whatever was written before it is visible. RT-safe."""
    fence()
    return load_acquire(header, index)


@realtime
def post(header: Any, index: int, value: int) -> None:
    """Publish the header's word `index` after everything that this thread has written. RT-safe."""
    store_release(header, index, value)
