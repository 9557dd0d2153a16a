"""A kill inside a block, at every point between the copy of the bank and the last word that is published."""

import numpy as np
import pytest

from liveengine.engine.engine import Report
from liveengine.engine.kernel.block import recover
from liveengine.engine.memory import Memory
from liveengine.engine.ops import Happened, Op, Warp
from liveengine.engine.streams.offline import render
from tests.engine.rig import Rig, Sound

BLOCK = 4
PUBLISHED = ("committed", "command_read", "event_write", "frame")  # in the order of the kernel's stores
BANKED = (
    "bank",
    "strips",
    "feeds",
    "voices",
    "grains",
    "clips",
    "queue",
    "waiting",
    "touched",
)  # there are two of each
WRITTEN = (*BANKED, "events", "tap", "last")  # by the kernel, before the first of them


def show() -> Rig:
    """Return a rig whose next block takes records, starts, stops, queues and retires."""
    rig = Rig()
    first, second = rig.load([1, 2, 3, 4, 5]), rig.load([10, 20, 30])
    rig.engine.push(Op.RUN, value=1)
    rig.loop(first)
    rig.loop(second, track=1, quantum=1.0)
    rig.run(2 * BLOCK)
    rig.loop(second, frame=2 * BLOCK + 1)
    rig.engine.push(Op.STOP, track=1, quantum=0.5)
    rig.engine.push(Op.GAIN, track=0, value=0.5, ramp=6)
    rig.engine.push(Op.SEND, track=0, slot=1, value=0.5, ramp=6)
    rig.engine.push(Op.CLIP, track=1, slot=2, segment=second, loop_end=3)
    rig.loop(second, track=1, frame=2 * BLOCK + 2, source_frames_per_beat=4.0, warp=Warp.STRETCH)
    rig.engine.push(Op.RETIRE, segment=first)
    return rig


def kept(memory: Memory) -> Memory:
    return Memory._make(part.copy() for part in memory)


def restore(memory: Memory, before: Memory) -> None:
    for part, old in zip(memory, before, strict=True):
        part[...] = old


def rest(rig: Rig) -> tuple[Sound, list[Report]]:
    """Return what is heard and reported from the frame that the rig has reached until all fades are over."""
    return render(rig.memory, 600 - rig.state().frame, BLOCK), rig.engine.reports()


@pytest.mark.parametrize("stage", range(len(PUBLISHED) + 1))
def test_a_kill_inside_a_block_costs_no_record_no_event_and_no_frame(stage: int) -> None:
    rig = show()
    before = kept(rig.memory)
    block = render(rig.memory, BLOCK, BLOCK)
    after = kept(rig.memory)
    sound, reports = rest(rig)

    restore(rig.memory, before)
    for name in WRITTEN:
        getattr(rig.memory, name)[...] = getattr(after, name)
    for name in PUBLISHED[:stage]:
        rig.memory.header[name] = after.header[name]
    recover(rig.memory)
    lost = 0 if stage else BLOCK  # without the commit the block is rendered again
    again, told = rest(rig)
    assert np.array_equal(again, np.hstack([block, sound])[:, BLOCK - lost :])
    assert told == reports
    assert {report.kind for report in told} >= {Happened.STARTED, Happened.STOPPED, Happened.QUEUED, Happened.RETIRED}


def test_the_bank_that_is_committed_is_never_written_to() -> None:
    rig = show()
    side = int(rig.memory.header["committed"][0]) & 1
    before = kept(rig.memory)
    render(rig.memory, BLOCK, BLOCK)
    for name in BANKED:
        assert getattr(rig.memory, name)[side].tobytes() == getattr(before, name)[side].tobytes()
