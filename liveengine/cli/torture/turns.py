"""How long the turns of the daemon's loop are, in a server that is otherwise unchanged. Runs on: the user's shell.

Python reads a `sitecustomize` module at its start; the daemon's puts a clock around each turn of its event loop and
keeps the longest in a small mapped file. It is the thread's own processor time: what other programs take is not
counted, nor what the loop waits.
"""

import contextlib
import mmap
import os
import struct
import tempfile
from collections.abc import Iterator
from pathlib import Path

_FILE = struct.Struct("<dq")  # longest turn in seconds, turns longer than LONG_S
LONG_S = 0.010
CLOCK = """
import sys
if "liveengine.daemon" in getattr(sys, "orig_argv", ()):
    import asyncio.base_events, mmap, os, struct, time
    with open(os.path.join({folder!r}, str(os.getpid())), "w+b") as file:
        file.write(bytes(16))
        file.flush()
        longest = memoryview(mmap.mmap(file.fileno(), 16))
    seconds, count = longest[:8].cast("d"), longest[8:].cast("q")
    def timed(self, turn=asyncio.base_events.BaseEventLoop._run_once, clock=time.thread_time):
        begin = clock()
        turn(self)
        took = clock() - begin
        if took > seconds[0]:
            seconds[0] = took
        if took > {long}:
            count[0] += 1
    asyncio.base_events.BaseEventLoop._run_once = timed
"""


class Turns:
    """Reads what the daemons have noted."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def take(self, pid: int) -> tuple[float, int]:
        """Return (longest turn in ms, turns longer than LONG_S) of a daemon since the last time, and begin anew."""
        with (self._folder / str(pid)).open("r+b") as file, mmap.mmap(file.fileno(), _FILE.size) as noted:
            longest, count = _FILE.unpack(noted[:])
            noted[:] = bytes(_FILE.size)
        return longest * 1e3, count


@contextlib.contextmanager
def watched() -> Iterator[tuple[dict[str, str], Turns]]:
    """Lend the environment in which a server's daemon times its turns, and what reads them."""
    with tempfile.TemporaryDirectory(prefix="liveengine-turns-") as folder:
        text = CLOCK.format(folder=folder, long=LONG_S)
        (Path(folder) / "sitecustomize.py").write_text(text, encoding="utf-8")
        paths = [folder, *filter(None, [os.environ.get("PYTHONPATH")])]
        yield {"PYTHONPATH": os.pathsep.join(paths)}, Turns(Path(folder))
