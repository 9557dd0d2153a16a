"""Where in the model's space the sounds of each concept lie: a direction each. Runs on: worker process that trains.

Fisher's linear discriminant (1936) for each concept: from the mean of the sounds that surely have it not to the mean of
those that have it, seen through the spread of all sounds, so that what all kinds of sounds differ in counts for little.
"""

import json
from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors.numpy import save

from liveengine.ml.export import whole
from liveengine.ml.learn import LONG, Pupil, Terms, heard
from liveengine.ml.shelf import Mask, Shelf

FEWEST = 15  # sounds that have a concept: fewer show no direction
SPREAD = 0.01  # variance added to every dimension, five times the mean: few sounds tell little of small ones
Floats = npt.NDArray[np.float32]


def learnt(pupil: Pupil, shelf: Shelf, terms: Terms) -> Floats:
    """Return a direction for each claim of the shelf, [claims, 512], from the sounds that were learnt from."""
    rng = np.random.default_rng(terms.seed + 2)
    rows = shelf.rows_of(clip for clip in range(len(shelf) // 2) if clip % terms.held)
    return between(heard(pupil, shelf, rows, LONG, rng), shelf.true[rows], shelf.unknown[rows])


def between(vectors: Floats, true: Mask, unknown: Mask) -> Floats:
    """Return directions [claims, dim] of length 1, from sounds [n, dim] and what is true of each, [n, claims].

    All zero for a claim that fewer than FEWEST sounds have, or that all have.
    """
    seen = vectors.astype(np.float64)
    centred = seen - seen.mean(axis=0)
    spread = centred.T @ centred / len(seen) + SPREAD * np.eye(seen.shape[1])
    away = _means(centred, true) - _means(centred, ~(true | unknown))
    away[(true.sum(axis=0) < FEWEST) | (true | unknown).all(axis=0)] = 0.0
    found = np.linalg.solve(spread, away.T).T
    lengths = np.linalg.norm(found, axis=1, keepdims=True)
    return np.asarray(found / np.where(lengths > 0.0, lengths, 1.0), np.float32)


def _means(vectors: npt.NDArray[np.float64], chosen: Mask) -> npt.NDArray[np.float64]:
    """Return the mean of the chosen ones for each claim, [claims, dim]."""
    means: npt.NDArray[np.float64] = chosen.T.astype(np.float64) @ vectors / chosen.sum(axis=0).clip(min=1)[:, None]
    return means


def write(names: tuple[str, ...], found: Floats, file: Path) -> None:
    """Write those that are not zero: tensor `directions` [n, 512] in 16 bits, their `names` as JSON in the metadata."""
    kept = np.flatnonzero(found.any(axis=1))
    content = save({"directions": found[kept].astype(np.float16)}, {"names": json.dumps([names[at] for at in kept])})
    whole(file, content)
