"""What the audio thread keeps of its promises, beside a client that does nothing. Not RT-safe. Runs on: by hand.

Each measurement starts a JACK server of its own without a sound card, then two clients in processes of their own: ours
with voices that play, and a null client that only writes silence. What both miss is the machine's; what ours alone
misses is ours.
"""

import contextlib
import ctypes
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from liveengine.errors import DeviceMissing

RATE = 48_000
START_SECONDS = 60.0  # for the clients; a cold cache is compiled in it
SETTLE_SECONDS = 0.5
Trace = npt.NDArray[np.int64]  # [callbacks, 3]: wake ns, return ns, frames


def measure_gil_hold(seconds: float = 3.0, period: int = 256, voices: int = 16) -> dict[str, Any]:
    """Hold the GIL of the playing process for `seconds`; return what was delivered meanwhile.

    `missed` counts the callbacks that the null client got in that time and ours did not.
    """
    with server(period) as realtime, _clients(voices, seconds + 2 * SETTLE_SECONDS) as clients:
        time.sleep(SETTLE_SECONDS)
        clients.tell("own", f"hold {seconds}")
        began, ended = (int(word) for word in clients.hear("own").split())
        time.sleep(SETTLE_SECONDS)
        own, null = clients.traces()
    edge = period * 1_000_000_000 // RATE // 2
    inside = null[(null[:, 0] >= began) & (null[:, 0] < ended), 0]
    first, last = int(inside[0]) + edge, int(inside[-1]) + edge  # between two cycles, where no wake is near
    counts = [int(np.count_nonzero((trace[:, 0] >= first) & (trace[:, 0] < last))) for trace in (own, null)]
    return {
        "seconds": (ended - began) / 1e9,
        "period": period,
        "voices": voices,
        "realtime": realtime,
        "expected": round((last - first) * RATE / period / 1e9),
        "delivered": counts[0],
        "null": counts[1],
        "missed": max(0, counts[1] - counts[0]),
    }


def measure_xruns_jack(period: int = 64, voices: int = 64, seconds: float = 20.0, hold: float = 0.0) -> dict[str, Any]:
    """Play `voices` voices for `seconds`, the GIL held for the first `hold` of them; return who missed how much.

    An own miss is a cycle in which our wake-to-return time exceeds the block while the null client woke on time; the
    machine's are those in which it did not.
    """
    with server(period) as realtime, _clients(voices, seconds + 2 * SETTLE_SECONDS) as clients:
        time.sleep(SETTLE_SECONDS)
        if hold > 0.0:
            clients.tell("own", f"hold {hold}")
            clients.hear("own")
        time.sleep(seconds - hold)
        own, null = clients.traces()
    tail = int((seconds) * RATE / period)
    own = own[-tail:]
    block = period * 1e9 / RATE
    busy = (own[:, 1] - own[:, 0]) / block
    late = own[busy > 1.0]
    excused = sum(machine_stalled(null[:, 0], int(wake), int(back), block) for wake, back, _ in late)
    return {
        "period": period,
        "voices": voices,
        "realtime": realtime,
        "cycles": len(own),
        "own": len(late) - excused,
        "machine": excused,
        "own_per_10000": (len(late) - excused) * 10_000 / len(own),
        "null_late_wakes": int(np.count_nonzero(np.diff(null[-tail:, 0]) > 1.5 * block)),
        "busy_p50": float(np.percentile(busy, 50)),
        "busy_p999": float(np.percentile(busy, 99.9)),
        "busy_max": float(busy.max()),
    }


def machine_stalled(wakes: npt.NDArray[np.int64], wake: int, back: int, block: float) -> bool:
    """Tell if the null client woke late (by more than half a block) around the time from `wake` to `back`."""
    low, high = np.searchsorted(wakes, (wake - int(block), back + int(block)))
    near = wakes[max(0, low - 1) : high + 1]
    return len(near) < 2 or bool(np.any(np.diff(near) > 1.5 * block))


@contextlib.contextmanager
def server(period: int) -> Iterator[bool]:
    """Run a JACK server, with real-time threads where that is allowed; lend whether they are."""
    name = f"liveengine-measure-{os.getpid()}"
    before = os.environ.get("JACK_DEFAULT_SERVER")
    os.environ["JACK_DEFAULT_SERVER"] = name
    try:
        for realtime in (True, False):
            server = _start_server(name, period, realtime)
            if server is not None:
                break
        else:
            raise DeviceMissing("jackd does not start; on Debian: apt install jackd2")
        try:
            yield realtime
        finally:
            server.terminate()
            server.wait()
    finally:
        if before is None:
            del os.environ["JACK_DEFAULT_SERVER"]
        else:
            os.environ["JACK_DEFAULT_SERVER"] = before


def _start_server(name: str, period: int, realtime: bool) -> subprocess.Popen[bytes] | None:
    command = ["jackd", "-n", name, "-R" if realtime else "-r", "-d", "dummy", "-r", str(RATE), "-p", str(period)]
    try:
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    except OSError:
        return None
    time.sleep(SETTLE_SECONDS)
    return server if server.poll() is None else None


class _Clients:
    """The two client processes."""

    def __init__(self, folder: Path, voices: int, seconds: float) -> None:
        self._folder = folder
        self._children = {
            role: subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "liveengine.engine.bench.callbacks",
                    role,
                    str(folder),
                    str(voices),
                    str(seconds),
                ],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for role in ("null", "own")
        }
        for role in self._children:
            self.hear(role)

    def tell(self, role: str, line: str) -> None:
        """Send a line."""
        pipe = self._children[role].stdin
        if pipe is not None:
            pipe.write(f"{line}\n")
            pipe.flush()

    def hear(self, role: str) -> str:
        """Return the next line; raises DeviceMissing when the client has died."""
        pipe = self._children[role].stdout
        line = pipe.readline() if pipe is not None else ""
        if not line:
            raise DeviceMissing(f"the {role} client ended; its reason is above")
        return line.strip()

    def traces(self) -> tuple[Trace, Trace]:
        """End both; return their callbacks, ours first."""
        for role in self._children:
            self.tell(role, "end")
        for child in self._children.values():
            child.wait(START_SECONDS)
        return np.load(self._folder / "own.npy"), np.load(self._folder / "null.npy")

    def kill(self) -> None:
        """Leave no process behind."""
        for child in self._children.values():
            if child.poll() is None:
                child.kill()
            child.communicate()


@contextlib.contextmanager
def _clients(voices: int, seconds: float) -> Iterator[_Clients]:
    with tempfile.TemporaryDirectory() as folder:
        clients = _Clients(Path(folder), voices, seconds)
        try:
            yield clients
        finally:
            clients.kill()


def _client(role: str, folder: Path, voices: int, seconds: float) -> None:
    """Be one of the clients: play until a line comes on stdin; `hold N` holds the GIL for N seconds."""
    from liveengine.engine.bench.crowd import busy_memory
    from liveengine.engine.memory import Capacity, on_heap
    from liveengine.engine.streams import priority
    from liveengine.engine.streams.context import Context
    from liveengine.engine.streams.jack import JackStream

    own = role == "own"
    memory = busy_memory("linear", voices) if own else on_heap(Capacity(tracks=1, voices=1, pool_bytes=4096), RATE)
    context = Context(memory, trace=int((seconds + START_SECONDS) * RATE / 16))
    stream = JackStream(memory, context, name=role)
    stream.open()
    context.page["live"] = own
    stream.start()
    stream.connect(stream.speakers())
    priority.lock_memory()
    print("plays", flush=True)
    for line in sys.stdin:
        if not line.startswith("hold"):
            break
        print(*_hold(float(line.split()[1])), flush=True)
    np.save(folder / f"{role}.npy", context.traced())
    with contextlib.suppress(DeviceMissing):  # libjack does not always let go
        stream.stop()
        stream.close()
    os._exit(0)


def _hold(seconds: float) -> tuple[int, int]:
    """Keep every other Python thread of this process waiting; return when it began and ended, in ns."""
    sleep = ctypes.PyDLL(None).usleep  # PyDLL: a call that does not release the GIL
    began = time.monotonic_ns()
    sleep(ctypes.c_uint(int(seconds * 1e6)))
    return began, time.monotonic_ns()


if __name__ == "__main__":
    _client(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]))
