import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from liveengine.stems.fold import folded
from liveengine.stems.vectors import Floats

ANGLES = st.lists(st.tuples(st.integers(0, 2), st.floats(0.0, 1.5)), min_size=1, max_size=30)


def turned(angles: list[float]) -> Floats:
    return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


def test_the_same_sound_under_the_same_name_is_shown_once() -> None:
    vectors = turned([0.0, 1.0, 0.01, 0.02, 1.01])
    assert folded([5, 5, 5, 6, 5], vectors, 0.98) == [[0, 2], [1, 4], [3]]


def test_without_a_name_nothing_is_folded() -> None:
    assert folded([0, 0, 0], turned([0.0, 0.0, 0.0]), 0.98) == [[0], [1], [2]]


@given(ANGLES)
def test_no_stem_is_lost_and_none_stands_before_a_better_one(stems: list[tuple[int, float]]) -> None:
    names, vectors = [name for name, _ in stems], turned([angle for _, angle in stems])
    groups = folded(names, vectors, 0.98)
    assert sorted(place for group in groups for place in group) == list(range(len(stems)))
    heads = [group[0] for group in groups]
    assert heads == sorted(heads)  # the ranking's own order
    for group in groups:
        assert group == sorted(group)  # a folded one is never better than the one that is shown for it
        for place in group[1:]:
            assert names[place] == names[group[0]] != 0
            assert vectors[place] @ vectors[group[0]] >= 0.979
    for number, head in enumerate(heads):
        for other in heads[:number]:
            assert names[head] == 0 or names[head] != names[other] or vectors[head] @ vectors[other] < 0.981
