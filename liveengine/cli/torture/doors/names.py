"""mDNS: packets with something wrong in them, to the group that the daemon's announcer listens to."""

import socket

import numpy as np

from liveengine.cli.torture.doors import Ports

_GROUP = ("224.0.0.251", 5353)


def _name(*labels: bytes) -> bytes:
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


_SERVICE = _name(b"_oscjson", b"_tcp", b"local")
_HEADS = (b"\0\0\0\0\0\1\0\0\0\0\0\0", b"\0\0\x84\0\0\0\0\1\0\0\0\0")  # one question; one answer
_SEEDS = (
    _HEADS[0] + _SERVICE + b"\0\x0c\0\1",
    _HEADS[0] + _SERVICE + b"\0\xff\0\xff",
    _HEADS[1] + _SERVICE + b"\0\x0c\0\1\0\0\0\x78\0\2\xc0\x0c",
    _HEADS[1] + _name(b"x", b"local") + b"\0\x10\0\1\0\0\0\x78\0\4\3abc",
    _HEADS[0] + b"\xc0\x0c\0\x0c\0\1",  # a name that is its own end
    _HEADS[1] + _SERVICE + b"\0\x21\0\1\0\0\0\x78\xff\xff" + bytes(40),
)


def garbled(ports: Ports, count: int, random: np.random.Generator) -> int:
    """Send questions and answers with up to four wrong bytes to the group, on the loopback interface alone."""
    del ports
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("127.0.0.1"))
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 0)
        for number in range(count):
            packet = bytearray(_SEEDS[number % len(_SEEDS)])
            for _ in range(number % 5):
                packet[int(random.integers(len(packet)))] = int(random.integers(256))
            sock.sendto(bytes(packet), _GROUP)
    return count
