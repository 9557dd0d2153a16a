"""From the engine's rate to a device's: polyphase windowed sinc, the same for any block size. Runs on: audio thread.

A session keeps its rate when the device comes back at another one. The converter holds the last `taps` frames of every
row; each frame for the device is their sum, weighted by one of `phases` sets of weights: a sinc cut off at the lower
rate's Nyquist frequency under a Kaiser window (J. F. Kaiser, "Nonrecursive digital filter design using the I0-sinh
window function", ISCAS 1974). What aliases or images lies 110 dB down, but for the octave's last tenth.
"""

from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from liveengine.engine.kernel.jit import inner, reduction
from liveengine.engine.layout import SCRATCH_FRAMES

REJECTION_DB = 110.0
TRANSITION = 0.09  # of the lower rate: how wide the slope around its Nyquist frequency is
PHASES_MAX = 8192  # ratios between all usual rates need at most 640; others come within a tenth of a cent
LINE = 16  # taps come in multiples of it
Table = npt.NDArray[np.float32]


def ratio(engine: int, device: int) -> Fraction:
    """Return the engine's frames per frame of the device."""
    return Fraction(engine, device).limit_denominator(PHASES_MAX)


def design(engine: int, device: int) -> Table:
    """Return float32[phases, taps]: the weights for each place between two of the engine's frames.

    The length follows Kaiser's formula N = (A - 8) / (2.285 dw); each phase sums to 1, so that silence between two
    equal samples stays level.
    """
    phases = ratio(engine, device).denominator
    low = min(engine, device) / engine
    taps = (REJECTION_DB - 8.0) / (2.285 * 2.0 * np.pi * TRANSITION * low)
    count = -(-int(np.ceil(taps)) // LINE) * LINE
    place = np.arange(count) - (count // 2 - 1) - np.arange(phases)[:, None] / phases  # engine frames from the centre
    beta = 0.1102 * (REJECTION_DB - 8.7)
    window = np.i0(beta * np.sqrt(np.maximum(0.0, 1.0 - (place / (count / 2)) ** 2))) / np.i0(beta)
    weights = np.sinc(place * low) * window
    return (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)


def past_frames(taps: int) -> int:
    """Return how many frames of each row the converter must hold."""
    return taps + SCRATCH_FRAMES


@reduction
def weigh(past: Any, row: Any, first: Any, table: Any, phase: Any, taps: Any) -> Any:
    """Return the sum of `taps` frames of a row, weighted. RT-safe."""
    total = np.float32(0.0)
    for k in range(taps):
        total += past[row, first + k] * table[phase, k]
    return total


@inner
def forget(page: Any, past: Any) -> None:
    """Begin with silence before the next frame. RT-safe."""
    page.held = page.taps - 1
    page.phase = 0
    for row in range(past.shape[0]):
        for k in range(page.held):
            past[row, k] = np.float32(0.0)


@inner
def missing(page: Any, frames: int) -> int:
    """Return how many fresh frames the next `frames` frames of the device still need. RT-safe."""
    return max(0, (page.phase + (frames - 1) * page.advance) // page.phases + page.taps - page.held)


@inner
def keep(page: Any, past: Any, fresh: Any, frames: int) -> None:
    """Put fresh frames behind those that are held. RT-safe."""
    for row in range(past.shape[0]):
        for k in range(frames):
            past[row, page.held + k] = fresh[row, k]
    page.held += frames


@inner
def convert(page: Any, past: Any, table: Any, out: Any, done: int, frames: int) -> int:
    """Fill `out` from column `done` on with what the held frames give; return how far it came. RT-safe."""
    place = page.phase
    while done < frames and place // page.phases + page.taps <= page.held:
        first, phase = np.uint64(place // page.phases), np.uint64(place % page.phases)
        for row in range(past.shape[0]):
            out[row, done] = weigh(past, np.uint64(row), first, table, phase, np.uint64(page.taps))
        place += page.advance
        done += 1
    used = min(place // page.phases, page.held)
    for row in range(past.shape[0]):
        for k in range(page.held - used):
            past[row, k] = past[row, used + k]
    page.held -= used
    page.phase = place - used * page.phases
    return done
