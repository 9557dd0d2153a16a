"""Sounds to vectors of the shipped model. Runs on: worker process."""

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from liveengine.ml import listen, spectrum
from liveengine.ml.hear import ear
from liveengine.sound import read


def run(payload: dict[str, Any], progress: Callable[[int, int, str], None]) -> dict[str, Any]:
    """Return {"vectors": base64 of float32 [n, 512]} of the files `paths`.

    Payload: paths, model_dir. Raises BadAudio for a file.
    """
    vectors = []
    for done, path in enumerate(payload["paths"], 1):
        audio = read(path)
        found = spectrum.measure(listen.mono(audio.samples, audio.rate))
        vectors.append(ear(payload["model_dir"]).hear(found)[0])
        progress(done, len(payload["paths"]), Path(path).name)
    blob = base64.b64encode(np.ascontiguousarray(vectors, "<f4").tobytes()).decode()
    return {"vectors": blob}
