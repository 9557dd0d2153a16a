"""Folders of generated sounds to ingest. Runs on: bench."""

import io
from pathlib import Path

import numpy as np
import soundfile

from liveengine.synth.kit import recipes, render

SECONDS = 8.0


def stems(folder: Path, count: int, seed: int) -> list[Path]:
    """Write `count` stems of eight seconds, 24-bit stereo, each another one, and return them: loops and shots of the
    starter kit, repeated, with a little noise of their own.
    """
    folder.mkdir(parents=True)
    rng = np.random.default_rng(seed)
    planned = recipes(seed)
    paths = []
    for number in range(count):
        recipe = planned[number * 7 % len(planned)]  # 7: neighbours are of one kind
        sound = np.atleast_2d(np.asarray(render(recipe), np.float32).T)
        frames = round(SECONDS * recipe.rate)
        whole = np.resize(np.repeat(sound[:1], 2, axis=0) if len(sound) == 1 else sound, (2, sound.shape[1]))
        whole = np.tile(whole, -(-frames // sound.shape[1]))[:, :frames]
        whole = whole + rng.normal(0.0, 1e-4, whole.shape).astype(np.float32)
        paths.append(folder / f"{recipe.name}_{number:05d}.wav")
        soundfile.write(paths[-1], whole.T, recipe.rate, "PCM_24")
    return paths


def hollow(folder: Path, count: int, seed: int) -> None:
    """Write `count` WAVs of eight seconds that are mostly holes of their file system, each another one."""
    folder.mkdir(parents=True)
    stream = io.BytesIO()
    soundfile.write(stream, np.zeros((round(SECONDS * 44_100), 2), np.int16), 44_100, "PCM_16", format="WAV")
    whole, rng = stream.getvalue(), np.random.default_rng(seed)
    kinds = ("kick", "snare dark", "bass Am", "pad loop 120bpm", "riser", "vox chop")
    for number in range(count):
        with (folder / f"{kinds[number % len(kinds)]} {number:05d}.wav").open("wb") as file:
            file.write(whole[:44] + rng.bytes(1_000))
            file.truncate(len(whole))
