"""What comes by JACK, as the listener process tells it: the frames are those at which another client has written."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from liveengine.engine.bench.jackd import Jackd
from liveengine.engine.streams.jack import library
from tests.patience import until
from tests.sync.test_jack import server

__all__ = ["server"]
EVERY = 1000  # frames between two ticks: no multiple of a block


class Box:
    """A client that ticks on exact frames."""

    def __init__(self, name: str) -> None:
        self.sent: list[int] = []
        self.client = library().Client(name, no_start_server=True)
        self.port = self.client.midi_outports.register("out")
        self.client.set_process_callback(self._process)
        self.client.activate()

    def _process(self, frames: int) -> None:
        self.port.clear_buffer()
        now = self.client.last_frame_time
        for frame in range(-(-now // EVERY) * EVERY, now + frames, EVERY):
            self.port.write_midi_event(frame - now, b"\xf8")
            self.sent.append(frame)


class Listener:
    def __init__(self, *arguments: str) -> None:
        pipe = subprocess.PIPE
        run = [sys.executable, "-m", "liveengine.sync.listener", *arguments]
        self.process = subprocess.Popen(run, stdout=pipe, stderr=subprocess.DEVNULL, text=True)
        self.heard: list[tuple[str, int, int, list[int]]] = []

    async def listen(self, count: int) -> None:
        """Wait for so many messages."""
        assert self.process.stdout is not None
        while len(self.heard) < count:
            line: Any = json.loads(await asyncio.to_thread(self.process.stdout.readline))
            if line[3]:
                self.heard.append(line)

    def end(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def box(server: Jackd) -> Iterator[Box]:
    made = Box("drum-machine")
    yield made
    made.client.close(ignore_errors=True)


async def test_each_tick_has_the_frame_on_which_it_was_written(box: Box) -> None:
    listener = Listener()
    try:
        (port,) = await until(lambda: box.client.get_ports("liveengine-clock-in:clock$"))

        def joined() -> bool:
            try:
                box.client.connect(box.port, port)
            except library().JackError:
                return False
            return True

        await until(joined)
        await listener.listen(50)
    finally:
        listener.end()
    frames = [frame for _, frame, _, _ in listener.heard]
    assert {name for name, *_ in listener.heard} == {"clock"}
    assert set(frames) <= set(box.sent)
    assert all(frame % EVERY == 0 for frame in frames)
    ns = [ns for _, _, ns, _ in listener.heard]
    assert ns == sorted(ns)


async def test_the_source_that_is_named_is_led_there_by_itself(box: Box) -> None:
    other = Box("keyboard")
    listener = Listener("--port", "Drum")
    try:
        await listener.listen(20)
    finally:
        listener.end()
        other.client.close(ignore_errors=True)
    assert {name for name, *_ in listener.heard} == {"drum-machine:out"}


def test_without_a_server_it_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JACK_DEFAULT_SERVER", "nobody-runs-this")
    run = [sys.executable, "-m", "liveengine.sync.listener"]
    assert subprocess.run(run, capture_output=True, timeout=30).returncode == 69
