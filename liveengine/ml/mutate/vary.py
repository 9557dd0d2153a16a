"""A variation of a sound, of whatever kind was wished. Runs on: worker processes."""

import logging
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from liveengine.errors import BadAudio, OutOfRange
from liveengine.ml.mutate import grains, shelf, shots, slices, style
from liveengine.ml.mutate.fitting import fitted
from liveengine.ml.mutate.wish import Samples, Varied, Wish

if TYPE_CHECKING:
    from liveengine.ml.vae.model import Model

log = logging.getLogger(__name__)

SLICED = frozenset({"kick", "snare", "hihat", "percussion", "drums", "bass"})
FEW = 3  # attacks: a sound with fewer has nothing to slice


def vary(sound: Samples, wish: Wish) -> Varied:
    """Return a variation of a sound [channels, frames] in as many frames, on the same grid, as loud within 1 dB.

    The same wish gives the same samples; amount 0 gives the original's own. Attacks are where they then are. Raises
    ModelMissing and ModelDamaged where the kind `walk` has no model.
    """
    if wish.amount <= 0.0 or not sound.any():
        return Varied(sound, "", list(wish.attacks))
    made = _made(sound, wish)
    return replace(made, sound=fitted(made.sound, sound, wish.rate, wish.round))


def prepared(models: Path, category: str, rate: int) -> bool:
    """Return whether a category has a model; if so it is at hand now, and what its first use costs is paid."""
    if shelf.model(models, category, needed=False) is None:
        return False
    noise = np.random.default_rng(0).uniform(-0.1, 0.1, (2, 2 * rate)).astype(np.float32)
    vary(noise, Wish(rate=rate, beats=4.0, own_beats=4.0, category=category, models=models))
    return True


def _made(sound: Samples, wish: Wish) -> Varied:
    if wish.kind in ("slices", "grains"):
        return _by_signal(sound, wish)
    model = shelf.model(wish.models, wish.category, needed=wish.kind == "walk")
    if model is None:
        return _by_signal(sound, wish)
    try:
        return _by_model(sound, wish, model)
    except (BadAudio, OutOfRange) as error:
        if wish.kind == "walk":
            raise
        log.warning("a variation is made without the model: %s", error)
        return _by_signal(sound, wish)


def _by_model(sound: Samples, wish: Wish, model: "Model") -> Varied:
    """Return a variation that the category's model knows of: a place of the walk, or on the way to another timbre."""
    from liveengine.ml.mutate import toward, walk  # torch

    if wish.kind == "style":
        made = toward.vary(sound, wish, model)
        heard = style.vary(made.sound, wish)
        return Varied(heard, "style", list(wish.attacks), model.id, model.checksum, _packed(made.z))
    made = walk.vary(sound, wish, model)
    return Varied(made.sound, "walk", list(wish.attacks), model.id, model.checksum, _packed(made.z))


def _packed(z: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> bytes:
    return np.ascontiguousarray(z, "<f4").tobytes()


def _by_signal(sound: Samples, wish: Wish) -> Varied:
    """Return a variation that needs no model: of its attacks, of its texture, or of its timbre."""
    attacks = list(wish.attacks)
    if wish.kind == "style":
        return Varied(style.vary(sound, wish), "style", attacks)
    if not wish.round and not wish.beats:
        return Varied(shots.vary(sound, wish), "slices", attacks)
    if wish.kind == "grains" or (wish.kind != "slices" and not _sliced(wish)):
        return Varied(grains.vary(sound, wish), "grains", attacks)
    made, moved = slices.vary(sound, wish)
    return Varied(made, "slices", moved)


def _sliced(wish: Wish) -> bool:
    return wish.category in SLICED or len(wish.attacks) >= FEW
