"""Write a stem as a file for other programs, with everything that is known of it inside. Runs on: worker process."""

import errno
from collections.abc import Callable
from pathlib import Path
from typing import Any

import soundfile

from liveengine.errors import BadArgument
from liveengine.sound import about, comments, stamp
from liveengine.sound.about import About
from liveengine.sound.decode import Audio, read
from liveengine.sound.files import stored

_LAST = 1 << 12  # frames, more than a block of FLAC has


def run(payload: dict[str, Any], progress: Callable[[int, int, str], None]) -> dict[str, Any]:
    """Write `target` and return {"path", "bytes"}.

    Payload: path (the library's own copy), target, format (wav or flac, 24 bits), about (the fields of `About`). The
    file is whole or absent under its name. Raises BadAudio, DiskFull, BadArgument for what the format cannot hold
    and for a name that cannot be written.
    """
    target = Path(payload["target"])
    said = payload["about"]
    known = About(**said | {name: tuple(said.get(name) or ()) for name in ("tags", "transients")})
    audio = read(payload["path"])
    with stored(target, "make room, or name another folder") as part:
        _write(audio, part, payload["format"])
        if payload["format"] == "wav":
            stamp.write(part, about.chunks(known))
        else:
            comments.write(part, about.comments(known))
    return {"path": str(target), "bytes": target.stat().st_size}


def _write(audio: Audio, part: Path, kind: str) -> None:
    beyond = max(float(audio.samples.max(initial=0.0)), -float(audio.samples.min(initial=0.0))) > 1.0
    if beyond and kind == "flac":
        raise BadArgument("the sound goes beyond full scale, which FLAC cannot hold: export it as wav")
    subtype = "FLOAT" if beyond else "PCM_24"
    soundfile.write(part, audio.samples.T, audio.rate, subtype=subtype, format=kind.upper())
    if kind == "flac" and not _whole(part, audio.samples.shape[1]):
        raise OSError(errno.ENOSPC, "the disk does not take all of it")


def _whole(part: Path, frames: int) -> bool:
    """Tell if a file holds its last frame: libsndfile is silent where the disk does not take the end of a FLAC."""
    try:
        with soundfile.SoundFile(part) as file:
            start = file.seek(max(0, frames - _LAST))
            return int(file.frames) == frames and len(file.read(_LAST)) == frames - start
    except soundfile.LibsndfileError:
        return False
