"""The one error tree; every leaf has a stable code, the doors only translate. Runs on: anywhere.

LiveEngineError
├── BadInput        the caller sent something wrong; nothing was changed
│   ├── UnknownAddress   unknown_address
│   ├── BadArgument      bad_argument
│   └── OutOfRange       out_of_range
├── NotFound        the thing named is not there
│   ├── UnknownStem      unknown_stem
│   ├── EmptySlot        empty_slot
│   ├── UnknownJob       unknown_job
│   ├── UnknownRender    unknown_render
│   ├── NothingFits      nothing_fits
│   └── TooFew           too_few
├── Superseded      superseded; something newer was asked for meanwhile
├── Refused         this peer or this file may not do that
│   ├── Forbidden        forbidden
│   ├── Unpaired         unpaired
│   ├── BadAudio         bad_audio
│   ├── WorseModel       model_worse
│   └── FileChanged      file_changed
├── Full            a fixed capacity is used up; try again later
│   ├── TooFast          too_fast
│   ├── RingFull         ring_full
│   ├── PoolFull         pool_full
│   └── DiskFull         disk_full
├── Unavailable     a part of the system is not there now
│   ├── EngineDown       engine_down
│   ├── ModelMissing     model_missing
│   ├── ModelDamaged     model_damaged
│   ├── DeviceMissing    device_missing   exit 69
│   ├── MasterMissing    master_missing
│   └── JobFailure       job_failed
│       ├── WorkerDied       worker_died
│       ├── WorkerHung       worker_hung
│       ├── OutOfMemory      out_of_memory
│       ├── TookTooLong      took_too_long
│       └── SetAside         set_aside
└── CannotStart     the process ends with `exit_code`
    ├── LibraryLocked    library_locked   exit 75
    └── PortInUse        port_in_use      exit 78
"""

import errno
import re
from typing import ClassVar


class LiveEngineError(Exception):
    """A fault that a person can read: what happened, which value, what to do."""

    code = "internal"
    exit_code = 1


class BadInput(LiveEngineError):
    """The caller sent something wrong; nothing was changed."""

    code = "bad_input"
    exit_code = 64


class UnknownAddress(BadInput):
    """No command has this address."""

    code = "unknown_address"


class BadArgument(BadInput):
    """An argument is missing, superfluous or of the wrong type."""

    code = "bad_argument"


class OutOfRange(BadInput):
    """An argument is of the right type but outside its range."""

    code = "out_of_range"


class NotFound(LiveEngineError):
    """The thing named is not there."""

    code = "not_found"
    exit_code = 66


class UnknownStem(NotFound):
    """The library holds no stem with this id."""

    code = "unknown_stem"


class EmptySlot(NotFound):
    """The slot holds no clip."""

    code = "empty_slot"


class UnknownJob(NotFound):
    """No job has this id."""

    code = "unknown_job"


class UnknownRender(NotFound):
    """No rendered track has this id."""

    code = "unknown_render"


class NothingFits(NotFound):
    """No stem of the library satisfies the request."""

    code = "nothing_fits"


class TooFew(NotFound):
    """There is less of something than is needed to learn from it."""

    code = "too_few"


class Superseded(LiveEngineError):
    """Something newer was asked for while this was made ready; nothing was changed."""

    code = "superseded"


class Refused(LiveEngineError):
    """This peer or this file may not do that."""

    code = "refused"
    exit_code = 77


class Forbidden(Refused):
    """The peer's origin or host is not on the list, or its role may not do that."""

    code = "forbidden"


class Unpaired(Refused):
    """The peer is on another machine and has shown no token that counts."""

    code = "unpaired"


class BadAudio(Refused):
    """The file is no audio that can be used; it goes to quarantine with this message as the reason."""

    code = "bad_audio"
    exit_code = 65


class WorseModel(Refused):
    """What was learnt is worse than what was there before, and is not kept."""

    code = "model_worse"
    exit_code = 65


class FileChanged(Refused):
    """The file is being written; it can be used when it is complete."""

    code = "file_changed"


class Full(LiveEngineError):
    """A fixed capacity is used up; try again later."""

    code = "full"
    exit_code = 75


class TooFast(Full):
    """The peer sends more than its share."""

    code = "too_fast"


class RingFull(Full):
    """The command ring is full: the engine has not taken the last records yet."""

    code = "ring_full"


class PoolFull(Full):
    """The sample pool cannot hold another buffer."""

    code = "pool_full"


class DiskFull(Full):
    """The disk cannot take the data."""

    code = "disk_full"
    NUMBERS: ClassVar[frozenset[int]] = frozenset(
        {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
    )  # by which a system says so


class Unavailable(LiveEngineError):
    """A part of the system is not there now."""

    code = "unavailable"
    exit_code = 69


class EngineDown(Unavailable):
    """The engine process does not answer."""

    code = "engine_down"


class ModelMissing(Unavailable):
    """The model's files are not on this machine."""

    code = "model_missing"


class ModelDamaged(Unavailable):
    """A model's files are there, but not what was written: they are not loaded."""

    code = "model_damaged"


class DeviceMissing(Unavailable):
    """The audio device cannot be opened."""

    code = "device_missing"


class MasterMissing(Unavailable):
    """The clock that shall be followed cannot be: a package that it needs is not installed."""

    code = "master_missing"


class JobFailure(Unavailable):
    """The worker gave up on a job."""

    code = "job_failed"


class WorkerDied(JobFailure):
    """The process that did the job ended before it was done."""

    code = "worker_died"


class WorkerHung(JobFailure):
    """The process that did the job gave no sign of life and was ended."""

    code = "worker_hung"


class OutOfMemory(JobFailure):
    """The job needs more memory than there is, or than its kind may use."""

    code = "out_of_memory"


class TookTooLong(JobFailure):
    """The job took longer than its kind may, and was ended."""

    code = "took_too_long"


class SetAside(JobFailure):
    """The job has ended its process time and again: it is not tried any more until somebody asks for it."""

    code = "set_aside"


class CannotStart(LiveEngineError):
    """The process cannot start and ends with `exit_code`."""

    code = "cannot_start"


class LibraryLocked(CannotStart):
    """Another daemon owns the library."""

    code = "library_locked"
    exit_code = 75


class PortInUse(CannotStart):
    """Another process listens on the port."""

    code = "port_in_use"
    exit_code = 78


def named(code: str, message: str) -> LiveEngineError:
    """Return the error of this tree that has a code; an unknown code is a JobFailure."""
    kinds = [kind for kind in globals().values() if isinstance(kind, type) and issubclass(kind, LiveEngineError)]
    return {kind.code: kind for kind in kinds}.get(code, JobFailure)(message)


# Libraries in C++ have an error of their own for it: torch, CUDA, ONNX Runtime.
_NO_MEMORY = re.compile(
    r"out of memory|bad allocation|bad_alloc|(can't|cannot|failed to|unable to) allocate", re.IGNORECASE
)


def lacks_memory(error: Exception) -> bool:
    """Return whether it was the memory that did not suffice."""
    return isinstance(error, MemoryError) or (
        isinstance(error, RuntimeError) and _NO_MEMORY.search(str(error)) is not None
    )
