"""A JACK server of our own without a sound card, to be measured, killed, stalled. Runs on: bench, the user's shell."""

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from liveengine.engine.bench.knock import answered
from liveengine.errors import DeviceMissing
from liveengine.systems import jack_server

START_S, TRIES = 5.0, 3
END_S = 5.0
NAMES = 7  # libjack has room for eight, one of them the user's own, and keeps those of servers that were killed
_SHM = Path("/dev/shm")  # where JACK's own sockets are
_SERVER, _NO_START = "JACK_DEFAULT_SERVER", "JACK_NO_START_SERVER"


class Jackd:
    """`jackd -d dummy` under a name of its own, for this process and those that it starts; a context manager."""

    def __init__(
        self,
        period: int = 64,
        rate: int = 48_000,
        *,
        outputs: int = 2,
        ports: int = 0,
        sync: bool = False,
        priority: int = 40,
    ) -> None:
        """`period` in frames, `ports`: how many it has room for, 0 = as usual; `priority` of its real-time threads;
        10 is JACK's own choice.

        `sync`: a cycle waits for all clients: a busy machine delays it instead of dropping somebody's block.
        """
        self.period, self.rate = period, rate
        self._threads = ["-R", "-P", str(priority)]
        self._flags = [*(["-S"] if sync else []), *(["-p", str(ports)] if ports else [])]
        self._outputs = outputs
        self._lock: IO[bytes] | None = None
        self._before: dict[str, str | None] = {}
        self._server: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        name, self._lock = _claimed()
        self._before = {variable: os.environ.get(variable) for variable in (_SERVER, _NO_START)}
        os.environ.update({_SERVER: name, _NO_START: "1"})
        try:
            self.start()
        except BaseException:
            self._leave()
            raise
        return self

    def start(self) -> int:
        """Start the server; return when it answered a client for the first time, as CLOCK_MONOTONIC in ns.

        One that was killed while it held the lock on its database of port properties keeps the next one from starting:
        that database is then removed, unless the user's own server has it, and it is tried again. In the end without
        real-time threads, which is told on stderr. Raises DeviceMissing.
        """
        for threads in (*[self._threads] * TRIES, ["-r"]):
            there = answered(self._launch(threads), os.environ[_SERVER], START_S)
            if there is not None:
                if threads is not self._threads:
                    print("jackd runs without real-time threads: see `liveengine doctor`", file=sys.stderr)
                return there
            self.kill()
            if not jack_server("default"):
                shutil.rmtree(_SHM / f"jack_db-{os.getuid()}", ignore_errors=True)
        raise DeviceMissing(f"jackd did not start within {START_S:.0f} s, {TRIES + 1} times")

    def _launch(self, threads: list[str]) -> "subprocess.Popen[bytes]":
        device = ["-d", "dummy", "-r", str(self.rate), "-p", str(self.period), "-P", str(self._outputs)]
        command = ["jackd", "-n", os.environ[_SERVER], *threads, *self._flags, *device]
        assert self._lock is not None
        lasts = (self._lock.fileno(),)  # a server that outlives this process keeps its name
        try:
            self._server = subprocess.Popen(
                command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, pass_fds=lasts
            )
        except OSError:
            raise DeviceMissing("jackd is not installed; on Debian: apt install jackd2") from None
        return self._server

    def end(self) -> None:
        """End it as its user does."""
        if self._server is not None:
            self._server.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._server.wait(END_S)
        self.kill()

    def kill(self) -> None:
        """End it as a crash or a pulled cable does."""
        if self._server is not None:
            self._server.kill()
            self._server.wait()

    def stop(self) -> None:
        """Have it stand still."""
        assert self._server is not None
        self._server.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Have it go on."""
        assert self._server is not None
        self._server.send_signal(signal.SIGCONT)

    def resize(self, period: int) -> None:
        """Change the frames per block while it runs."""
        subprocess.run(["jack_bufsize", str(period)], check=True, capture_output=True, timeout=START_S)
        self.period = period

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        try:
            self.end()
        finally:
            self._leave()

    def _leave(self) -> None:
        """Give the name back, and the environment."""
        self.kill()
        if self._lock is not None:
            self._lock.close()
        for name, value in self._before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _claimed() -> tuple[str, IO[bytes]]:
    """Return a name that no other process uses, and the file whose lock says so as long as anyone has it open."""
    for number in range(NAMES):
        name = f"liveengine-own-{number}"
        file = (_SHM / f"{name}-{os.getuid()}.lock").open("ab")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
        else:
            return name, file
    raise DeviceMissing(
        f"{NAMES} JACK servers of our own run already; wait until one has ended, or end those that were left behind: "
        "`pgrep -a jackd` lists them"
    )
