"""A JACK server of our own without a sound card, to be killed and stalled. Runs on: the user's shell."""

import fcntl
import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from liveengine.engine.bench.knock import answered
from liveengine.errors import DeviceMissing

START_S, TRIES = 5.0, 3
NAMES = 4  # libjack has room for eight, and keeps those of servers that were killed


class Jackd:
    """`jackd -d dummy` under a name of its own, for this process and those that it starts."""

    def __init__(self, period: int = 64, rate: int = 48_000) -> None:
        self.period, self.rate = period, rate  # the period at 44.1 or 48 kHz; its length stays the same
        self._name = ""
        self._lock: IO[bytes] | None = None
        self._before = os.environ.get("JACK_DEFAULT_SERVER")
        self._server: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self._name, self._lock = _claimed()
        os.environ["JACK_DEFAULT_SERVER"] = self._name
        os.environ["JACK_NO_START_SERVER"] = "1"
        self.start()
        return self

    def start(self) -> int:
        """Start the server; return when it answered a client for the first time, as CLOCK_MONOTONIC in ns.

        One that was killed while it held the lock on its database of port properties keeps the next one from starting:
        that database is then removed, and it is tried again.
        """
        for _ in range(TRIES):
            there = answered(self._launch(), self._name, START_S)
            if there is not None:
                return there
            self.kill()
            shutil.rmtree(f"/dev/shm/jack_db-{os.getuid()}", ignore_errors=True)
        raise DeviceMissing(f"jackd did not start within {START_S:.0f} s, {TRIES} times")

    def _launch(self) -> "subprocess.Popen[bytes]":
        period = self.period * (1 if self.rate < 88_200 else 2 if self.rate < 176_400 else 4)
        options = ["-R", "-P", "40", "-d", "dummy", "-r", str(self.rate), "-p", str(period)]
        try:
            self._server = subprocess.Popen(
                ["jackd", "-n", self._name, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
        except OSError:
            raise DeviceMissing("jackd is not installed; on Debian: apt install jackd2") from None
        return self._server

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
        self.kill()
        if self._lock is not None:
            self._lock.close()
        if self._before is None:
            del os.environ["JACK_DEFAULT_SERVER"]
        else:
            os.environ["JACK_DEFAULT_SERVER"] = self._before


def _claimed() -> tuple[str, IO[bytes]]:
    """Return a name that no other process uses, and the file whose lock says so; it ends with this process at last."""
    for number in range(NAMES):
        name = f"liveengine-torture-{number}"
        file = (Path(tempfile.gettempdir()) / f"{name}-{os.getuid()}.lock").open("ab")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
        else:
            return name, file
    raise DeviceMissing(f"{NAMES} JACK servers of our own run already; wait until one of them has ended")
