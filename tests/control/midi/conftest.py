import os
import subprocess
from collections.abc import Iterator

import pytest

from tests.engine import stage

NAME = "liveengine-midi"  # libjack has room for eight names, and keeps those of servers that were killed


@pytest.fixture(scope="package")
def server() -> Iterator[None]:
    """A JACK server for all tests of MIDI; a cycle waits for all clients, so that none gets its messages twice."""
    before = os.environ.get("JACK_DEFAULT_SERVER")
    os.environ["JACK_DEFAULT_SERVER"] = NAME
    with stage.process("jackd", "-n", NAME, "-S", "-d", "dummy", "-r", "48000", "-p", "128") as running:
        stage.wait(lambda: subprocess.run(["jack_wait", "-w", "-t", "1"], capture_output=True).returncode == 0)
        yield
        running.terminate()
        running.wait(5)
    if before is None:
        del os.environ["JACK_DEFAULT_SERVER"]
    else:
        os.environ["JACK_DEFAULT_SERVER"] = before
