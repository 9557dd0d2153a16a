import numpy as np
import pytest

from liveengine import config
from liveengine.ml.company import Classifier, Heard, apart, heard, nearest
from tests.ml.kit import stems

RATE = 48_000


def points(count: int, middle: float, seed: int) -> list[Heard]:
    rng = np.random.default_rng(seed)
    return [Heard(rng.normal(middle, 1.0, 6), rng.normal(middle, 1.0, 8)) for _ in range(count)]


def test_what_lies_with_one_kind_is_taken_for_it() -> None:
    low, high = points(40, -1.0, 0), points(40, 1.0, 1)
    judge = Classifier.taught([*low, *high], ["low"] * 40 + ["high"] * 40)
    assert judge.guess(points(50, -1.0, 2)).count("low") > 45
    assert judge.guess(points(50, 1.0, 3)).count("high") > 45
    far = Heard(np.full(6, -1e9), np.ones(8))
    assert judge.guess([far]) == ["low"]


def test_distances_are_those_of_directions() -> None:
    one, other = Heard(np.zeros(1), np.array([1.0, 0.0])), Heard(np.zeros(1), np.array([0.0, 3.0]))
    again = Heard(np.zeros(1), np.array([2.0, 0.0]))
    assert nearest([one], [other, again]).tolist() == pytest.approx([0.0])
    assert apart([one, other, again]) == pytest.approx(4 / 6)
    assert apart([one]) == 0.0


def test_kicks_and_hi_hats_are_told_apart_by_what_is_measured() -> None:
    folder = str(config.data("models") / "traum-mini")
    sounds = {name: [heard(sound, RATE, folder) for sound, _ in stems(name, False, 6)] for name in ("kick", "hihat")}
    judge = Classifier.taught([*sounds["kick"][:4], *sounds["hihat"][:4]], ["kick"] * 4 + ["hihat"] * 4)
    assert judge.guess([*sounds["kick"][4:], *sounds["hihat"][4:]]) == ["kick"] * 2 + ["hihat"] * 2
    assert (
        nearest(sounds["kick"], sounds["hihat"]).mean() > 1.5 * nearest(sounds["kick"][:1], sounds["kick"][1:]).mean()
    )
