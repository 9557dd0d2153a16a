"""WebSocket: frames that break the protocol or mean harm, half handshakes, clients that never read."""

import base64
import contextlib
import json
import socket
import struct
import time
from collections.abc import Callable

import numpy as np

from liveengine.cli.torture.doors import Ports
from liveengine.cli.torture.doors.wire import HOST, connection, ended, hear, say, vanish
from liveengine.control.osc import mutate
from liveengine.control.osc.codec import encode

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
_FINAL, _MASKED = 0x80, 0x80
_BATCH = 32  # frames until a sign of life is asked for
_ALIVE = b'{"type":"ping","id":7}'
_DEEP = 5000
STALL_S = 12.0  # longer than a client may take nothing


def frame(kind: int, payload: bytes, *, final: bool = True, masked: bool = True, reserved: int = 0) -> bytes:
    """Return a frame as a client sends it; a mask of zeros is one that changes nothing."""
    head = bytes([(_FINAL if final else 0) | reserved << 4 | kind])
    flag = _MASKED if masked else 0
    size = len(payload)
    if size < 126:
        head += bytes([flag | size])
    elif size < 1 << 16:
        head += bytes([flag | 126]) + struct.pack(">H", size)
    else:
        head += bytes([flag | 127]) + struct.pack(">Q", size)
    return head + (bytes(4) if masked else b"") + payload


def upgrade(port: int, path: str, **headers: str) -> bytes:
    """Return a handshake; `headers` replace those that belong into it, an empty one leaves its own out."""
    said = {
        "Host": f"{HOST}:{port}",
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": base64.b64encode(bytes(16)).decode(),
    } | {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"{name}: {value}" for name, value in said.items() if value]
    return "\r\n".join([f"GET {path} HTTP/1.1", *lines, "", ""]).encode("latin-1")


def opened(port: int, path: str, receive_bytes: int = 0) -> socket.socket:
    """Return a connection whose handshake was taken: what comes before the answer to it is no frame yet."""
    sock = connection(port, receive_bytes=receive_bytes)
    say(sock, upgrade(port, path))
    head = b""
    with contextlib.suppress(OSError):
        while not head.endswith(b"\r\n\r\n") and (byte := sock.recv(1)):
            head += byte
    return sock


def _call(address: object, args: object = None) -> bytes:
    return json.dumps({"type": "call", "id": 1, "address": address, "args": args}).encode()


def _messages() -> list[bytes]:
    """Return texts that are answered with an error, or with much."""
    return [
        b"",
        b"{}",
        b"[]" * 500,
        b"[" * _DEEP + b"]" * _DEEP,
        b'{"type":' * _DEEP + b"1" + b"}" * _DEEP,
        b'{"type":"call","address":"/track/1/gain","args":[NaN]}',
        b'{"type":"call","address":"/track/1/gain","args":[1e999]}',
        b'{"type":"call","address":"/track/1/gain","args":[' + b"9" * 5000 + b"]}",
        b'{"type":"call","id":' + b"[" * 500 + b"]" * 500 + b"}",
        _call("/nobody"),
        _call("/" + "nobody/" * 2000),
        _call(["/track/1/gain"], 1),
        _call("/track/1/gain", {"value": {"value": [0.5] * 1000}}),
        _call("/track/99999999999999999999/gain", [0.5]),
        _call("/track/1/gain", [0.5] * 5000),
        _call("/track/1/gain", ["\ud800"]),
        _call("/session/state"),
        _call("/commands"),
        json.dumps({"type": "subscribe", "address": "/" + "{,a,b,c,d,e,f}" * 18}).encode(),
        json.dumps({"type": "subscribe", "address": "*" * 400}).encode(),
        json.dumps({"type": "unsubscribe", "address": "/*"}).encode(),
        _ALIVE,
    ]


def _fatal(random: np.random.Generator) -> list[bytes]:
    """Return what ends the connection: nothing after it is read."""
    return [
        frame(TEXT, b"\xff\xfe\xfd"),
        frame(TEXT, b"\xc3", final=False) + frame(0, b"\x28"),
        frame(0, b"continues nothing"),
        frame(TEXT, b"begins", final=False) + frame(TEXT, b"begins again"),
        frame(PING, b"x" * 126),
        frame(PING, b"half", final=False),
        frame(TEXT, b"{}", masked=False),
        frame(TEXT, b"{}", reserved=int(random.integers(1, 8))),
        frame(int(random.choice([3, 4, 5, 6, 7, 11, 15])), b"?"),
        frame(CLOSE, b"\0"),
        frame(CLOSE, struct.pack(">H", int(random.integers(0, 65_536))) + b"\xff"),
        frame(TEXT, b"x" * 300_000),
        b"\x81\xff\x7f" + b"\xff" * 7 + bytes(4),
        random.bytes(int(random.integers(2, 200))),
    ]


def _harmless(random: np.random.Generator, message: bytes) -> bytes:
    """Return a message as one frame, or in pieces with control frames between them."""
    if random.random() < 0.8 or not message:
        return frame(TEXT, message)
    cut = int(random.integers(len(message)))
    between = frame(PING, b"ping") + frame(PONG, b"unasked")
    return frame(TEXT, message[:cut], final=False) + between + frame(0, message[cut:])


def _besiege(
    connect: Callable[[], socket.socket],
    count: int,
    random: np.random.Generator,
    *,
    one: Callable[[], bytes],
    alive: bytes,
) -> int:
    """Send frames in batches, a fatal one now and then; read on after each batch until the sign of life comes back.

    `one()` gives a frame, `alive` is the one that asks for the sign of life.
    """
    sock, sent = connect(), 0
    while sent < count:
        batch = [one() for _ in range(_BATCH)]
        fatal = random.random() < 0.5
        if fatal:
            endings = _fatal(random)
            batch.append(endings[int(random.integers(len(endings)))])
        if not (say(sock, b"".join(batch)) and say(sock, alive) and not fatal and _alive(sock)):
            ended(sock)
            sock = connect()
        sent += len(batch)
    sock.close()
    return sent


def _alive(sock: socket.socket) -> bool:
    tail = b""
    while found := hear(sock):
        tail = tail[-16:] + found
        if b'"pong"' in tail or b"/pong\0" in tail:
            return True
    return False


def frames(ports: Ports, count: int, random: np.random.Generator) -> int:
    """Send frames to /ws."""
    messages = _messages()
    binary = frame(BINARY, bytes(200))

    def one() -> bytes:
        choice = int(random.integers(len(messages) + 1))
        return binary if choice == len(messages) else _harmless(random, messages[choice])

    return _besiege(lambda: opened(ports.http, "/ws?meters=0"), count, random, one=one, alive=frame(TEXT, _ALIVE))


def bursts(ports: Ports, count: int, random: np.random.Generator) -> int:
    """Send thousands of small frames in one write, from several clients at once."""
    small = (frame(TEXT, _ALIVE), frame(TEXT, b""), frame(PING, b""), frame(TEXT, _call("/session/state")))
    sent = 0
    while sent < count:
        socks = [opened(ports.http, path) for path in ("/ws?meters=0", "/") * 4]
        for sock in socks:
            burst = small[int(random.integers(len(small)))] * 4000
            sock.settimeout(0.5)
            say(sock, burst)
            sent += 4000
        for number, sock in enumerate(socks):
            vanish(sock) if number == 0 else ended(sock)
    return sent


def nodes(ports: Ports, count: int, random: np.random.Generator) -> int:
    """Send frames to OSCQuery's socket: its own texts with something wrong, binary packets that are no OSC."""
    texts = [
        b'{"COMMAND":"LISTEN","DATA":"/track/1/gain"}',
        b'{"COMMAND":"LISTEN","DATA":"/' + b"x" * 2000 + b'"}',
        b'{"COMMAND":"LISTEN","DATA":["/track/1/gain"]}',
        b'{"COMMAND":"IGNORE","DATA":"/never/listened"}',
        b'{"COMMAND":"LISTEN"}',
        b'{"COMMAND":"FORMAT","DATA":"/"}',
        b"[" * _DEEP,
        *_messages()[:5],
    ]
    packets = [packet for packet in mutate.mutated(2000, int(random.integers(1 << 31))) if b"#bundle" in packet]

    def one() -> bytes:
        if random.random() < 0.5:
            return frame(BINARY, packets[int(random.integers(len(packets)))])
        number = int(random.integers(1 << 30))
        listen = b'{"COMMAND":"LISTEN","DATA":"/nobody/%d"}' % number
        return _harmless(random, [*texts, listen][int(random.integers(len(texts) + 1))])

    return _besiege(lambda: opened(ports.http, "/"), count, random, one=one, alive=frame(BINARY, encode("/ping")))


def handshakes(ports: Ports, count: int, random: np.random.Generator) -> int:
    """Send handshakes that are wrong, foreign or half; vanish in the middle of half of them, or of the first frame."""
    port = ports.http
    whole = upgrade(port, "/ws")
    said = [
        whole[:-2],
        whole[: len(whole) // 2],
        whole + frame(TEXT, b"x" * 1000)[:50],
        whole + frame(TEXT, b'{"type":"subscribe","address":"/*"}'),
        upgrade(port, "/", Origin="http://evil.example"),
        upgrade(port, "/ws", Host="evil.example"),
        upgrade(port, "/ws", Sec_WebSocket_Key="short"),
        upgrade(port, "/ws", Sec_WebSocket_Key=""),
        upgrade(port, "/ws", Sec_WebSocket_Version="7"),
        upgrade(port, "/ws", Sec_WebSocket_Extensions="permessage-deflate; x=" + "y" * 2000),
        upgrade(port, "/nowhere"),
        upgrade(port, "/ws?name=" + "%00%E2%80%AE" * 200),
        upgrade(port, "/ws").replace(b"GET", b"POST"),
        upgrade(port, "/ws").replace(b"HTTP/1.1", b"HTTP/1.0"),
    ]
    for number in range(count):
        sock = connection(port)
        say(sock, said[number % len(said)])
        vanish(sock) if random.random() < 0.5 else ended(sock)
    return count


def sleepers(ports: Ports, count: int, random: np.random.Generator) -> int:
    """Connect clients that ask for much and never read; then let them vanish."""
    del random
    asking = b"".join(frame(TEXT, _call("/commands")) for _ in range(200))
    socks = []
    for number in range(count):
        with contextlib.suppress(OSError):
            sock = opened(ports.http, ("/ws", "/")[number % 2], receive_bytes=2048)
            say(sock, asking if number % 2 == 0 else frame(BINARY, encode("/commands")) * 200)
            socks.append(sock)
    time.sleep(STALL_S)
    for sock in socks:
        vanish(sock)
    return count
