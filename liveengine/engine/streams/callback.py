"""What every callback does around the kernel, compiled; no Python is entered. Runs on: audio thread (RT-safe).

A callback of a device is `enter`, then for each piece of at most `SCRATCH_FRAMES` frames `sound` and a copy into the
device's buffers, then `leave`. With the gate shut (`live` = 0) it writes silence and the kernel does not run: so two
streams can be open while exactly one of them drives the kernel. The kernel, and what drives it, are called through
pointers, so that each is compiled once: the kernel not again for callbacks, the rest not for each kind of stream.

Frames that nobody could hear are rendered all the same, so that what follows is what it would have been. Who opens the
gate does that first, on its own thread and almost up to the frame that is due; the callback has little left to do.
"""

import ctypes
import functools
from typing import Any

import numpy as np

from liveengine.engine import layout
from liveengine.engine.kernel import sinc
from liveengine.engine.kernel.block import advance, recover
from liveengine.engine.kernel.jit import view
from liveengine.engine.layout import LAST_FRAMES, PAGE, SCRATCH_FRAMES, STAGE_FRAMES, STAGE_ROWS, TAP_CHANNELS
from liveengine.engine.memory import Capacity, Memory, on_heap
from liveengine.engine.streams import resample
from liveengine.engine.streams.context import BY_DEVICE, CONTEXT, Context
from liveengine.engine.streams.cost import learn
from liveengine.engine.streams.native import call_drive, call_kernel, monotonic_ns, pointer, spent_ns, this_thread

from numba import carray, cfunc, typeof, types  # isort: skip

GAP_MAX_S = 10
LOOKS = 128  # callbacks in which it is tried to catch up
TRUST = 20  # the device's count of frames is believed when it is within 1 / TRUST s of the clock
SMOOTHING = 0.02  # of `header.load`: the mean over about fifty callbacks

# Compiled in as constants: carray needs its dtype at compile time.
_HEADER, _BANK, _STRIP, _FEED = layout.HEADER, layout.BANK, layout.STRIP, layout.FEED
_VOICE, _GRAIN, _COMMAND, _EVENT, _SEGMENT = layout.VOICE, layout.GRAIN, layout.COMMAND, layout.EVENT, layout.SEGMENT
_WEIGHTS = sinc.SETS * sinc.SET_WEIGHTS

_WAITING = layout.WAITING


@view
def page_of(address: Any) -> Any:
    """Return the context record at `address` (a pointer). RT-safe."""
    return carray(address, (1,), CONTEXT)[0]


@view
def header_of(page: Any) -> Any:
    """Return the shared memory's header. RT-safe."""
    return carray(pointer(page.header), (1,), _HEADER)[0]


@view
def memory_of(page: Any) -> Memory:
    """Return the shared memory that the page names, in the types that the kernel is compiled for. RT-safe."""
    return Memory(
        carray(pointer(page.header), (1,), _HEADER),
        carray(pointer(page.bank), (2,), _BANK),
        carray(pointer(page.strips), (2, page.strip_count), _STRIP),
        carray(pointer(page.feeds), (2, page.strip_count, page.feed_count), _FEED),
        carray(pointer(page.voices), (2, page.voice_count), _VOICE),
        carray(pointer(page.grains), (2, page.voice_count), _GRAIN),
        carray(pointer(page.clips), (2, page.clip_tracks, page.slot_count), _COMMAND),
        carray(pointer(page.queue), (2, page.queue_count), _COMMAND),
        carray(pointer(page.waiting), (2, page.queue_count - 1), _WAITING),
        carray(pointer(page.touched), (2, page.queue_count - 2), np.int32),
        carray(pointer(page.commands), (page.command_count,), _COMMAND),
        carray(pointer(page.events), (page.event_count,), _EVENT),
        carray(pointer(page.segments), (page.segment_count,), _SEGMENT),
        carray(pointer(page.tap), (page.tap_frames, TAP_CHANNELS), np.float32),
        carray(pointer(page.scratch), (page.rows, SCRATCH_FRAMES), np.float32),
        carray(pointer(page.last), (2, LAST_FRAMES), np.float32),
        carray(pointer(page.blend), (2, SCRATCH_FRAMES), np.float32),
        carray(pointer(page.stage), (STAGE_ROWS * STAGE_FRAMES,), np.float32),
        carray(pointer(page.weights), (_WEIGHTS,), np.float32),
        carray(pointer(page.pool), (page.pool_samples,), np.float32),
    )


@view
def enter(page: Any) -> Any:
    """Mark the callback as running and return when it began, in ns. RT-safe."""
    page.inside = 1
    page.thread = this_thread()
    return monotonic_ns(page.timespec)


@view
def due(page: Any, header: Any, now: int) -> Any:
    """Return the frame that belongs to `now`: what would play had no callback been missed. RT-safe.

    A JACK server that has gone on counts its own frames, so that another client of it goes on at exactly the right one.
    """
    by_clock = header.clock_frame + (now - header.clock_ns) * header.rate // 1_000_000_000
    by_device = header.clock_frame + ((page.cycle - header.clock_cycle) & 0xFFFF_FFFF)
    counts = page.resume == BY_DEVICE and page.taps == 0 and page.cycle >= 0 and header.clock_cycle >= 0
    return by_device if counts and abs(by_device - by_clock) * TRUST < header.rate else by_clock


@view
def unheard(page: Any, header: Any, now: int) -> Any:
    """Return how many frames lack until the one that is due at `now`. RT-safe.

    After a gap of more than `GAP_MAX_S` (a suspended machine, say) none does: the music goes on where it was.
    """
    frames = due(page, header, now) - header.frame
    return 0 if frames > GAP_MAX_S * header.rate else frames


@view
def skip(page: Any, memory: Memory, frames: int) -> None:
    """Go on by `frames` frames that nobody hears; the tap gets them. RT-safe, but takes its time."""
    memory.header[0].budget = 0.0  # nothing need be shed
    done: Any = np.int64(0)
    while done < frames:
        count = min(frames - done, SCRATCH_FRAMES)
        call_kernel(page.kernel, memory, memory.scratch, count)
        done += count
    page.skipped += frames
    page.caught = 1


@view
def catch_up(page: Any, memory: Memory, past: Any, now: int, frames: int) -> Any:
    """Go on to the frame that is due at `now`, in the callback of a block of `frames`; return how many lack. RT-safe.

    One callback skips at most 2 / TRUST s, the next ones the rest and what was missed meanwhile; once less than a block
    is missing it is over. With 0 frames the gate is shut still: almost up to that frame, at most a second at once.
    """
    header = memory.header[0]
    missed = unheard(page, header, now)
    first = page.looks == 0
    if first:
        recover(memory)
    elif missed < frames:
        missed = 0  # a callback that came a little late
    reach = header.rate // TRUST  # the device's clock may say so much less
    count = min(missed, 2 * reach) if frames > 0 else min(missed - reach, header.rate)
    if count > 0:
        skip(page, memory, count)
    if frames == 0:
        return 0
    if first or count > 0:
        page.first_frame = header.frame
        if page.taps > 0:
            resample.forget(page, past)
    page.looks += 1
    if missed < frames or page.looks == LOOKS:
        page.resume = 0
        page.looks = 0
    return max(missed - count, 0) * page.resume


@view
def begin(page: Any, memory: Memory, now: int, missing: int) -> None:
    """Begin to measure, and stamp the block's clock unless frames are missing: they are counted from there. RT-safe."""
    header = memory.header[0]
    header.effort = 0.0
    page.spent = 0
    page.passed = 0
    if missing > 0:
        return
    header.clock_frame = header.frame
    header.clock_ns = now
    header.clock_cycle = page.cycle


@view
def sound_block(page: Any, memory: Memory, out: Any) -> None:
    """Let the kernel fill `out`, and measure how long it takes. RT-safe."""
    began = monotonic_ns(page.timespec)
    spent = spent_ns(page.timespec)
    call_kernel(page.kernel, memory, out, out.shape[1])
    page.spent += spent_ns(page.timespec) - spent
    page.passed += monotonic_ns(page.timespec) - began


@view
def fade(page: Any, out: Any) -> None:
    """Go on with the fade to silence that ends the process. RT-safe."""
    for i in range(out.shape[1]):
        gain = np.float32(max(0, page.fade_frames - page.faded) / page.fade_frames)
        page.faded += 1
        for row in range(out.shape[0]):
            out[row, i] *= gain


def drive(user: Any, now: int, frames: int) -> None:
    """Fill the page's `out` with the next frames, faded if the process is about to end. RT-safe.

    `now`: when the callback began, in ns; 0 for what follows in the same callback. With 0 frames it only catches up,
    for a gate that is about to open.
    """
    page = page_of(user)
    memory = memory_of(page)
    out = carray(pointer(page.out), (page.rows, frames), np.float32)
    past = carray(pointer(page.past), (page.rows, page.taps + SCRATCH_FRAMES), np.float32)
    table = carray(pointer(page.table), (page.phases, page.taps), np.float32)
    missing: Any = np.int64(0)
    if page.resume > 0 and now > 0:
        missing = catch_up(page, memory, past, now, frames)
    if now > 0 and frames > 0:
        begin(page, memory, now, missing)
    done: Any = np.int64(0)
    while done < frames:
        target, count = page.out, frames
        if page.taps > 0:
            done = resample.convert(page, past, table, out, done, frames)
            target, count = page.fresh, min(SCRATCH_FRAMES, resample.missing(page, frames - done))
        if done < frames:
            fresh = carray(pointer(target), (page.rows, count), np.float32)
            sound_block(page, memory, fresh)
            if page.taps > 0:
                resample.keep(page, past, fresh, count)
            else:
                done = frames
    if page.fade_frames > 0:
        fade(page, out)


@functools.cache
def driver() -> Any:
    """Return `drive`, compiled: void drive(void *page, int64 now, int64 frames)."""
    return cfunc(types.void(types.voidptr, types.int64, types.int64), cache=True, error_model="numpy")(drive)


@functools.cache
def kernel() -> int:
    """Return the address of `advance`, compiled: the code that Python calls, too."""
    kinds = (typeof(on_heap(Capacity(tracks=1, voices=1, pool_bytes=PAGE), 48_000)), types.float32[:, ::1], types.int64)
    advance.compile(kinds)
    compiled = advance.overloads[kinds]
    return int(compiled.library.get_pointer_to_function(compiled.fndesc.llvm_func_name))


def prepare(context: Context) -> None:
    """Tell the page where the kernel is; not RT-safe."""
    context.page["kernel"] = kernel()
    context.page["drive"] = driver().address


def approach(context: Context, now: int) -> bool:
    """Go on to a twentieth of a second before the frame that is due, by a second at most; True if it is reached.

    The gate is shut, `page.resume` says by which clock it is due, and nobody else drives the kernel. Not RT-safe.
    """
    before = int(context.page["skipped"])
    call = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_int64, ctypes.c_int64)(driver().address)
    call(context.address, now, 0)  # the GIL is not held
    return int(context.page["skipped"]) == before


@view
def sound(user: Any, page: Any, now: int, frames: int) -> Any:
    """Return float32[rows, frames] of the next frames, at the device's rate; `now` as for `drive`. RT-safe."""
    call_drive(page.drive, user, now, frames)
    return carray(pointer(page.out), (page.rows, frames), np.float32)


@view
def leave(page: Any, frames: int, began: int, xruns: int) -> None:
    """Count and measure the callback. RT-safe."""
    ended = monotonic_ns(page.timespec)
    header = header_of(page)
    if page.live == 1:
        busy = ended - began
        period = frames * 1_000_000_000 // page.rate
        header.callbacks += 1
        header.xruns += xruns
        header.busy_ns = busy
        header.busy_max_ns = max(header.busy_max_ns, busy)
        header.load += SMOOTHING * (busy / period - header.load)
        header.block = frames
        header.late += 1 if busy > period else 0
        if page.caught == 0:  # what was skipped is no part of a usual callback
            learn(header, page.spent, page.passed, busy, frames * header.rate // page.rate)
        page.caught = 0
    if page.trace_count > 0:
        trace = carray(pointer(page.trace), (page.trace_count, 3), np.int64)
        place = page.wakes % page.trace_count
        trace[place, 0] = began
        trace[place, 1] = ended
        trace[place, 2] = frames
    page.wakes += 1
    page.inside = 0
