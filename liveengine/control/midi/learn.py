"""MIDI learn: an address is named, a control is moved, and both belong together from then on. Runs on: event loop.

What is learned goes into <library>/controllers, one file per device. A control that did something else does it no more;
which that was is told, and can be had back.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Annotated, Any, NamedTuple

from pydantic import Field

from liveengine.bus import Bus
from liveengine.command import Registry, Text, command
from liveengine.control.midi.control import Control
from liveengine.control.midi.device import Device
from liveengine.control.midi.gesture import Detector, Gesture
from liveengine.control.midi.mapping import Binding, Key, Mapping
from liveengine.control.midi.maps import Maps
from liveengine.control.midi.message import Turn
from liveengine.control.midi.target import Target, target
from liveengine.errors import NotFound
from liveengine.events import Changed, ControlBound

log = logging.getLogger(__name__)

ADDRESS = "/midi/learn"
UNDO = 50  # steps that can be taken back
_MODES = {"switch": "toggle", "hold": "hold", "press": "press"}

Wanted = Annotated[str, Field(max_length=256, description="an address such as /track/1/gain; empty = nothing")]


class NothingToUndo(NotFound):
    """Nothing was learned since the start."""

    code = "nothing_to_undo"


class NotBound(NotFound):
    """No control of a connected device is bound to the address."""

    code = "not_bound"


class Step(NamedTuple):
    """What can be taken back: a map as it was."""

    name: str
    before: Mapping | None
    what: str


class Learn:
    """Learning, and the bindings there are."""

    def __init__(self, registry: Registry, bus: Bus, maps: Maps) -> None:
        self._registry = registry
        self._bus = bus
        self._maps = maps
        self._address = ""
        self._target = Target("press")
        self._detectors: dict[Device, Detector] = {}
        self._history: list[Step] = []
        self._writing: set[asyncio.Task[None]] = set()
        self.devices: Callable[[], Sequence[Device]] = tuple  # the connected ones
        self.changed: Callable[[], None] = lambda: None  # hears that learning begins or ends, or that a map changed

    @property
    def armed(self) -> bool:
        """Return whether the next control that moves is bound."""
        return bool(self._address)

    # --- commands

    @command("/midi/learn", role="arrange")
    def learn(self, value: Wanted | None = None) -> str:
        """The address to which the next MIDI control that is moved will be bound; empty = none.

        A number with limits wants a fader, knob or encoder, everything else a button; others may move meanwhile. While
        a shift control is held, the control is bound for that.
        """
        if value is not None and value != self._address:
            if value:
                self._target = target(self._registry.find(value)[0])
            self._arm(value)
        return self._address

    @command("/midi/undo", role="arrange")
    async def undo(self) -> str:
        """Take back the last MIDI control that was bound or freed, up to 50 of them; tells what it was."""
        if not self._history:
            raise NothingToUndo("no control was bound or freed since the daemon began; /midi/learn binds one")
        step = self._history.pop()
        self._put(step.name, step.before)
        await self._save(step.name)
        return step.what

    @command("/midi/forget", role="arrange")
    async def forget(self, address: Text) -> int:
        """Free the MIDI controls that are bound to an address; returns how many. `/midi/undo` has them back."""
        count = 0
        for name in dict.fromkeys(device.name for device in self.devices()):
            keys = {(c.key, c.binding.shift) for d in self.devices() if d.name == name for c in _bound(d, address)}
            mapping = self._maps.get(name)
            if keys and mapping is not None:
                count += len(keys)
                self._remember(name, f"{address} was freed")
                self._put(name, _freed(mapping, keys))
                await self._save(name)
        if not count:
            raise NotBound(f"no connected control is bound to {address}; /midi/bindings lists what is")
        return count

    @command("/midi/bindings", query=True)
    def bindings(self) -> list[dict[str, str]]:
        """List what the controls of the connected MIDI devices do now: device, control, address, mode, shift."""
        return [
            {
                "device": device.name,
                "control": str(control.key),
                "address": control.address,
                "mode": control.binding.mode,
                "shift": "shift" if control.binding.shift else "",
            }
            for device in self.devices()
            for control in device.controls.all
        ]

    @command("/midi/devices", query=True)
    def listed(self) -> list[dict[str, Any]]:
        """List the connected MIDI devices: port, map, whether it has lights, the first column and row of its window."""
        return [
            {
                "port": device.port.name,
                "map": device.name,
                "lights": device.port.sends,
                "column": device.window.columns + 1,
                "row": device.window.rows + 1,
            }
            for device in self.devices()
        ]

    # --- for the door

    def take(self, device: Device, turn: Turn) -> None:
        """Take what a device's control did while learning; bind it once it is known to have been moved."""
        detector = self._detectors.setdefault(device, Detector(buttons=self._target.kind != "fader"))
        if (gesture := detector.take(turn)) is not None:
            self._bind(device, gesture)

    async def close(self) -> None:
        """Have written what was learned."""
        await asyncio.gather(*self._writing, return_exceptions=True)

    def _arm(self, address: str) -> None:
        self._address = address
        self._detectors.clear()
        self._bus.publish(Changed(ADDRESS, address))
        self.changed()

    def _bind(self, device: Device, gesture: Gesture) -> None:
        mapping = self._maps.get(device.name) or device.mapping
        binding = self._binding(device, gesture)
        replaced = self._replaced(device, gesture.key)
        where = f"{gesture.key} of {device.name}"
        if replaced:
            log.warning("MIDI: %s leaves %s for %s; /midi/undo has it back", where, replaced, binding.to)
        else:
            log.info("MIDI: %s is bound to %s", where, binding.to)
        self._remember(device.name, f"{where} was bound to {binding.to}")
        kept = tuple(b for b in mapping.bindings if not _single(b, gesture.key, binding.shift))
        self._put(device.name, mapping.model_copy(update={"bindings": (*kept, binding)}))
        writing = asyncio.get_running_loop().create_task(self._save(device.name))
        self._writing.add(writing)
        writing.add_done_callback(self._writing.discard)
        self._bus.publish(ControlBound(device.name, str(gesture.key), binding.to, replaced))
        self._arm("")

    def _binding(self, device: Device, gesture: Gesture) -> Binding:
        fields: dict[str, Any] = {"to": self._address, "shift": device.shift, **gesture.fields()}
        if self._target.kind == "fader":
            fields |= {"mode": "relative" if gesture.sort == "encoder" else "absolute", "range": self._target.range}
        else:
            fields["mode"] = _MODES[self._target.kind]
            if self._target.kind == "switch" and "switch" in device.mapping.looks:
                fields["light"] = {"as": "switch"}
        return Binding.model_validate(fields)

    def _replaced(self, device: Device, key: Key) -> str:
        """Return the address that a control leaves; empty = none."""
        found: Control | None = device.controls.find(key, device.shift)
        if found is None or found.binding.mode == "off" or found.binding.shift != device.shift:
            return ""
        return found.address or found.binding.mode if found.address != self._address else ""

    def _remember(self, name: str, what: str) -> None:
        self._history = [*self._history[1 - UNDO :], Step(name, self._maps.get(name), what)]

    def _put(self, name: str, mapping: Mapping | None) -> None:
        """Have a map from now on."""
        self._maps.put(name, mapping)
        for device in [device for device in self.devices() if device.name == name]:
            device.load(mapping or self._maps.empty(device.port.name))
        self.changed()

    async def _save(self, name: str) -> None:
        try:
            await self._maps.keep(name)
        except OSError as error:
            log.warning("the map of %s cannot be kept: %s; it holds until the daemon ends", name, error)


def _single(binding: Binding, key: Key, shift: bool) -> bool:
    """Return whether a binding is for that one control alone."""
    alone = binding.columns is None and binding.rows is None
    return alone and binding.source.key == key and binding.shift == shift


def _bound(device: Device, address: str) -> list[Control]:
    return [control for control in device.controls.all if control.address == address and control.binding.mode != "off"]


def _freed(mapping: Mapping, keys: Iterable[tuple[Key, bool]]) -> Mapping:
    """Return a map in which the controls do nothing."""
    kept = [b for b in mapping.bindings if not any(_single(b, key, shift) for key, shift in keys)]
    off = [Binding.model_validate({"in": key._asdict(), "mode": "off", "shift": shift}) for key, shift in sorted(keys)]
    return mapping.model_copy(update={"bindings": (*kept, *off)})
