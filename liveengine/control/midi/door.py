"""The MIDI door: controllers that are plugged in, and one virtual port. Runs on: event loop; posts come from threads.

A message goes from the input's thread straight into the engine's ring where a command allows it (see device.py), else
to the loop, and from there to the registry. Under JACK, ALSA and CoreMIDI a virtual port `control` is open besides,
with the map whose `match` is empty. Without any MIDI system one line is logged and everything else runs.
"""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

from liveengine.bus import Bus, Event
from liveengine.command import Registry
from liveengine.control.midi.backlog import Backlog, Work
from liveengine.control.midi.control import Control
from liveengine.control.midi.device import Device, Size, Timing
from liveengine.control.midi.learn import Learn
from liveengine.control.midi.mapping import Mapping
from liveengine.control.midi.maps import Maps
from liveengine.control.midi.message import Turn, parse
from liveengine.control.midi.names import VIRTUAL
from liveengine.control.midi.ports import Port
from liveengine.control.midi.target import target
from liveengine.control.midi.watch import Watch, Wish
from liveengine.control.quiet import Quiet
from liveengine.errors import BadInput, LiveEngineError
from liveengine.events import Changed

log = logging.getLogger(__name__)

INBOX = 65_536  # messages that the loop has not seen; beyond, only what ends something is taken ...
_ENDS = 2 * INBOX  # ... up to here
_GULP = 256  # messages that the loop takes at once
_SLICE = 64  # pieces of work before others have their turn
BLINK_S = 0.25


class MidiDoor:
    """Turns what controllers send into commands, and shows on them what is."""

    def __init__(
        self,
        registry: Registry,
        bus: Bus,
        library: Path,
        size: Size,
        *,
        timing: Timing | None = None,
        wanted: Callable[[str], bool] = lambda name: False,
    ) -> None:
        """`size` counts tracks and scenes; `timing` gets the messages of MIDI clocks, on the input's thread.

        `wanted` tells, on the watcher's thread, which ports are opened for their clock though they have no map.
        """
        self._registry = registry
        self._loop = asyncio.get_running_loop()
        self._size = size
        self._timing = timing
        self._wanted = wanted
        self._quiet = Quiet(log)
        self._maps = Maps(library)
        self._devices: dict[Port, Device] = {}
        self._inbox: deque[tuple[Device, list[int]]] = deque()
        self._woken = False
        self._backlog = Backlog()
        self._tasks: set[asyncio.Task[None]] = set()
        self._leave = bus.subscribe(self._on_event)
        self.learn = Learn(registry, bus, self._maps)
        self.learn.devices = lambda: tuple(self._devices.values())
        self.learn.changed = self._changed
        self._watch = Watch(self, timing is not None)
        self._workers = [self._loop.create_task(work) for work in (self._work(), self._blink())]

    def start(self) -> None:
        """Begin to look for ports."""
        self._watch.start()

    @property
    def inputs(self) -> list[str]:
        """Return the names of the ports that are open."""
        return [port.name for port in self._devices]

    def stats(self) -> dict[str, int]:
        """Return what was counted since the start."""
        return {"inputs": len(self._devices), **self._quiet.counts}

    async def close(self) -> None:
        """Close all ports."""
        self._leave()
        for device in tuple(self._devices.values()):
            self._end(device)
            device.leave()
        await asyncio.to_thread(self._watch.close)
        tasks = [*self._workers, *self._tasks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.learn.close()

    # --- on the watcher's thread and the inputs'

    def wish(self, name: str) -> Wish:
        """Return what shall be done with a port: those with a map are connected, and all of them while one learns."""
        mapping = self._maps.get(self._maps.fit(name))
        if mapping is None:
            return Wish(connect=self.learn.armed, clock=self._wanted(name))
        lights = bool(mapping.device.enter) or any(binding.light for binding in mapping.bindings)
        return Wish(connect=True, fits=mapping.fits if lights else None)

    def reread(self) -> None:
        """Look whether the maps have changed."""
        if self._maps.reread():
            self._soon(self._remap)

    def connected(self, port: Port) -> None:
        """Hear of a port that is open now."""
        self._soon(self._begin, port)

    def lit(self, port: Port) -> None:
        """Hear that a port's device can be told something from now on."""
        self._soon(self._set_up, port)

    def disconnected(self, port: Port) -> None:
        """Hear of a port that is about to be closed."""
        self._soon(self._gone, port)

    def _post(self, device: Device, message: list[int]) -> None:
        """Take a message; the loop is woken for the first of many."""
        waiting = len(self._inbox)
        if waiting >= INBOX and (waiting >= _ENDS or message[-1] != 0):
            self._quiet.counts["flood"] += 1
            return
        self._inbox.append((device, message))
        if not self._woken:
            self._woken = True
            self._soon(self._drain)

    def _soon(self, call: Any, *given: Any) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed already
            self._loop.call_soon_threadsafe(call, *given)

    # --- on the loop: devices come and go

    def _begin(self, port: Port) -> None:
        device = self._devices[port] = Device(port, *self._map(port), self._post, self._timing)
        self._hasten(device)
        if port.sends:
            self._set_up(port)

    def _map(self, port: Port) -> tuple[str, Mapping]:
        """Return name and map for a port."""
        name = self._maps.fit("" if port.name == VIRTUAL else port.name) or self._maps.name(port.name)
        return name, self._maps.get(name) or self._maps.empty(port.name)

    def _remap(self) -> None:
        """Go on with the maps as they are now."""
        for port, device in self._devices.items():
            name, mapping = self._map(port)
            if mapping != device.mapping:
                log.info("the map %s of %s was read again", name, port.name)
                device.name = name
                device.load(mapping)
                device.enter()
        self._changed()

    def _set_up(self, port: Port) -> None:
        if (device := self._devices.get(port)) is not None:
            device.enter()
            self._light(device)

    def _gone(self, port: Port) -> None:
        device = self._devices.pop(port, None)
        if device is not None:
            self._end(device)

    def _end(self, device: Device) -> None:
        """Release what is held: nobody else will."""
        device.hasten(None)
        device.outlet.close()
        for control in device.held():
            self._backlog.put(control, Turn(*control.key, 0))

    def _changed(self) -> None:
        """Learning began or ended, or a map changed."""
        for device in self._devices.values():
            self._hasten(device)
            self._light(device)
        self._watch.look()

    def _hasten(self, device: Device) -> None:
        device.hasten(None if self.learn.armed else self._registry)

    def _light(self, device: Device) -> None:
        self._spawn(device.light(self._registry.call))

    # --- on the loop: messages

    def _drain(self) -> None:
        """Take some of what has come; when more is there, others have their turn first."""
        for _ in range(min(_GULP, len(self._inbox))):
            self._take(*self._inbox.popleft())
        if not self._inbox:
            self._woken = False
        if self._inbox:  # also what came just before that
            self._woken = True
            self._loop.call_soon(self._drain)

    def _take(self, device: Device, message: list[int]) -> None:
        turn = parse(message)
        if turn is None:
            self._quiet.counts["ignored"] += 1
            return
        self._quiet.counts["messages"] += 1
        if self.learn.armed and not self._steers(device, turn):
            self.learn.take(device, turn)
            return
        whole = device.assembler.take(turn, self._loop.time())
        if whole is not None:
            self._turned(device, whole)
        elif (due := device.assembler.due) is not None:
            self._loop.call_at(due, self._flush, device)

    def _flush(self, device: Device) -> None:
        for turn in device.assembler.flush(self._loop.time()):
            self._turned(device, turn)

    def _steers(self, device: Device, turn: Turn) -> bool:
        """Return whether it is the device's shift control."""
        control = device.controls.find(turn.key, device.shift)
        return control is not None and control.binding.mode == "shift"

    def _turned(self, device: Device, turn: Turn) -> None:
        control = device.find(turn)
        mode = "off" if control is None else control.binding.mode
        if control is None or mode == "off":
            return
        if mode == "shift":
            device.shifts(turn.value > 0)
        elif mode == "move":
            if turn.value:
                device.move(*control.binding.by, self._size)
        elif not self._backlog.put(control, turn):
            self._quiet.warn("flood", "more MIDI messages than can be handled: dropped")
        if mode in ("shift", "move"):
            self._hasten(device)
            self._light(device)

    def _on_event(self, event: Event) -> None:
        if not self._devices:
            return
        address, values = event.message()
        for device in self._devices.values():
            followers = device.at(address)
            if isinstance(event, Changed):
                for control in followers:
                    control.note(event.value)
            if values:
                device.lights.show(address, values[0], frozenset(c.key for c in followers if c.leads))

    # --- on the loop: commands

    async def _work(self) -> None:
        done = 0
        while True:
            work = await self._backlog.get()
            await self._guarded(self._act(work), work.control.address)
            done += 1
            if done % _SLICE == 0:
                await asyncio.sleep(0)

    async def _act(self, work: Work) -> None:
        """Do what the binding says; a press is not waited for, a property is."""
        control, amount = work
        mode = control.binding.mode
        call = self._registry.call
        if mode == "absolute":
            await self._slide(control, amount)
        elif mode == "relative":
            await self._set(control, control.turn(round(amount), _number(await call(control.address), control.address)))
        elif mode == "hold":
            address = control.held if not amount and control.held else control.address
            control.held = control.address if amount else ""
            await call(address, amount > 0)
        elif amount and mode == "toggle":
            await call(control.address, not await call(control.address))
        elif amount:
            self._spawn(self._guarded(self._press(control), control.address))

    async def _slide(self, control: Control, position: float) -> None:
        """Bring a fader's property to its position, once it has taken over."""
        current = 0.0 if control.caught else _number(await self._registry.call(control.address), control.address)
        found = control.move(position, current)
        if found is not None:
            await self._set(control, found)

    async def _set(self, control: Control, value: float) -> None:
        whole = target(self._registry.find(control.address)[0]).whole
        control.setting = True
        try:
            control.sent(await self._registry.call(control.address, round(value) if whole else value))
        finally:
            control.setting = False

    async def _press(self, control: Control) -> None:
        await self._registry.call(control.address, *control.binding.args)

    async def _guarded(self, work: Any, address: str) -> None:
        try:
            await work
        except LiveEngineError as error:
            self._quiet.warn("refused", "%s", error)
        except Exception as error:
            self._quiet.warn("internal", "fault in %s", address, error=error)

    async def _blink(self) -> None:
        lit = True
        while True:
            await asyncio.sleep(BLINK_S)
            lit = not lit
            for device in self._devices.values():
                device.lights.blink(lit)

    def _spawn(self, work: Any) -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _number(value: Any, address: str) -> float:
    if not isinstance(value, int | float):
        raise BadInput(f"{address} is no number; bind it with mode press, toggle or hold")
    return float(value)
