"""The weights of the embedded separator are learnt from tracks whose parts are known."""

import numpy as np
import pytest

from liveengine.ml.separate import PARTS, cells, learn, masks
from liveengine.ml.separate.look import MOMENT

pytest.importorskip("torch")


@pytest.fixture(scope="module")
def case() -> learn.Case:
    return learn.case(False, None, 1)


def test_a_case_tells_what_cells_show_and_how_they_are_shared(case: learn.Case) -> None:
    count = len(case.bin)
    assert case.cell.shape == (count, len(cells.CELLS))
    assert case.moment.shape == (learn.ROWS, MOMENT)
    assert case.ideal.shape == (count, len(PARTS))
    heard = case.weight > case.weight.max() * 1e-9
    assert np.allclose(case.ideal[heard].sum(axis=1), 1.0, atol=1e-3)  # in stereo, parts do not quite add up in power
    shown = learn.shown(case, slice(0, 5))
    assert shown.shape == (5, len(cells.CELLS) + MOMENT + 1)
    assert set(shown[:, -1]) == {1.0}


def test_the_same_seed_draws_the_same_case(case: learn.Case) -> None:
    again = learn.case(False, None, 1)
    assert all(np.array_equal(getattr(case, name), getattr(again, name)) for name in case._fields)


def test_what_is_fitted_misses_less_than_equal_shares(case: learn.Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learn, "ROUNDS", 5)
    monkeypatch.setattr(learn, "HELD_OUT", 1)
    told: list[str] = []
    cell, moment = learn.fit([case] * 4, told.append)
    nodes = len(masks.NODES)
    assert cell.shape == (nodes, len(PARTS), len(cells.CELLS))
    assert moment.shape == (nodes, len(PARTS), MOMENT + 1)
    assert np.abs(cell.mean(axis=1)).max() < 1e-4
    (last,) = told
    equal = ((0.25 - case.ideal) ** 2 * case.weight[:, None]).sum(0) / (case.ideal**2 * case.weight[:, None]).sum(0)
    assert float(last.split(": ")[1].split()[0]) < float(np.mean(10 * np.log10(equal[case.heard] + 1e-3)))
