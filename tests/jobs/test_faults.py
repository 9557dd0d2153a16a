import errno

import pytest

from liveengine.errors import BadAudio, DiskFull, JobFailure, LiveEngineError, ModelMissing, OutOfMemory
from liveengine.jobs.faults import told


class SafetensorError(Exception):
    pass


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (BadAudio("no sound"), BadAudio, "no sound"),
        (MemoryError(), OutOfMemory, "train of 'kick' needs more memory than"),
        (RuntimeError("CUDA out of memory. Tried to allocate 2 GiB\nmore"), OutOfMemory, "(CUDA out of memory."),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory"), OutOfMemory, "ask for less at once"),
        (OSError(errno.ENOSPC, "No space left on device"), DiskFull, "make room, then run the job again"),
        (SafetensorError("I/O error: No space left on device (os error 28)"), DiskFull, "the disk is full"),
        (ModuleNotFoundError("No module named 'torch'", name="torch"), ModelMissing, "pip install 'liveengine[ml]'"),
        (ImportError("libcudart.so: no such file", name="torch._C"), ModelMissing, "needs the package 'torch'"),
        (ModuleNotFoundError("No module named 'matplotlib'", name="matplotlib"), ModelMissing, "liveengine[plot]"),
        (ModuleNotFoundError("No module named 'ours'", name="ours"), JobFailure, "ModuleNotFoundError"),
        (ValueError("shapes"), JobFailure, "train of 'kick': ValueError: shapes"),
    ],
)
def test_every_fault_is_told_as_what_a_person_can_act_on(
    error: Exception, kind: type[LiveEngineError], words: str
) -> None:
    found = told(error, "train of 'kick'")
    assert type(found) is kind
    assert words in str(found)
    assert "\n" not in str(found)
