"""What the callback does before the kernel; called by hand, on a clock by hand."""

import ctypes

import numpy as np
import pytest

from liveengine.engine.layout import SCRATCH_FRAMES
from liveengine.engine.memory import Memory
from liveengine.engine.streams.callback import GAP_MAX_S, TRUST, approach, driver, prepare
from liveengine.engine.streams.context import BY_CLOCK, BY_DEVICE, Context
from liveengine.engine.streams.offline import render
from tests.engine import stage

BLOCK = 128
SECOND = 1_000_000_000
REACH = stage.RATE // TRUST


def live() -> tuple[Memory, Context]:
    """Return memory with a show, one block after the first, and a stream that resumes there."""
    memory = stage.empty(stage.settings())
    stage.play(memory)
    context = Context(memory)
    prepare(context)
    wake(context, SECOND)
    context.page["resume"] = BY_CLOCK
    return memory, context


def wake(context: Context, now: int, frames: int = BLOCK) -> None:
    call = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_int64, ctypes.c_int64)(driver().address)
    call(context.address, now, frames)


def frame(memory: Memory) -> int:
    return int(memory.header["frame"][0])


def ns(frames: int) -> int:
    """Return the time, on the clock, at which a frame is due; the first block began at one second."""
    return SECOND + -(-frames * SECOND // stage.RATE)


def test_one_callback_skips_no_more_than_it_has_time_for_and_the_next_ones_end_at_the_right_frame() -> None:
    memory, context = live()
    due, began = 2 * stage.RATE + 77, []
    for _ in range(30):
        before = frame(memory)
        wake(context, ns(due))
        began.append(frame(memory) - BLOCK)
        assert began[-1] - before <= 2 * REACH
        due += BLOCK
    assert int(context.page["resume"]) == 0
    assert began[-1] == due - BLOCK
    assert int(context.page["skipped"]) == due - 31 * BLOCK


def test_a_long_skip_during_which_more_is_missed_ends_at_the_right_frame() -> None:
    memory, context = live()
    wake(context, ns(2_001))
    assert (frame(memory), int(context.page["resume"])) == (2_001 + BLOCK, BY_CLOCK)
    wake(context, ns(3_000))
    assert (frame(memory), int(context.page["resume"])) == (3_000 + BLOCK, BY_CLOCK)
    wake(context, ns(3_000 + BLOCK + 40))  # late by less than a block: nothing more is skipped
    assert (frame(memory), int(context.page["resume"])) == (3_000 + 2 * BLOCK, 0)


def test_less_than_a_block_that_is_missing_is_skipped_at_once() -> None:
    memory, context = live()
    wake(context, ns(BLOCK + 50))
    assert (frame(memory), int(context.page["resume"])) == (2 * BLOCK + 50, 0)
    assert int(context.page["first_frame"]) == BLOCK + 50


def test_with_the_gate_shut_the_kernel_comes_near_the_frame_that_is_due_a_second_at_a_time() -> None:
    memory, context = live()
    due = 3 * stage.RATE
    assert [approach(context, ns(due)) for _ in range(4)] == [False, False, False, True]
    assert frame(memory) == due - REACH
    assert (int(memory.header["clock_frame"][0]), int(memory.header["clock_ns"][0])) == (0, SECOND)
    assert int(context.page["resume"]) == BY_CLOCK
    wake(context, ns(due))
    assert frame(memory) == due + BLOCK


def test_what_is_skipped_with_the_gate_shut_never_passes_the_frame_that_the_device_counts() -> None:
    memory, context = live()
    page, behind = context.page, REACH - 100
    memory.header["clock_cycle"], page["resume"] = 1_000, BY_DEVICE
    page["cycle"] = 1_000 + stage.RATE - behind
    assert not approach(context, ns(stage.RATE))
    assert approach(context, ns(stage.RATE))
    assert frame(memory) <= stage.RATE - behind
    wake(context, ns(stage.RATE))
    assert frame(memory) == stage.RATE - behind + BLOCK


def test_after_a_gap_that_is_too_long_the_music_goes_on_where_it_was() -> None:
    memory, context = live()
    now = ns((GAP_MAX_S + 1) * stage.RATE)
    assert approach(context, now)
    wake(context, now)
    assert (frame(memory), int(context.page["resume"])) == (2 * BLOCK, 0)


@pytest.mark.parametrize("shut", [False, True])
def test_what_was_skipped_is_what_would_have_sounded(shut: bool) -> None:
    memory, context = live()
    due = 4 * stage.RATE
    while shut and not approach(context, ns(due)):
        pass
    for _ in range(60):
        wake(context, ns(due), SCRATCH_FRAMES)
        due += SCRATCH_FRAMES
    assert frame(memory) == due
    other = stage.empty(stage.settings())
    stage.play(other)
    np.testing.assert_array_equal(memory.tap[:due].T, render(other, due)[:2])
