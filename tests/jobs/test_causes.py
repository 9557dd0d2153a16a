import signal
from pathlib import Path

import pytest

from liveengine.errors import OutOfMemory, WorkerDied
from liveengine.jobs import causes
from liveengine.jobs.causes import ended, oom_kills


def test_a_kill_that_nobody_sent_is_most_likely_memory_and_tells_the_limit_and_the_remedy() -> None:
    told = ended(7, -signal.SIGKILL, (), 512, None)
    assert isinstance(told, OutOfMemory)
    assert str(told) == (
        "worker 7 was killed (SIGKILL) by the system: it may use 512 MiB, and most likely its memory was used up; "
        "close other programs, or ask for less at once"
    )


def test_where_the_kernel_counts_it_is_known() -> None:
    assert "the memory of the machine was used up" in str(ended(7, -signal.SIGKILL, (), 0, 1))
    assert isinstance(ended(7, -signal.SIGKILL, (), 512, 0), WorkerDied)


@pytest.mark.parametrize(
    "last",
    [
        "terminate called after throwing an instance of 'std::bad_alloc'",
        "OpenBLAS error: Memory allocation still failed after 10 retries, cannot allocate memory.",
        "RuntimeError: [enforce fail] DefaultCPUAllocator: can't allocate memory: you tried to allocate 8 bytes",
        "torch.OutOfMemoryError: CUDA out of memory.",
    ],
)
def test_last_words_about_memory_count(last: str) -> None:
    assert isinstance(ended(7, -signal.SIGABRT, ("something", last), 512, None), OutOfMemory)


def test_other_ends_name_the_signal_or_the_status_and_the_last_line() -> None:
    assert str(ended(7, -signal.SIGSEGV, ("oops",), 512, 0)) == (
        "worker 7 died of SIGSEGV: a library that it uses has a fault (oops)"
    )
    assert "status 3 before its job was done" in str(ended(7, 3, (), 512, 0))
    assert "signal 40" in str(ended(7, -40, (), 0, 0))


def test_the_kernels_count_is_read_from_the_own_control_group(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = tmp_path / "cgroup"
    monkeypatch.setattr(causes, "_OWN", own)
    monkeypatch.setattr(causes, "_GROUPS", tmp_path)
    assert oom_kills() is None
    own.write_text("0::/music.slice/traum\n")
    assert oom_kills() is None
    (tmp_path / "music.slice" / "traum").mkdir(parents=True)
    (tmp_path / "music.slice" / "traum" / "memory.events").write_text("low 0\nhigh 0\nmax 3\noom 2\noom_kill 2\n")
    assert oom_kills() == 2
