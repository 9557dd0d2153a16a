"""A JACK client that notes when it hears impulses, in the server's own frame time. Runs on: a process of its own.

`python -m liveengine.engine.bench.listener PORT` prints "listens", then, after a line on stdin, the frames as JSON. Its
callback is Python: a cycle that it misses loses what sounded in it, but shifts nothing.
"""

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator

import numpy as np

from liveengine.errors import DeviceMissing

LOUD = 0.1  # linear; an impulse is above it, everything else below
_WRAP = 1 << 32  # of JACK's frame time


@contextlib.contextmanager
def listen(port: str) -> Iterator[Callable[[], list[int]]]:
    """Run a listener on a port; lend the function that ends it and returns what it heard. Raises DeviceMissing."""
    command = [sys.executable, "-m", __name__, port]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        try:
            assert child.stdout is not None
            if child.stdout.readline() != "listens\n":
                raise DeviceMissing(f"nobody can listen to {port}; the reason is above")
            yield lambda: unwrap(json.loads(child.communicate("end\n")[0]))
        finally:
            child.kill()


def unwrap(frames: list[int]) -> list[int]:
    """Return frame times that only grow, from those of a clock of 32 bits."""
    whole: list[int] = []
    for frame in frames:
        whole.append(frame if not whole else whole[-1] + (frame - whole[-1]) % _WRAP)
    return whole


def main(source: str) -> None:
    """Listen until a line comes."""
    from liveengine.engine.streams.jack import library

    client = library().Client("listener", no_start_server=True)
    port = client.inports.register("in")
    heard: list[int] = []

    def process(frames: int) -> None:
        loud = np.abs(port.get_array()) > LOUD
        if loud.any():
            heard.append(int(client.last_frame_time) + int(loud.argmax()))

    client.set_process_callback(process)
    client.activate()
    client.connect(source, port)
    print("listens", flush=True)
    sys.stdin.readline()
    print(json.dumps(heard), flush=True)
    os._exit(0)  # libjack does not always let go


if __name__ == "__main__":
    main(sys.argv[1])
