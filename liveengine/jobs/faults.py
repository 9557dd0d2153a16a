"""What went wrong in a job, as an error that a person can act on. Runs on: worker process."""

import re
import resource

from liveengine.errors import DiskFull, JobFailure, LiveEngineError, ModelMissing, OutOfMemory, lacks_memory

# Packages of the extra `ml`, by the names that are imported.
_ML = frozenset({"torch", "transformers", "demucs", "onnx", "onnxscript"})
_PLOT = frozenset({"matplotlib"})
_NO_ROOM = re.compile(r"no space left on device|disk quota exceeded|file too large", re.IGNORECASE)


def told(error: Exception, subject: str) -> LiveEngineError:
    """Return the error of the tree that says what happened to `subject` and what to do; a JobFailure for a fault."""
    words = str(error)
    if isinstance(error, LiveEngineError):
        return error
    if lacks_memory(error):
        return OutOfMemory(f"{subject} needs more memory than {_bound()}; ask for less at once ({_short(words)})")
    if (isinstance(error, OSError) and error.errno in DiskFull.NUMBERS) or _NO_ROOM.search(words):
        return DiskFull(f"{subject}: the disk is full; make room, then run the job again ({_short(words)})")
    if isinstance(error, ImportError) and (name := (error.name or "").partition(".")[0]) in _ML | _PLOT:
        extra = "ml" if name in _ML else "plot"
        return ModelMissing(
            f"{subject} needs the package {name!r}: pip install 'liveengine[{extra}]' ({_short(words)})"
        )
    return JobFailure(f"{subject}: {type(error).__name__}: {error}")


def _bound() -> str:
    most, _ = resource.getrlimit(resource.RLIMIT_DATA)
    return "the machine has" if most == resource.RLIM_INFINITY else f"a worker of its kind may use ({most >> 20} MiB)"


def _short(words: str) -> str:
    line = words.strip().partition("\n")[0]
    return line[:200] or "no more is known"
