import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveengine.stems.discovery import REACH, pick


def shown(scores: list[float], heard: list[bool], k: int, share: float) -> list[int]:
    positions: list[int] = pick(np.array(scores, np.float32), np.array(heard, np.bool_), k, share).tolist()
    return positions


def test_without_a_dial_the_best_are_shown() -> None:
    assert shown([0.1, 0.9, 0.5], [False, True, True], 2, 0.0) == [1, 2]


def test_a_share_of_the_matches_was_never_heard() -> None:
    heard = [True] * 5 + [False] * 5
    scores = [1.0 - 0.01 * place for place in range(10)]
    assert shown(scores, heard, 5, 0.4) == [0, 1, 2, 5, 6]
    assert shown(scores, heard, 5, 0.0) == [0, 1, 2, 3, 4]


def test_the_best_match_is_never_replaced() -> None:
    assert shown([0.9, 0.8, 0.79], [True, True, False], 2, 1.0) == [0, 2]
    assert shown([0.9, 0.8], [True, False], 1, 1.0) == [0]


def test_an_unheard_stem_that_is_not_relevant_is_not_drawn_up() -> None:
    assert shown([0.9, 0.8, 0.8 * (1 - REACH) - 0.01], [True, True, False], 2, 1.0) == [0, 1]
    assert shown([0.9, 0.8, 0.8 * (1 - REACH) + 0.01], [True, True, False], 2, 1.0) == [0, 2]


def test_few_candidates_are_all_shown() -> None:
    assert shown([0.1, 0.2], [True, True], 10, 1.0) == [1, 0]
    assert shown([], [], 10, 0.4) == []


@given(
    st.lists(st.tuples(st.floats(-1, 1, width=16), st.booleans()), max_size=40),
    st.integers(1, 20),
    st.floats(0, 1),
)
def test_the_answer_is_sorted_has_no_stem_twice_and_is_never_shorter(
    candidates: list[tuple[float, bool]], k: int, share: float
) -> None:
    scores = [score for score, _ in candidates]
    found = shown(scores, [known for _, known in candidates], k, share)
    assert len(found) == min(k, len(candidates)) == len(set(found))
    assert [scores[position] for position in found] == sorted((scores[p] for p in found), reverse=True)
    if found:
        assert scores[found[0]] == pytest.approx(max(scores))
