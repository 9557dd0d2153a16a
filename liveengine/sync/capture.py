"""Takes the clock's messages from JACK MIDI ports, each with the frame that it is on. Runs on: libjack's audio thread.

No Python is entered: the compiled callback leaves what it finds in a ring, out of which another thread reads.
"""

import functools
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from liveengine.engine.kernel.jit import view
from liveengine.engine.kernel.ring import load_acquire, store_release
from liveengine.engine.positions import peek, post
from liveengine.engine.streams.native import call_event, call_frame_time, call_port_buffer, pointer

from numba import carray, cfunc, types  # isort: skip  # after the cache folder is set

PORTS = 16  # that can be listened to at once
ROOM = 4096  # messages that may wait for their reader; a power of two
LONGEST = 3  # bytes of a message of the clock

PAGE = np.dtype(
    [
        ("write", "<i8"),  # messages that have come ...
        ("read", "<i8"),  # ... and that were read
        ("due", "<i8"),  # the frame at which the next block begins, unless some are left out
        ("client", "<i8"),  # jack_client_t *, and functions of libjack:
        ("frame_time", "<i8"),  # jack_last_frame_time
        ("port_buffer", "<i8"),  # jack_port_get_buffer
        ("event_count", "<i8"),  # jack_midi_get_event_count
        ("event_get", "<i8"),  # jack_midi_event_get
        ("ports", "<i8"),  # address of PORTS times a jack_port_t *, 0 = none
        ("event", "<i8"),  # address of a jack_midi_event_t: time, size and address of the bytes
        ("ring", "<i8"),  # address of ROOM times (frame, port, bytes); without bytes, port counts frames left out
    ]
)
_WRITE, _READ = 0, 1  # places in it


class Heard(NamedTuple):
    """A message; an empty one where blocks were left out before its frame, `port` frames of them."""

    frame: int  # by the server's count
    port: int
    message: tuple[int, ...]


@view
def word(data: Any, count: int) -> Any:
    """Return bytes as one word, their count in its lowest byte. RT-safe."""
    packed = np.int64(count)
    for byte in range(count):
        packed |= np.int64(data[byte]) << (8 * (byte + 1))
    return packed


def process(frames: int, user: Any) -> int:
    """JackProcessCallback. RT-safe."""
    pages = carray(user, (1,), PAGE)
    page = pages[0]
    first = call_frame_time(page.frame_time, page.client)
    ports = carray(pointer(page.ports), (PORTS,), np.int64)
    event = carray(pointer(page.event), (3,), np.int64)
    ring = carray(pointer(page.ring), (ROOM, 3), np.int64)
    write = page.write
    if page.due not in (0, first) and write - load_acquire(pages, _READ) < ROOM:
        place = write & (ROOM - 1)
        ring[place, 0], ring[place, 1], ring[place, 2] = first, (first - page.due) & 0xFFFFFFFF, 0
        write += 1
    page.due = (first + frames) & 0xFFFFFFFF
    for port in range(PORTS):
        if ports[port] == 0:
            continue
        buffer = call_port_buffer(page.port_buffer, ports[port], frames)
        for index in range(call_frame_time(page.event_count, buffer)):
            if call_event(page.event_get, page.event, buffer, index) != 0 or not 1 <= event[1] <= LONGEST:
                continue
            data = carray(pointer(event[2]), (LONGEST,), np.uint8)
            of_clock = data[0] == 0xF2 or data[0] == 0xF8 or 0xFA <= data[0] <= 0xFC
            if not of_clock or write - load_acquire(pages, _READ) >= ROOM:
                continue
            place = write & (ROOM - 1)
            ring[place, 0], ring[place, 1], ring[place, 2] = first + (event[0] & 0xFFFFFFFF), port, word(data, event[1])
            write += 1
    store_release(pages, _WRITE, write)
    return 0


@functools.cache
def entry() -> Any:
    """Return `process`, compiled."""
    return cfunc(types.int32(types.uint32, types.voidptr), cache=True, error_model="numpy")(process)


class Capture:
    """What the callback of one client works on; must outlive the client."""

    def __init__(self, functions: dict[str, int]) -> None:
        """`functions` holds the addresses of the client and of libjack's functions, by the names in PAGE."""
        self._page = np.zeros(1, PAGE)
        self._ports = np.zeros(PORTS, np.int64)
        self._event = np.zeros(3, np.int64)
        self._ring = np.zeros((ROOM, 3), np.int64)
        arrays = {"ports": self._ports, "event": self._event, "ring": self._ring}
        for name, value in {**functions, **{key: array.ctypes.data for key, array in arrays.items()}}.items():
            self._page[name] = value

    @property
    def address(self) -> int:
        """Return the callback's user data."""
        return int(self._page.ctypes.data)

    def listen(self, port: int, address: int) -> None:
        """Take what comes to a port from now on; 0 = nothing any more."""
        self._ports[port] = address

    def read(self) -> Iterator[Heard]:
        """Give what has come since the last call, and forget it."""
        done = int(self._page["read"][0])
        for number in range(done, peek(self._page, _WRITE)):
            frame, port, packed = (int(value) for value in self._ring[number & (ROOM - 1)])
            count = packed & 0xFF
            yield Heard(frame, port, tuple(packed >> 8 * (n + 1) & 0xFF for n in range(count)))
            post(self._page, _READ, number + 1)
