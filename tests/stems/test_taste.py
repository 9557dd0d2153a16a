import numpy as np
import pytest
from numpy.typing import NDArray

from liveengine.stems import taste
from liveengine.stems.five import AXES
from liveengine.stems.taste import Centre, Opinion, Taste, learnt, reranked

MIDDLE = {"kick": Centre(np.zeros(4, np.float32), 1.0), "pad": Centre(np.zeros(4, np.float32), 1.0)}
LEFT, RIGHT, UP = (np.eye(4, dtype=np.float32)[row] * sign for row, sign in ((0, -1), (0, 1), (1, 1)))
NOWHERE = np.full(5, np.nan, np.float32)


def axes(**named: float) -> NDArray[np.float32]:
    return np.array([named.get(name, np.nan) for name in AXES], np.float32)


def test_nothing_learnt_prefers_nothing() -> None:
    preference = Taste().preference(["kick", "pad"], np.stack([LEFT, RIGHT]), np.stack([NOWHERE, NOWHERE]))
    assert preference.tolist() == [0.0, 0.0]


def test_what_sounds_like_a_liked_stem_is_preferred_and_its_opposite_is_not() -> None:
    known = learnt([Opinion(1, "kick", RIGHT, NOWHERE, 1.0)], MIDDLE)
    right, up, left = known.preference(["kick"] * 3, np.stack([RIGHT, UP, LEFT]), np.stack([NOWHERE] * 3))
    assert 0.2 < right < 1.0
    assert up == 0.0
    assert left == -right


def test_a_rejection_counts_as_much_the_other_way() -> None:
    liked = learnt([Opinion(1, "kick", RIGHT, NOWHERE, 1.0)], MIDDLE)
    rejected = learnt([Opinion(1, "kick", RIGHT, NOWHERE, -1.0)], MIDDLE)
    kicks = ["kick"], RIGHT[None, :], NOWHERE[None, :]
    assert rejected.preference(*kicks) == -liked.preference(*kicks)


def test_the_embedding_of_one_category_says_nothing_of_another() -> None:
    known = learnt([Opinion(1, "kick", RIGHT, NOWHERE, 1.0)], MIDDLE)
    assert known.preference(["pad", "bass"], np.stack([RIGHT, RIGHT]), np.stack([NOWHERE] * 2)).tolist() == [0.0, 0.0]


def test_an_axis_counts_a_little_in_the_other_categories() -> None:
    known = learnt([Opinion(1, "kick", UP, axes(mood=1.0), 1.0)], MIDDLE)
    happy = np.stack([axes(mood=1.0)] * 2)
    kick, pad = known.preference(["kick", "pad"], np.stack([LEFT, LEFT]), happy)
    assert 0.0 < pad < kick / 10


def test_opinions_on_a_category_without_a_centre_are_left_out() -> None:
    known = learnt([Opinion(1, "zither", RIGHT, NOWHERE, 1.0)], MIDDLE)
    assert known.preference(["zither"], RIGHT[None, :], NOWHERE[None, :]).tolist() == [0.0]


def test_a_centre_has_the_mean_and_the_spread_of_its_stems() -> None:
    middle = taste.centre(np.array([[1, 0], [3, 0]], np.float32))
    assert middle.mean.tolist() == [2.0, 0.0]
    assert middle.spread == 1.0
    assert taste.centre(np.array([[1, 0]], np.float32)).spread > 0


def test_reranking_drops_nobody_and_moves_by_the_spread_of_the_scores() -> None:
    scores = np.array([0.3, 0.2, 0.1], np.float32)
    preference = np.array([-1.0, 0.0, 1.0], np.float32)
    moved = reranked(scores, preference)
    assert len(moved) == 3
    assert moved - scores == pytest.approx(taste.PULL * np.std(scores) * preference, rel=1e-5)
    assert np.array_equal(reranked(scores, preference, 0.0), scores)


def test_a_stem_that_answers_far_better_than_the_others_stays_first() -> None:
    scores = np.array([1.0, *[0.1] * 9], np.float32)
    preference = np.array([-1.0, *[1.0] * 9], np.float32)
    assert np.argmax(reranked(scores, preference)) == 0


def test_equal_scores_are_ordered_by_preference_and_one_alone_keeps_its_place() -> None:
    preference = np.array([-0.5, 0.5], np.float32)
    assert np.argmax(reranked(np.array([0.5, 0.5], np.float32), preference)) == 1
    assert reranked(np.array([0.5], np.float32), preference[:1]) == pytest.approx([0.5], abs=1e-3)
