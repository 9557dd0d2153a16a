"""OSC packets to messages and back, in as few lines as Live needs. Runs on: anywhere; nothing but the standard library.

Decoding is total: what is no OSC gives no messages, and never an exception.
"""

from __future__ import annotations

import struct
from typing import Any, Tuple

Message = Tuple[str, Tuple[Any, ...]]

MAX_DEPTH = 8
_BUNDLE = b"#bundle\0"
_NOW = b"\0\0\0\0\0\0\0\x01"
_FIXED = {"i": ">i", "f": ">f", "h": ">q", "d": ">d", "t": ">Q"}
_CONSTANT = {"T": True, "F": False, "N": None, "I": True}


class _Bad(Exception):
    """These bytes are no OSC that is taken here; never leaves this module."""


def _padded(raw: bytes) -> bytes:
    return raw + b"\0" * (4 - len(raw) % 4)


def _written(text: str) -> bytes:
    return _padded(text.encode("utf-8", "replace").replace(b"\0", b""))


def _one(value: Any) -> tuple[str, bytes]:
    if value is None or value is True or value is False:
        return {None: "N", True: "T", False: "F"}[value], b""
    if isinstance(value, int):
        fits = -(1 << 31) <= value < 1 << 31
        return ("i", struct.pack(">i", value)) if fits else ("h", struct.pack(">q", value))
    if isinstance(value, float):
        return "d", struct.pack(">d", value)
    return "s", _written(str(value))


def encode(address: str, *values: Any) -> bytes:
    """Return a message as a packet; the values are int (64 bit), float, str, bool or None."""
    pairs = [_one(value) for value in values]
    tags = "," + "".join(tag for tag, _ in pairs)
    return _written(address) + _written(tags) + b"".join(data for _, data in pairs)


def bundle(*packets: bytes) -> bytes:
    """Return packets as one, to be done together and now."""
    return _BUNDLE + _NOW + b"".join(struct.pack(">I", len(packet)) + packet for packet in packets)


def decode(packet: bytes) -> list[Message]:
    """Return the messages of a packet, none where it is no OSC; bundles are taken apart, their times are not kept."""
    found: list[Message] = []
    try:
        _read(packet, found, 1)
    except (_Bad, struct.error, UnicodeDecodeError):
        return []
    return found


def _read(packet: bytes, found: list[Message], depth: int) -> None:
    if not packet or len(packet) % 4:
        raise _Bad
    if not packet.startswith(_BUNDLE):
        found.append(_message(packet))
        return
    if depth > MAX_DEPTH or len(packet) < 16:
        raise _Bad
    at = 16
    while at < len(packet):
        size = struct.unpack_from(">I", packet, at)[0]
        at += 4
        if at + size > len(packet):
            raise _Bad
        _read(packet[at : at + size], found, depth + 1)
        at += size


def _message(packet: bytes) -> Message:
    address, at = _text(packet, 0)
    if not address.startswith("/"):
        raise _Bad
    if at == len(packet):  # some old senders leave the empty type tags out
        return address, ()
    tags, at = _text(packet, at)
    if not tags.startswith(","):
        raise _Bad
    values: list[Any] = []
    for tag in tags[1:]:
        value, at = _value(tag, packet, at)
        values.append(value)
    if at != len(packet):
        raise _Bad
    return address, tuple(values)


def _text(packet: bytes, at: int) -> tuple[str, int]:
    nul = packet.find(b"\0", at)
    if nul < 0:
        raise _Bad
    return packet[at:nul].decode("utf-8"), (nul + 4) & ~3


def _value(tag: str, packet: bytes, at: int) -> tuple[Any, int]:
    if tag in _FIXED:
        layout = _FIXED[tag]
        return struct.unpack_from(layout, packet, at)[0], at + struct.calcsize(layout)
    if tag in _CONSTANT:
        return _CONSTANT[tag], at
    if tag in "sS":
        return _text(packet, at)
    if tag == "b":
        start = at + 4
        stop = start + struct.unpack_from(">I", packet, at)[0]
        if stop > len(packet):
            raise _Bad
        return packet[start:stop], (stop + 3) & ~3
    raise _Bad
