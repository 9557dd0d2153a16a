"""Sounds to CLAP vectors. Runs on: worker process (resident: loading the model costs seconds)."""

import base64
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from liveengine.ml.clap import RATE, Clap, Floats
from liveengine.sound import read, resample

TOGETHER = 80 * RATE  # frames that are embedded in one go: eight windows fill a batch


def run(payload: dict[str, Any], progress: Callable[[int, int, str], None]) -> dict[str, Any]:
    """Return {"vectors": base64 of float32 [n, 512], "model", "checksum"} of the files `paths`.

    Payload: paths, model_dir, heads (folder of tuned projections, if any). Raises BadAudio for a file, ModelMissing.
    """
    clap = model(payload["model_dir"], payload.get("heads"))
    rows: list[Floats] = []
    waiting: list[Floats] = []
    for done, path in enumerate(payload["paths"], 1):
        waiting.append(mono(path))
        if sum(map(len, waiting)) >= TOGETHER or done == len(payload["paths"]):
            rows.append(clap.audio(waiting))
            waiting = []
        progress(done, len(payload["paths"]), Path(path).name)
    return packed(clap, np.concatenate(rows))


def model(folder: str, heads: str | None = None) -> Clap:
    """Return the model in a folder, with the projections in another; the towers are loaded once per process."""
    return _loaded(folder) if heads is None else _projected(folder, heads)


@lru_cache(maxsize=1)
def _loaded(folder: str) -> Clap:
    return Clap(Path(folder))


@lru_cache(maxsize=2)
def _projected(folder: str, heads: str) -> Clap:
    return _loaded(folder).projected(Path(heads))


def mono(path: str) -> Floats:
    """Return a file as mono [frames] at CLAP's rate. Raises BadAudio."""
    audio = read(path)
    mixed = audio.samples.mean(axis=0, keepdims=True)
    resampled: Floats = resample(mixed, audio.rate, RATE)[0]
    return resampled


def packed(clap: Clap, vectors: Floats) -> dict[str, Any]:
    """Return vectors as what JSON can hold, with the model they belong to."""
    blob = base64.b64encode(np.ascontiguousarray(vectors, "<f4").tobytes()).decode()
    return {"vectors": blob, "model": clap.model, "checksum": clap.checksum}
