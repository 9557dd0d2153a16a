"""A walk around a sound's own code in its category's model. Runs on: worker processes.

The walk is smooth and endless, and each place of it follows from the seed and the step alone. What is heard there is
the sound itself, its spectrum changed by what the model says has changed between its own code and that place: what the
model cannot say, such as its phase and the finest detail, stays the sound's own. The farthest walks take the phases of
what they add from the spectrum that is then there, because the original has none to lend.
"""

import hashlib
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from liveengine.ml import phase
from liveengine.ml.mutate.style import grid_of
from liveengine.ml.mutate.wish import Samples, Wish
from liveengine.ml.vae.bands import RATE, WINDOW
from liveengine.ml.vae.columns import HOP
from liveengine.ml.vae.form import Code, Floats, Form, Spectrum
from liveengine.ml.vae.model import Model
from liveengine.ml.vae.representation import UNIT, analyse, channels, magnitudes

SLOWEST, FASTEST = 1 / 17, 1 / 6  # turns of each number of a code per step
APART = 0.35  # of a walk's way that each bar goes by itself
FARTHEST = 1.0  # standard deviations of the category, at amount 1
HIGHEST, LOWEST = 10.0 ** (18.0 / 20.0), 10.0 ** (-48.0 / 20.0)  # gain of a bin
FRESH = 0.6  # from this amount on what is new has phases of its own ...
NEW_DB = (6.0, 15.0)  # ... where so much was added: not at all, wholly
KEPT = 12  # sounds whose codes are at hand for their next steps
OWN_LEVEL = 20.0 * np.log10(100.0 / UNIT)  # of a picture whose squared magnitudes are gains


_kept: dict[tuple[object, ...], "Seen"] = {}


class Walked(NamedTuple):
    """What is heard at a place of the walk, and where that is."""

    sound: Samples
    z: Floats  # [bars, dim]


class Seen(NamedTuple):
    """What a model makes of a sound."""

    code: Code
    levels: Floats  # as its decoder shows them


def vary(sound: Samples, wish: Wish, model: Model) -> Walked:
    """Return the sound at a place of the walk.

    Raises BadAudio for a sound that the model cannot see, OutOfRange for one that is too long for it.
    """
    own = seen(sound, wish.rate, wish.own_beats, model)
    there = own.code.z + _away(own.code, wish, model)
    return Walked(heard_at(sound, wish, model, own, there), there)


def seen(sound: Samples, rate: int, beats: float, model: Model) -> Seen:
    """Return what a model makes of a sound that goes round in so many beats; 0 = it is played once. It is kept."""
    mark = hashlib.blake2b(np.ascontiguousarray(sound).data, digest_size=16).digest()
    key = (mark, sound.shape, rate, beats, model.checksum)
    if key not in _kept:
        form = Form(sound.shape[1] / rate, beats or None, min(2, sound.shape[0]))
        code = model.code(analyse(sound, rate, form))
        _kept[key] = Seen(code, model.decode(code).levels)
    _kept[key] = _kept.pop(key)
    for old in list(_kept)[:-KEPT]:
        del _kept[old]
    return _kept[key]


def heard_at(sound: Samples, wish: Wish, model: Model, own: Seen, there: Floats) -> Samples:
    """Return a sound [channels, frames] as it is heard with another code, `there` [bars, dim], than its own."""
    after = model.decode(Code(there, own.code.form, own.code.level_db))
    changed = Spectrum(0.5 + 0.5 * (after.levels - own.levels), own.code.form, OWN_LEVEL)
    gains = np.clip(np.square(magnitudes(changed)), LOWEST, HIGHEST)
    layers = _turned(sound)
    return channels(np.stack([_layer(layer, gain, wish) for layer, gain in zip(layers, gains, strict=True)]))


def _away(code: Code, wish: Wish, model: Model) -> Floats:
    """Return how far the place of a step lies from the code, [bars, dim]: nearer where that is nowhere any more."""
    spread = model.codes.std(axis=0) * wish.amount * FARTHEST
    chance = np.random.default_rng([wish.seed % (1 << 32), 0x5743])
    common = _path(chance, (1, model.dim), wish.step)
    own = _path(chance, code.z.shape, wish.step)
    away = (np.sqrt(1.0 - APART**2) * common + APART * own) * spread
    most = float(np.percentile(np.linalg.norm(model.codes - model.codes.mean(axis=0), axis=1), 95))
    far = np.linalg.norm(code.z + away - model.codes.mean(axis=0), axis=1, keepdims=True)
    return np.asarray(away * np.minimum(1.0, np.maximum(most / np.maximum(far, 1e-9), 0.5)), np.float32)


def _path(chance: np.random.Generator, shape: tuple[int, ...], step: int) -> npt.NDArray[np.float64]:
    """Return where a walk is after so many steps: each number swings at its own pace, by 1 on average."""
    pace, start = chance.uniform(SLOWEST, FASTEST, shape), chance.uniform(0.0, 1.0, shape)
    made: npt.NDArray[np.float64] = np.sqrt(2.0) * np.sin(2.0 * np.pi * (pace * step + start))
    return made


def _turned(sound: Samples) -> Samples:
    """Return mid and side, or the one channel."""
    return sound if len(sound) == 1 else np.stack([(sound[0] + sound[1]) / 2.0, (sound[0] - sound[1]) / 2.0])


def _layer(layer: Samples, gain: Floats, wish: Wish) -> Samples:
    """Return mid or side with the gains [frames, bins] of the model's grid."""
    grid = grid_of(len(layer), wish.rate, wish.round)
    spectra = phase.analyse(layer, grid)
    lift = _sampled(gain, grid, wish.rate)
    made = phase.synthesise((spectra * lift).astype(np.complex64), grid)
    if wish.amount <= FRESH or not layer.any():
        return made
    target = (np.abs(spectra) * lift).astype(np.float32)
    fresh = phase.synthesise(_fresh(target, lift, wish, grid), grid)
    share = np.float32((wish.amount - FRESH) / (1.0 - FRESH))
    return np.asarray(made + fresh * share, np.float32)


def _fresh(target: Floats, lift: Floats, wish: Wish, grid: phase.Grid) -> phase.Spectra:
    """Return the spectra of what was added, with phases that belong to their magnitudes."""
    added = np.clip((20.0 * np.log10(lift) - NEW_DB[0]) / (NEW_DB[1] - NEW_DB[0]), 0.0, 1.0)
    new = (target * added).astype(np.float32)
    made: phase.Spectra = (new * np.exp(1j * phase.heap(new, grid, wish.seed % (1 << 32)))).astype(np.complex64)
    return made


def _sampled(gain: Floats, grid: phase.Grid, rate: int) -> Floats:
    """Return the gains at the columns and bins of a grid of another rate and pace."""
    rows = np.minimum(np.round(grid.centres / rate * RATE / HOP).astype(np.int64), len(gain) - 1)
    hertz = np.arange(grid.size // 2 + 1) * rate / grid.size
    bins = np.minimum(np.round(hertz * WINDOW / RATE).astype(np.int64), gain.shape[1] - 1)
    return gain[rows][:, bins]
