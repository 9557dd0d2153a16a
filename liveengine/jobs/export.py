"""Write a stem as a file for other programs, with everything that is known of it inside. Runs on: worker process."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import soundfile

from liveengine.errors import BadArgument, DiskFull
from liveengine.sound import about, comments, stamp
from liveengine.sound.about import About
from liveengine.sound.decode import Audio, read


def run(payload: dict[str, Any], progress: Callable[[int, int, str], None]) -> dict[str, Any]:
    """Write `target` and return {"path", "bytes"}.

    Payload: path (the library's own copy), target, format (wav or flac, 24 bits), about (the fields of `About`). The
    file is whole or absent under its name. Raises BadAudio, BadArgument for what the format cannot hold, DiskFull.
    """
    target = Path(payload["target"])
    said = payload["about"]
    known = About(**said | {name: tuple(said.get(name) or ()) for name in ("tags", "transients")})
    part = target.with_name(f".{target.name}.part")
    try:
        _write(read(payload["path"]), part, payload["format"])
        if payload["format"] == "wav":
            stamp.write(part, about.chunks(known))
        else:
            comments.write(part, about.comments(known))
        part.replace(target)
    except (OSError, soundfile.LibsndfileError) as error:
        raise DiskFull(f"{target.name!r} could not be written: {error}; make room, or name another folder") from error
    finally:
        part.unlink(missing_ok=True)
    return {"path": str(target), "bytes": target.stat().st_size}


def _write(audio: Audio, part: Path, kind: str) -> None:
    beyond = max(float(audio.samples.max(initial=0.0)), -float(audio.samples.min(initial=0.0))) > 1.0
    if beyond and kind == "flac":
        raise BadArgument("the sound goes beyond full scale, which FLAC cannot hold: export it as wav")
    part.parent.mkdir(parents=True, exist_ok=True)
    with part.open("wb") as stream:
        subtype = "FLOAT" if beyond else "PCM_24"
        soundfile.write(stream, audio.samples.T, audio.rate, subtype=subtype, format=kind.upper())
        stream.flush()
        os.fsync(stream.fileno())
