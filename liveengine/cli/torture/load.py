"""Work beside the music: an ingest and a model's arithmetic on the processor. Runs on: the user's shell."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from liveengine.cli.torture.target import write_stems

ARITHMETIC = """
try:
    from torch import rand
except ImportError:
    from numpy.random import default_rng
    rand = default_rng(0).random
    matrix = rand((1024, 1024), dtype="float32")
else:
    matrix = rand(1024, 1024)
while True:
    matrix @ matrix
"""
INGEST = """
import subprocess, sys, tempfile
while True:
    with tempfile.TemporaryDirectory() as library:
        command = [sys.executable, "-m", "liveengine", "ingest", "--library", library, sys.argv[1]]
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
"""


@contextmanager
def busy() -> Iterator[None]:
    """Have both run, at low priority as the workers do, until the end of the block."""
    with tempfile.TemporaryDirectory(prefix="liveengine-load-") as folder:
        sounds = Path(folder) / "sounds"
        write_stems(sounds)
        children = [
            subprocess.Popen(["nice", "-n", "10", sys.executable, "-c", code, str(sounds)], start_new_session=True)
            for code in (ARITHMETIC, INGEST)
        ]
        try:
            yield
        finally:
            for child in children:  # each leads a group: an ingest has children of its own
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()


def hold_gil(runs: int = 5, seconds: float = 3.0) -> dict[str, Any]:
    """Hold Python's lock in the playing process while others work; return our misses beyond the null client's.

    `missed_per_10000` is the median over the runs, in cycles of the JACK server.
    """
    from liveengine.engine.measure import measure_gil_hold

    with busy():
        found = [measure_gil_hold(seconds) for _ in range(runs)]
    return {
        "missed_per_10000": median(10_000 * one["missed"] / one["expected"] for one in found),
        "cycles": sum(one["expected"] for one in found),
    }
