"""Ring positions as Python reads and publishes them. Runs on: event loop, MIDI thread (not RT-safe).

The compiled atomics of `ring` cost the daemon numba's import, a third of its start. Where the processor itself keeps
stores in order and loads in order (x86-64: Intel SDM volume 3, 9.2.2), an aligned 8-byte access from Python is the same
instruction; elsewhere `ring` is used.
"""

import platform
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from liveengine.engine.layout import HEADER

ORDERED = platform.machine().lower() in ("x86_64", "amd64")


def _word_of(name: str) -> int:
    """Return the place of a header's field, counted in int64."""
    assert HEADER.fields is not None
    return int(HEADER.fields[name][1]) // 8


COMMAND_WRITE = _word_of("command_write")
COMMAND_READ = _word_of("command_read")
EVENT_WRITE = _word_of("event_write")
EVENT_READ = _word_of("event_read")
COMMITTED = _word_of("committed")
FRAME = _word_of("frame")


def _peek(header: Any, index: int) -> int:
    """Return the header's word `index`; whatever was written before it is visible."""
    return int(header.view("<i8")[index])


def _post(header: Any, index: int, value: int) -> None:
    """Publish the header's word `index` after everything that this thread has written."""
    header.view("<i8")[index] = value


def _atomics() -> tuple[Callable[[Any, int], int], Callable[[Any, int, int], None]]:
    if ORDERED:
        return _peek, _post
    from liveengine.engine.kernel import ring

    return ring.peek, ring.post


peek, post = _atomics()


def bound(header: Any) -> tuple[Callable[[int], int], Callable[[int, int], None]]:
    """Return `peek` and `post` for one header: for who asks often: looking into an array takes 1 us."""
    if ORDERED:
        words = header.view(np.uint8).data.cast("q")
        return words.__getitem__, words.__setitem__
    return partial(peek, header), partial(post, header)
