"""The kernel: one block of sound over the shared memory. Runs on: audio thread (RT-safe), offline.

A block copies the committed bank into the other one, takes the commands, renders, and commits by one release store.
Until then nobody sees anything of it, so a process that dies inside a block leaves the last whole one.
"""

from typing import Any

from liveengine.engine.kernel import dsp, overload, queue, rest, track, voice, waiting
from liveengine.engine.kernel.jit import inner, part, realtime
from liveengine.engine.kernel.ring import fence, load_acquire, store_release
from liveengine.engine.kernel.work import Work
from liveengine.engine.layout import FAR, SCRATCH_FRAMES
from liveengine.engine.memory import Memory
from liveengine.engine.positions import COMMAND_READ, COMMITTED, EVENT_WRITE, FRAME

import numpy as np  # isort: skip


@part
def copy(memory: Memory) -> int:
    """Copy the committed bank's living part into the other one; return the other one's number. RT-safe."""
    old = load_acquire(memory.header, COMMITTED) & 1
    new = 1 - old
    memory.bank[new] = memory.bank[old]
    for n in range(memory.strips.shape[1]):
        if memory.strips[old, n].routed != 0 or memory.strips[new, n].routed != 0:  # else both banks' are alike
            for d in range(memory.feeds.shape[2]):
                memory.feeds[new, n, d] = memory.feeds[old, n, d]
        memory.strips[new, n] = memory.strips[old, n]
    for n in range(memory.bank[old].active):
        memory.voices[new, n] = memory.voices[old, n]
        if memory.voices[old, n].warp != 0:
            memory.grains[new, n] = memory.grains[old, n]
    copy_waiting(memory, old, new)
    return new


@inner
def copy_waiting(memory: Memory, old: int, new: int) -> None:
    """Copy of the queue and the clips what the last block wrote: the rest is alike in both banks. RT-safe."""
    bank = memory.bank[new]
    if bank.changed != 0:
        for n in range(bank.queued):
            memory.waiting[new, n] = memory.waiting[old, n]
    places = memory.queue.shape[1]
    if bank.touched <= memory.touched.shape[1]:
        for n in range(bank.touched):
            copy_place(memory, old, new, memory.touched[old, n])
    else:
        for place in range(places + memory.clips.shape[1] * memory.clips.shape[2]):
            copy_place(memory, old, new, place)
    bank.changed = 0
    bank.touched = 0


@inner
def copy_place(memory: Memory, old: int, new: int, place: int) -> None:
    """Copy a place of the queue or, behind these, a clip. RT-safe."""
    places = memory.queue.shape[1]
    if place < places:
        memory.queue[new, place] = memory.queue[old, place]
    else:
        slots = memory.clips.shape[2]
        track, slot = (place - places) // slots, (place - places) % slots
        memory.clips[new, track, slot] = memory.clips[old, track, slot]


@inner
def commit(memory: Memory) -> None:
    """Make the worked bank the committed one, then publish the positions that others wait for. RT-safe."""
    committed = load_acquire(memory.header, COMMITTED) + 1
    store_release(memory.header, COMMITTED, committed)
    fence()  # a reader that sees the next block's writes to the other bank also sees this word
    publish(memory, committed & 1)


@inner
def publish(memory: Memory, side: int) -> None:
    """Publish a bank's ring positions and frame in the header. RT-safe."""
    bank = memory.bank[side]
    store_release(memory.header, COMMAND_READ, bank.command_read)
    store_release(memory.header, EVENT_WRITE, bank.event_write)
    store_release(memory.header, FRAME, bank.frame)


@realtime
def recover(memory: Memory) -> None:
    """Publish what the committed bank says, after an engine died between its commit and that. RT-safe."""
    side = load_acquire(memory.header, COMMITTED) & 1
    memory.bank[side].changed = 1  # the block that was not committed may have written anything to the other bank
    memory.bank[side].touched = FAR
    for n in range(memory.strips.shape[1]):
        memory.strips[1 - side, n].routed = 1  # and to the other feeds
    publish(memory, side)


@inner
def clear(out: Any, frames: int) -> None:
    """Write silence. RT-safe."""
    for row in range(out.shape[0]):
        for i in range(frames):
            out[row, i] = np.float32(0.0)


@inner
def write_tap(out: Any, ring: Any, first: int, count: int, frame: int) -> None:
    """Write the master into the tap ring, however often that goes round. RT-safe."""
    done = 0
    while done < count:
        place = (frame + done) & (ring.shape[0] - 1)
        n = min(count - done, ring.shape[0] - place)
        dsp.tap(out, ring, np.uint64(first + done), np.uint64(n), np.uint64(place))
        done += n


@inner
def piece(work: Work, tap: Any, out: Any, first: int, count: int) -> None:
    """Render `count` frames in which nothing is due. RT-safe."""
    frame = work.bank.frame
    voice.sound_all(work, out, first, count, frame)
    rest.sound_all(work, out, first, count)
    track.mix(work, out, first, count)
    track.master(work, out, first, count)
    write_tap(out, tap, first, count, frame)
    work.bank.frame = frame + count


@inner
def render(work: Work, tap: Any, out: Any, frames: int) -> None:
    """Take commands, then make sound, cut where records are due. RT-safe."""
    bank = work.bank
    begin = bank.frame
    bank.coming = waiting.due_before(work, begin + frames)
    queue.due(work, begin)
    queue.take(work, begin, frames)
    overload.restore(work, frames)
    done = 0
    while done < frames:
        queue.due(work, bank.frame)
        overload.relieve(work, frames)
        count = min(frames - done, SCRATCH_FRAMES, bank.next - bank.frame)
        piece(work, tap, out, done, count)
        done += count
    work.header[0].effort += bank.effort + bank.going


@inner
def work_on(memory: Memory, out: Any, frames: int) -> None:
    """Do all of a block but the commit. RT-safe."""
    side = copy(memory)
    work = Work(
        memory.bank[side], memory.strips[side], memory.feeds[side], memory.voices[side], memory.grains[side],
        memory.clips[side], memory.queue[side], memory.waiting[side], memory.touched[side],
        memory.header, memory.commands, memory.events, memory.segments, memory.last, memory.blend, memory.stage,
        memory.weights, memory.pool,
    )  # fmt: skip
    work.bank.clock_ns = memory.header[0].clock_ns
    work.bank.clock_frame = memory.header[0].clock_frame
    clear(out, frames)
    track.begin(work)
    render(work, memory.tap, out, frames)
    queue.retire(work, work.bank.frame)
    track.finish(work, frames)
    queue.show(work)


@realtime
def advance(memory: Memory, out: Any, frames: int) -> None:
    """Render the next `frames` >= 0 frames into the first columns of `out`, C-contiguous float32[rows, n], and commit.

    Rows 0 and 1 are the master, rows 2 + 2s and 3 + 2s strip s after its fader, the last two the cue bus. Set
    `header.clock_ns` and `header.clock_frame` before the call: the block's snapshot carries them. RT-safe.
    """
    control = dsp.flush_denormals()
    work_on(memory, out, frames)
    dsp.restore(control)
    commit(memory)
