import numpy as np

from liveengine.fabrik.choosing import LEAST, Candidates, choose, twin

REACH = (0.4, 0.97)
EAST, NORTH = np.eye(4, dtype=np.float32)[:2]


def candidates(*rows: tuple[np.ndarray, float, float, float]) -> Candidates:
    vectors, quality, preference, nearest = zip(*rows, strict=True)
    return Candidates(*(np.array(part, np.float32) for part in (np.stack(vectors), quality, preference, nearest)))


def test_the_better_the_more_wanted_and_the_newer_comes_first() -> None:
    found = candidates((EAST, 0.6, 0.0, 0.9), (NORTH, 0.9, 0.0, 0.9))
    assert choose(found, 2, REACH).taken == [1, 0]
    found = candidates((EAST, 0.8, 0.9, 0.9), (NORTH, 0.9, -0.9, 0.9))
    assert choose(found, 2, REACH).taken == [0, 1]
    found = candidates((EAST, 0.8, 0.0, 0.96), (NORTH, 0.8, 0.0, 0.5))
    assert choose(found, 2, REACH).taken == [1, 0]


def test_poor_sounds_and_near_duplicates_are_left_out() -> None:
    close = np.array([1.0, 0.05, 0.0, 0.0], np.float32)
    close /= np.linalg.norm(close)
    choice = choose(
        candidates(
            (EAST, 0.9, 0.0, 0.8),
            (close, 0.8, 0.0, 0.8),  # like the first
            (NORTH, 0.8, 0.0, 0.995),  # like one of the library
            (NORTH, LEAST - 0.01, 1.0, 0.5),
        ),
        4,
        REACH,
    )
    assert choice.taken == [0]
    assert (choice.poor, choice.alike, choice.spare) == (1, 2, 0)


def test_no_more_are_taken_than_asked_for_and_the_rest_is_told() -> None:
    choice = choose(candidates((EAST, 0.9, 0.0, 0.8), (NORTH, 0.8, 0.0, 0.8)), 1, REACH)
    assert (choice.taken, choice.spare) == ([0], 1)
    assert choose(candidates((EAST, 0.9, 0.0, 0.8)), 0, REACH).taken == []


def test_nothing_is_chosen_of_nothing_and_twins_lie_above_what_near_twins_have() -> None:
    nothing = np.zeros(0, np.float32)
    assert choose(Candidates(np.zeros((0, 4), np.float32), nothing, nothing, nothing), 4, REACH).taken == []
    assert 0.97 < twin(REACH) < 1.0
