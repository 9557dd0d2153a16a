"""Random parameters and what often happens to a recorded sound. Runs on: any process, offline."""

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

from ..effects import chorus, crush, echo, fold, room, saturate
from ..signals import Rng, Signal, landing, linear, normal

T = TypeVar("T")
SCALES = ((0, 2, 3, 5, 7, 8, 10), (0, 2, 4, 5, 7, 9, 11), (0, 3, 5, 7, 10), (0, 2, 4, 7, 9), (0, 1, 3, 5, 7, 8, 10))
CHORDS: dict[str, tuple[tuple[int, ...], ...]] = {
    "minor": ((0, 3, 7), (0, 3, 7, 12), (0, 7, 12, 15), (0, 3, 7, 10), (0, 3, 7, 10, 14), (0, 7, 10, 15)),
    "major": ((0, 4, 7), (0, 4, 7, 12), (0, 7, 12, 16), (0, 4, 7, 11), (0, 4, 7, 11, 14), (0, 4, 7, 9)),
    "": ((0, 7), (0, 7, 12), (0, 5, 7), (0, 2, 7), (0, 5, 10), (0, 12), (0, 7, 14)),
}


def uniform(rng: Rng, low: float, high: float) -> float:
    """A number between two, each as likely."""
    return float(rng.uniform(low, high))


def ratio(rng: Rng, low: float, high: float) -> float:
    """A positive number between two, each octave as likely."""
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def pick(rng: Rng, options: Sequence[T]) -> T:
    """One of the options."""
    return options[int(rng.integers(len(options)))]


def chance(rng: Rng, share: float) -> bool:
    """True in `share` of all cases."""
    return bool(rng.random() < share)


def pitch(rng: Rng, low: int, high: int) -> float:
    """Frequency in Hz of a note between two MIDI numbers, now and then a little out of tune."""
    off = float(rng.normal()) * 12.0 if chance(rng, 0.3) else 0.0
    return float(440.0 * 2.0 ** ((int(rng.integers(low, high + 1)) - 69 + off / 100.0) / 12.0))


def chord(rng: Rng) -> tuple[tuple[int, ...], set[str]]:
    """Semitones of a chord, and what is true of it."""
    mode = pick(rng, ("minor", "minor", "major", ""))
    return pick(rng, CHORDS[mode]), {"chord", mode} if mode else {"chord"}


def spaced(made: Signal, rng: Rng, share: float = 0.35, most: float = 3.0) -> tuple[Signal, set[str]]:
    """The sound, in `share` of all cases in a room or with an echo; `wet` only where it is plainly heard."""
    if not chance(rng, share):
        return made, set()
    frames = made.shape[-1]
    if chance(rng, 0.22):
        level = uniform(rng, 0.2, 0.8)
        heard = echo(normal(made), ratio(rng, 0.06, 0.45), uniform(rng, 0.2, 0.6), level)
        return _cut(heard, frames, 1.2), {"echo", "wet"} if level > 0.45 else {"echo"}
    seconds, level = ratio(rng, 0.2, most), ratio(rng, 0.08, 0.9)
    heard = room(normal(made), seconds, ratio(rng, 1200, 9000), level, rng)
    return _cut(heard, frames, min(seconds * 0.7, 1.5)), {"wet"} if level > 0.35 and seconds > 0.8 else set()


def _cut(made: Signal, frames: int, tail: float) -> Signal:
    return landing(made[:, : frames + round(tail * 48_000)], min(0.5, tail * 0.5 + 0.01))


def dirtied(made: Signal, rng: Rng, share: float = 0.25) -> tuple[Signal, set[str]]:
    """The sound, in `share` of all cases driven, folded or crushed; `distorted` only where it is plainly heard."""
    if not chance(rng, share):
        return made, set()
    kind = pick(rng, ("drive", "drive", "hard", "fold", "bits"))
    if kind == "drive":
        drive = uniform(rng, 4.0, 30.0)
        return saturate(normal(made), drive, uniform(rng, 0.0, 0.2)), {"distorted"} if drive > 17.0 else set()
    if kind == "hard":
        return np.clip(normal(made) * np.float32(linear(uniform(rng, 12.0, 30.0))), -1.0, 1.0), {"distorted"}
    if kind == "fold":
        return fold(normal(made), uniform(rng, 0.6, 2.5)), {"distorted"}
    return crush(normal(made), uniform(rng, 2.5, 7.0), int(rng.integers(1, 9))), {"bitcrushed", "digital"}


def swung(made: Signal, rng: Rng, share: float = 0.3) -> Signal:
    """The sound, in `share` of all cases through a chorus."""
    if not chance(rng, share):
        return made
    return chorus(made, ratio(rng, 0.0004, 0.004), max(0.5, made.shape[-1] / 48_000 * ratio(rng, 0.2, 3.0)))
