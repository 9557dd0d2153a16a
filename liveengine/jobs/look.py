"""A file as people see it: its waveform and its spectrogram as small images. Runs on: worker process."""

import base64
from collections.abc import Callable
from typing import Any

import numpy as np

from liveengine.ml import spectrogram
from liveengine.sound import read
from liveengine.sound.peaks import overview


def run(payload: dict[str, Any], progress: Callable[[int, int, str], None]) -> dict[str, Any]:
    """Return the images of the file `path`, the seconds it lasts, and the hertz between which its bands lie.

    Payload: path, loop (whether its end goes on with its beginning). `levels`: base64 of uint8 [bands, columns], 0 =
    FLOOR_DB, 255 = the loudest place, lowest band first; `peaks`: base64 of int8 [2, columns], the lowest and the
    highest sample, full scale = 127. Raises BadAudio.
    """
    audio = read(payload["path"])
    progress(1, 2, "decoded")
    found = spectrogram.levels(audio.samples, audio.rate, circular=payload["loop"])
    drawn = np.rint((1.0 - found / spectrogram.FLOOR_DB) * 255.0).astype(np.uint8)
    edges = spectrogram.frequencies(audio.rate)
    return {
        "seconds": audio.duration,
        "low_hz": float(edges[0]),
        "high_hz": float(edges[-1]),
        "floor_db": spectrogram.FLOOR_DB,
        "shape": list(drawn.shape),
        "levels": base64.b64encode(drawn.tobytes()).decode(),
        "peaks": base64.b64encode(overview(audio.samples, spectrogram.COLUMNS).tobytes()).decode(),
    }
