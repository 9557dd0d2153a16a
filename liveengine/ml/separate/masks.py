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


@dataclass(frozen=True)
class Between:
    """Where the bins lie between NODES."""

    node: npt.NDArray[np.int64]  # [bins], the one below
    share: Floats  # [bins], of the way to the next one

    @classmethod
    def of(cls, bins: int, rate: int) -> "Between":
        """Return it for so many bins up to half the rate."""
        nodes = np.log2(np.array(NODES))
        at = np.log2(np.clip(np.arange(bins) * rate / (2.0 * (bins - 1)), NODES[0], NODES[-1]))
        node = np.clip(np.searchsorted(nodes, at, "right") - 1, 0, len(nodes) - 2)
        share = (at - nodes[node]) / (nodes[node + 1] - nodes[node])
        return cls(node.astype(np.int64), share.astype(np.float32))

    def spread(self, weights: Floats) -> Floats:
        """Return the weights [nodes, parts, n] at every bin, [bins, parts, n]."""
        share = self.share[:, None, None]
        made = weights[self.node] * (1.0 - share) + weights[self.node + 1] * share
        return np.ascontiguousarray(made, np.float32)


def first(seen: Look, known: Weights, between: Between) -> Floats:
    """Return the scores [parts, rows, bins] of the first look."""
    scores = np.empty((len(PARTS), *seen.level.shape), np.float32)
    said = said_by(seen.moments, known.moment)
    cells.judge(*seen.arrays, between.spread(known.cell), said, between.node, between.share, scores)
    return scores


def said_by(moments: Floats, known: Floats) -> Floats:
    """Return what moments [rows, n] say, [rows, parts, nodes], by the weights `known` [nodes, parts, n + 1]."""
    said = np.tensordot(moments, known[:, :, :-1], (1, 2)) + known[:, :, -1]
    return np.ascontiguousarray(said.transpose(0, 2, 1), np.float32)


@dataclass(frozen=True)
class Found:
    """What the first look has found, and what the second one is told by."""

    scores: Floats  # [parts, rows, bins]
    held: Floats  # shares, mean over time
    wide: Floats  # shares, mean over pitch
    moments: Floats  # [rows, MOMENT2]: shares of the power in each range, now and about now


def around(seen: Look, scores: Floats, rate: int) -> Found:
    """Return what the second look is told by."""
    shares = np.empty_like(scores)
    cells.shares(scores, shares)
    held, wide = np.empty_like(shares), np.empty_like(shares)
    now = []
    for number, share in enumerate(shares):
        cells.running_mean(share, AROUND, held[number])
        cells.beside(share, AROUND, wide[number])
    for part in ranges(rate, seen.level.shape[1]):
        power = seen.power[:, part]
        total = power.sum(axis=1) + np.float32(1e-20)
        now += [np.einsum("rb,rb->r", share[:, part], power) / total for share in shares]
    present = np.ascontiguousarray(np.stack(now, axis=1), np.float32)
    about = np.empty_like(present)
    cells.running_mean(present, ACTIVE, about)
    return Found(scores, held, wide, np.concatenate([present, about], axis=1))


def masks(seen: Look, known: Weights, between: Between, rate: int) -> Floats:
    """Return the share of each part [parts, rows, bins] in every cell; the sum over the parts is 1."""
    found = around(seen, first(seen, known, between), rate)
    said = said_by(found.moments, known.moment2)
    scores = np.empty_like(found.scores)
    weights2 = between.spread(known.cell2)
    cells.second(found.scores, found.held, found.wide, weights2, said, between.node, between.share, scores)
    cells.shares(scores, found.scores)
    return found.scores
