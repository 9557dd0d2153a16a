"""Lines for people, on a descriptor that may stand still. Runs on: supervisor; daemon, any thread.

A pipe that nobody reads, or a terminal that was stopped with Ctrl-S, holds up whoever writes to it. Here what cannot go
out waits in a bounded buffer; what has no room there is dropped, and counted.
"""

import logging
import os
import select
from collections import deque

ROOM_BYTES = 256 * 1024


class Terminal:
    """Writes lines without ever waiting. Not for several threads at once."""

    def __init__(self, descriptor: int, name: str = "liveengine", room: int = ROOM_BYTES) -> None:
        """`name` begins the line that tells of dropped ones; `room` is the buffer's, in bytes."""
        self._descriptor = descriptor
        self._name = name
        self._room = room
        self._waiting: deque[bytes] = deque()
        self._bytes = 0
        self._whole = True  # what was kept last ended a line
        self._untold = 0  # dropped since that was told last
        self.dropped = 0  # in all

    def write(self, data: bytes) -> None:
        """Write whole lines now or later, or drop them; those that wait keep their order."""
        if self._bytes + len(data) > self._room:
            self.flush()
        if self._untold and self._bytes < self._room // 2:
            told = f"{self._name}: {self._untold} lines were dropped, nobody read them in time\n"
            self._untold = 0
            self._keep(told.encode() if self._whole else f"\n{told}".encode())
        if self._untold or self._bytes + len(data) > self._room:
            lines = data.count(b"\n")
            self._untold += lines
            self.dropped += lines
            return
        self._keep(data)
        self.flush()

    def flush(self) -> None:
        """Write what waits, as far as it goes out at once."""
        while self._waiting and self._goes():
            piece = self._waiting[0]
            try:
                written = os.write(self._descriptor, piece)
            except BlockingIOError:
                return
            except OSError:  # whoever read is gone
                written = len(piece)
            self._bytes -= written
            if written == len(piece):
                self._waiting.popleft()
            else:
                self._waiting[0] = piece[written:]

    def _keep(self, data: bytes) -> None:
        # What select calls writable takes a piece of this size at once, whole and without waiting.
        self._waiting.extend(data[at : at + select.PIPE_BUF] for at in range(0, len(data), select.PIPE_BUF))
        self._bytes += len(data)
        self._whole = data.endswith(b"\n")

    def _goes(self) -> bool:
        """Tell if a piece can be written now; where nobody will ever read, it goes nowhere, at once."""
        try:
            return bool(select.select((), (self._descriptor,), (), 0)[1])
        except (OSError, ValueError):  # closed
            return True


class Handler(logging.Handler):
    """Logs to a terminal; the lock of each handler keeps the threads apart."""

    def __init__(self, terminal: Terminal) -> None:
        super().__init__()
        self.terminal = terminal

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record."""
        try:
            text = self.format(record)
        except (TypeError, ValueError):  # a message whose values do not fit it
            text = f"{record.name}: {record.msg!r} {record.args!r}"
        self.terminal.write(f"{text}\n".encode(errors="replace"))

    def flush(self) -> None:
        """Write what waits, as far as it goes out at once."""
        if self.lock is not None:
            with self.lock:
                self.terminal.flush()
