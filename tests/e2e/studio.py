"""The installed program from outside: start it, talk to it over OSC, kill its parts, listen to what it plays."""

import contextlib
import itertools
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import httpx
import numpy as np
import numpy.typing as npt
from pythonosc.osc_message import OscMessage
from pythonosc.osc_message_builder import OscMessageBuilder

from liveengine.engine import shared
from liveengine.engine.shared import Shared

Sound = npt.NDArray[np.float32]
Found = TypeVar("Found")
PROGRAM = Path(sys.executable).with_name("liveengine")
SETTINGS = {
    "LIVEENGINE_LIBRARY_RETRO_MINUTES": "0.2",
    "LIVEENGINE_CONTROL_MIDI": "false",
    "LIVEENGINE_CONTROL_DISCOVERY": "false",  # nobody is to find the servers of the tests
    "COLUMNS": "160",
}
MARGIN = 20_000  # frames at the tap's old end that may be overwritten while they are read
READY_S = 120.0  # on a machine that has compiled nothing yet
LONG_S = 60.0  # for what takes a moment on a machine that is not busy


class Fault(Exception):
    """The daemon answered with an error."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


def environment(**extra: str) -> dict[str, str]:
    """Return the environment of every program started here, without the developer's own settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LIVEENGINE_")}
    return kept | SETTINGS | extra


def run(*arguments: str | Path, seconds: float = 120.0, **extra: str) -> subprocess.CompletedProcess[str]:
    """Run one verb of the command line to its end."""
    return subprocess.run(
        [PROGRAM, *map(str, arguments)],
        capture_output=True, text=True, timeout=seconds, env=environment(**extra), stdin=subprocess.DEVNULL,
    )  # fmt: skip


def wait(find: Callable[[], Found], seconds: float = LONG_S) -> Found:
    """Return what `find` finds as soon as it is true."""
    end = time.monotonic() + seconds
    while not (found := find()):
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.005)
    return found


class Osc:
    """A client on one UDP socket; every request carries an id, so that answers never mix."""

    def __init__(self, port: int) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.connect(("127.0.0.1", port))
        self._ids = itertools.count(1)
        self.pushes: list[tuple[str, tuple[Any, ...]]] = []

    def send(self, address: str, *values: Any) -> None:
        builder = OscMessageBuilder(address)
        for value in values:
            builder.add_arg(value)
        self._socket.send(builder.build().dgram)

    def raw(self, packet: bytes) -> None:
        self._socket.send(packet)

    def receive(self, seconds: float) -> tuple[str, tuple[Any, ...]] | None:
        """Return (address, values) of the next packet, None when there is none in time or nobody listens."""
        self._socket.settimeout(max(seconds, 1e-3))
        try:
            message = OscMessage(self._socket.recv(65_536))
        except (TimeoutError, ConnectionRefusedError):
            return None
        return message.address, tuple(message.params)

    def ask(self, seconds: float, address: str, *values: Any) -> tuple[str, tuple[Any, ...]] | None:
        """Return the first answer to a request, or None; what else comes in goes to `pushes`."""
        mark = f"#{next(self._ids)}"
        self.send(address, *values, mark)
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            got = self.receive(left)
            if got is not None and got[1] and got[1][-1] == mark:
                return got[0], got[1][:-1]
            if got is not None:
                self.pushes.append(got)
            else:
                time.sleep(0.002)
        return None

    def call(self, address: str, *values: Any) -> tuple[Any, ...]:
        """Return the values of the reply; raise Fault for an error."""
        answer = self.ask(LONG_S, address, *values)
        assert answer is not None, f"no answer to {address}"
        kind, (_, *rest) = answer
        if kind == "/error":
            raise Fault(str(rest[0]), str(rest[1]))
        return tuple(rest)

    def pings(self, seconds: float) -> bool:
        """Tell if the daemon answers /ping within the time."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.send("/ping")
            got = self.receive(0.02)
            if got is not None and got[0] == "/pong":
                return True
            if got is not None:
                self.pushes.append(got)
        return False

    def close(self) -> None:
        self._socket.close()


class Listener:
    """Keeps what comes by in the tap ring, from the frame at which it began."""

    def __init__(self, memory: Shared) -> None:
        self._memory = memory
        self._pieces: list[Sound] = []
        self._ending = threading.Event()
        self.first = self._done = int(memory.memory.header["frame"][0])
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._ending.wait(0.25):
            self._take()

    def _take(self) -> None:
        header, ring = self._memory.memory.header[0], self._memory.memory.tap
        last = int(header["frame"])
        piece = ring[np.arange(self._done, last) % len(ring)].T.copy()
        assert int(header["frame"]) - len(ring) + MARGIN < self._done, "the listener was too slow for the tap"
        self._pieces.append(piece)
        self._done = last

    def end(self) -> Sound:
        """Return float32[2, frames] of the master since `first`, up to now."""
        self._ending.set()
        self._thread.join()
        self._take()
        return np.concatenate(self._pieces, axis=1)


class Server:
    """A running `liveengine serve`."""

    def __init__(self, library: Path, process: subprocess.Popen[str]) -> None:
        self.library, self.process = library, process
        self.memory: Shared | None = None
        self.osc = Osc(9)
        self.said = ""

    @property
    def info(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.library / "run.json").read_text("utf-8"))
        return found

    @property
    def announced(self) -> bool:
        """Whether run.json names a daemon that lives."""
        return (self.library / "run.json").exists() and alive(self.info["pid"])

    @property
    def shared(self) -> Shared:
        if self.memory is None:
            self.memory = shared.attach(Path(self.info["shared"]))
        return self.memory

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.info['ports']['http']}"

    def header(self, name: str) -> int:
        return int(self.shared.memory.header[name][0])

    def pid(self, part: str) -> int:
        """Return the pid of engine, daemon or recorder."""
        return self.header(f"{part}_pid")

    def kill(self, part: str) -> int:
        """Kill a part without warning; return its pid."""
        pid = self.pid(part)
        os.kill(pid, signal.SIGKILL)
        return pid

    def open(self) -> None:
        """Find the daemon's ports; again after it was replaced."""
        self.osc.close()
        self.osc = Osc(self.info["ports"]["osc"])

    def back(self, part: str, before: int, seconds: float = LONG_S) -> None:
        """Wait until another process is that part."""
        wait(lambda: self.pid(part) not in (0, before), seconds)

    def stem(self, name: str) -> int:
        """Return the id of the stem whose file name begins so."""
        rows = httpx.get(f"{self.url}/api/v1/stems/", timeout=LONG_S).json()
        return int(next(row["id"] for row in rows if row["filename"].startswith(name)))

    def web(self, address: str, **named: Any) -> Any:
        """Return what a command answers over HTTP."""
        answer = httpx.post(f"{self.url}/api/v1{address}", json=named, timeout=LONG_S)
        assert answer.status_code < 300, answer.text
        return answer.json()

    def state(self, track: int, slot: int) -> str:
        return str(self.osc.call(f"/track/{track}/clip/{slot}/state")[0])

    def play_on(self, seconds: float) -> None:
        """Let the engine play so many seconds."""
        goal = self.header("frame") + round(seconds * self.header("rate"))
        wait(lambda: self.header("frame") >= goal, 4 * seconds + LONG_S)

    def listen(self) -> Listener:
        """Keep what the engine plays from now on, frame by frame."""
        return Listener(self.shared)

    def stop(self, seconds: float = LONG_S) -> int:
        """End it as Ctrl-C does; return the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        self.said += self.process.communicate(timeout=seconds)[0]
        return self.process.returncode


@contextlib.contextmanager
def serving(library: Path, *flags: str, **extra: str) -> Iterator[Server]:
    """Run `liveengine serve` on free ports, ready; the null stream unless the flags say otherwise."""
    stream = () if "--stream" in flags else ("--stream", "null")
    ports = () if "--osc-port" in flags else ("--http-port", "0", "--osc-port", "0")
    process = subprocess.Popen(
        [PROGRAM, "serve", "--library", library, *stream, *ports, *flags],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, text=True, env=environment(**extra),
    )  # fmt: skip
    server = Server(library, process)
    try:
        wait(lambda: process.poll() is not None or server.announced, READY_S)
        if process.poll() is not None:
            raise AssertionError(f"it did not start: {process.communicate()[0]}")
        server.open()
        wait(lambda: server.header("callbacks") > 0, READY_S)
        yield server
    finally:
        server.osc.close()
        _end(process)


def _end(process: subprocess.Popen[str]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10.0)
        except subprocess.TimeoutExpired:
            process.kill()
    with process:  # waits, closes the pipe
        pass


def alive(pid: int) -> bool:
    """Tell if the process runs; a zombie does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rsplit(")", 1)[1].split()[0] not in "ZX"
    except OSError:
        return False


def descendants(pid: int) -> set[int]:
    """Return the processes that a process started, and theirs."""
    found: set[int] = set()
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in map(int, path.read_text().split()):
                found |= {child} | descendants(child)
    return found
