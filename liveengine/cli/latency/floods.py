"""What floods do to a whole server: how long its event loop is away, and what its sound misses. Runs on: bench.

Each flood comes from this process, as fast as the server takes it; meanwhile another client asks `/system/health` for
the longest turn of the loop.
"""

import asyncio
import contextlib
import json
import socket
import threading
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from liveengine.cli.torture.target import Target
from liveengine.control.osc.codec import encode
from liveengine.control.osc.mutate import mutated

_SETTLE_S = 7.0  # until the longest turn of before is forgotten
_LOOK_S = 1.0
_WINDOW = 64  # packets between two signs of life
_FRAMES = 500  # between two signs of life
_PATHS = ("/api/v1/track/1/gain", "/api/v1/session/state", "/api/v1/commands", "/metrics", "/nowhere", "/track/1?VALUE")


@dataclass(frozen=True)
class Flood:
    """What one of them did."""

    sent: int
    seconds: float
    wall_ms: float  # the longest turn of the loop
    cpu_ms: float  # ... of its own thread's processor time
    late: int  # callbacks of the engine that took longer than a block


def osc(target: Target, count: int, seed: int) -> int:
    """Send mutated packets; return how many."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.connect(("127.0.0.1", target.info["ports"]["osc"]))
        for number, packet in enumerate(mutated(count, seed)):
            client.send(packet)
            if number % _WINDOW == _WINDOW - 1:
                _settle(client)
    return count


def _settle(client: socket.socket) -> None:
    client.send(encode("/ping"))
    client.settimeout(1.0)
    with contextlib.suppress(TimeoutError):
        while not client.recv(65_536).startswith(b"/pong\0"):
            pass


def websocket(target: Target, count: int, seed: int) -> int:
    """Send frames of text and bytes, most of them nonsense; return how many."""
    return asyncio.run(_frames(int(target.info["ports"]["http"]), count, seed))


async def _frames(port: int, count: int, seed: int) -> int:
    from websockets.asyncio.client import connect
    from websockets.exceptions import ConnectionClosed

    rng = np.random.default_rng(seed)
    calls = [json.dumps({"type": "call", "id": 1, "address": path, "args": [0.5]}) for path in ("/track/1/gain", "/x")]
    sent = 0
    while sent < count:
        with contextlib.suppress(ConnectionClosed):
            async with connect(f"ws://127.0.0.1:{port}/ws?meters=0", max_size=None) as client:
                reader = asyncio.create_task(_read(client))
                while sent < count:
                    noise = rng.bytes(int(rng.integers(1, 200)))
                    await client.send((calls[0], noise, calls[1], noise.hex(), '{"type":' + "[" * 100)[sent % 5])
                    sent += 1
                    if sent % _FRAMES == 0:
                        await (await client.ping())
                reader.cancel()
    return sent


async def _read(client: Any) -> None:
    async for _ in client:
        pass


def http(target: Target, count: int, seed: int) -> int:
    """Ask over four connections at once; return how many requests were answered."""
    import http.client

    port = int(target.info["ports"]["http"])
    answered = [0] * 4

    def ask(number: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20.0)
        for turn in range(count // 4):
            connection.request("GET", _PATHS[(turn + number + seed) % len(_PATHS)])
            connection.getresponse().read()
            answered[number] += 1

    askers = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    return sum(answered)


KINDS: dict[str, Callable[[Target, int, int], int]] = {"osc": osc, "websocket": websocket, "http": http}


def measure(target: Target, kind: str, count: int, seed: int = 0, settle: float = _SETTLE_S) -> Flood:
    """Send a flood of so many packets, frames or requests to a server that plays."""
    time.sleep(settle)
    late = target.header("late")
    longest = {"wall_ms": 0.0, "cpu_ms": 0.0}
    done = threading.Event()
    watcher = threading.Thread(target=_watch, args=(target, longest, done))
    watcher.start()
    began = time.perf_counter()
    try:
        sent = KINDS[kind](target, count, seed)
    finally:
        took = time.perf_counter() - began
        done.set()
        watcher.join()
    return Flood(sent, took, longest["wall_ms"], longest["cpu_ms"], target.header("late") - late)


def _watch(target: Target, longest: dict[str, float], done: threading.Event) -> None:
    url = f"http://127.0.0.1:{target.info['ports']['http']}/system/health"
    going = True
    while going:
        going = not done.wait(_LOOK_S)
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=20.0) as answer:
            for name, value in json.loads(answer.read())["longest_turn"].items():
                longest[name] = max(longest[name], value)
