"""Start `liveengine serve` for the length of a `with` block. Runs on: the user's shell."""

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from liveengine import config
from liveengine.cli import remote, screen
from liveengine.cli.settings import overrides
from liveengine.errors import CannotStart

READY_S = 30.0
END_S = 5.0


def compile_kernel() -> None:
    """Compile the engine's kernel if this machine has not yet, with progress shown."""
    from liveengine.engine import cache

    if cache.warm():
        return
    command = [sys.executable, "-m", "liveengine.engine.compile"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as compiler, screen.progress() as display:
        row = display.add_task("compile the engine (once)", total=None, text="")
        assert compiler.stdout is not None
        for text in compiler.stdout:
            step = json.loads(text)
            display.update(row, completed=step["done"], total=step["total"], text=step["what"])
    if compiler.returncode:
        raise CannotStart(f"the engine did not compile (exit code {compiler.returncode}); the lines above say why")


@contextmanager
def started(library: Path, options: Any) -> Iterator[dict[str, Any]]:
    """Give the run.json of a daemon on `library`: one that runs already, else one that lives as long as the block."""
    if (run := remote.running(library)) is not None:
        yield run
        return
    command = [sys.executable, "-m", "liveengine", "serve", "--library", str(library), *flags(options, library)]
    # Its own process group: Ctrl-C reaches the demo first, which fades out before the server ends.
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)
    try:
        yield _wait(process, library)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        try:
            process.wait(END_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def flags(options: Any, library: Path) -> list[str]:
    """Return the options for `serve`; a demo takes the usual ports while they are free, else any, unless told."""
    chosen = overrides(options)
    usual = config.load(library).control
    ports = {
        "http_port": usual.http_port if _free(usual.http_port, socket.SOCK_STREAM) else 0,
        "osc_port": usual.osc_port if _both_free(usual.osc_port) else 0,
    } | chosen.pop("control", {})
    values = {key: value for section in chosen.values() for key, value in section.items()} | ports
    names = {"level": "log-level"}
    return [
        part for key, value in values.items() for part in (f"--{names.get(key, key.replace('_', '-'))}", str(value))
    ]


def _both_free(port: int) -> bool:
    return _free(port, socket.SOCK_DGRAM) and _free(port, socket.SOCK_STREAM)


def _free(port: int, kind: int) -> bool:
    with socket.socket(socket.AF_INET, kind) as probe:
        if kind == socket.SOCK_STREAM:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server does: TIME_WAIT is free
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _wait(process: subprocess.Popen[bytes], library: Path) -> dict[str, Any]:
    end = time.monotonic() + READY_S
    while time.monotonic() < end:
        if (run := remote.running(library)) is not None:
            return run
        if process.poll() is not None:
            fault = CannotStart("`liveengine serve` ended before it was ready; its own line above says why")
            fault.exit_code = process.returncode or 1
            raise fault
        time.sleep(0.02)
    raise CannotStart(f"`liveengine serve` was not ready within {READY_S:.0f} s; see {library / 'logs'}")
