"""What compiled code needs from the system: pointers, clock, sleep. Runs on: audio thread (RT-safe)."""

import time
from typing import Any

import numpy as np

from liveengine.engine.kernel.jit import realtime, view

from llvmlite import ir  # isort: skip  # ring sets numba's cache folder, so it comes first
from numba import carray, types  # isort: skip
from numba.extending import intrinsic  # isort: skip

SPENT = getattr(time, "CLOCK_THREAD_CPUTIME_ID", time.CLOCK_MONOTONIC)  # of the thread: stands while others compute
MONOTONIC = time.CLOCK_MONOTONIC  # its number differs between systems; compiled in

# An address is passed as int64: the same register as a pointer on every 64-bit system.
_clock_gettime = types.ExternalFunction("clock_gettime", types.int32(types.int32, types.int64))
usleep = types.ExternalFunction("usleep", types.int32(types.uint32))
pread = types.ExternalFunction("pread", types.int64(types.int32, types.int64, types.int64, types.int64))
this_thread = types.ExternalFunction("pthread_self", types.int64())


@intrinsic
def pointer(typing: Any, address: Any) -> Any:
    """Return the address as a pointer that `carray` takes."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.inttoptr(args[0], ir.IntType(8).as_pointer())

    return types.voidptr(types.int64), generate


@intrinsic
def call_port_buffer(typing: Any, function: Any, port: Any, frames: Any) -> Any:
    """Call `void *function(void *port, uint32_t frames)`, all addresses as int64, and return the address it gives."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        byte = ir.IntType(8).as_pointer()
        kind = ir.FunctionType(byte, [byte, ir.IntType(32)])
        target = builder.inttoptr(args[0], kind.as_pointer())
        result = builder.call(target, [builder.inttoptr(args[1], byte), builder.trunc(args[2], ir.IntType(32))])
        return builder.ptrtoint(result, ir.IntType(64))

    return types.int64(types.int64, types.int64, types.int64), generate


@intrinsic
def call_frame_time(typing: Any, function: Any, client: Any) -> Any:
    """Call `uint32_t function(void *client)`, all addresses as int64. RT-safe."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        byte = ir.IntType(8).as_pointer()
        target = builder.inttoptr(args[0], ir.FunctionType(ir.IntType(32), [byte]).as_pointer())
        return builder.zext(builder.call(target, [builder.inttoptr(args[1], byte)]), ir.IntType(64))

    return types.int64(types.int64, types.int64), generate


@intrinsic
def call_event(typing: Any, function: Any, event: Any, buffer: Any, index: Any) -> Any:
    """Call `int function(void *event, void *buffer, uint32_t index)`, all addresses as int64. RT-safe."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        byte, small = ir.IntType(8).as_pointer(), ir.IntType(32)
        target = builder.inttoptr(args[0], ir.FunctionType(small, [byte, byte, small]).as_pointer())
        addresses = [builder.inttoptr(address, byte) for address in args[1:3]]
        return builder.sext(builder.call(target, [*addresses, builder.trunc(args[3], small)]), ir.IntType(64))

    return types.int64(types.int64, types.int64, types.int64, types.int64), generate


@intrinsic
def call_drive(typing: Any, function: Any, user: Any, now: Any, frames: Any) -> Any:
    """Call `void function(void *user, int64_t now, int64_t frames)`, its address given as int64."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        byte, word = ir.IntType(8).as_pointer(), ir.IntType(64)
        kind = ir.FunctionType(ir.VoidType(), [byte, word, word])
        builder.call(builder.inttoptr(args[0], kind.as_pointer()), args[1:])
        return context.get_dummy_value()

    return types.void(types.int64, types.voidptr, types.int64, types.int64), generate


@intrinsic
def call_kernel(typing: Any, function: Any, memory: Any, out: Any, frames: Any) -> Any:
    """Call `kernel.block.advance`, compiled for these very types, its address given as int64. RT-safe."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        kinds = signature.args[1:]
        target = builder.inttoptr(args[0], context.call_conv.get_function_type(types.none, kinds).as_pointer())
        context.call_conv.call_function(builder, target, types.none, kinds, args[1:])
        return context.get_dummy_value()

    return types.void(types.int64, memory, out, types.int64), generate


@realtime
def monotonic_ns(timespec: int) -> Any:
    """Return CLOCK_MONOTONIC in nanoseconds; `timespec` is the address of 16 bytes to work in. RT-safe."""
    return clock_ns(MONOTONIC, timespec)


@view
def spent_ns(timespec: int) -> Any:
    """Return the processor time of the calling thread in nanoseconds; `timespec` as for `monotonic_ns`. RT-safe."""
    return clock_ns(SPENT, timespec)


@view
def clock_ns(clock: int, timespec: int) -> Any:
    """Return a clock in nanoseconds. RT-safe."""
    _clock_gettime(clock, timespec)
    parts = carray(pointer(timespec), (2,), np.int64)
    return parts[0] * 1_000_000_000 + parts[1]
