"""Look at files without decoding them: fingerprint, header, name. Runs on: worker processes."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import soundfile

from liveengine.errors import BadAudio
from liveengine.sound.decode import check_header, is_known
from liveengine.sound.files import opened
from liveengine.sound.mark import fingerprint
from liveengine.sound.names import Categories, categories, parse


def run(payload: dict[str, Any], progress: Callable[[int, int, str], None]) -> dict[str, Any]:
    """Return {"files": one of each path}: real (path), mark, rate, channels, frames, duration, and what the name says
    (category, tempo, key, loop, words); None for what needs a closer look or is no audio.

    Payload: paths, and optionally root (the library's folder, for its own categories.toml).
    """
    root = payload.get("root")
    known = categories(Path(root)) if root else categories()
    return {"files": [_look(path, known) for path in payload["paths"]]}


def _look(path: str, known: Categories) -> dict[str, Any] | None:
    try:
        real = os.path.realpath(path)
        with opened(real) as descriptor:
            mark = fingerprint(descriptor, os.fstat(descriptor).st_size)
            header = _header(descriptor, Path(path).name)
    except (BadAudio, OSError, soundfile.SoundFileError, TypeError, ValueError):
        return None
    return header and {"real": real, "mark": mark, **header, **_said(path, known)}


def _header(descriptor: int, name: str) -> dict[str, Any] | None:
    """Return what the header says, None where it does not know the length."""
    os.lseek(descriptor, 0, os.SEEK_SET)
    with soundfile.SoundFile(descriptor, closefd=False) as file:
        check_header(file, name)
        if not is_known(file.frames):
            return None
        return {
            "rate": file.samplerate,
            "channels": file.channels,
            "frames": file.frames,
            "duration": file.frames / file.samplerate,
        }


def _said(path: str, known: Categories) -> dict[str, Any]:
    names = parse(path, known)
    return {
        "category": names.category.value if names.category else None,
        "tempo": names.tempo[0] if names.tempo else None,
        "key": names.key.value if names.key else None,
        "loop": names.loop,
        "words": list(names.words),
    }
