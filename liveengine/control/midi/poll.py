"""Reads the inputs of JACK clients often. Runs on: a thread of its own.

A sound server waits for its clients, and for Python whoever wants it may wait as well: so rtmidi's thread, which is
part of the server's cycle, never enters Python but leaves the messages in a queue, and this thread takes them out. It
has real-time priority where that is allowed, below everything that makes sound.
"""

import threading
import time

from liveengine.control.midi.ports import Port
from liveengine.engine.streams.priority import WATCHING, raise_own

PLAYED_S = 0.0005  # between two looks while somebody plays ...
RESTED_S = 0.001  # ... and after nobody has for
REST_S = 10.0


class Poll(threading.Thread):
    """Gives what comes in to the ports' receivers."""

    def __init__(self) -> None:
        super().__init__(name="midi-poll", daemon=True)
        self._ports: tuple[Port, ...] = ()  # replaced as a whole
        self._some = threading.Event()
        self._end = False

    def add(self, port: Port) -> None:
        """Read a port from now on."""
        self._ports = (*self._ports, port)
        self._some.set()

    def remove(self, port: Port) -> None:
        """Read it no more."""
        self._ports = tuple(other for other in self._ports if other is not port)

    def close(self) -> None:
        """End."""
        self._end = True
        self._some.set()

    def run(self) -> None:
        """Read until `close`; without ports, wait for one."""
        raise_own(WATCHING)
        played = 0.0
        while not self._end:
            if not self._ports:
                self._some.clear()
                if not self._ports and not self._end:
                    self._some.wait()
                continue
            now = time.monotonic()
            if sum(port.read() for port in self._ports):
                played = now
            time.sleep(PLAYED_S if now - played < REST_S else RESTED_S)
