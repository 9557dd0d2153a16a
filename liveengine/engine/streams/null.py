"""No device: the kernel runs on the monotonic clock. Runs on: a thread of its own in the engine process.

It stands in where there is no sound card, and keeps the transport going while a device is lost.
"""

import ctypes
import functools
import threading
from typing import Any

import numpy as np

from liveengine.engine.layout import SCRATCH_FRAMES
from liveengine.engine.memory import Memory
from liveengine.engine.streams import StreamKind
from liveengine.engine.streams.callback import enter, header_of, leave, page_of, prepare, sound
from liveengine.engine.streams.context import Context
from liveengine.engine.streams.native import monotonic_ns, usleep
from liveengine.engine.streams.priority import raise_own

from numba import cfunc, types  # isort: skip  # after the cache folder is set


def run(user: Any) -> None:
    """Give a block each `block` frames of the clock until `stop`. RT-safe; the GIL is not held.

    Deadlines are absolute (block n is due at start + n * block / rate), so that sleeping late never adds up; a block
    that begins more than one block late counts as an xrun, and the following ones come at once until it caught up. The
    start moves on by whole seconds: the product would be beyond int64 after two days.
    """
    page = page_of(user)
    rate = header_of(page).rate
    start = monotonic_ns(page.timespec)
    frames = 0  # since `start`
    while page.stop == 0:
        start += frames // rate * 1_000_000_000
        frames %= rate
        deadline = start + frames * 1_000_000_000 // rate
        wait = deadline - monotonic_ns(page.timespec)
        if wait > 1_000:
            usleep(wait // 1_000)
        began = enter(page)
        if page.live == 1:
            done: Any = np.int64(0)
            while done < page.block:
                count = min(SCRATCH_FRAMES, page.block - done)
                sound(user, page, began if done == 0 else 0, count)
                done += count
        late = 1 if began - deadline > page.block * 1_000_000_000 // rate else 0
        leave(page, page.block, began, late)
        frames += page.block


@functools.cache
def entry() -> Any:
    """Return `run`, compiled: void run(void *page)."""
    return cfunc(types.void(types.voidptr), cache=True, error_model="numpy")(run)


class NullStream:
    """The stream without a device."""

    kind = StreamKind.NULL
    outputs = 0

    def __init__(self, memory: Memory, block: int, context: Context | None = None) -> None:
        self.context = context or Context(memory)
        self.rate = int(memory.header["rate"][0])
        self.block = block
        self.latency = 0
        self._thread: threading.Thread | None = None

    def open(self) -> None:
        """Nothing can be missing."""
        self.context.page["block"] = self.block
        prepare(self.context)
        entry()

    def start(self) -> None:
        """Start the thread, with real-time priority where that is allowed."""
        self.context.page["stop"] = 0
        self._thread = threading.Thread(target=self._run, name="null stream", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread; returns within a block."""
        self.context.page["stop"] = 1
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def close(self) -> None:
        """Nothing to give back."""

    def alive(self) -> bool:
        """Tell if the thread runs."""
        return self._thread is not None and self._thread.is_alive()

    def _run(self) -> None:
        raise_own()
        ctypes.CFUNCTYPE(None, ctypes.c_void_p)(entry().address)(self.context.address)  # releases the GIL while it runs
