"""Any bits in any field: no access out of bounds, no broken sample."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_a_hundred_thousand_random_records_stay_within_bounds() -> None:
    """The process raises IndexError where a normal build would read or write beyond an array."""
    env = os.environ | {"NUMBA_BOUNDSCHECK": "1"}
    command = [sys.executable, "-m", "tests.engine.fuzz", "--records", "100000"]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    happened = json.loads(done.stdout)
    assert min(happened[kind] for kind in ("started", "stopped", "queued", "cancelled", "followed", "muted")) > 100
