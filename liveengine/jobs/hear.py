"""Sounds to vectors of the shipped model. Runs on: worker process."""

import base64
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from liveengine.ml import hear, listen, spectrum
from liveengine.sound import read


def run(payload: dict[str, Any], progress: Callable[[int, int, str], None]) -> dict[str, Any]:
    """Return {"vectors": base64 of float32 [n, 512], "categories": one {category: likelihood} each} of files `paths`.

    Payload: paths, model_dir. Raises BadAudio for a file.
    """
    vectors, categories = [], []
    for done, path in enumerate(payload["paths"], 1):
        audio = read(path)
        vector, likely = ear(payload["model_dir"]).hear(spectrum.measure(listen.mono(audio.samples, audio.rate)))
        vectors.append(vector)
        categories.append(likely)
        progress(done, len(payload["paths"]), Path(path).name)
    blob = base64.b64encode(np.ascontiguousarray(vectors, "<f4").tobytes()).decode()
    return {"vectors": blob, "categories": categories}


@lru_cache(maxsize=1)
def ear(folder: str) -> hear.Ear:
    """Return the audio tower of a folder, loaded once per process."""
    return hear.Ear(Path(folder) / "audio.onnx")
