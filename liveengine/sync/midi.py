"""MIDI clock as a master: from one port at a time. Runs on: event loop; messages of rtmidi come from its threads.

What comes by JACK comes from a listener process (listener.py), with its frame. Where the engine plays through that
server, too, the clock is followed by the server's frames alone: how late or how evenly anybody is woken has no say in
it, and blocks that the engine loses are made up for. Else a message counts from when it came.
"""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from typing import Any

from liveengine.session.timebase import TimeBase
from liveengine.sync.count import Count
from liveengine.sync.helper import AGAIN_S, Helper, cancelled
from liveengine.sync.line import Line, Reading
from liveengine.sync.pulse import Pulse
from liveengine.systems import jack_server

SONG, CLOCK, START, CONTINUE, STOP = 0xF2, 0xF8, 0xFA, 0xFB, 0xFC
BACKWARDS_NS = 1.0  # between two messages, at least: what comes at the same time came one after the other


class MidiMaster:
    """Takes what the MIDI ports receive, and follows the first one that sends a clock, or the one that is named."""

    def __init__(self, begun: Callable[[], None], timebase: TimeBase, header: Any, port: str = "") -> None:
        """`begun` is called, on the loop, when the clock starts or jumps; `port` is a part of a port's name.

        `header` is that of the engine's memory.
        """
        self._loop = asyncio.get_running_loop()
        self._begun = begun
        self._timebase = timebase
        self._count = Count(header)
        self._wanted = port.lower()
        self._pulse = Pulse()
        self._framed = False  # the pulse counts frames, each as long as the device says
        self._epoch = 0
        self._last = 0.0
        self._task: asyncio.Task[None] | None = None
        self.port = ""  # the one that is followed

    async def open(self) -> None:
        """Listen at JACK's ports as well, whenever there is a server."""
        self._task = asyncio.create_task(self._listen(), name="midi clock in")

    async def _listen(self) -> None:
        while True:
            if await asyncio.to_thread(jack_server):
                await Helper(self._heard, "liveengine.sync.listener", "--port", self._wanted).run()
            await asyncio.sleep(AGAIN_S)

    # --- messages

    def timing(self, port: str, ns: int, message: Sequence[int]) -> None:
        """Take a message with the monotonic time at which it came; from any thread."""
        with contextlib.suppress(RuntimeError):  # the loop is closed already
            self._loop.call_soon_threadsafe(self._take, port, ns, message)

    def _heard(self, line: Any) -> None:
        """Take what the listener says."""
        port, cycle, ns, message = line
        frame = self._count.frame(cycle)
        if not message:
            self._pulse.gap(ns * self._timebase.nominal)
        elif frame is None:
            self._take(port, ns, message)
        else:
            self._take(port, (frame - self._count.drift) * self._timebase.nominal, message, framed=True)

    def _take(self, port: str, ns: float, message: Sequence[int], framed: bool = False) -> None:
        if self._wanted not in port.lower():
            return
        then = self._own(self._monotonic(ns) if framed else float(ns))
        if port != self.port:
            if self.port and not self._pulse.lost(then):
                return
            self.port = port
        if framed != self._framed:  # the same clock, or its successor, by other means
            self._framed = self._pulse.whole = framed
            self._pulse.shift(ns - then)
            self._last = 0.0
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

    # --- time

    def _own(self, monotonic_ns: float) -> float:
        """Return a time as the pulse counts it."""
        if not self._framed:
            return monotonic_ns
        return self._timebase.device_ns(monotonic_ns) - self._count.drift * self._timebase.nominal

    def _monotonic(self, framed_ns: float) -> float:
        """Return the monotonic time of one that counts frames."""
        return self._timebase.monotonic_ns(framed_ns + self._count.drift * self._timebase.nominal)

    def reading(self, now_ns: float) -> Reading:
        """Return what the clock says."""
        self._pulse.lost(self._own(now_ns))
        found = self._pulse.reading()
        if not self._framed:
            return found
        base, line = self._timebase, found.line
        if line is not None:
            line = Line(self._monotonic(line.ns), line.beat, line.per_beat * base.period / base.nominal)
        return found._replace(line=line, since_ns=self._monotonic(found.since_ns))

    def tempo(self, tempo: float) -> None:
        """A MIDI clock takes no tempo."""

    def running(self, running: bool) -> None:
        """A MIDI clock is not started from here."""

    async def close(self) -> None:
        """Let go of the ports."""
        task, self._task = self._task, None
        await cancelled(task)
