"""What many clients cost that want to be told of many values. Runs on: a bench.

The door runs in a process of its own (`served.py`), the clients in this one.
"""

import contextlib
import json
import selectors
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from liveengine.control.osc import served
from liveengine.control.osc.codec import encode
from liveengine.control.osc.measure import datagrams

SETTLE_S = 60.0  # at most until every client has been told of every value ...
QUIET_S = 0.5  # ... and nothing more came for so long
REST_S = 5.0  # at most until what changed last has come


def measure_crowd(clients: int, share: float, seconds: float) -> dict[str, float]:
    """Subscribe so many clients to all values of the door's wall, of which a share changes 30 times a second.

    Returns {"core", "changes", "changes_per_s", "heard"}: the share of a core that the door takes, how many values
    have changed, in all and in a second, and which share of them the clients have got: 1 = each client each change.
    """
    with _changing(share) as (port, told), contextlib.ExitStack() as stack:
        crowd = [stack.enter_context(datagrams(port)) for _ in range(clients)]
        heard = [0] * clients
        stop = threading.Event()
        listener = threading.Thread(target=_listen, args=(crowd, heard, stop))
        listener.start()
        try:
            for client in crowd:
                client.send(encode("/subscribe", "/wall/*"))
            present = _settled(heard)
            begin, before = time.perf_counter(), told()
            time.sleep(seconds)
            after, took = told(), time.perf_counter() - begin
            values = after["values"] - before["values"]
            _come(heard, present + values * clients, REST_S)
        finally:
            stop.set()
            listener.join()
    return {
        "core": (after["cpu_s"] - before["cpu_s"]) / took,
        "changes": values,
        "changes_per_s": values / took,
        "heard": (sum(heard) - present) / max(values * clients, 1),
    }


def _settled(heard: list[int]) -> int:
    """Wait until no more values come; return how many came."""
    end, known, since = time.perf_counter() + SETTLE_S, 0, time.perf_counter()
    while (now := time.perf_counter()) < end and (not known or now - since < QUIET_S):
        if sum(heard) != known:
            known, since = sum(heard), now
        time.sleep(0.01)
    return sum(heard)


def _come(heard: list[int], count: float, seconds: float) -> None:
    """Wait until so many values were heard."""
    end = time.perf_counter() + seconds
    while sum(heard) < count and time.perf_counter() < end:
        time.sleep(0.01)


def _listen(crowd: list[socket.socket], heard: list[int], stop: threading.Event) -> None:
    """Count the values that come."""
    with selectors.DefaultSelector() as selector:
        for number, client in enumerate(crowd):
            client.setblocking(False)
            selector.register(client, selectors.EVENT_READ, number)
        while not stop.is_set():
            for key, _ in selector.select(0.1):
                with contextlib.suppress(BlockingIOError):
                    while True:
                        heard[key.data] += crowd[key.data].recv(65_536).count(b"/wall/")


@contextmanager
def _changing(share: float) -> Iterator[tuple[int, Callable[[], dict[str, float]]]]:
    """Run the door with values that change; give its port and what asks it for its processor time and changes."""
    command = [sys.executable, "-m", served.__name__, "--changing", str(share)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as door:
        assert door.stdin is not None
        assert door.stdout is not None
        stdin, stdout = door.stdin, door.stdout

        def told() -> dict[str, float]:
            stdin.write("\n")
            stdin.flush()
            found: dict[str, float] = json.loads(stdout.readline())
            return found

        try:
            yield int(stdout.readline()), told
        finally:
            door.kill()
