"""JACK: port pairs for master, tracks, buses and cue, straight into libjack. Runs on: libjack's audio thread.

Never starts a server. A client is heard with the master's ports alone and gets the others after that (`complete`): each
port takes the server some milliseconds where the machine is busy. With the gate shut the ports give negative zeros:
whoever adds them to another client's signal, as JACK does where several ports meet, gets that signal back in every bit.
"""

import contextlib
import ctypes
import functools
import os
import re
import threading
from collections.abc import Callable, Iterable, Iterator
from types import ModuleType
from typing import Any

import numpy as np

from liveengine.engine.layout import SCRATCH_FRAMES
from liveengine.engine.memory import Memory
from liveengine.engine.streams import StreamKind
from liveengine.engine.streams.callback import enter, leave, page_of, prepare, sound
from liveengine.engine.streams.context import Context
from liveengine.engine.streams.native import call_frame_time, call_port_buffer, pointer
from liveengine.errors import DeviceMissing

from numba import carray, cfunc, types  # isort: skip  # after the cache folder is set

SILENCE = np.float32(-0.0)
_PLAYBACK_LATENCY = 1  # JackPlaybackLatency
DUMMY = "dummy_pcm:"  # with which the other names of the ports of jackd -d dummy begin
MASTER = 2  # its rows, the first ones
CLOSE_SECONDS = 1.0  # jack_client_close can block for ever after a lost server

Link = tuple[str, str]  # a port of ours by its short name, another client's port


def process(frames: int, user: Any) -> int:
    """JackProcessCallback. RT-safe."""
    page = page_of(user)
    began = enter(page)
    page.cycle = call_frame_time(page.frame_time, page.client)
    ports = carray(pointer(page.ports), (page.port_count,), np.int64)
    total: Any = np.int64(frames)
    live = page.live == 1
    done: Any = np.int64(0)
    while done < total:
        count = min(SCRATCH_FRAMES, total - done)
        if live:
            out = sound(user, page, began if done == 0 else 0, count)
        for row in range(page.port_count):
            if ports[row] == 0:
                continue
            buffer = carray(pointer(call_port_buffer(page.port_buffer, ports[row], total)), (total,), np.float32)
            for i in range(count):
                buffer[done + i] = out[row, i] if live else SILENCE
        done += count
    leave(page, total, began, 0)
    return 0


@functools.cache
def entry() -> Any:
    """Return `process`, compiled."""
    return cfunc(types.int32(types.uint32, types.voidptr), cache=True, error_model="numpy")(process)


def library() -> ModuleType:
    """Return the JACK-Client module, quiet; raises DeviceMissing when libjack is not installed."""
    os.environ["JACK_NO_START_SERVER"] = "1"
    try:
        import jack
    except OSError:
        raise DeviceMissing("libjack is not installed; on Debian: apt install jackd2") from None
    jack.set_error_function(lambda message: None)
    jack.set_info_function(lambda message: None)
    module: ModuleType = jack
    return module


def port_names(tracks: int, buses: int) -> list[str]:
    """Return the port names in the kernel's row order; "" for the audition strip, which is heard on the cue bus."""
    strips = [*(f"track{track}" for track in range(1, tracks + 1)), "", *(f"bus{bus}" for bus in range(1, buses + 1))]
    return [f"{strip}_{side}" if strip else "" for strip in ("master", *strips, "cue") for side in (1, 2)]


class JackStream:
    """A client of the running JACK server; the server decides rate and block."""

    kind = StreamKind.JACK
    outputs = -1

    def __init__(self, memory: Memory, context: Context | None = None, name: str = "liveengine") -> None:
        self.context = context or Context(memory)
        self.rate = self.block = self.latency = 0
        self.name = name  # what the server made of it, once open
        self._client: Any = None
        self._missing: list[tuple[int, str]] = []  # rows whose ports are still to be registered, and their names
        self._line = threading.Lock()  # all requests of a client share one connection to the server
        self._tell: Callable[[], None] = lambda: None

    def open(self) -> None:
        """Become a client with the master's ports, have callbacks come with the gate shut; raises DeviceMissing."""
        jack = library()
        prepare(self.context)
        try:
            client = jack.Client(self.name, no_start_server=True)
        except jack.JackOpenError:
            raise DeviceMissing(
                "no JACK server answers; start one (jackd -d alsa, or PipeWire's JACK), or use --stream auto"
            ) from None
        self._client = client
        try:
            self._register(jack, client)
        except DeviceMissing:
            self.close()  # else each attempt would leave a client behind
            raise

    def _register(self, jack: ModuleType, client: Any) -> None:
        """Give the client the master's ports and its callbacks."""
        self.name = client.name
        self.rate = int(client.samplerate)
        self.block = int(client.blocksize)
        header = self.context.memory.header[0]
        names = port_names(int(header["tracks"]), int(header["buses"]))
        self._missing = [(row, name) for row, name in enumerate(names) if name]
        to = jack._ffi.cast
        self.context.clear_ports(int(to("intptr_t", jack._lib.jack_port_get_buffer)))
        self._add(MASTER)
        self.context.set_clock(int(to("intptr_t", client._ptr)), int(to("intptr_t", jack._lib.jack_last_frame_time)))
        function = to("JackProcessCallback", entry().address)
        jack._lib.jack_set_process_callback(client._ptr, function, to("void *", self.context.address))
        client.set_xrun_callback(self._count)  # these two on libjack's message thread, not the audio thread
        client.set_shutdown_callback(self._note_loss)

    def _add(self, count: int) -> None:
        """Register so many of the ports that are missing; raises DeviceMissing."""
        jack = library()
        for _ in range(count):
            row, name = self._missing[0]
            try:
                port = self._client.outports.register(name, is_terminal=True)
            except jack.JackError as error:
                raise DeviceMissing(
                    f"the JACK server has no room for our port {name} and those behind it ({error}); "
                    "start it with more of them (jackd -p 1024)"
                ) from None
            self.context.set_port(row, int(jack._ffi.cast("intptr_t", port._ptr)))
            del self._missing[0]

    @contextlib.contextmanager
    def _asking(self) -> Iterator[Any]:
        """Lend the client to whoever has a request, one at a time; raises DeviceMissing when it is closed."""
        with self._line:
            if self._client is None:
                raise DeviceMissing("this client of the JACK server is closed")
            yield self._client

    def complete(self) -> None:
        """Register the other ports, if they are not there yet; raises DeviceMissing where the server has no room."""
        with self._asking():
            self._add(len(self._missing))

    def _count(self, delay: float) -> None:
        if self.context.page["live"]:
            self.context.memory.header["xruns"] += 1

    def when_lost(self, tell: Callable[[], None]) -> None:
        """Call `tell`, on libjack's thread, as soon as the server says that it goes."""
        self._tell = tell

    def _note_loss(self, status: object, reason: str) -> None:
        self.context.page["lost"] = 1
        self._tell()

    def start(self) -> None:
        """Have the callbacks come."""
        self._client.activate()

    def speakers(self) -> set[Link]:
        """Return what connects the master to the first two physical outputs."""
        with self._asking() as client:
            found = client.get_ports(is_physical=True, is_input=True, is_audio=True)
        return {(f"master_{side}", port.name) for side, port in enumerate(found[:2], 1)}

    def real(self) -> bool:
        """Tell if the server has a sound card: the ports of its dummy driver are called after that."""
        with self._asking() as client:
            found = client.get_ports(is_physical=True, is_input=True, is_audio=True)
            return not any(alias.startswith(DUMMY) for port in found for alias in port.aliases)

    def links(self, name: str = "") -> set[Link]:
        """Return (port, other client's port) for all connections of a client of that name, ours without one.

        Raises DeviceMissing when the client or the server is gone.
        """
        jack = library()
        with self._asking() as client:
            try:
                ports = client.get_ports(f"^{re.escape(name or self.name)}:", is_output=True)
                found = {(port.shortname, o.name) for port in ports for o in client.get_all_connections(port)}
            except jack.JackError:
                ports = []
        if not ports:
            raise DeviceMissing(f"{name or self.name} is no client of the JACK server any more")
        return found

    def connect(self, links: Iterable[Link], name: str = "") -> None:
        """Connect ports of a client of that name, ours without one; what is gone is left out."""
        for own, other in links:
            with contextlib.suppress(library().JackError, DeviceMissing), self._asking() as client:
                client.connect(f"{name or self.name}:{own}", other)

    def disconnect(self, links: Iterable[Link], name: str = "") -> None:
        """Take connections of a client of that name, ours without one, away."""
        for own, other in links:
            with contextlib.suppress(library().JackError, DeviceMissing), self._asking() as client:
                client.disconnect(f"{name or self.name}:{own}", other)

    def measure(self) -> None:
        """Look at the latency from the master port to the speaker; JACK-Client does not wrap this call."""
        jack = library()
        span = (ctypes.c_uint32 * 2)()  # jack_latency_range_t: min, max
        with self._asking() as client:
            port = int(jack._ffi.cast("intptr_t", client.outports[0]._ptr))
            ctypes.CDLL(jack._libname).jack_port_get_latency_range(ctypes.c_void_p(port), _PLAYBACK_LATENCY, span)
        self.latency = int(span[1])

    def stop(self) -> None:
        """End the callbacks."""
        if self.alive():
            self._client.deactivate(ignore_errors=True)

    def close(self) -> None:
        """Leave the server; raises DeviceMissing when libjack does not come back, then only the process's end helps."""
        client, self._client = self._client, None
        if client is None:
            return

        def leave() -> None:
            with self._line:  # nobody is in the middle of a request
                client.close(ignore_errors=True)

        closer = threading.Thread(target=leave, daemon=True)
        closer.start()
        closer.join(CLOSE_SECONDS)
        if closer.is_alive():
            raise DeviceMissing("the JACK server is gone and libjack does not let go")

    def alive(self) -> bool:
        """Tell if the server has not shut us down."""
        return self._client is not None and self.context.page["lost"] == 0
