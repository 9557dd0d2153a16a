"""Stems of the starter kit, for the tests of what hears and makes sounds."""

import numpy as np

from liveengine.ml.vae.bands import RATE
from liveengine.ml.vae.form import Form
from liveengine.ml.vae.representation import Samples
from liveengine.synth.kit import recipes, render


def stems(category: str, loops: bool | None = None, most: int = 99) -> list[tuple[Samples, Form]]:
    """The first stems of a category: sound [channels, frames] at 48 kHz, and form."""
    found: list[tuple[Samples, Form]] = []
    for recipe in recipes(0):
        if recipe.category == category and loops in (None, not recipe.one_shot) and len(found) < most:
            sound = np.ascontiguousarray(render(recipe).T, np.float32)
            beats = None if recipe.bars is None else float(recipe.bars * 4)
            found.append((sound, Form(sound.shape[1] / RATE, beats, len(sound))))
    return found
