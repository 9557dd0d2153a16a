"""The starter kit: recipes, rendering, files. Runs on: any process, offline.

A stem depends on the seed and its own name alone, so one can be rendered without the others and the same seed gives
the same bytes on one machine.
"""

import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

from .catalog import atmos, basses, effects, hats, kicks, percussion, snares, synths, vocals
from .filters import highpass, through
from .music import bar_frames
from .patterns import loop, shot
from .recipe import Recipe
from .signals import RATE, Signal, child, fit, landing, length, linear

PEAK = -0.5  # dBFS, no stem is above
LOUDNESS = {"bass": -11.0, "synth": -15.0, "vocal": -16.0, "fx": -14.0, "atmo": -20.0}  # dBFS RMS at most
ORPHAN_S = 0.5  # between looks for the parent
FAMILIES = (kicks, snares, hats, basses, percussion, effects, synths, vocals, atmos)

Progress = Callable[[int, int, str], None]


def recipes(seed: int = 0) -> list[Recipe]:
    """All stems of the kit, not rendered: at least 96 over nine categories, names unique and the same for any seed."""
    return [replace(recipe, seed=seed) for family in FAMILIES for recipe in family.RECIPES]


def render(recipe: Recipe) -> npt.NDArray[np.float32]:
    """The sound `[frames, channels]` at `recipe.rate`; a loop is exactly its bars long, peak at most -0.5 dBFS."""
    rng = child(recipe.seed, recipe.name)
    if recipe.tempo is None or recipe.bars is None:
        made = _ended(shot(recipe.layers, recipe.bus, rng))
    else:
        frames = bar_frames(recipe.bars, recipe.tempo)
        made = loop(recipe.layers, recipe.bus, frames, recipe.tempo, rng)
        made = made - made.mean(axis=-1, keepdims=True)
    made = _narrowed(made, recipe.category)
    return np.ascontiguousarray((made * _gain(made, recipe.category)).T, dtype=np.float32)


def _ended(made: Signal) -> Signal:
    """The one-shot without its inaudible end (-56 dB), no DC, fading to zero."""
    loud = np.flatnonzero(np.max(np.abs(made), axis=0) > np.max(np.abs(made)) * linear(-56.0))
    cut = fit(made, int(loud[-1]) + length(0.012)) if len(loud) else made
    return landing(through(cut, highpass(18.0)), min(0.03, cut.shape[-1] / RATE / 4))


def _narrowed(made: Signal, category: str) -> Signal:
    """One channel where two say the same; low drums and basses are always mono, as a club system is."""
    middle = made.mean(axis=0, keepdims=True)
    same = np.mean((made - middle) ** 2) < 0.02 * np.mean(made**2)
    return middle if category in {"kick", "bass"} or same else made


def _gain(made: Signal, category: str) -> np.float32:
    gain = linear(PEAK) / max(float(np.max(np.abs(made))), 1e-9)
    if category in LOUDNESS:
        gain = min(gain, linear(LOUDNESS[category]) / max(float(np.sqrt(np.mean(made**2))), 1e-9))
    return np.float32(gain)


def write_kit(folder: Path, seed: int = 0, progress: Progress | None = None, processes: int = 1) -> list[Path]:
    """Write every stem as 24-bit WAV into `folder/<category>/` and return the paths, in the order of `recipes`.

    A file is complete or absent (written beside, then moved); one that is there with its right length is kept.
    `progress(done, total, name)` is called after each. OSError when the folder cannot be written.
    """
    planned = recipes(seed)
    for category in {recipe.category for recipe in planned}:
        (folder / category).mkdir(parents=True, exist_ok=True)
    paths = []
    write = partial(_write, folder)
    if processes <= 1:
        for number, recipe in enumerate(planned, 1):
            paths.append(write(recipe))
            _tell(progress, number, len(planned), recipe.name)
        return paths
    with ProcessPoolExecutor(processes, get_context("spawn"), _end_with, (os.getpid(),)) as pool:
        for number, path in enumerate(pool.map(write, planned), 1):
            paths.append(path)
            _tell(progress, number, len(planned), path.stem)
    return paths


def _end_with(parent: int) -> None:
    """End when `parent` does: a process that is killed tells nobody, and its pool would wait for ever."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(ORPHAN_S)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _tell(progress: Progress | None, done: int, total: int, name: str) -> None:
    if progress is not None:
        progress(done, total, name)


def _write(folder: Path, recipe: Recipe) -> Path:
    path = folder / recipe.category / f"{recipe.name}.wav"
    if _is_there(path, recipe):
        return path
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        soundfile.write(beside, render(recipe), recipe.rate, subtype="PCM_24", format="WAV")
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    return path


def _is_there(path: Path, recipe: Recipe) -> bool:
    try:
        info = soundfile.info(path)
    except (OSError, soundfile.LibsndfileError):
        return False
    whole: bool = info.samplerate == recipe.rate and path.stat().st_size >= info.frames * info.channels * 3
    if recipe.tempo is None or recipe.bars is None:
        return whole and bool(info.frames)
    return whole and bool(info.frames == bar_frames(recipe.bars, recipe.tempo))
