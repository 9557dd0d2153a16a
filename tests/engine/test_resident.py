"""What a voice reads lies in RAM: no page is fetched from a disk while the audio thread plays."""

import functools
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from liveengine.engine.pool import Segments
from liveengine.engine.resident import Resident
from liveengine.engine.shared import Shared
from liveengine.engine.streams.null import NullStream
from tests.engine import stage


def faults(thread: int) -> int:
    """Return a thread's major page faults (field 12 of proc(5))."""
    line = Path(f"/proc/self/task/{thread}/stat").read_text("ascii", "replace")
    return int(line[line.rindex(")") + 2 :].split()[9])


def locked(pid: int) -> int:
    """Return the KiB that a process keeps in RAM."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmLck")).split()[1])


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_the_audio_thread_meets_no_major_page_fault_while_it_plays() -> None:
    with stage.memory_of(stage.settings()) as shared:
        stage.play(shared.memory)
        Resident(shared).step()
        stream = NullStream(shared.memory, 64)
        stream.open()
        stream.start()
        stage.wait(lambda: int(stream.context.page["wakes"]) > 10)
        assert stream._thread is not None
        thread = int(stream._thread.native_id or 0)
        before = faults(thread)
        stream.context.page["live"] = 1
        stage.wait(lambda: stage.header(shared, "frame") > 40_000)
        assert faults(thread) - before == 0
        stream.stop()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="mlockall")
def test_an_engine_that_plays_has_its_memory_locked() -> None:
    if resource.getrlimit(resource.RLIMIT_MEMLOCK)[0] == 0:
        pytest.skip("this user may not lock any memory")
    with stage.memory_of(stage.settings()) as shared:
        stage.play(shared.memory)
        with stage.engine(shared, "--stream", "null") as engine:
            stage.wait(lambda: stage.header(shared, "frame") > 5_000)
            stage.wait(lambda: locked(engine.pid) > stage.CLIP * 2 * 2 * 4 // 1024)


CHILD = """
import resource, sys
from pathlib import Path
from liveengine.engine.resident import Resident
from liveengine.engine.shared import attach
from liveengine.engine.streams import priority
priority.lock_memory = lambda: False  # as for a user whose limit is too small for everything
resident = Resident(attach(Path(sys.argv[1])))
resident.lock()
resident.step()
print(next(line for line in open("/proc/self/status") if line.startswith("VmLck")).split()[1])
resident._shared.memory.segments["state"] = 0
resident.step()
print(next(line for line in open("/proc/self/status") if line.startswith("VmLck")).split()[1])
"""


OTHERS = """
import os, resource, sys
from pathlib import Path
from liveengine.engine.shared import attach
from liveengine.engine.streams import priority
pool = attach(Path(sys.argv[1])).memory.pool
def kib(name):
    return int(next(line for line in open("/proc/self/status") if line.startswith(name)).split()[1])
geteuid, os.geteuid = os.geteuid, lambda: 1  # as for a user with a limit
resource.setrlimit(resource.RLIMIT_MEMLOCK, (1 << 20, resource.getrlimit(resource.RLIMIT_MEMLOCK)[1]))
assert priority.lock_others(pool.ctypes.data, 1 << 10) is False and kib("VmLck") == 0
os.geteuid = geteuid
print(kib("VmSize") - pool.nbytes // 1024, priority.lock_others(pool.ctypes.data, 0) and kib("VmLck"))
"""


@pytest.mark.skipif(not sys.platform.startswith("linux") or os.geteuid() != 0, reason="mlock, without a limit")
def test_what_is_mapped_beside_the_pool_is_locked_where_the_limit_allows_that() -> None:
    with stage.memory_of(stage.settings()) as shared:
        mapped, kept = _child(shared, OTHERS)
        assert 0.9 * mapped < kept <= 1.1 * mapped


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="mlock")
def test_where_not_all_may_be_locked_segments_are_and_let_go() -> None:
    with stage.memory_of(stage.settings()) as shared:
        stage.play(shared.memory)
        before, after = _child(shared, CHILD)
        clips = 2 * stage.CLIP * 2 * 4 // 1024
        assert clips - 16 <= before - after <= clips + 16


def _child(shared: Shared, code: str) -> tuple[int, int]:
    done = subprocess.run([sys.executable, "-c", code, shared.folder], capture_output=True, text=True, check=True)
    first, second = done.stdout.split()
    return int(first), int(second)


def test_a_segment_that_was_given_back_and_lies_elsewhere_now_is_locked_there(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[tuple[str, int]] = []
    for name in ("lock", "unlock"):
        note = functools.partial(lambda kind, at, length: calls.append((kind, at - base)), name)
        monkeypatch.setattr(f"liveengine.engine.streams.priority.{name}", note)
    with stage.memory_of(stage.settings()) as shared:
        base = shared.memory.pool.ctypes.data
        segments = Segments(shared.memory, shared)
        one, other = segments.allocate(3_000, 1, 1), segments.allocate(300_000, 1, 2)
        segments.ready(one, 3_000)
        resident = Resident(shared)
        resident.step()
        segments.free(one)
        segments.free(other)
        assert segments.allocate(300_000, 1, 3) == one
        segments.ready(one, 300_000)
        resident.step()
        there = int(shared.memory.segments[one]["offset"])
        assert there > 0
        assert calls == [("lock", 0), ("unlock", 0), ("lock", there)]
