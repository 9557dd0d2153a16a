"""The controls of one connected device: what each is bound to, and how far it is. Runs on: event loop."""

from typing import Any, NamedTuple

from liveengine.control.midi.mapping import Binding, Key, Mapping
from liveengine.control.midi.takeover import Takeover

SAME = 1e-4  # of the range: a value this near to the one that was set is the same


class Window(NamedTuple):
    """Which tracks and scenes a device's field of controls lies on: columns and rows beyond the first."""

    columns: int = 0
    rows: int = 0


class Control:
    """One control, or one that is not bound any more."""

    def __init__(self, binding: Binding, key: Key, column: int, row: int) -> None:
        self.binding = binding
        self.key = key
        self.place = column, row  # in its field, from 0
        self.address = ""
        self.held = ""  # the address at which it was pressed, while it is down
        self.setting = False  # it sets its property just now
        self._takeover = Takeover(binding.takeover)
        self._sent: float | None = None  # the value that this control has set last
        self.look(Window())

    def look(self, window: Window) -> None:
        """Be bound to what lies under the window."""
        column, row = self.place
        found = self.binding.address(self.binding.to, column + window.columns, row + window.rows)
        if found != self.address:
            self.address = found
            self.release()

    @property
    def caught(self) -> bool:
        """Return whether the control and its property go together."""
        return self._takeover.caught

    @property
    def leads(self) -> bool:
        """Return whether it sets its property just now, and stands where that goes: it needs no telling."""
        return self.setting and self.binding.mode == "absolute"

    def release(self) -> None:
        """Let go of the property."""
        self._takeover.release()
        self._sent = None

    def share(self, value: float) -> float:
        """Return where a value lies within the range, 0..1."""
        low, high = self.binding.range
        return min(1.0, max(0.0, (value - low) / (high - low)))

    def value(self, share: float) -> float:
        """Return the value at a share of the range."""
        low, high = self.binding.range
        return low + (high - low) * share

    def move(self, position: float, current: float) -> float | None:
        """Return the value that the control, at `position` now, gives to its property, which is at `current`."""
        found = self._takeover.move(position, self.share(current))
        return None if found is None else self.value(found)

    def turn(self, steps: int, current: float) -> float:
        """Return the value after so many steps of an encoder."""
        return self.value(min(1.0, max(0.0, self.share(current) + steps * self.binding.step)))

    def sent(self, value: Any) -> None:
        """Take note of the value that it has set."""
        self._sent = float(value) if isinstance(value, int | float) else None

    def note(self, value: Any) -> None:
        """Let go when the property has got a value that this control has not set."""
        if self.setting:
            return
        width = abs(self.binding.range[1] - self.binding.range[0])
        known = self._sent is not None and isinstance(value, int | float)
        if not known or abs(value - (self._sent or 0.0)) > SAME * width:
            self.release()


class Controls(NamedTuple):
    """The controls of a device; while its shift control is held, `shifted` goes before `plain`."""

    plain: dict[Key, Control]
    shifted: dict[Key, Control]

    def find(self, key: Key, shift: bool) -> Control | None:
        """Return what a control does; None = nothing."""
        return (self.shifted.get(key) if shift else None) or self.plain.get(key)

    @property
    def all(self) -> list[Control]:
        """Return every control."""
        return [*self.plain.values(), *self.shifted.values()]


def controls(mapping: Mapping) -> Controls:
    """Return the controls of a map, each in its first state; of two bindings of one control the later counts."""
    found = Controls({}, {})
    for binding in mapping.bindings:
        layer = found.shifted if binding.shift else found.plain
        for column in range(binding.width):
            for row in range(binding.height):
                key = binding.at(binding.source, column, row)
                layer[key] = Control(binding, key, column, row)
    return found
