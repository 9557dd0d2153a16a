"""One connected device: its controls, its lamps, its window. Runs on: event loop; `receive` on the input's thread.

A press that a command can take swiftly goes into the engine's ring from the input's thread, without the event loop. Its
release then goes the same way; a press that had to go through the loop has its release come after it there. So does a
fader that goes together with its property; the loop follows, and tells everybody.
"""

import time
from collections.abc import Callable, Iterator
from collections.abc import Mapping as Table
from typing import TYPE_CHECKING, NamedTuple

from liveengine.command import Registry
from liveengine.control.midi.control import Control, Controls, Window, controls
from liveengine.control.midi.feedback import Ask, Lights
from liveengine.control.midi.mapping import Key, Mapping
from liveengine.control.midi.message import Assembler, Turn
from liveengine.control.midi.outlet import Outlet
from liveengine.control.midi.target import target
from liveengine.errors import BadInput

if TYPE_CHECKING:
    from liveengine.control.midi.ports import Port

_STATUS = {"note": 0x90, "cc": 0xB0}
_ON = 0x10  # what a note-on has and a note-off has not
_AFTER_NOTES = 0xA0  # the first status that is neither note-on nor note-off
_SYSTEM = 0xF0
_TOP = 127

Post = Callable[["Device", list[int]], None]
Timing = Callable[[str, int, list[int]], None]  # (port, monotonic ns, message) of the clock's messages


class Swift:
    """A button whose command any thread may do."""

    def __init__(self, do: Callable[..., bool], holds: bool) -> None:
        self._do = do
        self._holds = holds  # it is told when the button goes down and when it is let go
        self._down = False

    def take(self, pressed: bool) -> bool:
        """Return whether it was done; else it is for the event loop."""
        if pressed:
            self._down = self._do(1.0) if self._holds else self._do()
            return self._down
        down, self._down = self._down, False
        return down and (not self._holds or self._do(0.0))


class Slide(NamedTuple):
    """A fader whose property any thread may bring somewhere in the engine."""

    do: Callable[..., bool]
    control: Control

    def take(self, value: int) -> None:
        """Bring it there, if the fader has taken over."""
        if self.control.caught:
            self.do(self.control.value(value / _TOP))


class Size(NamedTuple):
    """How many columns and rows there are to move the window over."""

    columns: int
    rows: int


class Device:
    """A device."""

    def __init__(self, port: "Port", name: str, mapping: Mapping, post: Post, timing: Timing | None = None) -> None:
        self.port = port
        self.name = name  # of its map
        self._post = post
        self._timing = timing
        self._swift: Table[tuple[int, int], Swift] = {}  # by status and number; replaced as a whole
        self._slides: Table[tuple[int, int], Slide] = {}  # as well
        self._down: dict[Key, Control] = {}  # what a button did when it was pressed
        self.window = Window()
        self.shift = False
        self.outlet = Outlet(port.send)
        self._load(mapping)
        port.receiver = self.receive

    def _load(self, mapping: Mapping) -> None:
        self.mapping = mapping
        self.controls: Controls = controls(mapping)
        self.assembler = Assembler({*self.controls.plain, *self.controls.shifted})
        self.lights = Lights(mapping, self.outlet.put)
        self._look()

    # --- on the input's thread

    def receive(self, message: list[int]) -> None:
        """Take a message: do what can be done at once, post the rest to the event loop."""
        status = message[0] if message else _SYSTEM
        if status >= _SYSTEM:
            if self._timing is not None and message:
                self._timing(self.port.name, time.monotonic_ns(), message)
            return
        if len(message) == 3 and message[2] <= _TOP:
            note = status < _AFTER_NOTES
            swift = self._swift.get((status | _ON if note else status, message[1]))
            if swift is not None and swift.take(message[2] > 0 and bool(status & _ON)):
                return
            slide = self._slides.get((status, message[1]))
            if slide is not None:
                slide.take(message[2])
        self._post(self, message)

    # --- on the event loop

    def hasten(self, registry: Registry | None) -> None:
        """Have the controls that are bound now do swiftly what they can; None = none of them."""
        held = list(self._swift.values())
        self._swift, self._slides = {}, {}
        if registry is not None:
            found = list(self._found(registry))
            self._swift = {key: Swift(do, c.binding.mode == "hold") for key, do, c in found if _presses(c)}
            self._slides = {key: Slide(do, c) for key, do, c in found if not _presses(c)}
        for swift in held:
            swift.take(False)

    def _found(self, registry: Registry) -> Iterator[tuple[tuple[int, int], Callable[..., bool], Control]]:
        """Give status and number, what does it at once, and the control."""
        for key in {*self.controls.plain, *(self.controls.shifted if self.shift else ())}:
            control = self.controls.find(key, self.shift)
            assert control is not None
            if key.type in _STATUS and (do := _swift(registry, control)) is not None:
                yield (_STATUS[key.type] | key.channel - 1, key.number), do, control

    def find(self, turn: Turn) -> Control | None:
        """Return what a control's turn is for; a release is for what the press was for."""
        if turn.value == 0 and turn.key in self._down:
            return self._down.pop(turn.key)
        control = self.controls.find(turn.key, self.shift)
        if control is not None and turn.value and control.binding.mode not in ("absolute", "relative"):
            self._down[turn.key] = control
        return control

    def held(self) -> list[Control]:
        """Return the buttons that are down, and forget them."""
        held = list(self._down.values())
        self._down.clear()
        return held

    def load(self, mapping: Mapping) -> None:
        """Go on with another map."""
        for message in self.lights.dark():
            self.outlet.put(message, message)
        self._load(mapping)

    def move(self, columns: int, rows: int, size: Size) -> None:
        """Move the window, as far as there is something under it."""
        bindings = self.mapping.bindings
        widest = Size(max(b.width for b in bindings), max(b.height for b in bindings))
        across = min(max(0, size.columns - widest.columns), max(0, self.window.columns + columns))
        down = min(max(0, size.rows - widest.rows), max(0, self.window.rows + rows))
        self.window = Window(across, down)
        self._look()

    def shifts(self, held: bool) -> None:
        """Have the shift layer before the plain one, or not."""
        self.shift = held
        self._look()

    def _look(self) -> None:
        self._by_address: dict[str, list[Control]] = {}
        for control in self.controls.all:
            control.look(self.window)
            self._by_address.setdefault(control.address, []).append(control)
        self.lights.aim(self.controls, self.shift, self.window)

    def at(self, address: str) -> list[Control]:
        """Return the controls that are bound to an address now."""
        return self._by_address.get(address, [])

    async def light(self, ask: Ask) -> None:
        """Show on all lamps what is."""
        if self.port.sends:
            await self.lights.refresh(ask)

    def enter(self) -> None:
        """Set the device up."""
        for number, text in enumerate(self.mapping.device.enter):
            self.outlet.put(("enter", number), bytes.fromhex(text))

    def leave(self) -> None:
        """Have the lamps dark and the device as it was."""
        self.outlet.close()
        if self.port.sends:
            for message in (*self.lights.dark(), *map(bytes.fromhex, self.mapping.device.leave)):
                self.port.send(message)


_KINDS = {"press": "press", "hold": "hold", "absolute": "fader"}  # what a binding's mode needs


def _presses(control: Control) -> bool:
    return control.binding.mode != "absolute"


def _swift(registry: Registry, control: Control) -> Callable[..., bool] | None:
    """Return what does a control's command at once, if something can and the binding gives it what it needs."""
    kind = _KINDS.get(control.binding.mode)
    if kind is None or control.binding.args:
        return None
    try:
        fitting = target(registry.find(control.address)[0]).kind == kind
    except BadInput:
        return None
    return registry.swift(control.address) if fitting else None
