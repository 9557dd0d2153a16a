"""OSC over UDP: packets with something wrong in them, and packets that are right and mean harm."""

import contextlib
import socket
import time

import numpy as np

from liveengine.cli.torture.doors import Ports
from liveengine.cli.torture.doors.wire import datagrams
from liveengine.control.osc import mutate
from liveengine.control.osc.clock import NTP_EPOCH_S
from liveengine.control.osc.codec import bundle, encode

WINDOW = 64  # packets before the door is asked for a sign of life
_COSTLY = "{a,b,c,d,e,f,g,h,i}"
_NOBODY = encode("/nobody/1/listens", 0.5)


def mutated(ports: Ports, count: int, random: np.random.Generator) -> int:
    """Send packets of `osc.mutate`; some of them are commands still."""
    with datagrams(ports.osc) as sock:
        for number, packet in enumerate(mutate.mutated(count, int(random.integers(1 << 31)))):
            sock.send(packet)
            if number % WINDOW == WINDOW - 1:
                settle(sock)
        settle(sock)
    return count


def harmful() -> list[bytes]:
    """Return packets that ask for much and change nothing."""
    now = int(time.time()) + NTP_EPOCH_S
    nested = encode("/nobody")
    for _ in range(9):
        nested = bundle(1, nested)
    return [
        bundle((now + 3600) << 32, _NOBODY),
        bundle((now + 3600) << 32, encode("/track/1/gain", 0.0)),  # refused: more than a minute ahead
        bundle((now + 60 * 365 * 86_400) % (1 << 32) << 32, encode("/track/1/gain", 0.0)),
        bundle((1 << 64) - 1, *[encode("/track/1/mute", 1)] * 1000),
        bundle(1, *[_NOBODY] * 1024),
        bundle(1, *[encode(f"/*{_COSTLY}*{_COSTLY}*{_COSTLY}*{{c,nic}}")] * 256),
        bundle(1, *[encode("/*/*/*/*")] * 64),
        nested,
        encode("/subscribe", "/" + "{,a,b,c,d,e,f}" * 18),
        encode("/subscribe", "*"),
        encode("/unsubscribe"),
        encode("/commands"),
        encode("/track/1/gain", *[0.5] * 1000),
        encode("/nobody", "x" * 60_000),
        encode("/nobody", bytes(60_000)),
        encode("/track/1/gain")[:-4] + b",b\0\0\xff\xff\xff\xff",
        b"/track/1/gain\0\0\0," + b"[" * 8 + b"T" * 1000 + b"]" * 8 + b"\0" * 3,
        b"/" * 65_000,
        b"\0" * 65_000,
        b"#bundle\0" * 8000,
    ]


def crafted(ports: Ports, count: int, random: np.random.Generator) -> int:
    """Send harmful packets in any order."""
    packets = harmful()
    with datagrams(ports.osc) as sock:
        for number, choice in enumerate(random.integers(len(packets), size=count)):
            with contextlib.suppress(ConnectionRefusedError):
                sock.send(packets[choice])
            if number % 4 == 3:
                settle(sock)
        settle(sock)
    return count


def settle(sock: socket.socket) -> None:
    """Ask the door for a sign of life and read all that it has sent until then."""
    sock.send(encode("/ping"))
    with contextlib.suppress(TimeoutError, ConnectionRefusedError):
        while not sock.recv(1 << 16).startswith(b"/pong\0"):
            pass
