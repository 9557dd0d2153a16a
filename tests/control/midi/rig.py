"""Controllers as ports of other JACK clients, and the MIDI door before a small stage."""

import ctypes
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import mido
import pytest
import rtmidi

from liveengine.bus import Bus
from liveengine.command import Fader, Registry, Slot, Track, command
from liveengine.control.midi import watch
from liveengine.control.midi.device import Device, Size, Timing
from liveengine.control.midi.door import MidiDoor
from liveengine.events import ClipQueued, ClipStarted
from tests.control.stage import Stage


class Pads(Stage):
    """The stage, with pads whose press can be taken from any thread."""

    def __init__(self, bus: Bus) -> None:
        super().__init__(bus)
        self.states: dict[tuple[int, int], str] = {}
        self.ready = True  # presses are taken at once
        self.pressed: list[tuple[Any, ...]] = []
        self.slid: list[tuple[Any, ...]] = []

    @command("/track/{track}/clip/{slot}/press", swift="swiftly")
    def press(self, track: Track, slot: Slot, value: float) -> None:
        """Press a clip or release it."""
        self.pressed.append(("loop", track, slot, value))

    def swiftly(self, track: int, slot: int, value: float) -> bool:
        """Press or release it from any thread."""
        if self.ready:
            self.pressed.append(("thread", track, slot, value))
        return self.ready

    @command("/hush", swift="hushes")
    def hush(self) -> None:
        """Be quiet."""
        self.pressed.append(("loop",))

    def hushes(self) -> bool:
        """Be quiet, from any thread."""
        if self.ready:
            self.pressed.append(("thread",))
        return self.ready

    @command("/track/{track}/depth", swift="slides")
    def depth(self, track: Track, value: Fader | None = None) -> float:
        """A fader."""
        self.slid.append(("loop", track, value))
        return value or 0.0

    def slides(self, track: int, value: float) -> bool:
        """Move it from any thread."""
        self.slid.append(("thread", track, value))
        return True

    @command("/track/{track}/clip/{slot}/state", query=True)
    def slot(self, track: Track, slot: Slot) -> str:
        """What a slot does."""
        return self.states.get((track, slot), "empty")

    def play(self, track: int, slot: int) -> None:
        """Have a slot play."""
        self.states[track, slot] = "playing"
        self.bus.publish(ClipStarted(track, slot, 4800, 4.0))

    def queue(self, track: int, slot: int) -> None:
        """Have a slot wait for its boundary."""
        self.states[track, slot] = "queued"
        self.bus.publish(ClipQueued(track, slot, 8.0))


@asynccontextmanager
async def door(
    monkeypatch: pytest.MonkeyPatch, library: Path, timing: Timing | None = None
) -> AsyncIterator[tuple[MidiDoor, Pads]]:
    """Lend an open MIDI door, that looks often for ports, and the stage behind it."""
    monkeypatch.setattr(watch, "POLL_S", 0.1)
    bus = Bus()
    stage = Pads(bus)
    registry = Registry()
    registry.add(stage)
    found = MidiDoor(registry, bus, library, Size(16, 16), timing=timing)
    registry.add(found.learn)
    found.start()
    try:
        yield found, stage
    finally:
        await found.close()


class Keys:
    """A JACK MIDI output of another client: a controller without lamps."""

    def __init__(self, name: str, port: str = "MIDI 1") -> None:
        self.out = rtmidi.MidiOut(rtmidi.API_UNIX_JACK, name=name)
        self.out.open_virtual_port(port)

    def send(self, *message: int) -> None:
        self.out.send_message(list(message))

    def play(self, kind: str, **fields: int) -> None:
        """Send a message in mido's words: channels count from 0."""
        self.out.send_message(mido.Message(kind, **fields).bytes())

    def close(self) -> None:
        self.out.close_port()
        self.out.delete()


class Surface(Keys):
    """A controller with lamps; it remembers what each of them was told last, as mido reads it."""

    def __init__(self, name: str, port: str = "MIDI 1") -> None:
        super().__init__(name, port)
        self.lamps: dict[tuple[str, int], tuple[int, int]] = {}  # by kind and number: channel from 0, value
        self.said: list[mido.Message] = []
        self._in = rtmidi.MidiIn(rtmidi.API_UNIX_JACK, name=name)
        self._in.ignore_types(sysex=False)
        self._in.open_virtual_port(port)
        self._ended = threading.Event()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        """Take what comes, as a device does that waits for nobody."""
        while not self._ended.wait(0.001):
            while (event := self._in.get_message()) is not None:
                self.told(mido.Message.from_bytes(event[0]))

    def told(self, message: mido.Message) -> None:
        self.said.append(message)
        if message.type == "note_on":
            self.lamps["note", message.note] = message.channel, message.velocity
        elif message.type == "control_change":
            self.lamps["cc", message.control] = message.channel, message.value

    def close(self) -> None:
        self._ended.set()
        self._reader.join()
        self._in.close_port()
        self._in.delete()
        super().close()

    def lose(self) -> None:
        """Forget both ports, whose server was killed: closing them takes a second each."""
        self._ended.set()
        self._reader.join()
        for port in (self._in, self.out):
            ctypes.pythonapi.Py_IncRef(ctypes.py_object(port))


class Launchpad(Surface):
    """A Launchpad: dark and mute until it is told to be in programmer mode."""

    def __init__(self, name: str, port: str, byte: int) -> None:
        self._head = (0x00, 0x20, 0x29, 0x02, byte, 0x0E)
        self.programmer = False
        super().__init__(name, port)

    def told(self, message: mido.Message) -> None:
        if message.type == "sysex" and message.data[:6] == self._head:
            self.programmer = bool(message.data[6])
        elif self.programmer:
            super().told(message)


def own(library: Path, text: str, name: str = "mine") -> None:
    """Write a map of the user's into a library."""
    folder = library / "controllers"
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.json").write_text(text)


class Silent:
    """A port that nobody is connected to."""

    def __init__(self, name: str = "liveengine:control") -> None:
        self.name = name
        self.sends = True
        self.said: list[bytes] = []

    def send(self, message: bytes) -> None:
        self.said.append(message)


def standin(found: MidiDoor, name: str = "liveengine:control") -> Device:
    """Have a device connected without a port of any MIDI system."""
    port = Silent(name)
    found._begin(port)  # type: ignore[arg-type]
    return found._devices[port]  # type: ignore[index]
