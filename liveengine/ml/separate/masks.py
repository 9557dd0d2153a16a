"""From what is seen to a share of each cell for each part, in two looks. Runs on: worker process.

The first look weighs what a cell and its moment show. The second one weighs what the first has found in the cell,
around it in time and pitch, and in the whole moment: a voice that sounds in the neighbour sounds here, too. Weights lie
at a few frequencies, between which they change evenly; they are learnt from mixes of this project's own synthesiser
(`python -m liveengine.ml.separate.learn`) and stand in config/separation.json.
"""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from liveengine.config import data
from liveengine.ml.separate import PARTS, cells
from liveengine.ml.separate.look import EDGES, Look, ranges

Floats = npt.NDArray[np.float32]

NODES = (30.0, 60.0, 100.0, 170.0, 300.0, 600.0, 1_200.0, 2_500.0, 5_000.0, 10_000.0, 18_000.0)  # Hz
AROUND = 6  # rows, and bins, on each side: where the second look looks
ACTIVE = 20  # rows on each side: what a moment's surroundings are
CELL2 = 12
MOMENT2 = 2 * len(PARTS) * (len(EDGES) - 1)
_LEAST = np.float32(1e-30)  # share, so that it has a logarithm


@dataclass(frozen=True)
class Weights:
    """What speaks for each part at each of NODES; moments have a constant as their last."""

    cell: Floats  # [nodes, parts, CELLS]
    moment: Floats  # [nodes, parts, MOMENT + 1]
    cell2: Floats  # [nodes, parts, CELL2]
    moment2: Floats  # [nodes, parts, MOMENT2 + 1]


@cache
def weights(kind: str) -> Weights:
    """Return the weights of config/separation.json for "stereo" or "mono"."""
    told: dict[str, Any] = json.loads((data("config") / "separation.json").read_text("utf-8"))[kind]
    return Weights(**{name: np.array(values, np.float32) for name, values in told.items()})


def between(bins: int, rate: int) -> Floats:
    """Return how much of each node [nodes, bins] lies in each of so many bins up to half the rate."""
    nodes = np.log2(np.array(NODES))
    at = np.log2(np.clip(np.arange(bins) * rate / (2.0 * (bins - 1)), NODES[0], NODES[-1]))
    return np.stack([np.interp(at, nodes, one) for one in np.eye(len(nodes))]).astype(np.float32)


@dataclass(frozen=True)
class Found:
    """What the first look has found in some rows: what the second one is told by."""

    scores: Floats  # [rows, parts, bins]
    held: Floats  # shares, mean over time
    wide: Floats  # shares, mean over pitch
    moments: Floats  # [rows, MOMENT2]: shares of the power in each range, now and about now

    @classmethod
    def of(cls, shares: Floats, present: Floats, first: int, last: int) -> "Found":
        """Return it for the rows from `first` to before `last`; the ends are held. `present`: see below."""
        own = shares[first:last]
        rows, parts, bins = own.shape
        scores, held, wide = np.log(np.maximum(own, _LEAST)), np.empty_like(own), np.empty_like(own)
        scores -= scores.mean(axis=1, keepdims=True)
        cells.running_mean(shares.reshape(-1, parts * bins), AROUND, first, held.reshape(rows, -1))
        cells.beside(own.reshape(-1, bins), AROUND, wide.reshape(-1, bins))
        about = np.empty((rows, present.shape[1]), np.float32)
        cells.running_mean(present, ACTIVE, first, about)
        return cls(scores, held, wide, np.concatenate([present[first:last], about], axis=1))


def present(shares: Floats, power: Floats, rate: int) -> Floats:
    """Return the shares of a moment's power that each part has in each range, [rows, ranges * parts]."""
    found = []
    for part in ranges(rate, power.shape[1]):
        heard = power[:, part]
        total = heard.sum(axis=1, keepdims=True) + np.float32(1e-20)
        found.append(np.einsum("rpb,rb->rp", shares[:, :, part], heard) / total)
    return np.concatenate(found, axis=1)


class Masks:
    """What weighs the cells of spectra of one shape."""

    def __init__(self, known: Weights, bins: int, rate: int) -> None:
        """Spectra have so many bins, up to half the rate."""
        self._known = known
        self._between = between(bins, rate)
        self._cell = self._spread(known.cell)
        self._cell2 = [self._spread(known.cell2[:, :, at : at + len(PARTS)]) for at in range(0, CELL2, len(PARTS))]

    def first(self, seen: Look) -> Floats:
        """Return the shares [rows, parts, bins] of the first look."""
        scores = self._said(seen.moments, self._known.moment)
        cells.judge(self._cell, seen.cells, scores)
        return _shares(scores)

    def second(self, found: Found) -> Floats:
        """Return the shares [rows, parts, bins] of the second look; in each cell they sum up to 1."""
        scores = self._said(found.moments, self._known.moment2)
        for own, shown in zip(self._cell2, (found.scores, found.held, found.wide), strict=True):
            cells.judge(own, shown, scores)
        return _shares(scores)

    def _spread(self, known: Floats) -> Floats:
        """Return weights [nodes, parts, things] at every bin, [parts, things, bins]."""
        return np.ascontiguousarray(np.tensordot(known, self._between, (0, 0)), np.float32)

    def _said(self, moments: Floats, known: Floats) -> Floats:
        """Return what moments [rows, n] say, [rows, parts, bins], by the weights `known` [nodes, parts, n + 1]."""
        said = np.tensordot(moments, known[:, :, :-1], (1, 2)) + known[:, :, -1]
        return np.ascontiguousarray(said.transpose(0, 2, 1) @ self._between, np.float32)


def _shares(scores: Floats) -> Floats:
    """Turn scores into shares, in their place: positive, their sum over the parts 1."""
    scores -= scores.max(axis=1, keepdims=True)
    np.exp(scores, out=scores)
    scores /= scores.sum(axis=1, keepdims=True)
    return scores
