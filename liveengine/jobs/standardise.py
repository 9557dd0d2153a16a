"""Write the library's own copy of a sound: WAV, its own rate, one or two channels. Runs on: worker process."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from liveengine.errors import DiskFull
from liveengine.sound.decode import read


def run(payload: dict[str, Any], progress: Callable[[int, int, str], None]) -> dict[str, Any]:
    """Decode `path`, write `target`, return {"frames", "channels", "rate", "subtype"}.

    24-bit, or 32-bit float where a sample lies beyond full scale. The file is whole or absent under its name, also
    after a loss of power; a target that is there already is left as it is, for its name holds the hash of the source.
    Raises BadAudio, DiskFull.
    """
    target = Path(payload["target"])
    if target.exists():
        info = soundfile.info(str(target))
        return {
            "frames": info.frames, "channels": info.channels, "rate": info.samplerate, "subtype": info.subtype
        }  # fmt: skip
    audio = read(payload["path"])
    subtype = "PCM_24" if float(np.abs(audio.samples).max(initial=0.0)) <= 1.0 else "FLOAT"
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.part")  # one writer per target: what a killed one left is overwritten
    try:
        with part.open("wb") as stream:
            soundfile.write(stream, audio.samples.T, audio.rate, subtype=subtype, format="WAV")
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(target)
        _sync_folder(target.parent)
    except (OSError, soundfile.LibsndfileError) as error:
        part.unlink(missing_ok=True)
        raise DiskFull(f"the copy {target.name} could not be written: {error}; make room and repeat") from error
    return {
        "frames": audio.frames, "channels": len(audio.samples), "rate": audio.rate, "subtype": subtype
    }  # fmt: skip


def _sync_folder(folder: Path) -> None:
    """Make the new name itself survive a loss of power."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
