"""Phases for magnitudes that have none, and sound of both. Runs on: worker processes.

`heap` is phase-gradient heap integration (Prusa, Balazs, Sondergaard: A noniterative method for reconstruction of
phase from STFT magnitude, 2017); `griffin` the fast algorithm of Griffin and Lim (Perraudin, Balazs, Sondergaard: A
fast Griffin-Lim algorithm, 2013), from the phases of the first; `parent` takes those of another sound. Spectra are
plain rfft(window * sound) under a periodic Hann window; row n is centred on frame `centres[n]`. What goes round is
treated as a circle in time: it has no seam.
"""

import math
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.fft import irfft, rfft

from liveengine.ml import gradients

Samples = npt.NDArray[np.float32]
Floats = npt.NDArray[np.float32]
Spectra = npt.NDArray[np.complex64]
Method = Literal["heap", "griffin", "parent"]

TOLERANCE = 1e-5  # of the loudest bin: what is quieter gets a random phase
POLISH = 12  # iterations behind the heap: they repair where its paths have met
STEPS = 100  # of Griffin and Lim by themselves
HASTE = 0.99  # of the fast algorithm
_AT_ONCE = 512  # spectra


@dataclass(frozen=True)
class Grid:
    """Where spectra lie in a sound of so many frames."""

    centres: npt.NDArray[np.int64]  # frames
    frames: int
    size: int = 2_048  # of the window
    loops: bool = False

    @classmethod
    def of(cls, rows: int, hop: float, frames: int, *, bins: int = 1_025, loops: bool = False) -> "Grid":
        """Return `rows` spectra every `hop` frames; of what goes round they are spread evenly over the whole."""
        step = frames / rows if loops else hop
        return cls(np.round(np.arange(rows) * step).astype(np.int64), frames, 2 * (bins - 1), loops)


def sound(
    magnitudes: Floats,
    hop: float,
    frames: int,
    method: Method = "heap",
    *,
    parent: Samples | None = None,
    seed: int = 0,
    loops: bool = False,
) -> Samples:
    """Return a sound [frames] whose spectra have these magnitudes [rows, bins]; row n is centred on frame n * hop.

    Of what goes round (`loops`) the rows are spread evenly over the frames, and its end leads into its beginning.
    `parent` is the sound [frames] that method "parent" takes the phases of; `seed` is that of what lies under the
    tolerance. The same arguments give the same samples.
    """
    grid = Grid.of(len(magnitudes), hop, frames, bins=magnitudes.shape[1], loops=loops)
    if method == "parent":
        if parent is None:
            raise ValueError("the phases of a parent need its sound")
        return synthesise(_turned(magnitudes, analyse(_fitted(parent, frames), grid)), grid)
    spectra = magnitudes * np.exp(1j * heap(magnitudes, grid, seed)).astype(np.complex64)
    return synthesise(griffin(spectra, grid, POLISH if method == "heap" else STEPS), grid)


def heap(magnitudes: Floats, grid: Grid, seed: int = 0) -> npt.NDArray[np.float64]:
    """Return phases [rows, bins] by integration of the phase's gradient, the loudest first."""
    top = float(magnitudes.max(initial=0.0))
    if top <= 0.0:
        return np.zeros(magnitudes.shape)
    level = np.log(np.maximum(magnitudes, top * TOLERANCE * 0.1).astype(np.float64))
    phase = np.random.default_rng(seed).uniform(-np.pi, np.pi, magnitudes.shape)
    gradients.integrate(level, grid.centres, grid.frames if grid.loops else 0, phase, math.log(top * TOLERANCE))
    phase[:, 1::2] += np.pi  # from the window's middle to its first frame, where rfft counts from
    return phase


def griffin(spectra: Spectra, grid: Grid, steps: int, haste: float = HASTE) -> Spectra:
    """Return spectra [rows, bins] of the same magnitudes that are nearer to those of a sound.

    The fast Griffin-Lim algorithm: so many steps, each with `haste` of the one before; 0 steps return them as they are.
    """
    if steps <= 0:
        return spectra
    magnitudes = np.abs(spectra)
    found, before = spectra, spectra
    for _ in range(steps):
        heard = analyse(synthesise(found, grid), grid)
        found, before = _turned(magnitudes, heard + np.float32(haste) * (heard - before)), heard
    return found


def analyse(made: Samples, grid: Grid) -> Spectra:
    """Return the spectra [rows, bins] of a sound [frames]."""
    half = grid.size // 2
    if grid.loops:
        padded = np.take(made, np.arange(-half, len(made) + half + 1) % len(made))
    else:
        padded = np.pad(made, (half, half + max(0, int(grid.centres[-1]) + 1 - len(made))))
    blocks = np.lib.stride_tricks.sliding_window_view(padded, grid.size)
    out = np.empty((len(grid.centres), half + 1), np.complex64)
    for at in range(0, len(out), _AT_ONCE):
        part = grid.centres[at : at + _AT_ONCE]
        out[at : at + len(part)] = rfft(blocks[part] * window(grid.size), axis=1)
    return out


def synthesise(spectra: Spectra, grid: Grid) -> Samples:
    """Return the sound [frames] whose spectra come nearest to these."""
    blocks = np.empty((len(spectra), grid.size), np.float32)
    for at in range(0, len(spectra), _AT_ONCE):
        blocks[at : at + _AT_ONCE] = irfft(spectra[at : at + _AT_ONCE], grid.size, axis=1)
    made: Samples = gradients.lay(blocks, window(grid.size), grid.centres, grid.frames, grid.loops)
    return made


@cache
def window(size: int) -> Floats:
    """Return the periodic Hann window [size]."""
    return np.asarray(0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(size) / size), np.float32)


def _turned(magnitudes: Floats, spectra: Spectra) -> Spectra:
    """Return the magnitudes with the phases of the spectra."""
    size = np.abs(spectra)
    made: Spectra = np.where(size > 0.0, spectra * (magnitudes / np.maximum(size, 1e-30)), magnitudes)
    return made.astype(np.complex64)


def _fitted(made: Samples, frames: int) -> Samples:
    return made[:frames] if len(made) >= frames else np.pad(made, (0, frames - len(made)))


def warm() -> None:
    """Compile before the first job."""
    for loops in (False, True):
        sound(np.ones((8, 129), np.float32), 64, 512, loops=loops)
