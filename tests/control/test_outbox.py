import asyncio

import pytest

from liveengine.control.outbox import MAX_BYTES, MAX_MESSAGES, Outbox


class Box:
    def __init__(self) -> None:
        self.overflows = 0
        self.outbox = Outbox(self._overflow)

    def _overflow(self) -> None:
        self.overflows += 1


async def test_all_that_waits_comes_in_order_with_the_meters_last() -> None:
    box = Box().outbox
    box.put("a")
    box.put_meters(b"1")
    box.put_meters(b"2")
    box.put_latest("/gain", "b")
    box.put("c")
    assert await box.take() == ["a", "b", "c", b"2"]
    assert box.dropped_meters == 1


async def test_a_newer_value_replaces_the_one_that_waits_and_moves_to_the_end() -> None:
    box = Box().outbox
    box.put_latest("/gain", "1")
    box.put("event")
    box.put_latest("/gain", "2")
    assert await box.take() == ["event", "2"]


async def test_a_value_right_after_a_batch_waits_but_an_event_takes_it_along() -> None:
    box = Box().outbox
    box.put("first")
    await box.take()
    box.put_latest("/gain", "1")
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(box.take(), 0.005)
    box.put("event")
    assert await asyncio.wait_for(box.take(), 0.005) == ["1", "event"]


async def test_a_value_that_waits_comes_by_itself() -> None:
    box = Box().outbox
    box.put("first")
    await box.take()
    box.put_latest("/gain", "1")
    assert await asyncio.wait_for(box.take(), 1.0) == ["1"]


async def test_too_many_messages_overflow_once() -> None:
    box = Box()
    for number in range(MAX_MESSAGES + 10):
        box.outbox.put(str(number))
    assert box.overflows == 1


async def test_too_many_bytes_overflow_but_one_large_message_does_not() -> None:
    box = Box()
    box.outbox.put("x" * (2 * MAX_BYTES))
    assert box.overflows == 0
    box.outbox.put("y")
    assert box.overflows == 1


async def test_values_of_one_address_never_overflow() -> None:
    box = Box()
    for number in range(2 * MAX_MESSAGES):
        box.outbox.put_latest("/gain", "x" * 1000)
        box.outbox.put_latest(f"/track/{number}/gain", "x")
    assert box.overflows == 0
