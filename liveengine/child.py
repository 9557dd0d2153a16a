"""One process under the supervisor: how it is started, what it says, how often it has died. Runs on: supervisor."""

import contextlib
import ctypes
import os
import re
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from liveengine.terminal import Terminal

LOG_BYTES = 5 << 20  # per child; one older file is kept
QUICK_SECONDS = 5.0  # a child that dies sooner after its start waits before the next one
BACK_OFF = (0.0, 0.1, 0.2, 0.4, 0.8, 1.0)  # seconds, by deaths in a row; at most, so that 2 s suffice to be back
HOPELESS_DEATHS, HOPELESS_SECONDS = 5, 10.0


class Log:
    """A child's lines: on to our stderr, and with the time into a file that never grows beyond twice `LOG_BYTES`."""

    def __init__(self, path: Path, terminal: Terminal) -> None:
        self._path = path
        self._terminal = terminal
        self._file = path.open("ab", 0)
        self._begins = True  # the next byte is a line's first

    def write(self, data: bytes) -> None:
        """Pass the bytes on; a full disk, or a terminal that is closed or that nobody reads, harms nobody."""
        self._terminal.write(data)
        data = self._stamped(data)
        with contextlib.suppress(OSError):
            if self._file.tell() + len(data) > LOG_BYTES:
                self._file.close()
                self._path.replace(self._path.with_suffix(".log.1"))
                self._file = self._path.open("ab", 0)
            self._file.write(data[-LOG_BYTES:])

    def _stamped(self, data: bytes) -> bytes:
        """Return the bytes with the local time before each line that begins in them."""
        now = datetime.now().astimezone().isoformat(" ", "milliseconds").encode() + b" "
        begins, self._begins = self._begins, data.endswith(b"\n") if data else self._begins
        lines = re.findall(rb"[^\n]*\n|[^\n]+", data)
        return b"".join(now + line if number or begins else line for number, line in enumerate(lines))

    def close(self) -> None:
        """Close the file."""
        self._file.close()


@dataclass
class Child:
    """One process and how often it has died."""

    name: str
    argv: list[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0  # monotonic seconds
    due: float = 0.0  # when to start it again
    deaths: list[float] = field(default_factory=list)
    ready: bool = False
    log: Log | None = None

    def alive(self) -> bool:
        """Tell if the process runs."""
        return self.process is not None and self.process.poll() is None

    def start(self, *, waiting: bool = False) -> None:
        """Run the program in a process group of its own (Ctrl-C reaches the supervisor alone); it dies with us.

        `waiting`: it gets a pipe on stdin, on which it is told when to begin.
        """
        self.process = subprocess.Popen(
            self.argv,
            stdin=subprocess.PIPE if waiting else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            process_group=0,
            preexec_fn=_die_with(os.getpid()),  # noqa: PLW1509  # this process has one thread
        )
        self.started = time.monotonic()
        if self.process.stdout is not None:
            os.set_blocking(self.process.stdout.fileno(), False)

    def watch(self, selector: selectors.BaseSelector) -> None:
        """Have the selector wake up at the moment at which the process ends, where the system can (Linux)."""
        if self.process is not None and hasattr(os, "pidfd_open"):
            with contextlib.suppress(OSError):
                selector.register(os.pidfd_open(self.process.pid), selectors.EVENT_READ, self)

    def kill(self, number: int) -> None:
        """Send a signal, if the process still is there."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                self.process.send_signal(number)

    def died(self, now: float) -> None:
        """Note a death and when the next start is due."""
        if now - self.started > QUICK_SECONDS:
            self.deaths.clear()
        self.deaths.append(now)
        self.due = now + BACK_OFF[min(len(self.deaths), len(BACK_OFF)) - 1]
        if self.process is not None and self.process.stdin is not None:
            with contextlib.suppress(OSError):  # a word that did not reach it
                self.process.stdin.close()
        self.process = None
        self.ready = False

    def hopeless(self, now: float) -> bool:
        """Tell if it died too often to go on."""
        return sum(1 for death in self.deaths if now - death < HOPELESS_SECONDS) >= HOPELESS_DEATHS


def _die_with(parent: int) -> Callable[[], None] | None:
    """Return what a child does before it becomes its program: ask the kernel to end it with its parent."""
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None)

    def prepare() -> None:
        libc.prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
        if os.getppid() != parent:  # it died in between
            os._exit(1)

    return prepare
