"""From what is seen to shares: they sum up to one, and go where they belong."""

import numpy as np
import pytest

from liveengine.ml.separate import PARTS, cells, masks
from liveengine.ml.separate.grid import Grid, window_of
from liveengine.ml.separate.look import MOMENT, Stretch, look, measure
from liveengine.synth import mixes
from liveengine.synth.signals import RATE

Shares = dict[str, float]


@pytest.mark.parametrize("kind", ["stereo", "mono"])
def test_the_weights_that_are_shipped_have_the_shapes_that_are_wanted(kind: str) -> None:
    known, nodes, parts = masks.weights(kind), len(masks.NODES), len(PARTS)
    assert known.cell.shape == (nodes, parts, len(cells.CELLS))
    assert known.moment.shape == (nodes, parts, MOMENT + 1)
    assert known.cell2.shape == (nodes, parts, masks.CELL2)
    assert known.moment2.shape == (nodes, parts, masks.MOMENT2 + 1)
    assert all(np.isfinite(values).all() for values in vars(known).values())


def test_weights_change_evenly_between_the_nodes() -> None:
    between = masks.between(2_049, RATE)
    hertz = np.clip(np.arange(2_049) * RATE / 4_096, masks.NODES[0], masks.NODES[-1])
    assert np.allclose(np.log2(np.array(masks.NODES)) @ between, np.log2(hertz), atol=1e-4)


def test_each_part_has_most_of_its_own_sound() -> None:
    mix = mixes.mix(3, bars=2)
    grid = Grid(window_of(RATE))
    rows = grid.rows(mix.sound.shape[1])
    spectra = grid.spectra(mix.sound, 0, rows)
    there = Stretch.of(*spectra.shape[1:])
    heard = measure(spectra, float(np.mean(mix.sound**2)), there)
    judge = masks.Masks(masks.weights("stereo"), spectra.shape[2], RATE)
    first = judge.first(look(there, 0, rows, RATE, 0.0))
    found = masks.Found.of(first, masks.present(first, heard, RATE), 0, rows)
    made = judge.second(found).transpose(1, 0, 2)
    assert made.shape == (len(PARTS), *heard.shape)
    assert made.min() >= 0.0
    assert np.allclose(made.sum(axis=0), 1.0, atol=1e-5)
    for part in ("drums", "bass"):
        power = (np.abs(grid.spectra(mix.parts[part], 0, rows)) ** 2).sum(axis=0)
        kept = [float((share * power).sum() / power.sum()) for share in made]
        assert PARTS[int(np.argmax(kept))] == part
