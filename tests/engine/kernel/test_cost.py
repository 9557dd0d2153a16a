"""What the callback learns of the machine, from times that are given here."""

from typing import Any

import pytest

from liveengine.engine.memory import Capacity, Memory, on_heap
from liveengine.engine.streams.cost import learn

from numba import njit  # isort: skip  # after the cache folder is set


@njit  # type: ignore[untyped-decorator]
def take_into_account(header: Any, spent: int, passed: int, busy: int, frames: int) -> None:
    learn(header[0], spent, passed, busy, frames)


def callbacks(memory: Memory, count: int, spent: int, *, passed: int = 0, busy: int = 0) -> None:
    """Let callbacks of 100 frames go by, each of which had an effort of 1,000 and took so long, in ns."""
    for _ in range(count):
        memory.header["effort"] = 1000.0
        take_into_account(memory.header, spent, max(passed, spent), max(busy, passed, spent), 100)


def learner() -> Memory:
    return on_heap(Capacity(tracks=1, voices=1, pool_bytes=4096), 100_000)  # a block of 100 frames takes 1 ms


def test_the_cost_of_a_unit_is_what_callbacks_take() -> None:
    memory = learner()
    callbacks(memory, 100, 2_000)
    assert memory.header["cost"][0] == pytest.approx(2.0)
    assert memory.header["budget"][0] == pytest.approx(10_000)


def test_a_machine_that_stands_still_once_does_not_look_like_work() -> None:
    memory = learner()
    callbacks(memory, 100, 2_000)
    callbacks(memory, 1, 5_000_000)
    callbacks(memory, 2, 2_000)
    assert memory.header["cost"][0] == pytest.approx(2.0)


def test_a_second_block_over_budget_raises_the_cost_at_once_and_it_sinks_slowly() -> None:
    memory = learner()
    callbacks(memory, 100, 2_000)
    callbacks(memory, 2, 900_000)
    assert memory.header["cost"][0] == 900.0
    callbacks(memory, 10, 2_000)
    assert 700 < memory.header["cost"][0] < 800


def test_where_half_of_the_time_is_taken_away_the_budget_is_half() -> None:
    memory = learner()
    for _ in range(300):
        callbacks(memory, 9, 200_000)
        callbacks(memory, 1, 200_000, passed=2_200_000)  # ten callbacks spend 2 ms while 4 ms pass
    assert memory.header["cost"][0] == pytest.approx(200.0)
    assert memory.header["budget"][0] == pytest.approx(5_000, rel=0.01)


def test_what_the_callback_does_beside_the_kernel_is_not_the_kernels_to_take() -> None:
    memory = learner()
    callbacks(memory, 1000, 2_000, busy=102_000)
    assert memory.header["budget"][0] == pytest.approx(9_000)
