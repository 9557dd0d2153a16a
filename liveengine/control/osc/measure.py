"""How fast the OSC door and its decoder are, and how long wrong packets hold it up. Runs on: a bench.

The door runs in a process of its own (`served.py`), the client in this one.
"""

import contextlib
import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from pythonosc.osc_bundle import OscBundle
from pythonosc.osc_message import OscMessage

from liveengine.control.osc import served
from liveengine.control.osc.codec import bundle, decode, encode
from liveengine.control.osc.framing import Lengths
from liveengine.control.osc.mutate import mutated

WINDOW = 64  # messages under way when the rate is measured
_ROUND = 2000  # packets that each decoder takes before it is the other's turn
_TIMEOUT_S = 5.0
# What a show sends: mostly faders, then launches; now and then a question with an id, a search, a bundle.
SHOW = (
    *(encode(f"/track/{track}/gain", track / 8) for track in range(1, 9)),
    *(encode(f"/track/{track}/clip/1/launch") for track in range(1, 5)),
    encode("/track/1/send/2", 0.25, "#17"),
    encode("/stems/search", "dunkler, hypnotischer Kick", 5, "kick"),
    *[bundle(1, encode("/track/1/gain", 0.5), encode("/track/2/gain", 0.6), encode("/scene/2/launch", 4))] * 2,
)
_SLOW = "{a,b,c,d,e,f,g,h,i}"
# What is meant to take long: bundles as full as they may be, patterns, long answers, everything pushed.
CRAFTED = (
    bundle(1, *[encode("/panic")] * 1024),
    bundle(1, *[encode("/track/*/gain", 0.5)] * 16),
    bundle(1, *[encode("/nowhere")] * 1024),
    bundle(1, *[encode(f"/*{_SLOW}*{_SLOW}*{_SLOW}*{{c,nic}}")] * 256),
    bundle(1, *[encode("/rows", 1000)] * 8),
    bundle((1 << 64) - 1, *[encode("/panic")] * 1000),
    encode("/subscribe", "/" + "{,a,b,c,d,e,f}" * 18),
    encode("/subscribe", "*"),
    encode("/track/1/gain", *[0.5] * 1000),
    b"/track/1/gain\0\0\0," + b"[" * 8 + b"T" * 1000 + b"]" * 8 + b"\0" * 3,
)


@contextmanager
def _door(*flags: str) -> Iterator[tuple[int, Callable[[], dict[str, Any]]]]:
    """Run the door; give its port and what ends it and returns what it has counted."""
    command = [sys.executable, "-m", served.__name__, *flags]
    door = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert door.stdin is not None
    assert door.stdout is not None
    output = door.stdout

    def end() -> dict[str, Any]:
        assert door.stdin is not None
        door.stdin.close()
        found: dict[str, Any] = json.loads(output.readline())
        return found

    try:
        yield int(output.readline()), end
    finally:
        door.stdin.close()
        door.wait()
        output.close()


def _rate(send: Callable[[bytes], Any], receive: Callable[[], Any], seconds: float) -> float:
    """Return replies per second with WINDOW messages under way."""
    packets = [encode(f"/track/{1 + number % 16}/gain", 0.5) for number in range(16)]
    for packet in packets * (WINDOW // 16):
        send(packet)
    begin = time.perf_counter()
    replies = 0
    while (now := time.perf_counter()) - begin < seconds:
        receive()
        send(packets[replies % 16])
        replies += 1
    for _ in range(WINDOW):
        receive()
    return replies / (now - begin)


def _latencies(client: socket.socket, seconds: float, rate: float) -> np.ndarray:
    """Return the round-trip times in ms at `rate` messages per second, one at a time."""
    packet = encode("/track/1/gain", 0.5)
    found = []
    due = time.perf_counter()
    end = due + seconds
    while due < end:
        while (sent := time.perf_counter()) < due:
            pass
        client.send(packet)
        client.recv(4096)
        found.append(time.perf_counter() - sent)
        due = max(due + 1 / rate, time.perf_counter())
    return np.array(found) * 1e3


def measure_osc(seconds: float = 2.0) -> dict[str, float]:
    """Return {"messages_per_s", "p50_ms", "p99_ms", "tcp_messages_per_s"}.

    The rate with WINDOW messages under way over UDP, the round trip of single messages at half that rate at most, the
    rate over TCP, each over a third of `seconds`.
    """
    with _door() as (port, _):
        with datagrams(port) as client:
            rate = _rate(client.send, lambda: client.recv(4096), seconds / 3)
            times = _latencies(client, seconds / 3, rate / 2)
        with socket.create_connection(("127.0.0.1", port), _TIMEOUT_S) as stream:
            stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            framing = Lengths()

            def receive() -> None:
                while framing.next() is None:
                    framing.feed(stream.recv(65_536))

            streamed = _rate(lambda packet: stream.sendall(framing.frame(packet)), receive, seconds / 3)
    p50, p99 = np.percentile(times, [50, 99])
    return {"messages_per_s": rate, "p50_ms": float(p50), "p99_ms": float(p99), "tcp_messages_per_s": streamed}


def datagrams(port: int) -> socket.socket:
    """Return a client of the door at a port of this machine."""
    client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    client.settimeout(_TIMEOUT_S)
    client.connect(("127.0.0.1", port))
    return client


def _theirs(packet: bytes) -> None:
    OscBundle(packet) if packet.startswith(b"#") else OscMessage(packet)


def _seconds(read: Callable[[bytes], Any]) -> float:
    begin = time.thread_time()
    for _ in range(_ROUND // len(SHOW)):
        for packet in SHOW:
            read(packet)
    return time.thread_time() - begin


def measure_decoder(seconds: float = 1.0) -> dict[str, float]:
    """Return {"packets_per_s", "pythonosc_ratio"}: what the decoder reads of SHOW, and how often python-osc's time.

    Both take turns in one run; python-osc's is its bare parser, without its dispatcher.
    """
    end = time.perf_counter() + seconds
    ours, theirs = [_seconds(decode)], [_seconds(_theirs)]
    while time.perf_counter() < end:
        ours.append(_seconds(decode))
        theirs.append(_seconds(_theirs))
    return {
        "packets_per_s": _ROUND / float(np.median(ours)),
        "pythonosc_ratio": float(np.median(theirs) / np.median(ours)),
    }


def measure_stall(packets: int, seed: int = 0) -> dict[str, float]:
    """Send so many mutated packets, and CRAFTED ones between them; return {"packets", "stall_ms", "faults"}.

    `packets` is how many the door has read, `stall_ms` the processor time of the longest turn of its loop, `faults`
    how many of them hit a fault.
    """
    with _door() as (port, end):
        with datagrams(port) as client:
            client.setblocking(False)
            for number, packet in enumerate(mutated(packets, seed)):
                client.send(packet)
                if number % WINDOW == WINDOW - 1:
                    crafted = number // WINDOW
                    if crafted % 200 < len(CRAFTED):
                        client.send(CRAFTED[crafted % 200])
                    _settle(client)
            _settle(client)
        found = end()
    faults = found.get("fault", 0) + found.get("internal", 0)
    return {"packets": found["packets"], "stall_ms": found["longest_turn_ms"], "faults": faults}


def _settle(client: socket.socket) -> None:
    """Ask the door for a sign of life and read all that it has sent until then."""
    client.send(encode("/ping"))
    client.settimeout(_TIMEOUT_S)
    with contextlib.suppress(TimeoutError):
        while not client.recv(65_536).startswith(b"/pong\0"):
            pass
    client.setblocking(False)
