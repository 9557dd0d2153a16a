"""What the composition root decides by itself; the rest is tested end to end."""

import asyncio
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from liveengine import config, daemon
from liveengine.engine.engine import Engine
from liveengine.engine.shared import Shared, create
from tests.engine import stage


def _open_ports(library: Path) -> config.Config:
    return config.load(library, {"control": {"http_port": 0, "osc_port": 9100}})


def test_a_new_daemon_takes_the_ports_of_the_one_it_replaces(tmp_path: Path) -> None:
    run = {"pid": 1, "ports": {"http": 4711, "osc": 4712}, "shared": str(tmp_path / "shared")}
    (tmp_path / "run.json").write_text(json.dumps(run))
    control = daemon.as_before(_open_ports(tmp_path), tmp_path, tmp_path / "shared").control
    assert (control.http_port, control.osc_port) == (4711, 9100)


def test_the_ports_of_another_session_are_left_alone(tmp_path: Path) -> None:
    run = {"pid": 1, "ports": {"http": 4711, "osc": 4712}, "shared": str(tmp_path / "other")}
    (tmp_path / "run.json").write_text(json.dumps(run))
    assert daemon.as_before(_open_ports(tmp_path), tmp_path, tmp_path / "shared") == _open_ports(tmp_path)
    (tmp_path / "run.json").unlink()
    assert daemon.as_before(_open_ports(tmp_path), tmp_path, tmp_path / "shared") == _open_ports(tmp_path)


def test_no_command_is_declared_twice_and_every_owner_is_listed() -> None:
    from liveengine.cli.commands import registry

    addresses = [command.address for command in registry()]
    assert len(addresses) == len(set(addresses)) > 50


@pytest.fixture
def shared() -> Iterator[Shared]:
    """Return the memory of a session whose engine has not begun to play."""
    found = create(stage.settings())
    yield found
    found.close()
    found.unlink()


def test_it_beats_while_it_waits_for_an_engine_that_compiles(tmp_path: Path, shared: Shared) -> None:
    ports = json.dumps({"control": {"http_port": 0, "osc_port": 0, "midi": False, "discovery": False}})
    command = ("-m", "liveengine.daemon", "--shared", shared.folder, "--library", tmp_path, "--settings", ports)
    with stage.process(sys.executable, *command) as process:
        beats: set[int] = set()
        while len(beats) < 4 and process.poll() is None:
            beats.add(stage.header(shared, "daemon_beat_ns"))
            time.sleep(0.02)
        assert stage.header(shared, "daemon_pid") == process.pid
        assert not (tmp_path / "run.json").exists()


async def test_it_waits_for_as_long_as_the_engine_beats(shared: Shared, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(daemon, "ENGINE_S", 0.05)
    waiting = asyncio.create_task(daemon._first_block(Engine(shared.memory)))
    for beat in range(1, 21):
        shared.memory.header["beat_ns"] = beat
        await asyncio.sleep(0.01)
    assert not waiting.done()
    shared.memory.header["clock_ns"] = time.monotonic_ns()
    await waiting


async def test_without_an_engine_it_starts_all_the_same(shared: Shared, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(daemon, "ENGINE_S", 0.05)
    await daemon._first_block(Engine(shared.memory))
