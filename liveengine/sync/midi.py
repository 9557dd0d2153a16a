"""MIDI clock as a master: from one port at a time. Runs on: event loop; messages come from rtmidi's threads."""

import asyncio
import contextlib
from collections.abc import Callable, Sequence

from liveengine.sync.line import Reading
from liveengine.sync.pulse import Pulse

SONG, CLOCK, START, CONTINUE, STOP = 0xF2, 0xF8, 0xFA, 0xFB, 0xFC
BACKWARDS_NS = 1.0  # between two messages, at least: what comes at the same time came one after the other


class MidiMaster:
    """Takes what the MIDI ports receive, and follows the first one that sends a clock, or the one that is named."""

    def __init__(self, begun: Callable[[], None], port: str = "") -> None:
        """`begun` is called, on the loop, when the clock starts or jumps; `port` is a part of a port's name."""
        self._loop = asyncio.get_running_loop()
        self._begun = begun
        self._wanted = port.lower()
        self._pulse = Pulse()
        self._epoch = 0
        self._last = 0.0
        self.port = ""  # the one that is followed

    def timing(self, port: str, ns: int, message: Sequence[int]) -> None:
        """Take a message with the monotonic time at which it came; from any thread."""
        with contextlib.suppress(RuntimeError):  # the loop is closed already
            self._loop.call_soon_threadsafe(self._take, port, ns, message)

    def _take(self, port: str, ns: int, message: Sequence[int]) -> None:
        if self._wanted not in port.lower():
            return
        if port != self.port:
            if self.port and not self._pulse.lost(ns):
                return
            self.port = port
        self._last = max(float(ns), self._last + BACKWARDS_NS)
        self._obey(message[0], message)
        epoch = self._pulse.reading().epoch
        if epoch != self._epoch:
            self._epoch = epoch
            self._begun()

    def _obey(self, kind: int, message: Sequence[int]) -> None:
        pulse = self._pulse
        if kind == CLOCK:
            pulse.clock(self._last)
        elif kind == START:
            pulse.start()
        elif kind == CONTINUE:
            pulse.resume()
        elif kind == STOP:
            pulse.stop()
        elif kind == SONG and len(message) > 2:
            pulse.song(message[1] & 0x7F | (message[2] & 0x7F) << 7)

    def reading(self, now_ns: float) -> Reading:
        """Return what the clock says."""
        self._pulse.lost(now_ns)
        return self._pulse.reading()

    def tempo(self, tempo: float) -> None:
        """A MIDI clock takes no tempo."""

    def running(self, running: bool) -> None:
        """A MIDI clock is not started from here."""

    async def close(self) -> None:
        """Let go of the port."""
