"""How fast the OSC door is: round trips through the registry, door and client in two processes. Runs on: a bench.

`python -m liveengine.control.measure` is the door's process: it prints its port and ends when its input ends.
"""

import asyncio
import socket
import subprocess
import sys
import time
from typing import Annotated

import numpy as np
from pydantic import Field

from liveengine.command import Registry, command
from liveengine.control.osc import OscDoor
from liveengine.control.osc_codec import encode
from liveengine.control.ports import claim
from liveengine.events import Bus, Changed

WINDOW = 64  # messages under way when the rate is measured
_TIMEOUT_S = 2.0


class _Mixer:
    """A property as the session has them."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._gains: dict[int, float] = {}

    @command("/track/{track}/gain")
    def gain(
        self, track: Annotated[int, Field(ge=1, le=64)], value: Annotated[float, Field(ge=0, le=1)] | None = None
    ) -> float:
        """Set or get a gain."""
        if value is not None:
            self._gains[track] = value
            self._bus.publish(Changed(f"/track/{track}/gain", value))
        return self._gains.get(track, 0.75)


class _Now:
    def frame_at(self, ntp: int) -> int | None:
        return None


async def _serve() -> None:
    bus = Bus()
    registry = Registry()
    registry.add(_Mixer(bus))
    door = OscDoor(claim(socket.SOCK_DGRAM, "127.0.0.1", 0), registry, bus, _Now(), {"track": 16})
    print(door.port, flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    await door.close()


def _rate(client: socket.socket, seconds: float) -> float:
    """Return replies per second with WINDOW messages under way."""
    packets = [encode(f"/track/{1 + number % 16}/gain", 0.5) for number in range(16)]
    for packet in packets * (WINDOW // 16):
        client.send(packet)
    begin = time.perf_counter()
    replies = 0
    while (now := time.perf_counter()) - begin < seconds:
        client.recv(4096)
        client.send(packets[replies % 16])
        replies += 1
    for _ in range(WINDOW):
        client.recv(4096)
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
    """Return {"messages_per_s", "p50_ms", "p99_ms"}: the rate with WINDOW messages under way, then the round trip
    of single messages at half that rate at most, each over half of `seconds`.
    """
    door = subprocess.Popen([sys.executable, "-m", __spec__.name], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert door.stdin is not None
    assert door.stdout is not None
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.settimeout(_TIMEOUT_S)
            client.connect(("127.0.0.1", int(door.stdout.readline())))
            rate = _rate(client, seconds / 2)
            times = _latencies(client, seconds / 2, rate / 2)
    finally:
        door.stdin.close()
        door.wait()
        door.stdout.close()
    p50, p99 = np.percentile(times, [50, 99])
    return {"messages_per_s": rate, "p50_ms": float(p50), "p99_ms": float(p99)}


if __name__ == "__main__":
    asyncio.run(_serve())
