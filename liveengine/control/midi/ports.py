"""MIDI ports through rtmidi: one connected device. Runs on: the watcher's thread.

A device's messages are read on rtmidi's own thread, under JACK on that of `poll`. rtmidi keeps Python's lock while it
opens or closes a port.
"""

import contextlib
import ctypes
import logging
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

import rtmidi

from liveengine.control.midi.names import CLIENT, IN, OUT, VIRTUAL, counterpart, plain

JACK: int = rtmidi.API_UNIX_JACK  # its clocks are heard by a process that knows their frames
_QUEUE = 16_384  # messages that may wait for their reader
_PERIOD_S = 0.03  # longer than a period of the server: what is under way arrives

log = logging.getLogger(__name__)

Receiver = Callable[[list[int]], None]
Fits = Callable[[str], bool]


class Port:
    """The connection with one device; `receiver` gets its messages, on the thread that reads them."""

    def __init__(self, name: str, incoming: Any) -> None:
        self.name = name
        self.output = ""  # its name, once there is one
        self.receiver: Receiver = lambda message: None
        self.queues = incoming.get_current_api() == JACK  # `read` takes what comes out of a queue
        self._in = incoming
        self._out: Any = None
        self._lock = threading.Lock()
        self._reading = threading.Lock()
        self._open = True
        if not self.queues:
            incoming.set_callback(lambda event, _: self._take(event[0]))

    def read(self) -> int:
        """Give what has come to the receiver; return how many messages that were."""
        count = 0
        with self._reading:
            while self._open and (event := self._in.get_message()) is not None:
                self._take(event[0])
                count += 1
        return count

    def _take(self, message: list[int]) -> None:
        try:
            self.receiver(message)
        except Exception:
            log.exception("fault at a message from %s", self.name)

    @property
    def sends(self) -> bool:
        """Return whether the device can be told something."""
        return self._out is not None

    def send(self, message: bytes) -> None:
        """Tell the device something, from any thread; nothing happens once it is gone."""
        with self._lock, contextlib.suppress(OSError):  # one that goes just now; the watcher will notice
            if self._out is not None:
                self._out.send_message(message)

    def attach(self, outgoing: Any, name: str) -> None:
        """Have an output to the device."""
        with self._lock:
            self._out, self.output = outgoing, name

    def present(self) -> list[str]:
        """Return the names of all inputs that there are."""
        return list(self._in.get_ports())

    def close(self) -> None:
        """Leave the device, after what is under way has arrived."""
        outgoing = self._end()
        if outgoing is not None:
            outgoing.close_port()
            outgoing.delete()

    def lose(self) -> None:
        """Leave a device whose sound server is gone.

        rtmidi's output would wait a second for the dead server, with Python's lock held; libjack itself frees what is
        left over when it meets the next server, so nobody may touch it again, not even the end of the interpreter.
        """
        outgoing = self._end()
        if outgoing is not None:
            ctypes.pythonapi.Py_IncRef(ctypes.py_object(outgoing))

    def _end(self) -> Any:
        """Close the input; return the output, which nothing is sent to any more."""
        self._in.cancel_callback()
        time.sleep(_PERIOD_S)  # a callback that waits for Python's lock must not be waited for with the lock held
        with self._lock:
            outgoing, self._out = self._out, None
        with self._reading:
            self._open = False
            self._in.close_port()
            self._in.delete()
        return outgoing


def _input(api: int, timing: bool) -> Any:
    incoming = rtmidi.MidiIn(api, name=CLIENT, queue_size_limit=_QUEUE)
    incoming.ignore_types(sysex=True, timing=api == JACK or not timing, active_sense=True)
    return incoming


def connect(api: int, number: int, name: str, timing: bool) -> Port:
    """Open the input with a number and name; raise OSError."""
    incoming = _input(api, timing)
    incoming.open_port(number, plain(name).replace(":", " "))
    return Port(name, incoming)


def attach(api: int, port: Port, fits: Fits, taken: Sequence[str]) -> bool:
    """Open the output to a port's device; return False where none fits that is not taken; raise OSError."""
    outgoing = rtmidi.MidiOut(api, name=CLIENT)
    names = outgoing.get_ports()
    number = counterpart(port.name, names, taken, fits)
    if number is None:
        outgoing.delete()
        return False
    outgoing.open_port(number, plain(port.name).replace(":", " "))
    time.sleep(2 * _PERIOD_S)  # until the connection holds, the server drops what is sent
    port.attach(outgoing, names[number])
    return True


def virtual(api: int, output: bool, timing: bool) -> Port:
    """Open our own ports, which others connect to, where the system can; else a port that only lists the others."""
    incoming = _input(api, timing)
    if api not in (rtmidi.API_LINUX_ALSA, JACK, rtmidi.API_MACOSX_CORE):
        return Port("", incoming)
    incoming.open_virtual_port(IN)
    port = Port(VIRTUAL, incoming)
    if output:
        outgoing = rtmidi.MidiOut(api, name=CLIENT)
        outgoing.open_virtual_port(OUT)
        port.attach(outgoing, OUT)
    return port
