"""How soon `liveengine serve` is ready, on an empty library and the null stream. Runs on: bench."""

import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from statistics import median

from liveengine.cli.benches import Task
from liveengine.cli.figure import Figure
from liveengine.errors import CannotStart

SECONDS = 10


def run(task: Task) -> Iterator[Figure]:
    """Start it several times; yield the median."""
    took = [ready() for _ in task.each("starting", range(1 if task.quick else 5))]
    yield Figure("start.ready_s", round(median(took), 3), "s", "lower")


def ready() -> float:
    """Return the seconds from the start of the process to its line "ready"; raises CannotStart."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "liveengine", "serve", "--library", folder, "--stream", "null"]
        began = time.monotonic()
        with subprocess.Popen(
            [*command, "--http-port", "0", "--osc-port", "0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as server:
            assert server.stdout is not None
            said = server.stdout.readline()
            took = time.monotonic() - began
            server.send_signal(signal.SIGINT)
            server.stdout.read()
    if not said.startswith(b"ready"):
        raise CannotStart(f"`liveengine serve` did not become ready (exit code {server.returncode}); run it by hand")
    return took
