"""Who could not go on although nothing of a user goes before it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from liveengine.cli.torture.witness import Stall, Witnesses, stolen_ms


def test_stalls_meet_where_they_overlap_or_lie_near() -> None:
    assert Stall(10, 20).meets(Stall(15, 30), 0)
    assert Stall(10, 20).meets(Stall(22, 30), 2)
    assert not Stall(10, 20).meets(Stall(23, 30), 2)


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


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="who goes first is said elsewhere in other words")
def test_a_witness_ends_with_a_parent_that_was_killed() -> None:
    script = (
        "import time\nfrom liveengine.cli.torture.witness import Witnesses\n"
        f"with Witnesses([{min(os.sched_getaffinity(0))}]) as found:\n"
        "    print(found._processes[0].pid, flush=True)\n    time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as parent:
        try:
            assert parent.stdout is not None
            witness = int(parent.stdout.readline())
            for _ in range(100):
                if _ended(witness):
                    pytest.skip("this system lets nothing go before everything")
                time.sleep(0.15)
                if os.sched_getscheduler(witness) == os.SCHED_FIFO:
                    break
        finally:
            parent.kill()
    end = time.monotonic() + 10.0
    while not _ended(witness) and time.monotonic() < end:
        time.sleep(0.01)
    assert _ended(witness)


def test_what_the_hypervisor_kept_is_told_where_the_system_counts_it() -> None:
    assert stolen_ms([]) != stolen_ms([])  # no cores: not a number
    if Path("/proc/stat").exists():
        assert stolen_ms([0]) >= 0.0


def _ended(process: int) -> bool:
    """Return whether it does nothing any more, be it that nobody has asked for its end yet."""
    try:
        return Path(f"/proc/{process}/stat").read_text("ascii").rsplit(")", 1)[1].split()[0] == "Z"
    except OSError:
        return True
