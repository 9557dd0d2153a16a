"""Compile everything that the engine and the daemon call, once per source and machine. Runs on: install, demo, by hand.

`python -m liveengine.engine.compile` prints a JSON line per step: {"done": 1, "total": 4, "what": "..."}.
"""

import gc
import json
import sys
from collections.abc import Callable, Iterator

from liveengine.engine import cache


def steps() -> list[tuple[str, Callable[[], object]]]:
    """Return what to compile, in the order of use: calls on a tiny memory, with the types of the real one."""
    import numpy as np

    from liveengine.engine.kernel import block as kernel
    from liveengine.engine.kernel import ring
    from liveengine.engine.memory import Capacity, on_heap
    from liveengine.engine.positions import EVENT_READ, EVENT_WRITE
    from liveengine.engine.streams import callback, jack, null, portaudio

    memory = on_heap(Capacity(tracks=1, voices=1, pool_bytes=1 << 12), 48_000)
    out = np.zeros((memory.rows, 1), np.float32)
    return [
        ("rings", lambda: ring.post(memory.header, EVENT_READ, ring.peek(memory.header, EVENT_WRITE))),
        ("kernel", lambda: kernel.advance(memory, out, 1)),
        ("recovery", lambda: kernel.recover(memory)),
        ("kernel in a callback", callback.driver),
        ("null stream", null.entry),
        ("JACK stream", jack.entry),
        ("PortAudio stream", portaudio.entry),
    ]


def run() -> Iterator[tuple[int, int, str]]:
    """Compile step by step and yield (done, total, what comes next)."""
    todo = steps()
    for done, (what, call) in enumerate(todo):
        yield done, len(todo), what
        gc.disable()  # a tenth of the compiler's time, for memory that is about to be given back
        try:
            call()
        finally:
            gc.enable()
    (cache.FOLDER / cache.MARK).write_text(json.dumps({"steps": [what for what, _ in todo]}))
    yield len(todo), len(todo), "ready"


if __name__ == "__main__":
    for done, total, what in run():
        sys.stdout.write(json.dumps({"done": done, "total": total, "what": what}) + "\n")
        sys.stdout.flush()
