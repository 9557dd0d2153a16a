import ast
import json
import os
import random
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import LiveEngine
import LiveEngine.surface
import pytest
from LiveEngine.settings import FILE

from liveengine.cli.commands import registry
from liveengine.control.osc.codec import encode
from liveengine.control.osc.own import DESCRIBED
from tests.clients.ableton.live import Handle, Instance, Song
from tests.clients.ableton.stage import Studio

FOLDER = Path(FILE).parent
OLD = shutil.which("python3.7")
SOURCES = sorted(FOLDER.glob("*.py"))
# What Live calls of a surface, as in Ableton's own scripts that stand on no framework.
CALLED = {
    "build_midi_map", "can_lock_to_devices", "connect_script_instances", "disconnect", "lock_to_device",
    "port_settings_changed", "receive_midi", "refresh_state", "suggest_input_port", "suggest_map_mode",
    "suggest_output_port", "unlock_from_device", "update_display",
}  # fmt: skip


def test_live_finds_what_it_calls() -> None:
    live = Instance(Song(lambda: 0.0))
    surface = LiveEngine.create_instance(live)
    assert {name for name in CALLED if callable(getattr(surface, name))} == CALLED
    surface.refresh_state()
    surface.port_settings_changed()
    surface.connect_script_instances(())
    surface.lock_to_device(None)
    surface.unlock_from_device(None)
    assert (surface.suggest_input_port(), surface.suggest_output_port()) == ("", "")
    assert surface.can_lock_to_devices() is False
    assert surface.suggest_map_mode(1, 0) == -1
    surface.disconnect()
    assert not live.log


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.name)
def test_each_file_is_python_of_live_11_and_imports_what_live_has(source: Path) -> None:
    tree = ast.parse(source.read_text("utf-8"), feature_version=(3, 7))
    for node in ast.walk(tree):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and not node.level:
            names = [str(node.module)]
        assert {name.partition(".")[0] for name in names} <= sys.stdlib_module_names


@pytest.mark.skipif(OLD is None, reason="Python 3.7 is not installed")
def test_the_python_of_live_11_runs_it(tmp_path: Path) -> None:
    script = tmp_path / "live.py"
    script.write_text(
        "import LiveEngine\n"
        "class Any:\n"
        "    def __getattr__(self, name): return Any()\n"
        "    def __call__(self, *a): return Any()\n"
        "    def __iter__(self): return iter(())\n"
        "    def __len__(self): return 0\n"
        "    def __float__(self): return 4.0\n"
        "    def __int__(self): return 4\n"
        "    def __bool__(self): return False\n"
        "class Instance:\n"
        "    def song(self): return Any()\n"
        "    def handle(self): return 1\n"
        "    def show_message(self, text): print(text)\n"
        "    def log_message(self, text): print('fault', text)\n"
        "surface = LiveEngine.create_instance(Instance())\n"
        "for _ in range(3): surface.update_display()\n"
        "surface.disconnect()\n",
        "utf-8",
    )
    assert OLD is not None
    done = subprocess.run(
        [OLD, "-B", script], env=os.environ | {"PYTHONPATH": str(FOLDER.parent)}, capture_output=True, text=True
    )
    if "command not found" in done.stderr:  # a shim without a Python behind it
        pytest.skip("Python 3.7 is not installed")
    assert done.returncode == 0, done.stderr
    assert done.stdout == "LiveEngine: looking for the engine at 127.0.0.1 9000\n"


def addresses(tree: ast.AST) -> Iterator[str]:
    """Yield the addresses that a file names, with `*` where something is put in."""
    inner = {part for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            text = "".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in inner:
            text = node.value
        else:
            continue
        if re.fullmatch(r"(/([a-z]+|\*))+", text):
            yield text


def test_every_address_that_is_sent_is_a_command() -> None:
    commands = {re.sub(r"{\w+}", "*", command.address): command for command in registry()}
    used = {address for source in SOURCES for address in addresses(ast.parse(source.read_text("utf-8")))}
    own = {address for address, _, _ in DESCRIBED} | {"/pong", "/reply", "/error"}
    patterns = {"/transport/*", "/session/selected/*", "/track/*/*"}  # like and reject are sent by one line
    assert used - own - patterns <= set(commands)
    assert used >= {"/transport/tempo", "/track/*/launch/prompt", "/scene/*/launch", "/track/*/swap"}
    assert {"/track/*/like", "/track/*/reject"} <= set(commands)
    sent = [commands[address] for address in used & set(commands)]
    assert {command.address for command in sent if command.role not in ("watch", "play")} == {"/sync/source"}
    prompt = [parameter.name for parameter in commands["/track/*/launch/prompt"].parameters if not parameter.in_path]
    assert prompt[:2] == ["prompt", "slot"]


def test_no_message_of_the_engine_raises_in_live(tmp_path: Path) -> None:
    dice = random.Random(5)
    values: list[Any] = [
        0,
        1,
        -1,
        2**31 - 1,
        0.5,
        float("nan"),
        float("inf"),
        1e300,
        "",
        "playing",
        "#1",
        "?",
        b"x",
        None,
    ]
    heard = ["/transport/tempo", "/transport/running", "/session/selected/track", "/session/selected/scene"]
    heard += ["/track/1/clip/1/state", "/track/999999999/clip/0/state", "/track/1/name", "/sync/source", "/error"]
    heard += ["/reply", "/pong"]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as engine:
        engine.bind(("127.0.0.1", 0))
        (tmp_path / "settings.json").write_text(
            json.dumps({"port": engine.getsockname()[1], "tracks": "name"}), "utf-8"
        )
        song = Song(time.monotonic)
        live = Instance(song)
        surface = LiveEngine.surface.Surface(live, str(tmp_path / "settings.json"))
        surface.update_display()
        peer = engine.recvfrom(4096)[1]
        engine.sendto(encode("/reply", "/hello", "play", "#hello"), peer)
        engine.sendto(encode("/pong", "liveengine", "0.1", 16), peer)
        surface.update_display()
        assert surface.door.connected
        song.play()
        song.track(1).slot(1).fill()
        for number in range(400):
            for _ in range(20):
                some = [dice.choice(values) for _ in range(dice.randrange(5))]
                engine.sendto(encode(dice.choice(heard), *some), peer)
            if number % 10 == 0:
                song.track(1).slot(1).clip.change("name", f"? {number}")
            surface.update_display()
        surface.disconnect()
    assert not live.log
    assert not song.listened
    assert 20.0 <= song.values["tempo"] <= 999.0


async def test_a_set_that_is_closed_leaves_no_listener_and_no_socket(studio: Studio) -> None:
    studio.song.track(1).slot(1).fill("a")
    surface = await studio.connected()
    assert studio.song.listened > 40
    surface.disconnect()
    assert studio.song.listened == 0
    surface.disconnect()
    sent = surface.door.sent
    studio.song.change("tempo", 99.0)
    assert surface.door.sent == sent


async def test_the_engine_is_unsubscribed_when_live_leaves(studio: Studio) -> None:
    surface = await studio.connected()
    surface.disconnect()
    await studio.until(lambda: studio.doors.stats()["osc"]["subscribers"] == 0)


async def test_a_fault_is_logged_once_and_the_rest_goes_on(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    surface = await studio.connected()

    def broken(self: Any) -> None:
        raise ValueError("broken")

    monkeypatch.setattr("LiveEngine.places.Places.tick", broken)
    await studio.ticks(5)
    assert studio.live.log == ["LiveEngine: ValueError('broken')"]
    studio.live.log.clear()
    studio.song.launch(2)
    await studio.until(lambda: "/scene/2/launch" in studio.calls)
    assert surface.door.connected


async def test_an_engine_that_goes_is_told(studio: Studio) -> None:
    surface = await studio.connected()
    await studio.doors.close()
    await studio.until(lambda: not surface.door.connected)
    assert studio.said("connection lost")


def test_the_stand_in_forbids_what_live_forbids() -> None:
    song = Song(lambda: 0.0)
    handle = Handle(song)
    handle.add_tempo_listener(print)
    with pytest.raises(RuntimeError, match="already"):
        handle.add_tempo_listener(print)
    handle.remove_tempo_listener(print)
    with pytest.raises(RuntimeError, match="not connected"):
        handle.remove_tempo_listener(print)

    def change() -> None:
        handle.tempo = 3.0

    handle.add_is_playing_listener(change)
    with pytest.raises(RuntimeError, match="cannot be triggered by notifications"):
        song.play()
    song.remove(1)
    with pytest.raises(TypeError):
        {handle: 1}  # noqa: B018
    with pytest.raises(AttributeError):
        handle.is_playing = True
