import asyncio
import os
import signal
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import pytest
import rtmidi

from liveengine.command import Registry
from liveengine.control import midi
from liveengine.control.midi import MidiDoor
from liveengine.events import Bus, Changed
from tests.control.stage import Stage


@pytest.fixture(scope="module")
def server() -> Iterator[None]:
    """A JACK server of our own."""
    name = f"le-midi-{os.getpid()}"
    before = os.environ.get("JACK_DEFAULT_SERVER")
    os.environ["JACK_DEFAULT_SERVER"] = name
    process = subprocess.Popen(
        ["jackd", "-n", name, "-R", "-d", "dummy", "-r", "48000", "-p", "128"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    subprocess.run(["jack_wait", "-s", name, "-w", "-t", "10"], check=True, stdout=subprocess.DEVNULL)
    yield
    process.send_signal(signal.SIGINT)
    process.wait(10)
    del os.environ["JACK_DEFAULT_SERVER"]
    if before is not None:
        os.environ["JACK_DEFAULT_SERVER"] = before


async def until(condition: Callable[[], Any]) -> None:
    async with asyncio.timeout(8.0):
        while not condition():
            await asyncio.sleep(0.005)


@asynccontextmanager
async def door(monkeypatch: pytest.MonkeyPatch, library: Path) -> AsyncIterator[tuple[MidiDoor, Stage]]:
    monkeypatch.setattr(midi, "POLL_S", 0.1)
    bus = Bus()
    stage = Stage(bus)
    registry = Registry()
    registry.add(stage)
    found = MidiDoor(registry, bus, library)
    found.start()
    try:
        yield found, stage
    finally:
        await found.close()


class Controller:
    """A controller: a JACK MIDI output of another client."""

    def __init__(self, name: str) -> None:
        self._port = rtmidi.MidiOut(rtmidi.API_UNIX_JACK, name=name)
        self._port.open_virtual_port("MIDI 1")

    def send(self, *message: int) -> None:
        self._port.send_message(list(message))

    def close(self) -> None:
        self._port.close_port()
        self._port.delete()


@pytest.mark.usefixtures("server")
async def test_a_controller_is_found_plays_leaves_and_returns(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    async with door(monkeypatch, tmp_path) as (found, stage):
        for turn in (1, 2):
            with closing(Controller("nanoKONTROL2")) as korg:
                await until(lambda: any("nanoKONTROL2" in name for name in found.inputs))
                korg.send(0xB0, 0, 95)  # the fader is near 0.75, where the gain is
                await until(lambda: stage.gains)
                korg.send(0xB0, 48, 127)
                korg.send(0xB0, 48, 0)
                await until(lambda: "mute" in [call[0] for call in stage.calls])
                assert stage.mutes[1] is (turn == 1)
                stage.calls.clear()
            await until(lambda: not any("nanoKONTROL2" in name for name in found.inputs))
        await until(lambda: len(found._by_address["/track/1/gain"]) == 1)  # the virtual port's alone is left
    assert stage.gains == {1: pytest.approx(95 / 127)}


@pytest.mark.usefixtures("server")
async def test_the_virtual_port_takes_notes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    async with door(monkeypatch, tmp_path) as (found, stage):
        with closing(Controller("keys")) as keys:
            await until(lambda: found.inputs == ["liveengine:control"])
            await asyncio.to_thread(subprocess.run, ["jack_connect", "keys:MIDI 1", "liveengine:control"], check=True)
            keys.send(0x90, 36, 100)
            keys.send(0x90, 36, 0)
            keys.send(0x90, 37, 1)
            keys.send(0x80, 37, 0)
            await until(lambda: len(stage.calls) >= 2)
    assert stage.calls == [("launch", 1, 1, None, None), ("launch", 2, 1, None, None)]


@pytest.mark.usefixtures("server")
async def test_a_fader_picks_up_and_lets_go(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    async with door(monkeypatch, tmp_path) as (found, stage):
        with closing(Controller("nanoKONTROL2")) as korg:
            await until(lambda: any("nanoKONTROL2" in name for name in found.inputs))
            for position in (0, 40, 96):
                korg.send(0xB0, 2, position)
            await until(lambda: stage.gains)
            assert stage.gains == {3: pytest.approx(96 / 127)}
            stage.gains[3] = 0.1
            stage.bus.publish(Changed("/track/3/gain", 0.1))
            korg.send(0xB0, 2, 100)
            korg.send(0xB0, 3, 95)
            await until(lambda: 4 in stage.gains)
            assert stage.gains[3] == 0.1


async def test_without_a_midi_system_one_line_is_logged(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(midi, "_apis", list)
    caplog.set_level("INFO")
    async with door(monkeypatch, tmp_path) as (found, _):
        await asyncio.sleep(0.35)
        assert found.inputs == []
    assert [record.getMessage() for record in caplog.records if record.name == midi.__name__] == [
        "no MIDI system found (ALSA sequencer or JACK): controllers are left out"
    ]


async def test_a_command_that_refuses_is_logged_and_the_next_one_works(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "controllers"
    folder.mkdir()
    (folder / "mine.json").write_text(
        '{"device": {"match": "mine"}, "bindings": ['
        '{"in": {"type": "note", "channel": 1, "number": 1}, "to": "/nowhere", "mode": "press"},'
        '{"in": {"type": "note", "channel": 1, "number": 2}, "to": "/panic", "mode": "press"}]}'
    )
    monkeypatch.setenv("JACK_DEFAULT_SERVER", "nobody-runs-this")
    async with door(monkeypatch, tmp_path) as (found, stage):
        mapping = next(m for m in midi._maps(tmp_path) if m.device.match == "mine")
        bound = found._connect(mapping)
        found._receive(bound, [0x90, 1, 1])
        found._receive(bound, [0xF0, 1])
        found._receive(bound, [0x90, 2, 1])
        await until(lambda: stage.calls)
    assert stage.calls == [("panic", None)]
    assert "no command at '/nowhere'" in caplog.text
