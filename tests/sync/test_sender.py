"""Our clock as another program hears it: an engine, a ticker and a listener, each a process or a client of its own."""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import rtmidi

from liveengine import config
from liveengine.engine import shared
from liveengine.engine.engine import Engine
from liveengine.engine.ops import Op
from liveengine.engine.shared import Shared
from liveengine.engine.streams.jack import library
from liveengine.events import ClockChanged
from liveengine.sync import ticker
from liveengine.sync.sender import Sender
from tests.engine.stage import jackd
from tests.patience import until
from tests.session.stage import stage

BLOCK = 128


@pytest.fixture(scope="module")
def server() -> Iterator[None]:
    """A JACK server of our own."""
    with jackd(BLOCK, sync=False):
        yield


@contextlib.asynccontextmanager
async def playing(stream: str, port: str = "") -> AsyncIterator[tuple[Shared, Engine]]:
    """Give the memory and the handle of an engine that plays, with a ticker beside it."""
    settings = config.load(
        None,
        {
            "audio": {"stream": stream, "block": BLOCK},
            "engine": {"tracks": 2, "voices": 8, "pool_mib": 16},
            "session": {"scenes": 2},
        },
    )
    memory = shared.create(settings)
    words = ("--shared", str(memory.folder))
    run = (sys.executable, "-m")
    processes = [subprocess.Popen([*run, "liveengine.engine.process", *words, "--stream", stream])]
    try:
        engine = Engine(memory.memory, None, memory)
        await until(lambda: engine.alive() and int(memory.memory.header["stream"][0]) > 0, 60.0)
        processes.append(
            subprocess.Popen([*run, "liveengine.sync.ticker", *words, "--port", port], stdout=subprocess.DEVNULL)
        )
        yield memory, engine
    finally:
        for process in reversed(processes):
            process.terminate()
            process.wait(10)
        memory.unlink()


class Exact:
    """A JACK client that notes the frames at which messages come."""

    def __init__(self) -> None:
        self.heard: list[tuple[int, bytes]] = []
        self._client = library().Client("listener", no_start_server=True)
        self._port = self._client.midi_inports.register("in")
        self._client.set_process_callback(self._process)
        self._client.activate()

    def _process(self, frames: int) -> None:
        now = self._client.last_frame_time
        self.heard += [(now + offset, bytes(data)) for offset, data in self._port.incoming_midi_events()]

    async def connect(self, part: str) -> None:
        def found() -> Any:
            return self._client.get_ports(part, is_midi=True, is_output=True)

        def joined() -> bool:  # a client that is not active yet takes no connection
            with contextlib.suppress(library().JackError):
                self._client.connect(port, self._port)
            return bool(self._client.get_all_connections(self._port))

        (port,) = await until(found)
        await until(joined)

    def close(self) -> None:
        self._client.close(ignore_errors=True)


async def test_under_jack_each_tick_is_on_the_frame_at_which_its_beat_is_heard(server: None) -> None:
    async with playing("jack") as (memory, engine):
        listener = Exact()
        try:
            await listener.connect("liveengine-clock:clock")
            await until(lambda: len(listener.heard) > 10)  # the tempo ticks though the transport stands
            assert {data for _, data in listener.heard} == {b"\xf8"}
            listener.heard.clear()
            engine.push(Op.RUN, value=1.0)
            await until(lambda: len(listener.heard) > 150)
            snapshot = engine.snapshot()
            header = memory.memory.header
            cycle, frame, latency = (int(header[name][0]) for name in ("clock_cycle", "clock_frame", "latency"))
            engine.push(Op.RUN, value=0.0)
            await until(lambda: listener.heard[-1][1] == b"\xfc" or listener.heard[-2][1] == b"\xfc")
        finally:
            heard = list(listener.heard)
            listener.close()
    start = next(n for n, (_, data) in enumerate(heard) if data == b"\xfa")
    ticks = [at for at, data in heard[start:] if data == b"\xf8"][:100]
    tick = snapshot.frames_per_beat / 24
    frames = [at - cycle + frame - latency - snapshot.anchor_frame for at in ticks]
    # A machine that stalls loses a tick on its way, or the engine some blocks: whole ones.
    exact = [at for at in frames if any((at - round((round(at / tick) + n) * tick)) % BLOCK == 0 for n in range(-3, 4))]
    assert len(exact) >= 90


async def test_elsewhere_a_thread_sends_them_by_the_time_base(server: None) -> None:
    stamps: list[tuple[int, bytes]] = []
    sink = rtmidi.MidiIn(rtmidi.API_UNIX_JACK, name="sink")
    sink.ignore_types(timing=False)
    sink.set_callback(lambda event, _: stamps.append((time.monotonic_ns(), bytes(event[0]))))
    sink.open_virtual_port("in")
    try:
        async with playing("null", "sink") as (_, engine):
            await until(lambda: len(stamps) > 10)
            engine.push(Op.LOCATE, value=7.3)
            engine.push(Op.RUN, value=1.0)
            await until(lambda: len(stamps) > 150)
    finally:
        sink.cancel_callback()
        sink.close_port()
        sink.delete()
    words = [data for _, data in stamps if data != b"\xf8"]
    assert words == [bytes((0xF2, 30, 0)), b"\xfb"] or words == [bytes((0xF2, 31, 0)), b"\xfb"]
    first = next(n for n, (_, data) in enumerate(stamps) if data == b"\xfb") + 1
    ticks = [ns for ns, data in stamps[first:] if data == b"\xf8"]
    mean = (ticks[-1] - ticks[0]) / (len(ticks) - 1)
    assert mean * 24 == pytest.approx(60e9 / 128.0, rel=0.02)


def test_a_port_that_is_not_there_is_named(tmp_path: Path) -> None:
    memory = shared.create(config.load(None, {"engine": {"pool_mib": 16}}))
    try:
        run = subprocess.run(
            [sys.executable, "-m", "liveengine.sync.ticker", "--shared", str(memory.folder), "--port", "no such port"],
            capture_output=True,
            text=True,
            timeout=30,
            env={**os.environ, "JACK_DEFAULT_SERVER": "nobody-runs-this"},
        )
    finally:
        memory.unlink()
    assert run.returncode == 69
    assert "no such port" in run.stderr


async def test_who_asks_for_a_clock_that_cannot_be_sent_hears_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JACK_DEFAULT_SERVER", "nobody-runs-this")
    async with stage(tmp_path) as live:
        sender = Sender(live.session.core, live.shared.folder)
        live.registry.add(sender)
        try:
            await live.call("/sync/clock/output", "no such port")
            await live.call("/sync/clock", True)
            await until(lambda: sender.state().wrong)
            state = await live.call("/sync/clock/state")
            assert not state["sending"]
            assert "none whose name holds 'no such port'" in state["wrong"]
            assert live.events[-1] == ClockChanged(False, state["wrong"])
            await live.call("/sync/clock", False)
            assert (await live.call("/sync/clock/state"))["wrong"] == ""
            assert live.events[-1] == ClockChanged(False, "")
        finally:
            await sender.close()


def test_without_an_output_that_was_named_none_is_spoken_of(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(ticker, "systems", dict)
    monkeypatch.setattr("gc.disable", lambda: None)
    memory = shared.create(config.load(None, {"engine": {"pool_mib": 16}}))
    try:
        assert ticker.main(["--shared", str(memory.folder)]) == 69
    finally:
        memory.unlink()
    assert capfd.readouterr().err == "midi clock: there is no MIDI output to send to\n"
