"""Learns what speaks for each part of a track, and writes config/separation.json. Runs on: a shell, by hand.

`python -m liveengine.ml.separate.learn` draws tracks of this project's synthesiser whose parts are known, and fits the
weights of both looks so that the shares come as near as can be to the ideal ones: least squares of the magnitudes that
are missed, in dB beside the part's own, for every part of every track alike. The seeds of `bench fabrik` are others.
"""

import argparse
import json
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from liveengine.config import data
from liveengine.ml.separate import PARTS, masks
from liveengine.ml.separate.grid import Grid, window_of
from liveengine.ml.separate.look import Look, Stretch, look, measure
from liveengine.synth import mixes
from liveengine.synth.signals import RATE

Floats = npt.NDArray[np.float32]

SEED = 50_000
NUMBER = 160  # tracks
ROWS = 40  # moments that are taken of each
FINE = 370  # bins of which every one is taken; of those above every fourth
HELD_OUT = 20  # tracks that are not learnt from: they tell how good it is
ROUNDS, STEP, DECAY = 30, 0.02, 1e-5
AT_ONCE = 10_000  # cells of a step
_LEAST = 1e-3  # of a track's energy: a part with less is not heard


class Case(NamedTuple):
    """Cells of one track: what they show, and how they are to be shared."""

    cell: Floats  # [n, CELLS or CELL2]
    moment: Floats  # [moments, MOMENT or MOMENT2]
    row: npt.NDArray[np.int64]  # [n], which of the moments
    bin: npt.NDArray[np.int64]  # [n]
    ideal: Floats  # [n, parts]
    weight: Floats  # [n], the power that a cell stands for
    heard: npt.NDArray[np.bool_]  # [parts]


def seen(seed: int, mono: bool) -> tuple[Look, Floats, Floats]:
    """Return what is seen of a track, its power [rows, bins] and that of its parts [parts, rows, bins]."""
    mix = mixes.mix(seed)
    parts = [mix.parts[part] for part in PARTS]
    if mono:
        parts = [part.mean(axis=0, keepdims=True) for part in parts]
    sound: Floats = np.sum(parts, axis=0, dtype=np.float32)
    grid = Grid(window_of(RATE))
    rows = grid.rows(sound.shape[1])
    power = np.stack([(np.abs(grid.spectra(part, 0, rows)) ** 2).sum(axis=0) for part in parts])
    bar = 240.0 / mix.tempo * RATE / grid.hop
    spectra = grid.spectra(sound, 0, rows)
    there = Stretch.of(rows, spectra.shape[2])
    whole = measure(spectra, float(np.mean(sound**2)), there)
    return look(there, 0, rows, RATE, bar), whole, power


def case(mono: bool, known: masks.Weights | None, seed: int) -> Case:
    """Return some cells of a track: as the first look sees them, or with its weights as the second does."""
    found, whole, power = seen(seed, mono)
    rng = np.random.default_rng(seed)
    count, bins = whole.shape
    rows = np.sort(rng.choice(count, ROWS, replace=False))
    chosen = np.concatenate([np.arange(1, FINE), np.arange(FINE + int(rng.integers(4)), bins, 4)])
    if known is None:
        visible, moments = found.cells[rows], found.moments[rows]
    else:
        shares = masks.Masks(known, bins, RATE).first(found)
        told = masks.Found.of(shares, masks.present(shares, whole, RATE), 0, count)
        visible = np.concatenate([told.scores[rows], told.held[rows], told.wide[rows]], axis=1)
        moments = told.moments[rows]
    visible = visible[:, :, chosen].transpose(0, 2, 1)
    total = power.sum(axis=0)[rows][:, chosen]
    ideal = power[:, rows][:, :, chosen].transpose(1, 2, 0) / (total[..., None] + 1e-20)
    weight = total * np.where(chosen < FINE, 1.0, 4.0)
    energy = power.sum(axis=(1, 2))
    return Case(
        visible.reshape(-1, visible.shape[-1]).astype(np.float32),
        moments,
        np.repeat(np.arange(ROWS), len(chosen)),
        np.tile(chosen, ROWS),
        ideal.reshape(-1, len(PARTS)).astype(np.float32),
        weight.reshape(-1).astype(np.float32),
        energy > _LEAST * energy.sum(),
    )


def shown(one: Case, which: Any) -> Floats:
    """Return all that some cells of a track are judged by, [n, CELLS + MOMENT + 1]; the last is a constant."""
    own = one.cell[which]
    return np.concatenate([own, one.moment[one.row[which]], np.ones((len(own), 1), np.float32)], axis=1)


def fit(cases: Sequence[Case], say: Callable[[str], None]) -> tuple[Floats, Floats]:
    """Return the weights that share the cells best (Adam): of cells [nodes, parts, CELLS], of moments [.., MOMENT + 1].

    The last HELD_OUT cases are not learnt from: `say` hears every fifth round how they are shared.
    """
    import torch

    torch.set_num_threads(1)
    torch.manual_seed(0)
    pupil = _Pupil(cases)
    steps = torch.optim.Adam([pupil.weights], lr=STEP)
    learnt, held = cases[:-HELD_OUT], cases[-HELD_OUT:]
    for turn in range(ROUNDS):
        rng = np.random.default_rng(turn)
        for number in rng.permutation(len(learnt)):
            one = learnt[int(number)]
            error = pupil.missed(one, rng.integers(len(one.bin), size=AT_ONCE)) + DECAY * (pupil.weights**2).sum()
            steps.zero_grad()
            error.backward()
            steps.step()
        for group in steps.param_groups:
            group["lr"] *= 0.92
        if turn % 5 == 4:
            with torch.no_grad():
                missed = np.mean([float(pupil.missed(one, slice(None, None, 3))) for one in held])
            say(f"  round {turn + 1}: {missed:.3f} dB missed")
    made, own = pupil.found(), cases[0].cell.shape[1]
    return made[:, :, :own].copy(), made[:, :, own:].copy()


class _Pupil:
    """The weights while they are learnt, and what they miss."""

    def __init__(self, cases: Sequence[Case]) -> None:
        import torch

        some = np.concatenate([shown(one, slice(None, None, 97)) for one in cases])
        self._scale = np.append(some[:, :-1].std(axis=0) + 1e-6, 1.0).astype(np.float32)
        self._basis = masks.between(2_049, RATE).T.copy()
        self.weights = torch.zeros(len(masks.NODES), len(PARTS), some.shape[1], requires_grad=True)

    def missed(self, one: Case, which: Any) -> Any:
        """Return what of the heard parts goes elsewhere in some cells of a track, in dB."""
        import torch

        x, at = torch.from_numpy(shown(one, which) / self._scale), torch.from_numpy(self._basis[one.bin[which]])
        scores = (x @ self.weights.reshape(-1, x.shape[1]).T).reshape(len(x), len(masks.NODES), len(PARTS))
        share = torch.softmax((scores * at[:, :, None]).sum(1), dim=1)
        ideal, weight = torch.from_numpy(one.ideal[which]), torch.from_numpy(one.weight[which])[:, None]
        missed = ((share - ideal) ** 2 * weight).sum(0) / ((ideal**2 * weight).sum(0) + 1e-20)
        return 10.0 * torch.log10(missed[torch.from_numpy(one.heard)] + 1e-3).mean()

    def found(self) -> Floats:
        """Return the weights [nodes, parts, CELLS + MOMENT + 1]."""
        made: Floats = (self.weights.detach().numpy() / self._scale).astype(np.float32)
        made -= made.mean(axis=1, keepdims=True)  # what speaks for all parts alike says nothing
        return made


def learnt(seed: int, number: int, mono: bool, processes: int) -> masks.Weights:
    """Return the weights that tracks `seed` and the following teach."""
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        cases = list(pool.map(partial(case, mono, None), range(seed, seed + number), chunksize=4))
        cell, moment = fit(cases, print)
        nothing = np.zeros((len(masks.NODES), len(PARTS), 1), np.float32)
        known = masks.Weights(cell, moment, nothing, nothing)
        cases = list(pool.map(partial(case, mono, known), range(seed, seed + number), chunksize=4))
    cell2, moment2 = fit(cases, print)
    return masks.Weights(cell, moment, cell2, moment2)


def main(argv: Sequence[str] | None = None) -> None:
    """Learn and write; what is written counts from the next separation on."""
    parser = argparse.ArgumentParser(prog="python -m liveengine.ml.separate.learn", description=__doc__)
    parser.add_argument("--seed", type=int, default=SEED, help=f"the first track (default {SEED})")
    parser.add_argument("--number", type=int, default=NUMBER, help=f"tracks (default {NUMBER})")
    parser.add_argument("--processes", type=int, default=1, help="processes that draw them (default 1)")
    options = parser.parse_args(argv)
    if options.number < 2 * HELD_OUT or options.processes < 1:
        parser.error(f"--number from {2 * HELD_OUT} on, --processes from 1 on")
    found = {}
    for kind in ("stereo", "mono"):
        print(kind)
        known = learnt(options.seed, options.number, kind == "mono", options.processes)
        found[kind] = {name: _rounded(values) for name, values in vars(known).items()}
    text = json.dumps(found, separators=(",", ":")).replace("],[[", "],\n[[")
    (data("config") / "separation.json").write_text(text + "\n", "utf-8")


def _rounded(values: Floats) -> Any:
    return np.round(values.astype(np.float64), 4).tolist()


if __name__ == "__main__":
    main()
