"""A Demucs checkpoint, which is a pickle, to safetensors. Runs on: a process of its own, sealed before it reads.

`python -m liveengine.ml.separate.sealed DESCRIPTOR TARGET` prints one line of JSON: the names that it has written, or
what is wrong. The descriptor is open, and `jobs/convert` has looked at its checksum. What may be in the file: tensors,
plain values, fractions and the name of one of three networks; torch's restricted reader refuses all else without
calling it. Should something in there call nevertheless, it finds no network, no program to start and no file to write
but below TARGET.
"""

import ctypes
import json
import os
import pickle
import resource
import sys
from collections import OrderedDict
from fractions import Fraction
from pathlib import Path
from typing import Any, BinaryIO

from liveengine.errors import DiskFull, OutOfMemory, lacks_memory

MEMORY_MIB = 3_072
SECONDS = 300  # of work
LARGEST_MIB = 4_096  # of a file that is written
_CLONE_NEWNET, _CLONE_NEWUSER = 0x40000000, 0x10000000
_NO_NEW_PRIVILEGES = 38
# What may not happen from the moment on in which the file is read, by the names of CPython's audit events.
_FORBIDDEN = (
    "socket.", "subprocess.", "os.exec", "os.posix_spawn", "os.spawn", "os.system", "os.fork", "os.kill", "ctypes.",
    "pickle.find_class", "urllib.", "http.", "ftplib.", "smtplib.", "webbrowser.", "shutil.", "os.chmod", "os.chown",
    "os.link", "os.symlink", "os.truncate", "os.putenv", "code.__new__",
)  # fmt: skip
_PATHS = ("os.remove", "os.rename", "os.mkdir", "os.rmdir")  # allowed below the target
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class Forbidden(Exception):
    """Something that a conversion has no reason to do."""


def limit() -> None:
    """Bound memory, time and files of this process, and leave the network where the system lets it."""
    _bound(resource.RLIMIT_DATA, MEMORY_MIB << 20)
    _bound(resource.RLIMIT_CPU, SECONDS)
    _bound(resource.RLIMIT_CORE, 0)
    _bound(resource.RLIMIT_FSIZE, LARGEST_MIB << 20)
    if sys.platform == "linux":
        system = ctypes.CDLL(None)
        system.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
        if system.unshare(_CLONE_NEWNET) != 0:  # as root; else in a space of one's own, which some systems forbid
            system.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)


def _bound(what: int, most: int) -> None:
    """Set a limit for good, unless it is closer already."""
    known = [one for one in resource.getrlimit(what) if one != resource.RLIM_INFINITY]
    own = min([most, *known])
    resource.setrlimit(what, (own, own))


def seal(target: Path) -> None:
    """From now on refuse, in this process, what has no place in a conversion; it cannot be undone.

    What is refused raises Forbidden where it is tried.
    """
    below = str(target.resolve()) + os.sep

    def judge(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, _, flags = arguments
            writes = isinstance(flags, int) and flags & _WRITING
            if writes and isinstance(path, str | bytes) and not _inside(path, below):
                raise Forbidden(f"writing {os.fsdecode(path)!r}")
        elif event in _PATHS:
            if not all(_inside(path, below) for path in arguments[:2] if isinstance(path, str | bytes)):
                raise Forbidden(event)
        elif event.startswith(_FORBIDDEN):
            raise Forbidden(event)

    sys.addaudithook(judge)


def _pass_on(error: Exception) -> None:
    """Raise what is no fault of the file: lack of memory (torch has an error of its own for it), the disk, the seal."""
    if lacks_memory(error):
        raise MemoryError from None
    if isinstance(error, OSError | Forbidden):
        raise error from None


def _unsafe(error: Exception) -> str:
    """Return why torch does not read a file as weights."""
    if isinstance(error, pickle.UnpicklingError):
        return "it holds more than tensors, numbers and Demucs' networks, or is damaged; nothing of it was run"
    return "it is damaged, cut short, or something else"


def _inside(path: str | bytes, below: str) -> bool:
    return (os.path.realpath(os.fsdecode(path)) + os.sep).startswith(below)


def convert(checkpoint: BinaryIO, target: Path) -> list[str]:
    """Write `model.safetensors` below `target` and return its name; what is wrong is a ValueError that says so."""
    import torch
    from demucs.states import load_model
    from safetensors.torch import save_file

    torch.set_num_threads(1)
    package = _package(checkpoint, target)
    network, state = package["klass"], package["state"]
    args, kwargs = json.dumps(_plain(list(package["args"]))), json.dumps(_plain(dict(package["kwargs"])))
    try:
        load_model(
            {"klass": network, "args": _back(json.loads(args)), "kwargs": _back(json.loads(kwargs)), "state": state}
        )
    except Exception as error:
        _pass_on(error)
        raise ValueError(f"its weights do not fit its network ({_first(error)})") from None
    said = {"klass": f"{network.__module__}.{network.__name__}", "args": args, "kwargs": kwargs}
    tensors = {name: tensor.contiguous().clone() for name, tensor in state.items()}
    save_file(tensors, target / "model.safetensors", metadata=said)
    return ["model.safetensors"]


def _package(checkpoint: BinaryIO, target: Path) -> dict[str, Any]:
    """Return what a checkpoint holds, read behind the seal; a ValueError where it is none of a network of Demucs."""
    import torch
    from demucs.demucs import Demucs
    from demucs.hdemucs import HDemucs
    from demucs.htdemucs import HTDemucs

    seal(target)
    networks = [HTDemucs, HDemucs, Demucs]
    try:
        with torch.serialization.safe_globals([*networks, Fraction, OrderedDict]):
            package = torch.load(checkpoint, map_location="cpu", weights_only=True)
    except Exception as error:  # whatever a hostile or damaged file makes of torch
        _pass_on(error)
        raise ValueError(f"it is no checkpoint that can be read safely: {_unsafe(error)}") from None
    if not isinstance(package, dict) or not {"klass", "args", "kwargs", "state"} <= set(package):
        raise ValueError("it is no Demucs checkpoint: klass, args, kwargs and state are not all there")
    network, state = package["klass"], package["state"]
    if network not in networks:
        raise ValueError(f"it is of the network {network!r}; known: HTDemucs, HDemucs, Demucs")
    if not isinstance(state, dict) or not all(isinstance(one, torch.Tensor) for one in state.values()):
        raise ValueError("its weights are quantised or are no tensors: take the model without -q")
    return package


def _plain(value: Any) -> Any:
    """Return the value as Demucs writes it into the header of its files; a ValueError for what has no place there."""
    if isinstance(value, Fraction):
        return {"_type": "fraction", "numerator": value.numerator, "denominator": value.denominator}
    if isinstance(value, dict):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise ValueError(f"its arguments hold a {type(value).__name__}")


def _back(value: Any) -> Any:
    from demucs.hf import _decode_json

    return _decode_json(value)


def _first(error: BaseException) -> str:
    text = str(error).strip() or type(error).__name__
    return text.splitlines()[0][:200]


def main(arguments: list[str]) -> int:
    """Convert; 0 when it is done, 1 when the file is wrong."""
    checkpoint, target = os.fdopen(int(arguments[0]), "rb"), Path(arguments[1])
    limit()
    try:
        print(json.dumps({"files": convert(checkpoint, target)}))
    except Exception as error:
        print(json.dumps(_told(error)))
        return 1
    return 0


def _told(error: Exception) -> dict[str, str]:
    """Return what is wrong, with a code where it is not the file; raise what nobody has foreseen."""
    if lacks_memory(error):
        return {"error": f"it needs more than {MEMORY_MIB} MiB of memory", "code": OutOfMemory.code}
    if isinstance(error, Forbidden):
        return {"error": f"it tries what no conversion does ({error})"}
    if isinstance(error, OSError):
        full = error.errno in DiskFull.NUMBERS
        said = f"{'the disk does not take it' if full else 'it cannot be read or written'} ({error.strerror or error})"
        return {"error": said} | ({"code": DiskFull.code} if full else {})
    if isinstance(error, ValueError):
        return {"error": str(error)}
    raise error


if __name__ == "__main__":
    status = main(sys.argv[1:])
    sys.stdout.flush()
    os._exit(status)
