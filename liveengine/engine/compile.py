"""Compile everything that the engine and the daemon call, once per source and machine. Runs on: install, demo, by hand.

`python -m liveengine.engine.compile` prints a JSON line per step: {"done": 1, "total": 4, "what": "..."}. Where there
is more than one processor, helpers (`python -m liveengine.engine.compile block`) compile what does not depend on each
other. What a helper leaves out is compiled here.
"""

import contextlib
import gc
import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from liveengine.cores import cores
from liveengine.engine import cache

HELPERS = (("records",), ("block",), ("clips", "streams"))  # methods of `Code`, for about as long as `voices` takes


class Code:
    """What is to be compiled, with the types of a real memory."""

    def __init__(self) -> None:
        import numpy as np

        from liveengine.engine.memory import Capacity, on_heap

        self._memory = on_heap(Capacity(tracks=1, voices=1, pool_bytes=1 << 12), 48_000)
        self._out = np.zeros((self._memory.rows, 1), np.float32)

    def rings(self) -> None:
        """Compile what the daemon calls."""
        from liveengine.engine.kernel import ring
        from liveengine.engine.positions import EVENT_READ, EVENT_WRITE

        ring.post(self._memory.header, EVENT_READ, ring.peek(self._memory.header, EVENT_WRITE))

    def kernel(self) -> None:
        """Compile what is not in a part, and link."""
        from liveengine.engine.kernel import block

        block.advance(self._memory, self._out, 1)
        block.recover(self._memory)

    def voices(self) -> None:
        """Compile the part that starts a voice: with it goes how voices are read."""
        from liveengine.engine.kernel import launch

        self._parts((launch.launch, *self._record, 0, 0))

    def records(self) -> None:
        """Compile the parts that obey other records."""
        from liveengine.engine.kernel import obey

        self._parts(*((function, *self._record, 0) for function in (obey.settings, obey.transport, obey.at_seam)))

    def block(self) -> None:
        """Compile the parts that mix, and those that begin and end a block."""
        from liveengine.engine.kernel import block, check, overload, queue, track

        work, record = self._record
        self._parts(
            (track.mix, work, self._out, 0, 0),
            (track.master, work, self._out, 0, 0),
            (check.fault, work, record),
            (overload.restore, work, 0),
            (overload.relieve, work, 0),
            (queue.retire, work, 0),
            (queue.show, work),
            (block.copy, self._memory),
        )

    def clips(self) -> None:
        """Compile the parts that press clips and that follow them."""
        from liveengine.engine.kernel import follow, press

        self._parts(*((function, *self._record, 0) for function in (follow.take, press.press, press.again)))

    def streams(self) -> None:
        """Compile the callbacks of the streams."""
        from liveengine.engine.streams import callback, jack, null, portaudio

        for compiled in (callback.driver, null.entry, jack.entry, portaudio.entry):
            compiled()

    @property
    def _record(self) -> tuple[Any, Any]:
        from liveengine.engine.kernel.work import Work

        names = Work._fields
        banks = names[: names.index("header")]
        arrays = {name: getattr(self._memory, name) for name in names}
        work = Work(**{name: array[0] if name in banks else array for name, array in arrays.items()})
        return work, work.queue[0]

    @staticmethod
    def _parts(*calls: tuple[Any, ...]) -> None:
        from numba import typeof

        for function, *args in calls:
            function.compile(tuple(typeof(arg) for arg in args))


@contextlib.contextmanager
def helpers() -> Iterator[list[subprocess.Popen[bytes]]]:
    """Start a process for each of `HELPERS`, if there is another processor, and end those that still run."""
    command = [sys.executable, "-m", "liveengine.engine.compile"]
    started = [subprocess.Popen([*command, *names]) for names in HELPERS] if cores() > 1 else []
    try:
        yield started
    finally:
        for process in started:
            process.kill()
            process.wait()


def steps(started: list[subprocess.Popen[bytes]]) -> list[tuple[str, Callable[[], object]]]:
    """Return what to compile, in order; what a helper has compiled is only read."""
    code = Code()
    return [
        ("rings", code.rings),
        ("voices", code.voices),
        *((names[0], process.wait) for names, process in zip(HELPERS, started, strict=False)),
        ("kernel", code.kernel),
        ("streams", code.streams),
    ]


def run() -> Iterator[tuple[int, int, str]]:
    """Compile step by step and yield (done, total, what comes next)."""
    with helpers() as started:
        todo = steps(started)
        for done, (what, call) in enumerate(todo):
            yield done, len(todo), what
            gc.disable()  # a tenth of the compiler's time, for memory that is about to be given back
            try:
                call()
            finally:
                gc.enable()
    (cache.FOLDER / cache.MARK).write_text(json.dumps({"steps": [what for what, _ in todo]}))
    yield len(todo), len(todo), "ready"


def help_with(names: Sequence[str]) -> None:
    """Compile what the helper that is given these names does."""
    gc.disable()
    code = Code()
    for name in names:
        getattr(code, name)()


if __name__ == "__main__":
    if len(sys.argv) > 1:
        help_with(sys.argv[1:])
    else:
        for done, total, what in run():
            sys.stdout.write(json.dumps({"done": done, "total": total, "what": what}) + "\n")
            sys.stdout.flush()
