"""Packets with something wrong in them, for measurements and tests. Runs on: anywhere."""

from collections.abc import Iterator

import numpy as np

from liveengine.control.osc.codec import bundle, encode

_MANY = 4096  # dice are thrown for so many at once
_EDGES = np.frombuffer(b'\x00\x01\x7f\x80\xff,/#[]{}*?"ifsbhtdTFNIScrm', np.uint8)  # bytes that mean something


def _address() -> bytes:
    return b"/track/1/gain\0\0\0"


SEEDS = (
    encode("/track/1/gain", 0.5, "kick", b"blob", 1 << 40, None, True),
    encode("/track/[1-4]/{gain,mute}", 1),
    encode("/subscribe", "/track/*", 9001),
    _address() + b",i[s[f]]T\0\0\0" + b"\0\0\0\1" + b"a\0\0\0" + b"\x40\0\0\0",
    _address() + b",tcrmSI\0" + bytes(8) + b"\0\0\0A" + bytes(8) + b"kick\0\0\0\0",
    bundle(1, encode("/a", 1), bundle(1, encode("/b", "text"), encode("/c", 0.5))),
    bundle(1, bundle(1, bundle(1, bundle(1, bundle(1, bundle(1, bundle(1, bundle(1, encode("/a"))))))))),
)


def mutated(count: int, seed: int) -> Iterator[bytes]:
    """Yield `count` packets made of SEEDS: up to four bytes replaced, each fifth cut off, each seventh put together."""
    random = np.random.default_rng(seed)
    for first in range(0, count, _MANY):
        places = random.integers(0, 1 << 30, (_MANY, 4)).tolist()
        any_byte, edge = random.integers(0, 256, (_MANY, 4)), random.choice(_EDGES, (_MANY, 4))
        values = np.where(random.random((_MANY, 4)) < 0.5, any_byte, edge)
        for number, where, what in zip(range(first, min(count, first + _MANY)), places, values.tolist(), strict=False):
            packet = bytearray(SEEDS[number % len(SEEDS)])
            if number % 7 == 0:
                packet += SEEDS[number // 7 % len(SEEDS)]
            size = len(packet)
            for place, value in zip(where[: 1 + number % 4], what, strict=False):
                packet[place % size] = value
            if number % 5 == 0:
                del packet[where[3] % size :]
            yield bytes(packet)
