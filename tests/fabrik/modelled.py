"""A model of a category that needs no teaching: its pictures are those of some stems, a little moved by its codes."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch

from liveengine.ml.vae.bands import BANDS, RATE
from liveengine.ml.vae.columns import COLUMNS
from liveengine.ml.vae.form import Form
from liveengine.ml.vae.model import Learnt, Model
from liveengine.ml.vae.network import LAYERS, Network, Shape
from liveengine.ml.vae.representation import analyse
from liveengine.synth.kit import recipes, render

TINY = Shape(dim=6, widths=(4, 6, 8), blocks=1, narrow=4)
MOVED = 0.03  # of the 80 dB by what its untaught network says


def modelled(root: Path, category: str, stems: Mapping[int, bool], titles: Mapping[int, str] | None = None) -> Model:
    """Write a model into a library; `stems` are what it has learnt from, True = a loop. Its sounds are the kit's."""
    told = {"titles": {str(stem): title for stem, title in (titles or {}).items()}}
    found = [recipe for recipe in recipes(0) if recipe.category == category]
    sounds = {loops: next(one for one in found if one.one_shot is not loops) for loops in set(stems.values())}
    torch.manual_seed(1)
    network = Network(TINY)
    forms: dict[bool, Form] = {}
    means = np.zeros((2, LAYERS, BANDS, COLUMNS), np.float32)
    for loops, recipe in sounds.items():
        sound = np.ascontiguousarray(render(recipe).T, np.float32)
        beats = None if recipe.bars is None else float(recipe.bars * 4)
        forms[loops] = Form(sound.shape[1] / RATE, beats, len(sound))
        means[int(loops)] = analyse(sound, RATE, forms[loops]).levels.mean(axis=0)
    with torch.no_grad():
        network.mean.copy_(torch.from_numpy(means))
        network.scale.fill_(MOVED)
    rows = [(stem, bar, forms[loops]) for stem, loops in stems.items() for bar in range(forms[loops].bars)]
    codes = np.random.default_rng(0).standard_normal((len(rows), TINY.dim)).astype(np.float32)
    names, bars, shapes = zip(*rows, strict=True)
    learnt = Learnt(codes, names, bars, shapes, (-6.0,) * len(rows))
    return Model(network, learnt, category).save(root / "models" / "vae" / category, told)
