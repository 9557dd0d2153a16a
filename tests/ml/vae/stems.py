"""Stems of a small category, for the tests of what learns from them."""

from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from liveengine.ml.vae.bands import RATE
from liveengine.ml.vae.form import Form
from liveengine.ml.vae.network import Shape
from liveengine.ml.vae.representation import Samples, analyse
from liveengine.ml.vae.shelf import Example
from liveengine.ml.vae.teach import Terms

TINY = Shape(dim=6, widths=(4, 6, 8), blocks=1, narrow=4)
QUICK = Terms(epochs=2, bars=1, batch=8, threads=1, pictures=40, shape=TINY)


def kick(seed: int, seconds: float = 0.3) -> Samples:
    """A sine that falls and fades, [1, frames]."""
    rng = np.random.default_rng([seed, 77])
    time = np.arange(round(seconds * RATE)) / RATE
    low, high, fade = rng.uniform(40, 70), rng.uniform(100, 600), rng.uniform(6, 40)
    turns = low * time + high / 50 * (1 - np.exp(-50 * time))
    click = rng.standard_normal(len(time)) * np.exp(-time * rng.uniform(80, 400)) * rng.uniform(0.02, 0.4)
    return np.asarray((np.sin(2 * np.pi * turns) * np.exp(-fade * time) + click) * 0.5, np.float32)[None]


def round_of(seed: int) -> Samples:
    """Two bars of two beats each with a kick on every beat, [2, frames]."""
    beat = np.zeros((1, RATE // 4), np.float32)
    one = kick(seed)[:, : RATE // 4]
    beat[:, : one.shape[1]] = one
    return np.repeat(np.tile(beat, (1, 8)), 2, axis=0)


def examples(count: int = 12) -> list[Example]:
    """Every third is a loop of two bars."""
    found = []
    for seed in range(count):
        sound = round_of(seed) if seed % 3 == 2 else kick(seed)
        form = Form(sound.shape[1] / RATE, 8.0 if seed % 3 == 2 else None, len(sound))
        found.append(Example(seed + 1, f"pack {seed // 2}", analyse(sound, RATE, form)))
    return found


def written(folder: Path, count: int = 12) -> list[dict[str, Any]]:
    """The same as files, as the job `train` is told of them."""
    folder.mkdir(parents=True, exist_ok=True)
    told = []
    for seed in range(count):
        loops = seed % 3 == 2
        path = folder / f"kick {seed}.wav"
        soundfile.write(path, (round_of(seed) if loops else kick(seed)).T, RATE, subtype="PCM_24")
        told.append(
            {"stem": seed + 1, "path": str(path), "beats": 8.0 if loops else None, "source": f"pack {seed // 2}"}
        )
    return told
