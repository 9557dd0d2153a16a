"""OSC packets: bytes to messages and back; decoding is a total function. Runs on: anywhere.

`decode` never raises: whatever the bytes, it returns a Message, a Bundle or a Reject with a reason from a closed set.
Its cost is bounded by the size of the packet, by MAX_DEPTH nested bundles and arrays, by MAX_ITEMS messages in a
packet and MAX_TAGS arguments in a message. Format: Open Sound Control 1.0 (2002) and 1.1 (2009).
"""

import struct
from collections.abc import Callable
from functools import lru_cache
from itertools import groupby
from typing import Any, NamedTuple

MAX_PACKET = 65_536  # bytes
MAX_ADDRESS = 512  # bytes
MAX_DEPTH = 8
MAX_ITEMS = 1024
MAX_TAGS = 1024
IMMEDIATELY = 1  # the timetag that means "now"

_BUNDLE = b"#bundle\0"
_UINT32 = struct.Struct(">I")
_size_at = _UINT32.unpack_from
_timetag_at = struct.Struct(">Q").unpack_from
_SMALLEST = 8  # bytes of an item, its size included
_HEADER = struct.Struct(">8sQ")
_ADDRESS_BYTES = bytes(range(0x21, 0x7F)).replace(b"#", b"")


class Message(NamedTuple):
    """One message: `args` holds int, float, str, bytes, bool, None and, for OSC arrays, tuples of them."""

    address: str
    args: tuple[Any, ...] = ()


class Bundle(NamedTuple):
    """Messages and bundles that belong to one moment; `timetag` is NTP time, 32.32 bit, 1 = now."""

    timetag: int
    items: tuple["Message | Bundle", ...]


class Reject(NamedTuple):
    """The packet is no OSC that is accepted here; `reason` is one word of a closed set."""

    reason: str


_made: Callable[..., Any] = tuple.__new__  # makes a Message in half the time


class _Bad(Exception):
    """Carries the reason of a Reject out of the depth; never leaves this module."""


def _text(packet: bytes, at: int, end: int) -> tuple[str, int]:
    nul = packet.find(b"\0", at, end)
    if nul < 0:
        raise _Bad("unterminated")
    following = (nul + 4) & ~3
    if following > end:
        raise _Bad("short")
    try:
        return packet[at:nul].decode("utf-8"), following
    except UnicodeDecodeError:
        raise _Bad("utf8") from None


def _blob(packet: bytes, at: int, end: int) -> tuple[bytes, int]:
    if at + 4 > end:
        raise _Bad("short")
    start = at + 4
    stop = start + _UINT32.unpack_from(packet, at)[0]
    if stop > end or (following := (stop + 3) & ~3) > end:
        raise _Bad("blob")
    return packet[start:stop], following


def _character(packet: bytes, at: int, end: int) -> tuple[str, int]:
    if at + 4 > end:
        raise _Bad("short")
    code = _UINT32.unpack_from(packet, at)[0]
    if code > 0x10FFFF:
        raise _Bad("character")
    return chr(code), at + 4


def _fixed(layout: str) -> Callable[[bytes, int, int], tuple[Any, int]]:
    reader = struct.Struct(">" + layout)

    def read(packet: bytes, at: int, end: int) -> tuple[Any, int]:
        if at + reader.size > end:
            raise _Bad("short")
        return reader.unpack_from(packet, at)[0], at + reader.size

    return read


def _constant(value: Any) -> Callable[[bytes, int, int], tuple[Any, int]]:
    return lambda packet, at, end: (value, at)


# r is an RGBA colour as uint32, m four bytes (port, status, data 1, data 2), I an impulse: a bang counts as true.
_FIXED = {"i": "i", "f": "f", "h": "q", "d": "d", "t": "Q", "r": "I", "m": "4s"}
_READERS: dict[str, Callable[[bytes, int, int], tuple[Any, int]]] = {
    **{tag: _fixed(layout) for tag, layout in _FIXED.items()},
    **{tag: _constant(value) for tag, value in {"T": True, "F": False, "N": None, "I": True}.items()},
    "s": _text,
    "S": _text,
    "b": _blob,
    "c": _character,
}


# How the arguments of one list of type tags are read, one step after the other: None for a text; `unpack_from` and size
# of a struct for those of a fixed size that stand together; else the tag's reader.
_Reader = Callable[[bytes, int, int], tuple[Any, int]]
_Step = None | tuple[Callable[[bytes, int], tuple[Any, ...]], int] | _Reader


@lru_cache(256)
def _plan(tags: str) -> tuple[_Step, ...] | None:
    """Return the plan of these tags, None where there are arrays; raise _Bad for a tag that is not in the table."""
    if len(tags) > MAX_TAGS:
        raise _Bad("tags")
    if "[" in tags or "]" in tags:
        return None
    steps: list[_Step] = []
    for fixed, group in groupby(tags, _FIXED.__contains__):
        if fixed:
            steps.append(_packed("".join(map(_FIXED.__getitem__, group))))
        else:
            steps += (None if tag in "sS" else _reader(tag) for tag in group)
    return tuple(steps) or (_packed(""),)


def _packed(layout: str) -> tuple[Callable[[bytes, int], tuple[Any, ...]], int]:
    found = struct.Struct(">" + layout)
    return found.unpack_from, found.size


def _reader(tag: str) -> Callable[[bytes, int, int], tuple[Any, int]]:
    if (found := _READERS.get(tag)) is None:
        raise _Bad("tag")
    return found


@lru_cache(4096)
def _address(raw: bytes) -> str:
    if not raw.startswith(b"/") or len(raw) > MAX_ADDRESS or raw.translate(None, _ADDRESS_BYTES):
        raise _Bad("address")
    return raw.decode("ascii")


def _planned(packet: bytes, at: int, end: int, plan: tuple[Any, ...]) -> tuple[Any, ...]:
    values: list[Any] = []
    try:
        for step in plan:
            if step is None:
                nul = packet.find(0, at, end)
                if nul < 0:
                    raise _Bad("unterminated")
                values.append(packet[at:nul].decode())
                at = (nul + 4) & ~3
            elif step.__class__ is tuple:
                values += step[0](packet, at)
                at += step[1]
            else:
                value, at = step(packet, at, end)
                values.append(value)
    except UnicodeDecodeError:
        raise _Bad("utf8") from None
    except struct.error:
        raise _Bad("short") from None
    if at != end:
        raise _Bad("short" if at > end else "trailing")
    return tuple(values)


def _nested(packet: bytes, at: int, end: int, tags: str) -> tuple[Any, ...]:
    stack: list[list[Any]] = [[]]
    for tag in tags:
        if tag == "[":
            if len(stack) > MAX_DEPTH:
                raise _Bad("depth")
            stack.append([])
        elif tag == "]":
            if len(stack) == 1:
                raise _Bad("array")
            closed = tuple(stack.pop())
            stack[-1].append(closed)
        else:
            value, at = _reader(tag)(packet, at, end)
            stack[-1].append(value)
    if len(stack) > 1:
        raise _Bad("array")
    if at != end:
        raise _Bad("trailing")
    return tuple(stack[0])


# Address and type tags of messages seen before, as one piece of bytes, and how what follows is read: a fader sends the
# same ones again and again. The number is the size of what follows where that is fixed, else -1.
_Known = tuple[str, int, Any, tuple[_Step, ...]]
_seen: dict[bytes, _Known] = {}
_MAX_SEEN = 4096


def _new_message(packet: bytes, at: int, end: int) -> Message:
    start = at
    nul = packet.find(b"\0", at, end)
    if nul < 0:
        raise _Bad("unterminated")
    address = _address(packet[at:nul])
    at = (nul + 4) & ~3
    if at == end:  # some old senders leave the empty type tags out
        return Message(address)
    if at > end or packet[at] != 0x2C:  # ","
        raise _Bad("tags")
    tags, at = _text(packet, at, end)
    plan = _plan(tags[1:])
    if plan is None:
        return Message(address, _nested(packet, at, end, tags[1:]))
    args = _planned(packet, at, end, plan)
    if len(_seen) >= _MAX_SEEN:
        _seen.clear()
    unpack, size = plan[0] if len(plan) == 1 and isinstance(plan[0], tuple) else (None, -1)
    _seen[packet[start:at]] = address, size, unpack, plan
    return Message(address, args)


def _bundle(packet: bytes, at: int, end: int, depth: int, room: list[int] | None) -> Bundle:
    """Read a bundle; `room` counts the items that are left, None where the packet is too short for too many."""
    if depth > MAX_DEPTH:
        raise _Bad("depth")
    if at + _HEADER.size > end:
        raise _Bad("short")
    timetag = _timetag_at(packet, at + 8)[0]
    items: list[Message | Bundle] = []
    at += _HEADER.size
    find, seen = packet.find, _seen.get
    while at < end:  # all sizes are multiples of 4, so there is room for one more
        size = _size_at(packet, at)[0]
        at += 4
        stop = at + size
        if size == 0 or size & 3 or stop > end:
            raise _Bad("element")
        if room is not None:
            _count(room)
        body = (find(0, find(44, at, stop), stop) + 4) & ~3
        if (known := seen(packet[at:body])) is not None:
            address, fixed, unpack, plan = known
            args = unpack(packet, body) if body + fixed == stop else _planned(packet, body, stop, plan)
            items.append(_made(Message, (address, args)))
        elif packet.startswith(_BUNDLE, at, stop):
            items.append(_bundle(packet, at, stop, depth + 1, room))
        else:
            items.append(_new_message(packet, at, stop))
        at = stop
    return _made(Bundle, (timetag, tuple(items)))  # type: ignore[no-any-return]


def _count(room: list[int]) -> None:
    room[0] -= 1
    if room[0] < 0:
        raise _Bad("items")


def decode(packet: bytes) -> Message | Bundle | Reject:
    """Return what the packet says, or why it is rejected; never raises.

    Reasons: size, address, unterminated, short, trailing, tags, tag, array, depth, blob, character, utf8, element,
    items.
    """
    size = len(packet)
    # Nearly all packets are messages seen before; a comma inside the address gives a piece that was never seen.
    body = (packet.find(0, packet.find(44)) + 4) & ~3
    known = _seen.get(packet[:body])
    if known is not None:
        address, fixed, unpack, plan = known
        if body + fixed == size:
            return _made(Message, (address, unpack(packet, body)))  # type: ignore[no-any-return]
    if size & 3 or not 0 < size <= MAX_PACKET:
        return Reject("size")
    try:
        if known is not None:
            return _made(Message, (address, _planned(packet, body, size, plan)))  # type: ignore[no-any-return]
        if packet.startswith(_BUNDLE):
            return _bundle(packet, 0, size, 1, [MAX_ITEMS] if size > MAX_ITEMS * _SMALLEST else None)
        return _new_message(packet, 0, size)
    except _Bad as bad:
        return Reject(str(bad))


def _padded(raw: bytes) -> bytes:
    return raw + b"\0" * (4 - len(raw) % 4)


@lru_cache(4096)
def _name(text: str) -> bytes:
    return _padded(text.encode("utf-8", "replace").replace(b"\0", b""))


def _one(value: Any) -> tuple[str, bytes]:
    """Return (type tag, bytes) of a value; only tags that every OSC program reads: i f s b h T F N."""
    if value is None or value is True or value is False:
        return {None: "N", True: "T", False: "F"}[value], b""
    if isinstance(value, int):
        if -(1 << 31) <= value < 1 << 31:
            return "i", struct.pack(">i", value)
        return "h", struct.pack(">q", min(max(value, -(1 << 63)), (1 << 63) - 1))
    if isinstance(value, float):
        try:
            return "f", struct.pack(">f", value)
        except OverflowError:
            return "d", struct.pack(">d", value)
    if isinstance(value, bytes):
        return "b", _UINT32.pack(len(value)) + value + b"\0" * (-len(value) % 4)
    return "s", _padded(str(value).encode("utf-8", "replace").replace(b"\0", b""))


def encode(address: str, *values: Any) -> bytes:
    """Return the message as a packet; int, float, str, bytes, bool and None are sent, anything else as its text."""
    pairs = [_one(value) for value in values]
    tags = _padded(("," + "".join(tag for tag, _ in pairs)).encode("ascii"))
    return _name(address) + tags + b"".join(data for _, data in pairs)


def bundle(timetag: int, *packets: bytes) -> bytes:
    """Return the packets as one bundle; `timetag` is NTP time, 32.32 bit."""
    body = b"".join(_UINT32.pack(len(packet)) + packet for packet in packets)
    return _HEADER.pack(_BUNDLE, timetag) + body
