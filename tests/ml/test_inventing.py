from pathlib import Path

import numpy as np
import pytest

from liveengine.errors import BadArgument
from liveengine.ml.inventing import FROM, TIMBRE, TO, Inventor, Order, Source
from tests.fabrik.modelled import modelled
from tests.ml.kit import stems

SHOTS = (1, 2, 3, 4)
LOOP = 5


@pytest.fixture(scope="module")
def inventor(tmp_path_factory: pytest.TempPathFactory) -> Inventor:
    """One that knows four one-shots and a loop of kicks; what it hears is always the same kick, played once."""
    known = modelled(Path(tmp_path_factory.mktemp("models")), "kick", {**dict.fromkeys(SHOTS, False), LOOP: True}, {})
    kick = stems("kick", loops=False, most=1)[0]
    return Inventor(lambda _: known, lambda *_: kick)


@pytest.mark.parametrize("seed", range(4))
def test_a_hybrid_has_the_rhythm_of_its_stem_and_the_timbre_of_others(inventor: Inventor, seed: int) -> None:
    made = inventor.invent(Order("kick", "hybrid", seed, (Source(1, "", None),)))
    (first, share), *others = made.parents
    assert first == 1
    assert share == pytest.approx(1.0 - TIMBRE / 2.0)
    assert others
    assert {stem for stem, _ in others} <= {2, 3, 4}


@pytest.mark.parametrize("seed", range(4))
def test_what_lies_between_two_stems_is_neither_where_nobody_says_how_far(inventor: Inventor, seed: int) -> None:
    made = inventor.invent(Order("kick", "interpolate", seed, (Source(1, "", None), Source(2, "", None))))
    assert FROM <= made.terms["amount"] <= TO
    assert {stem for stem, _ in made.parents} == {1, 2}
    assert all(share <= TO for _, share in made.parents)


def test_nothing_lies_between_a_loop_and_what_is_played_once(inventor: Inventor) -> None:
    with pytest.raises(BadArgument, match="stem 5 is a loop and stem 1 is not"):
        inventor.invent(Order("kick", "interpolate", 0, (Source(1, "", None), Source(LOOP, "", 4.0))))


def test_a_loop_that_is_asked_for_has_its_tempo_and_its_bars_to_the_frame(inventor: Inventor) -> None:
    made = inventor.invent(Order("kick", "random", 0, tempo=120.0, bars=2))
    assert made.made.sound.shape[1] == 4 * 48_000
    assert made.form.beats == 8.0
    assert made.parents == ((LOOP, 1.0),)


def test_the_same_order_gives_the_same_samples(inventor: Inventor) -> None:
    one, other = (inventor.invent(Order("kick", "random", 7)).made.sound for _ in range(2))
    assert np.array_equal(one, other)
