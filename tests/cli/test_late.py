"""Which late blocks are ours, and which were late while nobody had a core."""

import os
import threading
import time
from types import SimpleNamespace
from typing import Any, cast

import pytest

from liveengine.cli.torture import late
from liveengine.cli.torture.late import TOGETHER_NS, Stalls, joined
from liveengine.cli.torture.witness import BEFORE_ALL, Stall

BLOCK_NS = 128e9 / 48_000


def _engine() -> dict[str, int]:
    return {"late": 0, "xruns": 0, "block": 128, "rate": 48_000}


def _watched(engine: dict[str, int], witnesses: SimpleNamespace) -> Stalls:
    return Stalls(cast(Any, SimpleNamespace(header=engine.__getitem__)), cast(Any, witnesses))


def test_blocks_are_excused_only_while_a_witness_could_not_go_on() -> None:
    engine, witnesses = _engine(), SimpleNamespace(stalls=[])
    with _watched(engine, witnesses) as stalls:
        began = time.monotonic_ns()
        time.sleep(0.1)
        engine["xruns"] += 2
        time.sleep(0.15)
        witnesses.stalls.append(Stall(time.monotonic_ns(), time.monotonic_ns() + TOGETHER_NS))
        engine["late"] += 3
        time.sleep(0.1)
        assert stalls.since(began) == (2.0, 3.0)
        assert stalls.since(time.monotonic_ns()) == (0.0, 0.0)


def test_a_short_stall_excuses_no_more_blocks_than_fit_however_long_nobody_looked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(late, "LOOK_S", 0.2)
    engine, witnesses = _engine(), SimpleNamespace(stalls=[])
    with _watched(engine, witnesses) as stalls:
        began = time.monotonic_ns()
        time.sleep(0.05)
        engine["late"] += 30
        time.sleep(0.05)
        now = time.monotonic_ns()
        witnesses.stalls += [Stall(now, now + 2_100_000), Stall(now + 100_000, now + 2_200_000)]  # on both cores
        time.sleep(0.3)
        assert stalls.since(began) == (28.0, 2.0)


def test_what_a_stall_excused_once_it_does_not_excuse_again() -> None:
    engine, witnesses = _engine(), SimpleNamespace(stalls=[Stall(100, 100 + round(1.5 * BLOCK_NS))])
    stalls = _watched(engine, witnesses)
    stalls._found += [(Stall(0, 200), 2), (Stall(200, 400), 2)]
    assert stalls.since(0) == (1.0, 3.0)
    assert stalls.since(300) == (1.0, 1.0)


def test_stalls_of_two_cores_at_the_same_time_are_one() -> None:
    assert joined([Stall(5, 9), Stall(20, 30), Stall(1, 6)]) == [Stall(1, 9), Stall(20, 30)]


@pytest.mark.skipif(not hasattr(os, "sched_getscheduler"), reason="who goes first is said elsewhere in other words")
def test_the_looks_go_before_everything_where_that_is_allowed() -> None:
    with _watched(_engine(), SimpleNamespace(stalls=[])) as stalls:
        time.sleep(0.1)
        assert stalls.native_id is not None
        policy = os.sched_getscheduler(stalls.native_id)
        if policy != os.SCHED_FIFO | os.SCHED_RESET_ON_FORK:
            pytest.skip("this system lets nothing go before everything")
        assert os.sched_getparam(stalls.native_id).sched_priority == BEFORE_ALL
    assert os.sched_getscheduler(threading.get_native_id()) == os.SCHED_OTHER
