"""Write the library's own copy of a sound: WAV, its own rate, one or two channels. Runs on: worker process."""

from pathlib import Path

import numpy as np
import soundfile

from liveengine.errors import DiskFull
from liveengine.sound.decode import Audio
from liveengine.sound.files import flush


def write(audio: Audio, target: Path) -> None:
    """Write `target`, 24-bit, or 32-bit float where a sample lies beyond full scale; on disk when this returns.

    Raises DiskFull. A kill leaves a part of the file: whoever called gives it its name only after this has returned.
    """
    subtype = "PCM_24" if float(np.abs(audio.samples).max(initial=0.0)) <= 1.0 else "FLOAT"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(target, audio.samples.T, audio.rate, subtype=subtype, format="WAV")
        flush(target)
    except (OSError, soundfile.LibsndfileError) as error:
        target.unlink(missing_ok=True)
        raise DiskFull(f"the copy {target.name} could not be written: {error}; make room and repeat") from error
