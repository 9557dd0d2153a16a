import asyncio
import time

import pytest

from liveengine import lag
from liveengine.lag import Lag, Longest


def test_a_turn_that_computes_is_told_from_one_that_waits() -> None:
    watched = Lag()

    async def busy() -> None:
        await asyncio.sleep(0.05)
        end = time.thread_time() + 0.02
        while time.thread_time() < end:
            pass
        await asyncio.sleep(0)

    with asyncio.Runner(loop_factory=watched.loop) as runner:
        runner.run(busy())
    assert watched.longest().cpu_ms >= 20.0
    assert watched.longest().wall_ms >= 20.0
    assert watched.ever == watched.longest()


def test_a_turn_that_sleeps_takes_no_processor_time() -> None:
    watched = Lag()

    async def sleepy() -> None:
        await asyncio.sleep(0)
        time.sleep(0.05)  # a turn that hangs is what is looked for
        await asyncio.sleep(0)

    with asyncio.Runner(loop_factory=watched.loop) as runner:
        runner.run(sleepy())
    assert watched.longest().wall_ms >= 50.0
    assert watched.longest().cpu_ms < 40.0


def test_a_long_turn_is_forgotten_after_two_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lag, "WINDOW_S", 0.02)
    watched = Lag()

    async def once() -> None:
        time.sleep(0.1)
        for _ in range(40):
            await asyncio.sleep(0.005)

    with asyncio.Runner(loop_factory=watched.loop) as runner:
        runner.run(once())
    assert watched.ever.wall_ms >= 100.0
    assert watched.longest().wall_ms < 100.0


def test_the_longest_of_both_kinds_is_kept() -> None:
    assert Longest(1.0, 2.0).with_turn(3.0, 1.0) == Longest(3.0, 2.0)
