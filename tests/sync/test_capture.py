"""The compiled callback, with functions in the place of libjack's."""

import ctypes
from typing import Any

import pytest

from liveengine.sync.capture import ROOM, Capture, entry

FRAMES = 64


class Event(ctypes.Structure):
    _fields_ = (("time", ctypes.c_uint32), ("size", ctypes.c_size_t), ("buffer", ctypes.c_void_p))


class Jack:
    """A server that gives the messages that are put into `given`, by port."""

    def __init__(self) -> None:
        self.frame = 1000
        self.given: dict[int, list[tuple[int, bytes]]] = {}
        self._kept: list[Any] = []
        word, address = ctypes.c_uint32, ctypes.c_void_p
        functions: dict[str, tuple[Any, tuple[Any, ...], Any]] = {
            "frame_time": (word, (address,), lambda _: self.frame),
            "port_buffer": (address, (address, word), lambda port, _: port),
            "event_count": (word, (address,), lambda port: len(self.given.get(port, ()))),
            "event_get": (ctypes.c_int, (ctypes.POINTER(Event), address, word), self._event),
        }
        found = {name: self._address(ctypes.CFUNCTYPE(kind, *given)(f)) for name, (kind, given, f) in functions.items()}
        self.capture = Capture(found)
        self._process = ctypes.CFUNCTYPE(ctypes.c_int, word, address)(entry().address)

    def _address(self, function: Any) -> int:
        self._kept.append(function)
        return int(ctypes.cast(function, ctypes.c_void_p).value or 0)

    def _event(self, event: Any, port: int, index: int) -> int:
        offset, data = self.given[port][index]
        place = ctypes.create_string_buffer(data, len(data))
        self._kept.append(place)
        event[0].time, event[0].size, event[0].buffer = offset, len(data), ctypes.addressof(place)
        return 0

    def play(self, blocks: int = 1) -> None:
        for _ in range(blocks):
            self._process(FRAMES, self.capture.address)
            self.frame += FRAMES
            self.given.clear()


@pytest.fixture
def jack() -> Jack:
    made = Jack()
    made.capture.listen(0, 77)
    made.capture.listen(3, 78)
    return made


def test_a_message_has_the_frame_that_it_is_on(jack: Jack) -> None:
    jack.given = {77: [(0, b"\xfa"), (5, b"\xf8")], 78: [(63, b"\xf2\x04\x01")]}
    jack.play()
    jack.given = {77: [(1, b"\xf8")]}
    jack.play()
    assert list(jack.capture.read()) == [
        (1000, 0, (0xFA,)), (1005, 0, (0xF8,)), (1063, 3, (0xF2, 4, 1)), (1065, 0, (0xF8,)),
    ]  # fmt: skip
    assert list(jack.capture.read()) == []


def test_what_is_no_clock_is_left_out(jack: Jack) -> None:
    jack.given = {77: [(0, b"\x90\x40\x40"), (1, b"\xf0\x01\x02\x03\xf7"), (2, b"\xfe"), (3, b"\xfc"), (4, b"\xff")]}
    jack.play()
    assert [message for _, _, message in jack.capture.read()] == [(0xFC,)]


def test_frames_that_were_left_out_are_told(jack: Jack) -> None:
    jack.play(2)
    jack.frame += 3 * FRAMES
    jack.given = {77: [(8, b"\xf8")]}
    jack.play()
    assert list(jack.capture.read()) == [(1320, 192, ()), (1328, 0, (0xF8,))]


def test_the_servers_count_begins_anew_without_a_gap(jack: Jack) -> None:
    jack.frame = (1 << 32) - FRAMES
    jack.play()
    jack.frame = 0
    jack.play()
    assert list(jack.capture.read()) == []


def test_of_more_than_there_is_room_for_the_first_are_kept(jack: Jack) -> None:
    for _ in range(ROOM // FRAMES + 1):
        jack.given = {77: [(n, b"\xf8") for n in range(FRAMES)]}
        jack.play()
    heard = list(jack.capture.read())
    assert len(heard) == ROOM
    assert [frame for frame, _, _ in heard] == list(range(1000, 1000 + ROOM))
