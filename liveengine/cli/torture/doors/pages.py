"""HTTP: requests that are none, requests that mean harm, clients that say nothing or never read."""

import contextlib
import socket
import time

import numpy as np

from liveengine.cli.torture.doors import Ports
from liveengine.cli.torture.doors.wire import HOST, connection, ended, say, vanish

PATIENCE_S = 45.0  # so long a client that does not speak may stay, at the most
_FEW = 64  # of those who ask for much at the same time


def _request(port: int, line: str, *headers: str, body: bytes = b"") -> bytes:
    said = [f"{line} HTTP/1.1", f"Host: {HOST}:{port}", *headers, *([f"Content-Length: {len(body)}"] if body else [])]
    return "\r\n".join([*said, "", ""]).encode("latin-1") + body


def _requests(port: int) -> list[bytes]:
    json = "Content-Type: application/json"
    return [
        _request(port, "GET /api/v1/transport/tempo"),
        _request(port, "GET /api/v1/track/1/gain?value=1"),
        _request(port, "GET /track/1/gain?VALUE"),
        _request(port, "GET /?HOST_INFO"),
        _request(port, "GET /system/health"),
        _request(port, "GET /api/v1/stem/1/audio", "Range: bytes=0-0,5-1,99999999999999999999-"),
        _request(port, "POST /api/v1/nobody", json, body=b'{"value":0.5}'),
        _request(port, "POST /api/v1/track/1/gain", json, body=b'{"value":"loud"}'),
        _request(port, "POST /api/v1/upload", "Content-Type: multipart/form-data; boundary=x", body=b"--x\r\n\r\n\r\n"),
        _request(port, "DELETE /api/v1/transport/tempo"),
    ]


def wrong(ports: Ports, count: int, random: np.random.Generator) -> int:
    """Send requests with up to eight wrong bytes, one for each connection, a third of them cut off."""
    seeds = _requests(ports.http)
    for number in range(count):
        request = bytearray(seeds[number % len(seeds)])
        for _ in range(number % 9):
            request[int(random.integers(len(request)))] = int(random.integers(256))
        if number % 3 == 0:
            del request[int(random.integers(len(request))) :]
        sock = connection(ports.http)
        say(sock, bytes(request))
        vanish(sock) if number % 7 == 0 else ended(sock)
    return count


def _crammed(port: int) -> list[bytes]:
    """Return requests that hold too much, or say that they do."""
    json = "Content-Type: application/json"
    form = "Content-Type: multipart/form-data; boundary=x"
    state = "POST /api/v1/session/state"
    return [
        _request(port, "GET /", *(f"X-{number}: {'y' * 100}" for number in range(1000))),
        _request(port, "GET /", "X: " + "y" * 100_000),
        _request(port, "GET /" + "y" * 60_000),
        _request(port, "GET /?" + "&".join(f"a{number}=" for number in range(2000))),
        _request(port, "GET /api/v1/stems/search?" + "&".join(["prompt=x"] * 1500)),
        _request(port, "GET /" + "%2e%2e/" * 500 + "etc/passwd"),
        _request(port, "GET /ui/%00%ff"),
        _request(port, "GET /track/" + "9" * 5000),
        _request(port, state, json, "Content-Length: -1"),
        _request(port, state, json, "Content-Length: 99999999999999999999") + b"{}",
        _request(port, state, json, body=b"[" * 500_000),
        _request(port, state, json, body=b'{"a":' * 100_000 + b"1" + b"}" * 100_000),
        _request(port, state, json, body=b'{"a":' + b"9" * 400_000 + b"}"),
        _request(port, state, json, body=b"x" * 2_000_000),
        _request(port, state, json, "Transfer-Encoding: chunked") + b"ffffffffffffffff\r\nx",
        _request(port, state, json, "Transfer-Encoding: chunked") + b"1\r\nx\r\n" * 20_000,
        _request(port, state, json, "Transfer-Encoding: chunked", "Content-Length: 3") + b"0\r\n\r\n",
        _request(port, "POST /api/v1/upload", form, body=b"--x\r\nA: " * 50_000),
        _request(port, "GET /api/v1/transport/tempo") * 200,
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n",
        b"\r\n" * 10_000,
        b"CONNECT 127.0.0.1:22 HTTP/1.1\r\nHost: 127.0.0.1:22\r\n\r\n",
    ]


def crammed(ports: Ports, count: int, random: np.random.Generator) -> int:
    """Send requests that hold too much."""
    requests = _crammed(ports.http)
    for choice in random.integers(len(requests), size=count):
        sock = connection(ports.http)
        say(sock, requests[choice])
        vanish(sock) if random.random() < 0.2 else ended(sock)
    return count


def flood(ports: Ports, count: int, random: np.random.Generator) -> int:
    """Ask from many connections at once, some questions behind each other."""
    paths = (
        "/api/v1/session/state",
        "/system/health",
        "/openapi.json",
        "/?HOST_INFO",
        "/track/1",
        "/metrics",
        "/nobody",
    )
    sent = 0
    while sent < count:
        socks = [connection(ports.http) for _ in range(_FEW)]
        for sock in socks:
            asked = _request(ports.http, f"GET {paths[int(random.integers(len(paths)))]}")
            say(sock, asked * 4)
            sent += 4
        for sock in socks:
            ended(sock)
    return sent


def silent(ports: Ports, count: int, random: np.random.Generator) -> int:
    """Keep connections that send nothing, half a request, or a body byte by byte, until the daemon ends them."""
    del random
    post = _request(ports.http, "POST /api/v1/session/state", "Content-Type: application/json", "Content-Length: 10000")
    beginnings = (b"", b"GET / HTTP/1.1\r\nHost: x", _request(ports.http, "GET /").rstrip(), post)
    socks: list[tuple[socket.socket, int]] = []
    for number in range(count):
        with contextlib.suppress(OSError):
            sock = connection(ports.http)
            say(sock, beginnings[number % len(beginnings)])
            sock.setblocking(False)
            socks.append((sock, number % len(beginnings)))
    end = time.monotonic() + PATIENCE_S
    while socks and time.monotonic() < end:
        time.sleep(0.5)
        socks = [(sock, kind) for sock, kind in socks if _stands(sock, b"x" if kind else b"")]
    for sock, _ in socks:
        sock.close()
    return count


def _stands(sock: socket.socket, more: bytes) -> bool:
    """Send a little more; tell if the daemon still takes it, else close."""
    try:
        if more:
            sock.send(more)
        if sock.recv(1 << 16):
            return True
    except BlockingIOError:
        return True
    except OSError:
        pass
    sock.close()
    return False


def unread(ports: Ports, count: int, random: np.random.Generator) -> int:
    """Ask for the whole tree and for the document of the API, again and again, and read nothing."""
    del random
    asking = _request(ports.http, "GET /") + _request(ports.http, "GET /openapi.json") * 4
    socks = []
    for _ in range(count):
        with contextlib.suppress(OSError):
            sock = connection(ports.http, receive_bytes=2048)
            say(sock, asking)
            socks.append(sock)
        if len(socks) >= _FEW:
            vanish(socks.pop(0))
    time.sleep(2.0)
    for sock in socks:
        vanish(sock)
    return count
