"""How it starts, how it refuses to, how it ends: exit codes, one line each, nothing left behind."""

import json
import os
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest

from liveengine.engine import place
from tests.e2e import studio
from tests.e2e.studio import Server

HEAVY = ("torch", "transformers", "demucs", "librosa", "sklearn", "pandas")
END_S = 3.0
NEWS = ("once for this version and machine", "frames per block")  # the engine may say before the daemon gives up
PROBE = """
import asyncio, os, pathlib, signal, sys
from liveengine import config, daemon
from liveengine.lag import Lag
async def moment():
    asyncio.get_running_loop().call_later(1.0, os.kill, os.getpid(), signal.SIGTERM)
    root = pathlib.Path(sys.argv[2])
    settings = config.load(root, {"control": {"http_port": 0, "osc_port": 0}})
    await daemon.run(pathlib.Path(sys.argv[1]), root, settings, Lag())
asyncio.run(moment())
print("loaded:", *sorted(set(sys.argv[3:]) & sys.modules.keys()))
"""


def serve(library: Path, *flags: str, **extra: str) -> subprocess.CompletedProcess[str]:
    """Run `liveengine serve` that cannot start, to its end."""
    return studio.run("serve", "--library", library, *flags, seconds=120.0, **extra)


def the_line(done: subprocess.CompletedProcess[str]) -> str:
    """Return the one line that says why it did not start."""
    lines = [line for line in done.stderr.splitlines() if line and not line.endswith(NEWS)]
    assert len(lines) == 1, done.stderr
    assert "Traceback" not in done.stderr
    return lines[0]


def folders(pid: int) -> list[Path]:
    """Return the shared memory that a server has left lying about."""
    return [path for base in place.bases() for path in base.glob(f"liveengine-{pid}-*")]


def worked(pid: int) -> float:
    """Return the seconds of processor time that a process has had: how far it is, whatever else the machine does."""
    told = Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rsplit(")", 1)[1].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


@pytest.mark.parametrize(("kind", "name"), [(socket.SOCK_STREAM, "http"), (socket.SOCK_DGRAM, "osc")])
def test_a_port_in_use_is_named_with_its_owner(library: Path, kind: socket.SocketKind, name: str) -> None:
    with socket.socket(socket.AF_INET, kind) as taken:
        taken.bind(("127.0.0.1", 0))
        if kind == socket.SOCK_STREAM:
            taken.listen()
        port = str(taken.getsockname()[1])
        ports = {"http": "0", "osc": "0"} | {name: port}
        flags = ("--http-port", ports["http"], "--osc-port", ports["osc"], "--stream", "null")
        done = serve(library, *flags)
    said = the_line(done)
    assert done.returncode == 78
    assert f"port {port}" in said
    assert f"process {os.getpid()}" in said
    assert f"--{name}-port" in said


def test_a_locked_library_is_named_with_its_owner(server: Server) -> None:
    done = serve(server.library, "--http-port", "0", "--osc-port", "0", "--stream", "null")
    said = the_line(done)
    assert done.returncode == 75
    assert str(server.info["pid"]) in said
    assert server.osc.pings(5.0)
    assert server.info["pid"] == server.pid("daemon")


def test_a_forced_device_that_is_missing_is_named_with_a_remedy(library: Path) -> None:
    flags = ("--http-port", "0", "--osc-port", "0", "--stream", "jack")
    done = serve(library, *flags, JACK_DEFAULT_SERVER="liveengine-nobody")
    said = the_line(done)
    assert done.returncode == 69
    assert "jackd" in said
    assert "--stream auto" in said


def test_an_unknown_setting_is_named_with_a_suggestion(library: Path) -> None:
    (library / "config.toml").write_text("[audio]\nblok = 64\n", "utf-8")
    done = serve(library)
    assert done.returncode == 64
    assert "did you mean block?" in the_line(done)


def test_ctrl_c_ends_it_cleanly_and_soon(library: Path) -> None:
    began = time.monotonic()
    with studio.serving(library) as server:
        start = time.monotonic() - began
        assert folders(server.process.pid)
        server.osc.call("/track/1/clip/1/load", server.stem("kick_loop"))
        server.osc.call("/track/1/clip/1/launch")
        family = studio.descendants(server.process.pid)
        server.play_on(0.5)
        began = time.monotonic()
        assert server.stop() == 0
        took = time.monotonic() - began
    assert took <= max(2 * END_S, start)  # whatever else the machine has to do
    assert "killing it" not in server.said
    assert "Traceback" not in server.said
    assert not any(map(studio.alive, family))
    assert not folders(server.process.pid)
    assert not (library / "run.json").exists()


def test_ctrl_c_while_it_starts_ends_it_cleanly_too(library: Path) -> None:
    for work_s in (0.15, 0.5):
        process = subprocess.Popen(
            [studio.PROGRAM, "serve", "--library", library, "--stream", "null", "--http-port", "0", "--osc-port", "0"],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=studio.environment(),
        )  # fmt: skip
        studio.wait(lambda: worked(process.pid) >= work_s or studio.descendants(process.pid))  # noqa: B023
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=studio.LONG_S)
        assert process.returncode in (0, 130), said
        assert "Traceback" not in said
        assert not folders(process.pid)


def test_the_daemon_loads_none_of_the_heavy_libraries(server: Server) -> None:
    pid, python = server.pid("daemon"), studio.PROGRAM.with_name("python")
    maps = Path(f"/proc/{pid}/maps").read_text("utf-8")
    mapped = {line.split("/site-packages/")[1].split("/")[0] for line in maps.splitlines() if "/site-packages/" in line}
    assert "pydantic_core" in mapped, mapped
    assert not mapped & {*HEAVY, "scipy", "soundfile"}
    folder = server.info["shared"]
    other = server.library.with_name("other")
    other.mkdir()
    done = subprocess.run(
        [python, "-c", PROBE, folder, other, *HEAVY], capture_output=True, text=True, env=studio.environment()
    )
    assert done.stdout.strip() == "loaded:", done.stderr


def test_the_listed_commands_are_the_ones_that_a_running_server_understands(library: Path) -> None:
    listed = studio.run("commands", "--json").stdout.splitlines()
    with studio.serving(library, LIVEENGINE_CONTROL_MIDI="true") as server:
        understood = server.web("/commands")
    everywhere = [command["address"] for command in understood if command["kind"] != "osc"]
    assert [json.loads(line)["address"] for line in listed] == everywhere
    assert "/cue/audition" in {command["address"] for command in understood}


def test_output_that_nobody_reads_holds_up_neither_the_daemon_nor_the_engine(library: Path) -> None:
    with studio.serving(library, LIVEENGINE_LOG_LEVEL="DEBUG") as server:  # its pipe holds 64 KiB
        log, daemon, frame = library / "logs" / "daemon.log", server.pid("daemon"), server.header("frame")
        stem = server.stem("kick")
        while log.stat().st_size < 1 << 18:  # a few lines for each question to the library
            assert server.osc.call(f"/stem/{stem}/bpm") == (128.0,)
        assert server.pid("daemon") == daemon
        assert server.header("frame") > frame
