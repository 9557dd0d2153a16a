"""Any bits in any field: no access out of bounds, no broken sample."""

import os
import subprocess
import sys

from liveengine.engine.bench import fuzz

COMMAND = [sys.executable, "-m", "liveengine.engine.bench.fuzz", "--records", "1000"]


def test_a_hundred_thousand_random_records_stay_within_bounds() -> None:
    """A process raises IndexError where a normal build would read or write beyond an array."""
    told: list[int] = []
    found = fuzz.fuzz(100_000, seed=1, hands=2, tell=told.append)
    assert found.faults == []
    assert found.records >= 100_000
    assert told == sorted(told)
    assert told[-1] == found.records
    assert (
        min(found.happened[kind] for kind in ("started", "stopped", "queued", "cancelled", "followed", "muted")) > 100
    )


def test_what_a_process_finds_is_said_with_the_command_that_shows_it_again() -> None:
    found = fuzz.Fuzz()
    fuzz._push_apart(-1, 1000, print, found)  # no seed: it ends as it would at an access out of bounds
    assert [fault.split(";")[0] for fault in found.faults] == ["ValueError: expected non-negative integer"]
    assert found.faults[0].endswith("python -m liveengine.engine.bench.fuzz --records 1000 --seed -1")


def test_a_kernel_without_bounds_checks_is_refused() -> None:
    env = os.environ | {"NUMBA_BOUNDSCHECK": "0"}
    done = subprocess.run(COMMAND, env=env, capture_output=True, text=True)
    assert done.returncode == fuzz.EXIT_UNCHECKED
    assert "set NUMBA_BOUNDSCHECK=1" in done.stderr
