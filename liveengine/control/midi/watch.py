"""Keeps the connected ports in step with what is plugged in. Runs on: a thread of its own.

It looks every POLL_S, since opening a port may block on a sound server.
"""

import logging
import threading
from typing import NamedTuple, Protocol

from liveengine.control.midi import ports
from liveengine.control.midi.libjack import redirect
from liveengine.control.midi.names import foreign
from liveengine.control.midi.poll import Poll
from liveengine.control.midi.ports import Port
from liveengine.systems import systems

log = logging.getLogger(__name__)

POLL_S = 2.0
LOOKS = 5  # for the output of a device whose input is there
_END_S = 1.0  # a stalled sound server may hold the thread; it ends with the process


class Wish(NamedTuple):
    """What is to be done with a port of some name; our own virtual port has an empty one."""

    connect: bool
    clock: bool = False  # it is, if only for its clock; one by JACK is heard by a process that knows its frames
    fits: ports.Fits | None = None  # tells which outputs may lead to its lamps; none = it has none


class House(Protocol):
    """Who is told; all of it on this thread."""

    def wish(self, name: str) -> Wish:
        """Return what shall be done with a port."""

    def reread(self) -> None:
        """Look whether the maps have changed."""

    def connected(self, port: Port) -> None:
        """Hear of a port that is open now."""

    def lit(self, port: Port) -> None:
        """Hear that a port's device can be told something from now on."""

    def disconnected(self, port: Port) -> None:
        """Hear of a port that is about to be closed."""


class Watch(threading.Thread):
    """Looks for ports."""

    def __init__(self, house: House, timing: bool = False) -> None:
        super().__init__(name="midi-watch", daemon=True)
        self._house = house
        self._timing = timing
        self._end = False
        self._soon = threading.Event()
        self._poll = Poll()
        self._systems: dict[int, str] = {}  # those that were there, and which they were
        self._virtual: dict[int, Port] = {}  # by system
        self._open: dict[tuple[int, str], Port] = {}  # by system and full name
        self._dark: dict[tuple[int, str], int] = {}  # those without an output: how often one is looked for still
        self._told = False
        self._passed: set[str] = set()  # ports that there is no map for

    def run(self) -> None:
        """Look again and again until `close`."""
        redirect()
        self._poll.start()
        while not self._end:
            self._house.reread()
            self._turn(systems())
            self._soon.wait(POLL_S)
            self._soon.clear()
        there = systems()
        for api in list(self._systems):
            gone = there.get(api) != self._systems[api]
            for port in self._leave_all(api):
                port.lose() if gone else port.close()

    def look(self) -> None:
        """Look at once: what is wished for has changed."""
        self._soon.set()

    def close(self) -> None:
        """Close all ports and end."""
        self._end = True
        self._soon.set()
        self._poll.close()
        if self.is_alive():
            self.join(_END_S)

    def _turn(self, there: dict[int, str]) -> None:
        """Leave what is gone, look for what there is."""
        if not there and not self._told:
            log.info("no MIDI system found (ALSA sequencer or JACK): controllers are left out")
            self._told = True
        for api in [api for api, word in self._systems.items() if there.get(api) != word]:
            del self._systems[api]
            for port in self._leave_all(api):
                self._disconnected(port)
                port.lose()
            log.info("the MIDI system is gone; controllers return with it")
        for api, word in there.items():
            self._systems[api] = word
            try:
                self._look(api)
            except OSError as error:  # rtmidi's errors are its children
                log.debug("MIDI: %s", error)

    def _leave_all(self, api: int) -> list[Port]:
        """Return all ports of a system, and forget them."""
        keys = [key for key in self._open if key[0] == api]
        self._dark = {key: left for key, left in self._dark.items() if key not in keys}
        own = [self._virtual.pop(api)] if api in self._virtual else []
        return [*(self._open.pop(key) for key in keys), *own]

    def _look(self, api: int) -> None:
        if api not in self._virtual:
            self._virtual[api] = port = ports.virtual(api, self._house.wish("").fits is not None, self._timing)
            if port.name:
                self._connected(port)
        present = self._virtual[api].present()
        for key in [key for key in self._open if key[0] == api]:
            gone = key[1] not in present
            if gone or not _connects(api, self._house.wish(key[1])):
                self._leave(key, "is gone" if gone else "is let go")
        for number, name in foreign(present):
            wish = self._house.wish(name)
            connects = _connects(api, wish)
            if not connects and name not in self._passed:
                self._passed.add(name)
                log.info("MIDI input %s has no map; /midi/learn makes one", name)
            if connects and (api, name) not in self._open:
                port = self._open[api, name] = ports.connect(api, number, name, self._timing)
                self._connected(port)
                self._dark[api, name] = LOOKS
                log.info("MIDI input %s is open", name)
            if connects and wish.fits is not None:
                self._light((api, name), wish.fits)

    def _light(self, key: tuple[int, str], fits: ports.Fits) -> None:
        """Find a device's output, which may come a little later than its input."""
        if self._dark.get(key, 0) <= 0:
            return
        self._dark[key] -= 1
        port = self._open[key]
        if ports.attach(key[0], port, fits, [other.output for other in self._open.values()]):
            del self._dark[key]
            self._house.lit(port)
            log.info("MIDI output %s is open", port.output)

    def _leave(self, key: tuple[int, str], why: str) -> None:
        port = self._open.pop(key)
        self._dark.pop(key, None)
        self._disconnected(port)
        port.close()
        log.info("MIDI input %s %s", key[1], why)

    def _connected(self, port: Port) -> None:
        self._house.connected(port)
        if port.queues:
            self._poll.add(port)

    def _disconnected(self, port: Port) -> None:
        self._poll.remove(port)
        self._house.disconnected(port)


def _connects(api: int, wish: Wish) -> bool:
    return wish.connect or (wish.clock and api != ports.JACK)
