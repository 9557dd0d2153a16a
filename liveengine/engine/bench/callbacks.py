"""A JACK client that does nothing: the machine's faults. Not RT-safe. Runs on: bench.

The null client, a process of its own, only writes silence: a cycle that it woke late for as well is the machine's, one
that we alone miss is ours.
"""

import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from liveengine.errors import DeviceMissing

RATE = 48_000
END_SECONDS = 60.0  # for the client to save what it saw
Trace = npt.NDArray[np.int64]  # [callbacks, 3]: wake ns, return ns, frames


def machine_stalled(wakes: npt.NDArray[np.int64], wake: int, back: int, block: float) -> bool:
    """Tell if the null client woke late (by more than half a block) around the time from `wake` to `back`."""
    low, high = np.searchsorted(wakes, (wake - int(block), back + int(block)))
    near = wakes[max(0, low - 1) : high + 1]
    return len(near) < 2 or bool(np.any(np.diff(near) > 1.5 * block))


@contextlib.contextmanager
def null_client(seconds: float) -> Iterator[Callable[[], Trace]]:
    """Run the null client, for up to `seconds`; lend what ends it and returns its callbacks. Raises DeviceMissing."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "null.npy"
        command = [sys.executable, "-m", "liveengine.engine.bench.callbacks", str(path), str(seconds)]
        child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

        def traced() -> Trace:
            child.communicate("\n", END_SECONDS)
            if child.returncode:
                raise DeviceMissing("the null client ended; its reason is above")
            found: Trace = np.load(path)
            return found

        try:
            if child.stdout is None or not child.stdout.readline():
                raise DeviceMissing("the null client ended; its reason is above")
            yield traced
        finally:
            child.kill()
            child.communicate()


def _client(path: Path, seconds: float) -> None:
    """Be the null client: write silence until a line comes on stdin."""
    from liveengine.engine.memory import Capacity, on_heap
    from liveengine.engine.streams import priority
    from liveengine.engine.streams.context import Context
    from liveengine.engine.streams.jack import JackStream

    memory = on_heap(Capacity(tracks=1, voices=1, pool_bytes=4096), RATE)
    context = Context(memory, trace=int(seconds * RATE / 16))
    stream = JackStream(memory, context, name="null")
    stream.open()
    context.page["live"] = 0
    stream.start()
    stream.complete()
    stream.connect(stream.speakers())
    priority.lock_memory()
    print("plays", flush=True)
    sys.stdin.readline()
    np.save(path, context.traced())
    with contextlib.suppress(DeviceMissing):  # libjack does not always let go
        stream.stop()
        stream.close()
    os._exit(0)


if __name__ == "__main__":
    _client(Path(sys.argv[1]), float(sys.argv[2]))
