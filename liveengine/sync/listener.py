"""Tells which messages of MIDI clocks come by JACK, as lines of JSON. Runs on: the listener process.

`[source, frame, ns, message]`: whose clock it is, the frame by the server's count and by the monotonic clock, and the
message's bytes; an empty message says that `ns` frames before that one were left out. The port `clock` is for whoever
is led there by hand; besides, each source whose name holds what was asked for, else each that is hardware, is led to an
input of its own. A process of its own, as compiled callbacks would cost the daemon the compiler's import, and as
libjack may hang or abort when its server dies.
"""

import argparse
import contextlib
import ctypes
import json
import os
import sys
import threading
import time
from types import ModuleType
from typing import Any

from liveengine.engine.streams.jack import library
from liveengine.errors import LiveEngineError
from liveengine.sync.capture import PORTS, Capture, entry

NAME, PORT = "liveengine-clock-in", "clock"
READ_S = 0.001  # between two looks at what has come
LOOK_S = 1.0  # between two looks at what is connected, unless libjack says that something was
NO_SERVER = 69
_CAPTURE = 0  # JackCaptureLatency


class Listener:
    """A client with an input for each clock."""

    def __init__(self, jack: ModuleType, wanted: str) -> None:
        """`wanted` is a part of a source's name, in small letters; raises JackOpenError."""
        self._jack, self._wanted = jack, wanted
        self._client = client = jack.Client(NAME, no_start_server=True)
        self._library = ctypes.CDLL(jack._libname)
        self._library.jack_frames_to_time.restype = ctypes.c_uint64
        functions = {
            "frame_time": jack._lib.jack_last_frame_time,
            "port_buffer": jack._lib.jack_port_get_buffer,
            "event_count": jack._lib.jack_midi_get_event_count,
            "event_get": jack._lib.jack_midi_event_get,
        }
        words = {"client": client._ptr, **functions}
        self._capture = Capture({name: self._address(pointer) for name, pointer in words.items()})
        self._inputs: list[Any] = []  # our ports
        self._names: list[str] = []  # whose clock comes to each of them; empty = it is free
        self._late: list[int] = []  # frames by which their sources are late
        self.gone = threading.Event()
        self._moved = threading.Event()
        process = jack._ffi.cast("JackProcessCallback", entry().address)
        jack._lib.jack_set_process_callback(client._ptr, process, jack._ffi.cast("void *", self._capture.address))
        client.set_shutdown_callback(lambda status, reason: self.gone.set())
        client.set_port_connect_callback(lambda *_: self._moved.set())
        client.set_port_registration_callback(lambda *_: self._moved.set())
        client.activate()
        self._number(PORT, PORT)

    def run(self, parent: int) -> None:
        """Listen until the server or the parent is gone."""
        looked = 0.0
        while not self.gone.is_set() and os.getppid() == parent:
            if self._moved.is_set() or time.monotonic() - looked > LOOK_S:
                self._moved.clear()
                looked = time.monotonic()
                self._follow()
            self._tell()
            time.sleep(READ_S)

    def _address(self, pointer: Any) -> int:
        return int(self._jack._ffi.cast("intptr_t", pointer))

    def _tell(self) -> None:
        """Write what has come."""
        for frame, port, message in self._capture.read():
            if not message:
                print(json.dumps(["", frame, port, []]), flush=True)
                continue
            cycle = frame - self._late[port]
            micros = self._library.jack_frames_to_time(
                ctypes.c_void_p(self._address(self._client._ptr)), ctypes.c_uint32(cycle & 0xFFFF_FFFF)
            )
            print(json.dumps([self._names[port], cycle, int(micros) * 1000, message]), flush=True)

    def _follow(self) -> None:
        """Have the sources that there are led to our inputs."""
        sources = self._sources()
        for number, name in enumerate(self._names[1:], 1):
            if name and name not in sources:
                self._names[number] = ""
        for name, port in sources.items():
            number = self._number(name, f"{PORT}{len(self._inputs)}")
            if number < PORTS and port not in self._client.get_all_connections(self._inputs[number]):
                with contextlib.suppress(self._jack.JackError):  # one that goes just now
                    self._client.connect(port, self._inputs[number])
        for number, port in enumerate(self._inputs):
            self._late[number] = self._latency(port)

    def _sources(self) -> dict[str, Any]:
        """Return the ports whose clock may be followed, by the name that says so."""
        found = {}
        for port in self._client.get_ports(is_midi=True, is_output=True, is_physical=not self._wanted):
            names = [name for name in (port.name, *port.aliases) if self._wanted in name.lower()]
            if names:
                found[names[-1]] = port
        return found

    def _number(self, name: str, port: str) -> int:
        """Return which of our inputs is for a source; one is made if need be, while there is room."""
        for wanted in (name, ""):
            if wanted in self._names:
                number = self._names.index(wanted)
                self._names[number] = name
                return number
        number = len(self._names)
        if number < PORTS:
            made = self._client.midi_inports.register(port)
            self._inputs.append(made)
            self._names.append(name)
            self._late.append(0)
            self._capture.listen(number, self._address(made._ptr))
        return number

    def _latency(self, port: Any) -> int:
        """Return by how many frames what comes to a port is late."""
        span = (ctypes.c_uint32 * 2)()  # jack_latency_range_t: min, max
        self._library.jack_port_get_latency_range(ctypes.c_void_p(self._address(port._ptr)), _CAPTURE, span)
        return int(span[1])


def main() -> int:
    """Run until the server or the parent is gone; return 69 then, and when there is no server."""
    parser = argparse.ArgumentParser(prog="liveengine.sync.listener")
    parser.add_argument("--port", default="", help="a part of a source's name; empty = any hardware")
    options = parser.parse_args()
    parent = os.getppid()
    try:
        jack = library()
    except LiveEngineError:
        return NO_SERVER
    try:
        Listener(jack, options.port.lower()).run(parent)
    except (jack.JackError, OSError) as error:
        print(f"midi clock: {error}", file=sys.stderr)
    return NO_SERVER


if __name__ == "__main__":
    code = main()
    sys.stderr.flush()
    os._exit(code)  # libjack's teardown may hang
