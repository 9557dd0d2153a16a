"""What the lamps of one connected device show. Runs on: event loop.

A lamp shows the value of an address by one of its map's looks: a word (empty, queued, playing ...) by that word, true
and false as `on` and `off`, and a number by the look `position`, as a ring of lamps or a motor does.
"""

from collections.abc import Awaitable, Callable, Set
from typing import Any, NamedTuple

from liveengine.control.midi.control import Control, Controls, Window
from liveengine.control.midi.mapping import TOP, Binding, Key, Lit, Mapping

_STATUS = {"note": 0x90, "cc": 0xB0, "bend": 0xE0}
_DARK = Lit(value=0)

Ask = Callable[[str], Awaitable[Any]]  # gives an address's value; raises where there is none
Send = Callable[[Key, bytes], None]  # tells a lamp; of two messages for one lamp the newer counts


class Lamp(NamedTuple):
    """One lamp, and what it shows."""

    key: Key
    binding: Binding
    look: str


class Lights:
    """The lamps of a device."""

    def __init__(self, mapping: Mapping, send: Send) -> None:
        self._looks = mapping.looks
        self._send = send
        self._by_address: dict[str, list[Lamp]] = {}
        self._shown: dict[Key, bytes] = {}
        self._blinking: dict[Key, tuple[bytes, bytes]] = {}

    @property
    def blinks(self) -> bool:
        """Return whether a lamp is to be blinked from here."""
        return bool(self._blinking)

    def aim(self, controls: Controls, shift: bool, window: Window) -> None:
        """Have each lamp belong to what its control does now; the shift layer's go before the others."""
        lamps: dict[Key, tuple[str, Lamp]] = {}
        for layer in (controls.plain, controls.shifted) if shift else (controls.plain,):
            for control in layer.values():
                if (found := _lamp(control, window)) is not None:
                    lamps[found[1].key] = found
        self._by_address = {}
        for address, lamp in lamps.values():
            self._by_address.setdefault(address, []).append(lamp)
        for key in [key for key in self._shown if key not in lamps]:
            self._tell(key, _DARK)

    async def refresh(self, ask: Ask) -> None:
        """Ask for everything that is shown, and show it; what is not there is dark."""
        for address in list(self._by_address):
            try:
                value = await ask(address)
            except Exception:  # a track that the window reaches and the engine has not
                value = None
            self.show(address, value)

    def show(self, address: str, value: Any, leading: Set[Key] = frozenset()) -> None:
        """Show the value that an address has got; a ring or motor among the `leading` controls is moved by its user."""
        for lamp in self._by_address.get(address, ()):
            if lamp.look == "position" and lamp.key in leading:
                self._shown.pop(lamp.key, None)
                continue
            self._tell(lamp.key, self._lit(lamp, value))

    def blink(self, lit: bool) -> None:
        """Light the lamps that blink, or have them dark."""
        for key, (bright, dark) in self._blinking.items():
            self._send(key, bright if lit else dark)

    def dark(self) -> list[bytes]:
        """Return what darkens all lamps, as messages; nothing is shown afterwards."""
        keys, self._shown, self._by_address, self._blinking = list(self._shown), {}, {}, {}
        return [message(key, _DARK) for key in keys]

    def _lit(self, lamp: Lamp, value: Any) -> Lit:
        if lamp.look == "position":
            low, high = lamp.binding.range
            share = (value - low) / (high - low) if isinstance(value, int | float) else 0.0
            return Lit(value=round(127 * min(1.0, max(0.0, share))))
        look = self._looks[lamp.look]
        if isinstance(value, bool | int | float):
            return look.get("on" if value else "off", _DARK)
        return look.get(str(value), look.get("off", _DARK))

    def _tell(self, key: Key, lit: Lit) -> None:
        said = message(key, lit)
        blinked = self._blinking.pop(key, None) is not None  # it may be dark just now
        if lit.blink:
            self._blinking[key] = said, message(key, lit.model_copy(update={"value": 0}))
        if self._shown.get(key) != said or blinked:
            self._shown[key] = said
            self._send(key, said)


def message(key: Key, lit: Lit) -> bytes:
    """Return the message that lights a lamp so."""
    status = _STATUS["cc" if key.type in ("cc14", "nrpn") else key.type] | (lit.channel or key.channel) - 1
    if key.type == "bend":
        return bytes((status, 0, lit.value))
    return bytes((status, key.number, lit.value))


def _lamp(control: Control, window: Window) -> tuple[str, Lamp] | None:
    """Return what a control's lamp shows, and the lamp; None without one."""
    binding = control.binding
    light = binding.light
    if light is None:
        return None
    column, row = control.place
    key = control.key if light.out is None else binding.at(light.out, column, row)
    if key.type not in _STATUS or key.number > TOP["cc"]:
        return None
    shows = light.shows or binding.to
    return binding.address(shows, column + window.columns, row + window.rows), Lamp(key, binding, light.look)
