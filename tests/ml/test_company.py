import numpy as np
import pytest

from liveengine import config
from liveengine.ml.company import Classifier, Floats, Heard, apart, heard, nearest, unlike
from tests.ml.kit import stems

RATE = 48_000


def like(features: Floats, vector: Floats, level: float = 0.5, loops: bool = False) -> Heard:
    return Heard(features, vector / np.linalg.norm(vector), np.full((1, 4, 4), level, np.float16), loops)


def points(count: int, middle: float, seed: int) -> list[Heard]:
    rng = np.random.default_rng(seed)
    return [like(rng.normal(middle, 1.0, 6), rng.normal(middle, 1.0, 8)) for _ in range(count)]


def test_what_lies_with_one_kind_is_taken_for_it() -> None:
    low, high = points(40, -1.0, 0), points(40, 1.0, 1)
    judge = Classifier.taught([*low, *high], ["low"] * 40 + ["high"] * 40)
    assert judge.guess(points(50, -1.0, 2)).count("low") > 45
    assert judge.guess(points(50, 1.0, 3)).count("high") > 45
    far = like(np.full(6, -1e9), -np.ones(8))
    assert judge.guess([far]) == ["low"]


def test_distances_are_those_of_directions() -> None:
    one, other = like(np.zeros(1), np.array([1.0, 0.0])), like(np.zeros(1), np.array([0.0, 3.0]))
    again = like(np.zeros(1), np.array([2.0, 0.0]))
    assert nearest([one], [other, again]).tolist() == pytest.approx([0.0])
    assert apart([one, other, again]) == pytest.approx(4 / 6)
    assert apart([one]) == 0.0


def test_a_picture_is_unlike_another_by_as_many_decibels_as_what_sounds_in_either_differs() -> None:
    one, near, far = (like(np.zeros(1), np.ones(1), level) for level in (0.5, 0.75, 1.0))
    assert unlike(one, [far, near]) == pytest.approx(20.0)
    assert unlike(one, [one, far]) == 0.0
    far.pictures[:, :, 2:] = one.pictures[:, :, 2:] = 0.0  # where neither sounds nothing counts
    assert unlike(one, [far]) == pytest.approx(40.0)


def test_a_loop_is_like_no_one_shot() -> None:
    assert unlike(like(np.zeros(1), np.ones(1)), [like(np.zeros(1), np.ones(1), loops=True)]) == np.inf


def test_kicks_and_hi_hats_are_told_apart_by_what_is_measured() -> None:
    folder = str(config.data("models") / "traum-mini")
    sounds = {
        name: [heard(sound, RATE, None, folder) for sound, _ in stems(name, False, 6)] for name in ("kick", "hihat")
    }
    judge = Classifier.taught([*sounds["kick"][:4], *sounds["hihat"][:4]], ["kick"] * 4 + ["hihat"] * 4)
    assert judge.guess([*sounds["kick"][4:], *sounds["hihat"][4:]]) == ["kick"] * 2 + ["hihat"] * 2
    assert (
        nearest(sounds["kick"], sounds["hihat"]).mean() > 1.5 * nearest(sounds["kick"][:1], sounds["kick"][1:]).mean()
    )
