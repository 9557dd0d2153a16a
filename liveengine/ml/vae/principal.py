"""Principal pictures of a category: the few directions in which its stems differ most. Runs on: worker process.

Principal components of the pictures and of variants of them, bands weighed as in the loss: the best that a linear coder
with as many numbers can do, found at once. The network begins there.
"""

import numpy as np
import torch

from liveengine.ml.vae import augment
from liveengine.ml.vae.form import Floats
from liveengine.ml.vae.network import weights
from liveengine.ml.vae.shelf import Shelf

LEAST = 1e-5  # of the strongest direction: what is weaker is rounding


def pictures(shelf: Shelf, mean: Floats, dim: int, seed: int, most: int) -> tuple[Floats, Floats]:
    """Return basis [dim, layers, bands, columns] in units of the usual size of each part, and power [dim].

    They are taken from at most `most` pictures, variants with them. A part is the product of the weighted picture
    with its basis, divided by its power; those of the pictures have a variance of 1. Where the pictures have
    fewer directions, basis and power are 0.
    """
    rng = np.random.default_rng([seed, 3])
    rows = np.flatnonzero(~shelf.held)
    rows = rng.permutation(rows)[:most]
    copies = max(1, most // len(rows))
    weight = np.sqrt(weights().numpy())
    rest = np.empty((len(rows) * copies, *shelf.levels.shape[1:]), np.float32)
    for at in range(len(rest)):
        row = rows[at % len(rows)]
        loops = shelf.about[row, 0] > 0.5
        levels = shelf.levels[row].astype(np.float32)
        levels = levels if at < len(rows) else augment.varied(levels, loops, rng)
        rest[at] = (levels - mean[int(loops)]) * weight
    table = torch.from_numpy(rest).flatten(1)
    values, vectors = torch.linalg.eigh(table @ table.T)
    values, vectors = values.flip(0)[:dim], vectors.flip(1)[:, :dim]
    values = torch.where(values > LEAST * values[0], values, 0.0)
    size = values / len(rest)  # variance along each direction
    found = torch.where(values > 0.0, 1.0 / len(rest) ** 0.5, 0.0) * vectors  # of length size ** 0.5
    basis = np.zeros((dim, *rest.shape[1:]), np.float32)
    basis[: len(values)] = (found.T @ table).reshape(-1, *rest.shape[1:]).numpy() / weight
    power = np.zeros(dim, np.float32)
    power[: len(values)] = size.numpy()
    return basis, power
