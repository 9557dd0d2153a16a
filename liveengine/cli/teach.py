"""Learns what speaks for a tempo and for a key, and writes config/evidence.json. Runs on: a shell, by hand.

`python -m liveengine.cli.teach` draws loops of this project's synthesiser whose tempo and key are known, lists the
candidates that the analysis finds in each, and fits one weight for each thing that speaks for a candidate: a softmax
over the candidates of a loop, with a weight decay. The same seed gives the same weights. The seeds of `bench facts` are
others.
"""

import argparse
import json
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from liveengine.config import data
from liveengine.ml import key, tempo
from liveengine.ml.listen import listen
from liveengine.synth import labelled
from liveengine.synth.instruments import parameters, play
from liveengine.synth.signals import RATE, child

Floats = npt.NDArray[np.float64]

SEED = 7_001
NUMBER = 1_000
FEWEST = 50  # loops
NEAR = 0.5  # beats per minute: what counts as the tempo
SINGLES = 150  # single notes that are drawn: their key is their own note's, major or minor
DECAY = {"tempo": 1e-3, "key": 1e-2}
ROUNDS, STEP = 2_000, 0.03


class Case(NamedTuple):
    """The candidates of one loop: what speaks for each, and how right each is, 0..1."""

    table: Floats  # [candidates, features]
    right: Floats  # [candidates]


def case(seed: int, number: int) -> tuple[Case, Case | None]:
    """Return the candidates for the tempo, and for the key if there is one, of a labelled loop."""
    loop = labelled.draw(seed, number)
    heard = listen(loop.sound, RATE)
    found = tempo.possible(heard.pulse, seamless=True)
    right = np.array([float(abs(one.bpm - loop.tempo) <= NEAR) for one in found])
    tempi = Case(tempo.features(heard.pulse, found), right)
    if loop.key is None or not len(heard.tones.row):
        return tempi, None
    right = np.array([float(key.key_name(number) == loop.key) for number in range(24)])
    return tempi, Case(key.features(key.views(heard.tones)), right)


def single(seed: int, number: int) -> Case:
    """Return the candidates for the key of one note of one instrument."""
    rng = child(seed, f"single {number}")
    use, note = str(rng.choice(["bass", "tone", "keys"])), int(rng.integers(28, 64))
    given = {"root": 440.0 * 2.0 ** ((note - 69) / 12), "seconds": float(rng.uniform(0.3, 3.0))}
    heard = listen(play(use, parameters(use, given), rng), RATE)
    right = np.array([float(other % 12 == note % 12) for other in range(24)])
    return Case(key.features(key.views(heard.tones)), right)


def fit(cases: Sequence[Case], decay: float) -> Floats:
    """Return the weights [features] that make the right candidates likeliest (Adam, from zero)."""
    usable = [one for one in cases if one.right.any()]
    most, count = max(len(one.right) for one in usable), usable[0].table.shape[1]
    table, right = np.zeros((len(usable), most, count)), np.zeros((len(usable), most))
    there = np.zeros((len(usable), most), bool)
    for row, one in enumerate(usable):
        size = len(one.right)
        table[row, :size], right[row, :size], there[row, :size] = one.table, one.right / one.right.sum(), True
    scale = np.concatenate([one.table for one in usable]).std(axis=0) + 1e-9
    table /= scale
    weights, drift, spread = np.zeros(count), np.zeros(count), np.zeros(count)
    for step in range(1, ROUNDS + 1):
        scores = np.where(there, table @ weights, -1e9)
        likely = np.exp(scores - scores.max(axis=1, keepdims=True))
        likely /= likely.sum(axis=1, keepdims=True)
        slope = np.einsum("kn,knf->f", likely - right, table) / len(usable) + decay * weights
        drift, spread = 0.9 * drift + 0.1 * slope, 0.999 * spread + 0.001 * slope**2
        weights -= STEP * (drift / (1 - 0.9**step)) / (np.sqrt(spread / (1 - 0.999**step)) + 1e-8)
    return np.asarray(weights / scale)


def share(cases: Sequence[Case], weights: Floats) -> float:
    """Return in which share of the cases the likeliest candidate is right."""
    return float(np.mean([bool(one.right[int((one.table @ weights).argmax())]) for one in cases if len(one.right)]))


def main(argv: Sequence[str] | None = None) -> None:
    """Learn and write; what is written counts from the next analysis on."""
    parser = argparse.ArgumentParser(prog="python -m liveengine.cli.teach", description=__doc__)
    parser.add_argument("--seed", type=int, default=SEED, help=f"what the loops depend on (default {SEED})")
    parser.add_argument("--number", type=int, default=NUMBER, help=f"loops that are drawn (default {NUMBER})")
    parser.add_argument("--processes", type=int, default=1, help="processes that listen to them (default 1)")
    options = parser.parse_args(argv)
    if options.number < FEWEST or options.processes < 1:
        parser.error(f"--number from {FEWEST} on, --processes from 1 on: fewer loops teach nothing")
    with ProcessPoolExecutor(options.processes, get_context("spawn")) as pool:
        drawn = list(pool.map(partial(case, options.seed), range(options.number), chunksize=8))
        singles = list(pool.map(partial(single, options.seed), range(SINGLES), chunksize=8))
    tempi, keys = [one for one, _ in drawn], [*(one for _, one in drawn if one is not None), *singles]
    found = {}
    for what, names, cases in (("tempo", tempo.names(), tempi), ("key", key.names(), keys)):
        weights = fit(cases, DECAY[what])
        found[what] = {name: round(float(weight), 4) for name, weight in zip(names, weights, strict=True)}
        print(f"{what}: {share(cases, weights):.3f} of {len(cases)} right")
    (data("config") / "evidence.json").write_text(json.dumps(found, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
