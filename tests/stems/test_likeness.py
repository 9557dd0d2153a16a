import math

import numpy as np
import pytest

from liveengine.stems import likeness
from liveengine.stems.columns import CATEGORIES

WEIGHTS = {"cosine": 1.0, "axes": 1.0, "category": 2.0}
AXES = len(likeness.asked_columns()) - len(CATEGORIES)


def places(axes: float, **likely: float) -> list[float]:
    return [axes] * AXES + [likely.get(name, 0.0) for name in CATEGORIES]


def test_a_sound_is_all_like_itself() -> None:
    one = places(0.2, kick=0.6, bass=0.4)
    assert likeness.scores(one, np.ones(1, np.float32), np.array([one], np.float32), WEIGHTS) == pytest.approx([1.0])


def test_what_is_heard_measured_and_taken_for_counts_by_weight() -> None:
    one = places(0.2, kick=1.0)
    others = np.array([places(0.2, snare=1.0), places(0.7, kick=1.0), places(0.2, kick=1.0)], np.float32)
    found = likeness.scores(one, np.array([1.0, 1.0, 0.0], np.float32), others, WEIGHTS)
    assert found == pytest.approx([0.5, 0.875, 0.75])


def test_what_is_unknown_is_neither_near_nor_far() -> None:
    found = likeness.scores(places(math.nan), np.ones(1, np.float32), np.array([places(0.4)], np.float32), WEIGHTS)
    assert found == pytest.approx([(1.0 + 0.7) / 4])
