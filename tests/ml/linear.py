"""A model of a category without a network: its codes are what its pictures vary by (principal components)."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import numpy.typing as npt

from liveengine.ml.vae.bands import RATE
from liveengine.ml.vae.form import Code, Form, Spectrum
from liveengine.ml.vae.model import Learnt, Model
from liveengine.ml.vae.representation import Samples, analyse
from liveengine.synth.kit import recipes, render

Floats = npt.NDArray[np.float32]


@dataclass
class Linear:
    """What `Model` offers to those who make sounds."""

    category: str
    mean: dict[bool, Floats]
    basis: dict[bool, Floats]  # loops -> [dim, picture]
    learnt: Learnt

    @property
    def checksum(self) -> str:
        return hashlib.blake2b(self.learnt.codes.tobytes(), digest_size=16).hexdigest()

    @property
    def id(self) -> str:
        return f"vae-{self.category}-{self.checksum[:8]}"

    def encode(self, sound: Samples, rate: int, form: Form) -> Code:
        picture = analyse(sound, rate, form)
        flat = picture.levels.reshape(form.bars, -1) - self.mean[form.loops]
        return Code((flat @ self.basis[form.loops].T).astype(np.float32), form, picture.level_db)

    def decode(self, code: Code) -> Spectrum:
        flat = code.z @ self.basis[code.form.loops] + self.mean[code.form.loops]
        levels = np.clip(flat, 0.0, 1.0).reshape(code.form.bars, 2, -1, 256)
        levels[:, code.form.channels :] = 0.0
        return Spectrum(levels.astype(np.float32), code.form, code.level_db)


def stems(category: str, loops: bool | None = None, most: int = 99) -> list[tuple[Samples, Form]]:
    """The first stems of a category of the starter kit: sound [channels, frames] at 48 kHz, and form."""
    found: list[tuple[Samples, Form]] = []
    for recipe in recipes(0):
        if recipe.category == category and loops in (None, not recipe.one_shot) and len(found) < most:
            sound = np.ascontiguousarray(render(recipe).T, np.float32)
            beats = None if recipe.bars is None else float(recipe.bars * 4)
            found.append((sound, Form(sound.shape[1] / RATE, beats, len(sound))))
    return found


def taught(category: str, sounds: Sequence[tuple[Samples, Form]], dim: int = 24) -> Model:
    """A model of these stems; stem 1 is the first."""
    pictures = [analyse(sound, RATE, form) for sound, form in sounds]
    means, bases = {}, {}
    for loops in {form.loops for _, form in sounds}:
        flat = np.concatenate([p.levels.reshape(p.form.bars, -1) for p in pictures if p.form.loops is loops])
        means[loops] = flat.mean(axis=0)
        _, _, found = np.linalg.svd(flat - means[loops], full_matrices=False)
        bases[loops] = np.zeros((dim, flat.shape[1]), np.float32)
        bases[loops][: len(found)] = found[:dim]
    rows, names, bars, forms, levels = [], [], [], [], []
    for stem, picture in enumerate(pictures, 1):
        loops = picture.form.loops
        codes = (picture.levels.reshape(picture.form.bars, -1) - means[loops]) @ bases[loops].T
        for bar, code in enumerate(codes):
            rows.append(code)
            names.append(stem)
            bars.append(bar)
            forms.append(picture.form)
            levels.append(picture.level_db)
    codes = np.stack(rows).astype(np.float32)
    learnt = Learnt(codes, tuple(names), tuple(bars), tuple(forms), tuple(levels))
    return cast(Model, Linear(category, means, bases, learnt))
