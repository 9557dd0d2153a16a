from collections.abc import Iterator

import pytest

from liveengine.cli import benches
from liveengine.cli.benches import Task, fabrik
from liveengine.cli.figure import Figure, Found, Note
from liveengine.errors import NotFound, Unavailable


class Piece:
    """Measures one figure, or finds that it cannot."""

    def __init__(self, name: str, lacks: str = "") -> None:
        self.name, self.lacks = name, lacks

    def measure(self, task: Task) -> Iterator[Found]:
        yield Figure(f"{self.name}_seed", task.seed, "s", "lower")
        if self.lacks:
            raise Unavailable(self.lacks)
        yield Note(f"{self.name} was measured")


@pytest.fixture
def pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fabrik, "names", lambda: ["separator", "vae"])
    monkeypatch.setattr(fabrik, "find", lambda name: Piece(name, "needs PyTorch" if name == "vae" else ""))


@pytest.mark.usefixtures("pieces")
def test_each_piece_is_measured_and_its_figures_bear_the_benchs_name() -> None:
    found = list(fabrik.run(Task(seed=3, silent=True)))
    assert [one.figure for one in found if isinstance(one, Figure)] == ["fabrik.separator_seed", "fabrik.vae_seed"]
    notes = [one.note for one in found if isinstance(one, Note)]
    assert notes == ["separator was measured", "fabrik, vae is not measured: needs PyTorch"]


@pytest.mark.usefixtures("pieces")
def test_one_piece_is_measured_alone() -> None:
    found = list(fabrik.run(Task(silent=True, only="separator")))
    assert [one.figure for one in found if isinstance(one, Figure)] == ["fabrik.separator_seed"]


@pytest.mark.usefixtures("pieces")
def test_a_piece_that_there_is_not_is_told_with_the_nearest() -> None:
    with pytest.raises(NotFound, match=r"no piece of the bench fabrik is called 'seperator'; did you mean separator\?"):
        list(fabrik.run(Task(only="seperator")))


def test_every_piece_says_what_it_measures() -> None:
    assert "fabrik" in benches.names()
    for name in fabrik.names():
        piece = fabrik.find(name)
        assert callable(piece.measure)
        assert (piece.__doc__ or "").split(" Runs on:")[0].endswith(".")
