"""The MIDI door: controllers that are plugged in, and one virtual port. Runs on: event loop and a watching thread.

The thread looks for ports every POLL_S, since opening one may block on a sound server, and connects those whose name a
controller map matches (config/controllers, then <library>/controllers). Under JACK and ALSA a virtual port `control` is
open besides, with the map whose `match` is empty. A message goes from rtmidi's thread to the loop, and from there to
the registry. Without any MIDI system one line is logged and everything else runs.
"""

import asyncio
import contextlib
import logging
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import rtmidi

from liveengine import config
from liveengine.command import Registry
from liveengine.control.libjack import redirect
from liveengine.control.mapping import BadMapping, Control, Mapping, Turn, controls, find, parse
from liveengine.control.quiet import Quiet
from liveengine.errors import BadInput, LiveEngineError
from liveengine.events import Bus, Changed, Event

log = logging.getLogger(__name__)

POLL_S = 2.0
CLIENT = "liveengine"
PORT = "control"
MAX_WAITING = 4096  # messages

_Controls = dict[tuple[str, int, int], list[Control]]


class MidiDoor:
    """Turns what controllers send into commands."""

    def __init__(self, registry: Registry, bus: Bus, library: Path) -> None:
        self._registry = registry
        self._loop = asyncio.get_running_loop()
        self._quiet = Quiet(log)
        self._queue: asyncio.Queue[tuple[_Controls, Turn]] = asyncio.Queue(MAX_WAITING)
        self._by_address: dict[str, list[Control]] = {}
        self._worker = self._loop.create_task(self._work())
        self._tasks: set[asyncio.Task[None]] = set()
        self._leave = bus.subscribe(self._on_event)
        self._watch = _Watch(_maps(library), self._connect, self._disconnect, self._receive)

    def start(self) -> None:
        """Begin to look for ports."""
        self._watch.start()

    @property
    def inputs(self) -> list[str]:
        """Return the names of the ports that are open."""
        return self._watch.names()

    def stats(self) -> dict[str, int]:
        """Return what was counted since the start."""
        return {"inputs": len(self.inputs), **self._quiet.counts}

    async def close(self) -> None:
        """Close all ports."""
        self._leave()
        await asyncio.to_thread(self._watch.close)
        tasks = [self._worker, *self._tasks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    # ── from the threads ──

    def _connect(self, mapping: Mapping) -> _Controls:
        """Return fresh controls for a port that was opened; from now on they follow their properties."""
        found = controls(mapping)
        self._loop.call_soon_threadsafe(self._follow, found)
        return found

    def _disconnect(self, found: _Controls) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed already
            self._loop.call_soon_threadsafe(self._forget, found)

    def _receive(self, found: _Controls, message: list[int]) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed already
            self._loop.call_soon_threadsafe(self._take, found, message)

    # ── on the loop ──

    def _follow(self, found: _Controls) -> None:
        for control in (control for row in found.values() for control in row):
            self._by_address.setdefault(control.address, []).append(control)

    def _forget(self, found: _Controls) -> None:
        gone = {id(control) for row in found.values() for control in row}
        for address, followers in self._by_address.items():
            self._by_address[address] = [control for control in followers if id(control) not in gone]

    def _take(self, found: _Controls, message: list[int]) -> None:
        turn = parse(message)
        if turn is None:
            self._quiet.counts["ignored"] += 1
        elif self._queue.full():
            self._quiet.warn("flood", "more MIDI messages than can be handled: dropped")
        else:
            self._queue.put_nowait((found, turn))

    def _on_event(self, event: Event) -> None:
        if isinstance(event, Changed):
            for control in self._by_address.get(event.property, ()):
                control.note(event.value)

    async def _work(self) -> None:
        while True:
            found, turn = await self._queue.get()
            self._quiet.counts["messages"] += 1
            for control in found.get((turn.type, turn.channel, turn.number), ()):
                try:
                    await self._act(control, turn.value)
                except LiveEngineError as error:
                    self._quiet.warn("refused", "%s", error)
                except Exception as error:
                    self._quiet.warn("internal", "fault in %s", control.address, error=error)

    async def _act(self, control: Control, value: int) -> None:
        """Do what the binding says; a press is not waited for, a property is."""
        call = self._registry.call
        mode = control.binding.mode
        if mode == "absolute":
            if not control.caught:
                control.catches(value, _number(await call(control.address), control.address))
            if control.caught:
                control.sent = control.value(value)
                await call(control.address, control.sent)
        elif mode == "hold":
            await call(control.address, value > 0)
        elif value > 0 and mode == "toggle":
            await call(control.address, not await call(control.address))
        elif value > 0:
            task = self._loop.create_task(self._press(control))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _press(self, control: Control) -> None:
        try:
            await self._registry.call(control.address, *control.binding.args)
        except LiveEngineError as error:
            self._quiet.warn("refused", "%s", error)
        except Exception as error:
            self._quiet.warn("internal", "fault in %s", control.address, error=error)


def _number(value: Any, address: str) -> float:
    if not isinstance(value, int | float):
        raise BadInput(f"{address} is no number; bind it with mode press, toggle or hold")
    return float(value)


def _maps(library: Path) -> list[Mapping]:
    found = []
    for path, mapping in find([config.data("config") / "controllers", library / "controllers"]):
        if isinstance(mapping, BadMapping):
            log.warning("controller map left out: %s", mapping)
        else:
            log.debug("controller map %s", path)
            found.append(mapping)
    return found


def _apis() -> list[int]:
    """Return rtmidi's systems that are there; asking an absent one makes its C library write to the terminal."""
    compiled = [api for api in rtmidi.get_compiled_api() if api != rtmidi.API_RTMIDI_DUMMY]
    if not sys.platform.startswith("linux"):
        return compiled
    server = os.environ.get("JACK_DEFAULT_SERVER", "default")
    there = {
        rtmidi.API_LINUX_ALSA: Path("/dev/snd/seq").exists(),
        rtmidi.API_UNIX_JACK: any(Path("/dev/shm").glob(f"jack_{server}_*")),  # the socket of a JACK 2 server
    }
    return [api for api in compiled if there.get(api, True)]


class _Watch(threading.Thread):
    """Keeps the open ports in step with what is plugged in."""

    def __init__(
        self,
        maps: list[Mapping],
        connect: Callable[[Mapping], _Controls],
        disconnect: Callable[[_Controls], None],
        receive: Callable[[_Controls, list[int]], None],
    ) -> None:
        super().__init__(name="midi-watch", daemon=True)
        self._maps = maps
        self._connect = connect
        self._disconnect = disconnect
        self._receive = receive
        self._end = threading.Event()
        self._virtual: dict[int, Any] = {}  # by system
        self._open: dict[tuple[int, str], tuple[Any, _Controls]] = {}  # by system and port name

    def names(self) -> list[str]:
        return [name for _, name in list(self._open)] + [f"{CLIENT}:{PORT}" for _ in list(self._virtual)]

    def run(self) -> None:
        told = False
        redirect()
        while True:
            apis = _apis()
            if not apis and not told:
                log.info("no MIDI system found (ALSA sequencer or JACK): controllers are left out")
                told = True
            for api in apis:
                try:
                    self._look(api)
                except OSError as error:  # rtmidi's errors are its children
                    log.debug("MIDI: %s", error)
            if self._end.wait(POLL_S):
                break
        for port in (*(port for port, _ in self._open.values()), *self._virtual.values()):
            _shut(port)
        self._open.clear()
        self._virtual.clear()

    def close(self) -> None:
        self._end.set()
        if self.is_alive():
            self.join(1.0)  # a stalled sound server may hold the thread; it ends with the process

    def _look(self, api: int) -> None:
        if api not in self._virtual:
            self._virtual[api] = self._make_virtual(api)
        present = self._virtual[api].get_ports()
        for key in [key for key in self._open if key[0] == api and key[1] not in present]:
            port, found = self._open.pop(key)
            self._disconnect(found)
            _shut(port)
            log.info("MIDI input %s is gone", key[1])
        for number, name in enumerate(present):
            mapping = next((m for m in self._maps if m.device.match and m.device.match.lower() in name.lower()), None)
            if mapping is not None and (api, name) not in self._open:
                port = rtmidi.MidiIn(api, name=CLIENT)
                port.open_port(number, mapping.device.match)
                self._open[api, name] = port, self._listen(port, mapping)
                log.info("MIDI input %s is open", name)

    def _make_virtual(self, api: int) -> Any:
        port = rtmidi.MidiIn(api, name=CLIENT)
        mapping = next((m for m in self._maps if not m.device.match), None)
        if mapping is not None and api in (rtmidi.API_LINUX_ALSA, rtmidi.API_UNIX_JACK, rtmidi.API_MACOSX_CORE):
            port.open_virtual_port(PORT)
            self._listen(port, mapping)
        return port

    def _listen(self, port: Any, mapping: Mapping) -> _Controls:
        found = self._connect(mapping)
        port.set_callback(lambda event, _: self._receive(found, event[0]))
        return found


def _shut(port: Any) -> None:
    port.cancel_callback()
    port.close_port()
    port.delete()
