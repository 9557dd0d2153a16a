"""Two whole programs on one JACK server: the second follows the MIDI clock of the first."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from liveengine.engine.streams.jack import library
from tests.e2e import studio
from tests.e2e.studio import Server
from tests.sync.ensemble import Speaker, state

LOOKS = 200
LOOK_S = 0.02
ROUNDS = 3


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A JACK server of our own."""
    name = f"le-duo-{os.getpid()}"
    command = ["jackd", "-n", name, "-R", "-d", "dummy", "-r", "48000", "-p", "64"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait = subprocess.run(["jack_wait", "-s", name, "-w", "-t", "20"], stdout=subprocess.DEVNULL)
    before = os.environ.get("JACK_DEFAULT_SERVER")
    os.environ["JACK_DEFAULT_SERVER"] = name
    try:
        assert wait.returncode == 0
        yield name
    finally:
        os.environ.pop("JACK_DEFAULT_SERVER")
        if before is not None:
            os.environ["JACK_DEFAULT_SERVER"] = before
        process.send_signal(signal.SIGINT)
        process.wait(10)


def connect() -> None:
    """Lead the clock of the one into the MIDI door of the other."""
    client = library().Client("patch", no_start_server=True)
    try:

        def find(pattern: str, **kind: bool) -> Any:
            return client.get_ports(pattern, is_midi=True, **kind)

        (clock,) = studio.wait(lambda: find("liveengine-clock.*:clock$", is_output=True))
        (door,) = studio.wait(lambda: find(":control$", is_input=True))
        client.connect(clock, door)
    finally:
        client.close()


def measure(first: Server, second: Server) -> list[float]:
    """Return by how many ms the second is heard after the first, again and again."""
    speakers = Speaker(first), Speaker(second)
    per_beat = 60e3 / first.osc.call("/transport/tempo")[0]
    found = []
    for _ in range(LOOKS):
        now = time.monotonic_ns()
        leading, following = (speaker.beat(now) for speaker in speakers)
        found.append((leading - following) * per_beat)
        time.sleep(LOOK_S)
    return found[LOOKS // 4 :]  # their time bases have found the rate by then


def test_the_second_plays_in_time_with_the_first(server: str, tmp_path: Path) -> None:
    with contextlib.ExitStack() as stack:
        first = stack.enter_context(studio.serving(tmp_path / "first", "--stream", "jack"))
        more = {"LIVEENGINE_CONTROL_MIDI": "true"}
        second = stack.enter_context(studio.serving(tmp_path / "second", "--stream", "jack", **more))
        first.web("/sync/clock", value=True)
        second.web("/sync/source", value="midi")
        first.osc.call("/transport/tempo", 126.5)
        connect()
        studio.wait(lambda: state(second)["locked"])
        first.osc.call("/transport/play")
        studio.wait(lambda: second.osc.call("/transport/running")[0])
        second.play_on(4.0)
        studio.wait(lambda: abs(second.osc.call("/transport/tempo")[0] - 126.5) < 0.1)
        medians = (sorted(map(abs, measure(first, second)))[LOOKS // 2] for _ in range(ROUNDS))
        assert any(median <= 1.0 for median in medians)  # a server that stalls loses blocks: whole milliseconds
        first.osc.call("/transport/stop")
        studio.wait(lambda: not second.osc.call("/transport/running")[0])
