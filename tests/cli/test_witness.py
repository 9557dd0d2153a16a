"""Who was late because the machine stood still, and who for reasons of its own."""

import os
import signal
import sys
import time
from types import SimpleNamespace
from typing import Any, cast

import pytest

from liveengine.cli.benches.fabrik.mutation import TOGETHER_NS, Stalls
from liveengine.cli.torture.witness import Stall, Witnesses


def test_stalls_meet_where_they_overlap_or_lie_near() -> None:
    assert Stall(10, 20).meets(Stall(15, 30), 0)
    assert Stall(10, 20).meets(Stall(22, 30), 2)
    assert not Stall(10, 20).meets(Stall(23, 30), 2)


def test_blocks_are_the_machines_only_while_a_witness_could_not_go_on() -> None:
    late = {"late": 0, "xruns": 0}
    witnesses = SimpleNamespace(stalls=[])
    target = SimpleNamespace(header=late.__getitem__)
    with Stalls(cast(Any, target), cast(Any, witnesses)) as stalls:
        began = time.monotonic_ns()
        time.sleep(0.1)
        late["xruns"] += 2
        time.sleep(0.15)
        witnesses.stalls.append(Stall(time.monotonic_ns(), time.monotonic_ns() + TOGETHER_NS))
        late["late"] += 3
        time.sleep(0.1)
        assert stalls.since(began) == (2.0, 3.0)
        assert stalls.since(time.monotonic_ns()) == (0.0, 0.0)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="who goes first is said elsewhere in other words")
def test_a_witness_tells_when_it_could_not_go_on() -> None:
    with Witnesses(sorted(os.sched_getaffinity(0))[:1]) as witnesses:
        (process,) = witnesses._processes
        for _ in range(100):
            if process.poll() is not None:
                pytest.skip("this system lets nothing go before everything")
            time.sleep(0.15)
            if os.sched_getscheduler(process.pid) == os.SCHED_FIFO:
                break
        assert witnesses.present
        began = time.monotonic_ns()
        process.send_signal(signal.SIGSTOP)
        time.sleep(0.1)
        process.send_signal(signal.SIGCONT)
        time.sleep(0.3)
        assert any(stall.last - stall.first > 50_000_000 for stall in witnesses.stalls if stall.last > began)
        assert "times" in witnesses.told()
    assert not witnesses.present
