"""Measure how fast `liveengine serve` is ready. Runs on: bench."""

import signal
import subprocess
import sys
import tempfile
import time

from liveengine.errors import CannotStart


def start() -> float:
    """Return the seconds from the start of the process to its line "ready", on an empty library and the null stream."""
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
