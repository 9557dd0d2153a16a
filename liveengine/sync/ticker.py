"""Sends our beats as MIDI clock. Runs on: the ticker process, a thread of high priority or libjack's.

A process of its own: nothing else in it holds Python's lock when a tick is due. A tick is sent when its beat leaves the
speaker. Where the engine plays through JACK the ticks are events of a JACK port, exact to the frame, as the engine and
this client count the server's frames alike. Elsewhere a thread sleeps until that moment and sends through rtmidi. Lines
on stdout say how late it was.
"""

import argparse
import contextlib
import gc
import json
import os
import sys
import threading
import time
from pathlib import Path
from typing import Any

from liveengine.engine.memory import Memory
from liveengine.engine.positions import COMMITTED, peek
from liveengine.engine.shared import attach
from liveengine.engine.streams import StreamKind, priority
from liveengine.errors import LiveEngineError
from liveengine.session.timebase import TimeBase
from liveengine.sync.count import Count
from liveengine.sync.line import Line
from liveengine.sync.ticks import CLOCK, Ticks
from liveengine.systems import systems

CLIENT, PORT = "liveengine-clock", "clock"
LOOK_NS = 4_000_000  # between looks at the engine
SPIN_NS = 150_000  # before a tick is due this thread stays awake
TELL_NS = 1_000_000_000
TRIES = 100
DEAD_NS = 500_000_000  # without a block the engine's clock is not believed


class Beats:
    """Our line of beats, read from the shared memory as it was committed last."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self.header = memory.header[0]

    def read(self) -> tuple[int, float, float, bool] | None:
        """Return (anchor frame, anchor beat, frames per beat, whether it runs); None if it never stood still."""
        for _ in range(TRIES):
            committed = peek(self._memory.header, COMMITTED)
            bank = self._memory.bank[committed & 1]
            found = int(bank["anchor_frame"]), float(bank["anchor_beat"]), float(bank["frames_per_beat"])
            running = bool(bank["running"])
            if peek(self._memory.header, COMMITTED) == committed:
                return (*found, running)
        return None


class Sleeper:
    """Ticks by the time base, through rtmidi."""

    def __init__(self, memory: Memory, port: Any, offset_ns: float) -> None:
        self._beats = Beats(memory)
        self._base = TimeBase(int(self._beats.header["rate"]))
        self._port = port
        self._offset = offset_ns
        self._ticks = Ticks()
        self._late: list[int] = []

    def run(self, parent: int) -> None:
        """Tick until the parent is gone, or the engine plays through another kind of stream."""
        told, stream = time.monotonic_ns(), int(self._beats.header["stream"])
        while os.getppid() == parent and int(self._beats.header["stream"]) == stream:
            now = time.monotonic_ns()
            if self._look(now) and self._ticks.due <= now + LOOK_NS:
                self._tick()
            else:
                time.sleep(LOOK_NS * 1e-9)
            if now - told > TELL_NS:
                told = now
                tell(self._late, self._ticks.jumps)
                self._late = []

    def _look(self, now: int) -> bool:
        """Take our beats; return False while the engine does not play."""
        header = self._beats.header
        self._base.update(int(header["clock_ns"]), int(header["clock_frame"]), int(header["latency"]))
        found = self._beats.read()
        if found is None or now - int(header["clock_ns"]) > DEAD_NS:
            return False
        frame, beat, per_beat, running = found
        line = Line(self._base.heard_ns(frame) + self._offset, beat, per_beat * self._base.period)
        for message in self._ticks.follow(line, running, now):
            self._port.send_message(list(message))
        return True

    def _tick(self) -> None:
        """Send the next tick when it is due."""
        due = self._ticks.due
        wait = due - time.monotonic_ns() - SPIN_NS
        if wait > 0:
            time.sleep(wait * 1e-9)
        while (now := time.monotonic_ns()) < due:
            pass
        self._port.send_message(list(CLOCK))
        self._late.append(round(now - due))
        self._ticks.sent()


class Player:
    """Ticks on their frames, as a client of the engine's JACK server."""

    def __init__(self, memory: Memory, client: Any, offset_ns: float) -> None:
        self._beats = Beats(memory)
        self._ticks = Ticks()
        self._client = client
        self._offset = round(offset_ns * int(self._beats.header["rate"]) * 1e-9)  # frames
        self._port = client.midi_outports.register(PORT)
        self._late: list[int] = []
        self._gone = threading.Event()
        self._count = Count(self._beats.header)
        client.set_process_callback(self._process)
        client.set_shutdown_callback(lambda status, reason: self._gone.set())
        client.activate()

    def run(self, parent: int) -> None:
        """Tick until the parent or the server is gone."""
        while os.getppid() == parent and not self._gone.wait(TELL_NS * 1e-9):
            late, self._late = self._late, []
            tell(late, self._ticks.jumps)

    def _process(self, frames: int) -> None:
        """JackProcessCallback: times count the engine's frames."""
        self._port.clear_buffer()
        header, found = self._beats.header, self._beats.read()
        first = self._count.frame(self._client.last_frame_time)
        if found is None or first is None:
            return
        first -= int(header["latency"]) + self._offset  # what is heard while this block goes out
        anchor, beat, per_beat, running = found
        for message in self._ticks.follow(Line(anchor, beat, per_beat), running, first):
            self._port.write_midi_event(0, message)
        while (due := round(self._ticks.due)) < first + frames:
            self._port.write_midi_event(max(due - first, 0), CLOCK)
            self._late.append(max(first - due, 0) * 1_000_000_000 // int(header["rate"]))
            self._ticks.sent()


def tell(late_ns: list[int], jumps: int) -> None:
    """Write how late the ticks of the last second were."""
    with contextlib.suppress(BrokenPipeError):
        print(json.dumps({"ticks": len(late_ns), "late_ns": max(late_ns, default=0), "jumps": jumps}), flush=True)


def _refuse(why: str) -> int:
    """Say why nothing is sent, to the log and to who asked for it; return the exit code."""
    print(f"midi clock: {why}", file=sys.stderr)
    with contextlib.suppress(BrokenPipeError):
        print(json.dumps({"wrong": why}), flush=True)
    return 69


def _jack() -> Any:
    from liveengine.engine.streams.jack import library

    return library().Client(CLIENT, no_start_server=True)


def _rtmidi(wanted: str) -> Any:
    """Return an open output: that of the named port, else a virtual one; None where neither is possible."""
    import rtmidi

    for api in systems():
        port = rtmidi.MidiOut(api, name=CLIENT)
        if not wanted:
            return port.open_virtual_port(PORT)
        names = port.get_ports()
        number = next((n for n, name in enumerate(names) if wanted.lower() in name.lower()), None)
        if number is not None:
            return port.open_port(number, PORT)
    return None


def main(arguments: list[str] | None = None) -> int:
    """Run a ticker; return its exit code, 69 when there is no port to send to."""
    parser = argparse.ArgumentParser(prog="liveengine.sync.ticker")
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--port", default="", help="a part of the port's name; empty = a port of our own")
    parser.add_argument("--offset-ms", type=float, default=0.0, help="by which ticks come after what is heard")
    options = parser.parse_args(arguments)
    parent = os.getppid()
    try:
        shared = attach(options.shared, wait=5.0)
        gc.disable()
        if int(shared.memory.header["stream"][0]) == StreamKind.JACK and not options.port:
            Player(shared.memory, _jack(), options.offset_ms * 1e6).run(parent)
            return 0
        port = _rtmidi(options.port)
    except (LiveEngineError, OSError) as error:
        return _refuse(str(error))
    if port is None:
        other = f", or none whose name holds {options.port!r}" if options.port else ""
        return _refuse(f"there is no MIDI output to send to{other}")
    priority.raise_own(priority.PRIORITY)
    Sleeper(shared.memory, port, options.offset_ms * 1e6).run(parent)
    return 0


if __name__ == "__main__":
    sys.exit(main())
