"""OSC over TCP: both framings with wrong packets, frames that lie or never end, and those who speak another tongue."""

import socket
from collections.abc import Iterable

import numpy as np

from liveengine.cli.torture.doors import Ports
from liveengine.cli.torture.doors.wire import connection, ended, hear, say, vanish
from liveengine.control.osc import mutate
from liveengine.control.osc.codec import encode
from liveengine.control.osc.framing import END, Lengths, Slip

_BATCH = 64  # packets in one write
_PING = encode("/ping")
# What a browser that is told https, and one that is told the wrong port, send first.
TLS_HELLO = bytes.fromhex("16030100c8010000c40303") + bytes(range(32)) + bytes.fromhex("20") + bytes(150)
HTTP_GET = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


def lengths(ports: Ports, count: int, random: np.random.Generator) -> int:
    """Send mutated packets, each with its length before it."""
    return _stream(ports, count, random, Lengths())


def slips(ports: Ports, count: int, random: np.random.Generator) -> int:
    """Send mutated packets in SLIP."""
    return _stream(ports, count, random, Slip())


def _stream(ports: Ports, count: int, random: np.random.Generator, framing: Lengths | Slip) -> int:
    packets = mutate.mutated(count, int(random.integers(1 << 31)))
    sock = connection(ports.osc)
    while batch := [packet for packet, _ in zip(packets, range(_BATCH), strict=False)]:
        data = b"".join(framing.frame(_even(packet)) for packet in batch) + framing.frame(_PING)
        cut = int(random.integers(len(data)))
        if not (say(sock, data[:cut]) and say(sock, data[cut:]) and _answered(sock)):
            sock.close()
            sock = connection(ports.osc)
    sock.close()
    return count


def _even(packet: bytes) -> bytes:
    """Return a packet whose length may be announced: any other would end the connection."""
    return packet + b"\0" * (-len(packet) % 4 or (4 if not packet else 0))


def _answered(sock: socket.socket) -> bool:
    """Read until the answer to the last ping; tell if the connection still stands."""
    tail = b""
    while found := hear(sock):
        tail = tail[-16:] + found
        if b"/pong\0" in tail:
            return True
    return False


def _lies(random: np.random.Generator) -> Iterable[bytes]:
    whole = Lengths().frame(encode("/track/1/gain"))
    yield from (b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff" + whole, b"\0\0\0\3abc", b"\0\1\0\1" + bytes(100))
    yield whole[: int(random.integers(1, len(whole)))]
    yield whole * 20 + whole[:-3]
    yield END + b"/track/1/gain\xdb\x00" + END
    yield END + b"x" * 200_000
    yield END * 5000
    yield Lengths().frame(encode("/subscribe", "*")) + whole[:5]
    yield random.bytes(500)
    yield b""


def broken(ports: Ports, count: int, random: np.random.Generator) -> int:
    """Open connections that lie about lengths, end within a frame, or say nothing; half of them vanish."""
    done = 0
    while done < count:
        for lie in _lies(random):
            sock = connection(ports.osc)
            say(sock, lie)
            vanish(sock) if random.random() < 0.5 else ended(sock)
            done += 1
    return done


def strangers(ports: Ports, count: int, random: np.random.Generator) -> int:
    """Speak TLS and HTTP to the OSC port, TLS and OSC to the web port."""
    osc = Lengths().frame(encode("/track/1/gain", 0.5))
    said = [
        (ports.osc, TLS_HELLO),
        (ports.osc, HTTP_GET),
        (ports.http, TLS_HELLO),
        (ports.http, osc),
        (ports.http, END),
    ]
    for number in range(count):
        port, words = said[number % len(said)]
        sock = connection(port)
        say(sock, words)
        ended(sock)
    return count
