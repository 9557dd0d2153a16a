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

SETTLE_S = 12.0  # until every client has been told of every value


def measure_crowd(clients: int, share: float, seconds: float, settle: float = SETTLE_S) -> dict[str, float]:
    """Subscribe so many clients to all values of the door's wall, of which a share changes 30 times a second.

    Returns {"core", "changes_per_s", "heard"}: the share of a core that the door takes, how many values change, and
    which share of what it owes them the clients have got: 1 = the latest value of each change.
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
            time.sleep(settle)
            begin, before, count = time.perf_counter(), told(), sum(heard)
            time.sleep(seconds)
            after, got, took = told(), sum(heard) - count, time.perf_counter() - begin
        finally:
            stop.set()
            listener.join()
    values = after["values"] - before["values"]
    return {
        "core": (after["cpu_s"] - before["cpu_s"]) / took,
        "changes_per_s": values / took,
        "heard": got / max(values * clients, 1),
    }


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
