"""Turn a Demucs checkpoint into safetensors, with care. Runs on: worker process, and a sealed one of its own."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from liveengine.digest import digest
from liveengine.errors import BadArgument, DiskFull, JobFailure, ModelDamaged, NotFound, OutOfMemory, Refused
from liveengine.jobs.checkpoints import known
from liveengine.sound.files import settle

Progress = Callable[[int, int, str], None]

SECONDS = 300.0
MARGIN_S = 60.0  # beyond what the sealed process is given of work
FEWEST = 8  # hexadecimal digits of a checksum: as many as Demucs' own names have
LARGEST = 4 << 30  # bytes of a checkpoint
CARD = "card.json"
WEIGHTS = "model.safetensors"
_STEPS = 3


def run(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Write `target` (a folder, whole or absent): model.safetensors and card.json; return the card.

    Payload: path (a checkpoint, *.th), target, and sha256 (the beginning of its SHA-256, at least eight hexadecimal
    digits; without it the file's name must end with them, as Demucs names its files: 955717e8-8726e21a.th). The card
    says in `made_of.checked` whose word they are: "given", "published" for one of Demucs' own, and "own name" for
    any other file, which nobody vouches for. None of them is trusted: what was hashed, and not the file that may have
    changed meanwhile, is read in a sealed process (see `ml/separate/sealed`), and of what that leaves the weights alone
    are taken. Raises BadArgument, Refused for a wrong checksum, ModelDamaged with the reason, OutOfMemory, DiskFull.
    """
    path, target = Path(payload["path"]), Path(payload["target"])
    if target.exists():
        raise BadArgument(
            f"{str(target)!r} is there already: `liveengine models remove demucs/{target.name}`, or give another name"
        )
    wanted, by = _wanted(path, payload.get("sha256"))
    growing = target.with_name(f".{target.name}.part")
    inside, model = growing / "sealed", growing / "model"
    shutil.rmtree(growing, ignore_errors=True)
    try:
        inside.mkdir(parents=True)
        model.mkdir()
        with tempfile.TemporaryFile(dir=growing) as copy:  # without a name: nobody else can write it
            progress(0, _STEPS, "checksum")
            sha256 = _copied(path, copy)
            _checked(path, sha256, wanted)
            progress(1, _STEPS, "converting in a sealed process")
            _sealed(path, copy.fileno(), inside)
        progress(2, _STEPS, "writing")
        (inside / WEIGHTS).rename(model / WEIGHTS)
        card = _card(model, target.name, {"file": path.name, "sha256": sha256, "checked": by})
        settle(model, target)
    except OSError as error:
        raise _told(target, error) from None
    finally:
        shutil.rmtree(growing, ignore_errors=True)
    progress(_STEPS, _STEPS, "done")
    return card


def _told(target: Path, error: OSError) -> Exception:
    if error.errno in DiskFull.NUMBERS:
        return DiskFull(f"{target.name!r} cannot be written: {error.strerror}; make room and repeat")
    return BadArgument(f"{str(target)!r} cannot be written: {error.strerror or error}")


def _wanted(path: Path, told: str | None) -> tuple[str, str]:
    """Return the first digits that a file's SHA-256 must have, and whose word they are."""
    own = path.stem.rpartition("-")[2] if "-" in path.stem else ""
    wanted = (told or own).lower()
    if not path.is_file():
        raise NotFound(f"no such file: {path}")
    if told and not _digits(wanted):
        raise BadArgument(f"{told!r} is no SHA-256: give {FEWEST} of its hexadecimal digits or more, from the first on")
    if not _digits(wanted):
        raise BadArgument(
            f"{path.name!r} names no checksum: keep the name that it was published under (955717e8-8726e21a.th), or "
            "give the SHA-256 that the publisher names by --sha256"
        )
    published = any(one.file == path.name for one in known().values())
    return wanted, "given" if told else "published" if published else "own name"


def _digits(checksum: str) -> bool:
    return len(checksum) >= FEWEST and all(sign in "0123456789abcdef" for sign in checksum)


def _copied(path: Path, copy: BinaryIO) -> str:
    """Copy a file, read once, and return the SHA-256 of what was copied, hex."""
    whole = hashlib.sha256()
    try:
        with path.open("rb") as stream:
            if (size := os.fstat(stream.fileno()).st_size) > LARGEST:
                raise BadArgument(f"{path.name!r} has {size >> 20} MiB: no Demucs checkpoint is so large")
            while piece := stream.read(1 << 20):
                whole.update(piece)
                copy.write(piece)
    except OSError as error:
        if error.errno in DiskFull.NUMBERS:
            raise
        raise BadArgument(f"{str(path)!r} cannot be read: {error.strerror or error}") from None
    copy.flush()
    copy.seek(0)
    return whole.hexdigest()


def _checked(path: Path, found: str, wanted: str) -> None:
    """Raise Refused for another checksum."""
    if not found.startswith(wanted):
        raise Refused(
            f"{path.name!r} is not what it says: its SHA-256 begins with {found[: len(wanted)]}, not {wanted}; it was "
            "not opened. Fetch it again"
        )


def _sealed(path: Path, descriptor: int, target: Path) -> None:
    """Have the checkpoint read, from its open copy, by a process that can do no harm."""
    command = [sys.executable, "-m", "liveengine.ml.separate.sealed", str(descriptor), str(target)]
    known = ("PATH", "PYTHONPATH", "VIRTUAL_ENV", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "SYSTEMROOT")
    clean = {name: os.environ[name] for name in known if name in os.environ}
    clean |= {"HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1", "HOME": str(target), "TMPDIR": str(target)}
    clean |= {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONSAFEPATH": "1"}
    try:
        ended = subprocess.run(
            command,
            env=clean,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=SECONDS + MARGIN_S,
            check=False,
            pass_fds=(descriptor,),
        )
    except subprocess.TimeoutExpired:
        raise JobFailure(f"reading {path.name!r} took longer than {SECONDS + MARGIN_S:.0f} s and was ended") from None
    _judged(path, ended)


def _judged(path: Path, ended: subprocess.CompletedProcess[bytes]) -> None:
    """Raise what the sealed process says is wrong with the checkpoint, or how it ended."""
    try:
        said: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    except (IndexError, ValueError):
        last = ended.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        if ended.returncode and last and "ModuleNotFoundError" in last[0]:
            raise JobFailure(f"Demucs is not installed ({last[0]}): pip install 'liveengine[ml]'") from None
        raise ModelDamaged(
            f"{path.name!r} cannot be read: the process that did ended {_how(ended.returncode)}"
        ) from None
    if "error" in said:
        if said.get("code") == OutOfMemory.code:
            raise OutOfMemory(f"{path.name!r} cannot be converted: {said['error']}; no checkpoint of Demucs does")
        if said.get("code") == DiskFull.code:
            raise DiskFull(f"{path.name!r} cannot be converted: {said['error']}; make room and repeat")
        raise ModelDamaged(
            f"{path.name!r} is not converted: {said['error']}. `liveengine models` names Demucs' own and where they are"
        )


def _how(status: int) -> str:
    return f"by signal {-status}" if status < 0 else f"with status {status}"


def _card(folder: Path, name: str, made_of: dict[str, str]) -> dict[str, Any]:
    """Write down what was made of what, and return it."""
    checksum = digest(folder / WEIGHTS)
    card = {
        "id": f"{name}-{checksum[:8]}",
        "kind": "demucs",
        "checksum": checksum,
        "licence": "MIT (code of Demucs); see where the checkpoint comes from",
        "made_of": made_of,
        "bytes": (folder / WEIGHTS).stat().st_size,
    }
    (folder / CARD).write_text(json.dumps(card, indent=1) + "\n", "utf-8")
    return card
