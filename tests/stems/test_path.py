import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from liveengine.stems.path import between

FLOATS = NDArray[np.float32]


def at(angle: float, lift: float = 0.0) -> FLOATS:
    """Return a unit vector on the great circle from 0 to 90 degrees, lifted out of its plane."""
    flat = np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle)), lift])
    return np.asarray(flat / np.linalg.norm(flat), np.float32)


def test_the_way_leads_over_the_stems_that_lie_on_it_at_even_distances() -> None:
    stems = np.stack([at(angle) for angle in (0, 15, 30, 45, 60, 75, 90)])
    assert between(at(0), at(90), stems, 5) == [1, 2, 3, 4, 5]
    assert between(at(0), at(90), stems, 1) == [3]
    assert between(at(90), at(0), stems, 5) == [5, 4, 3, 2, 1]


def test_a_stem_beside_the_way_is_taken_only_where_there_is_no_other() -> None:
    stems = np.stack([at(44, lift=2.0), at(47), at(20)])
    assert between(at(0), at(90), stems, 1) == [1]
    assert between(at(0), at(90), stems[:1], 1) == [0]


def test_there_are_no_more_steps_than_stems() -> None:
    assert between(at(0), at(90), np.stack([at(45)]), 5) == [0]
    assert between(at(0), at(90), np.zeros((0, 3), np.float32), 5) == []


def test_from_a_sound_to_itself_there_is_no_way() -> None:
    assert between(at(0), at(0), np.stack([at(45)]), 3) == []


@settings(max_examples=60)
@given(st.integers(0, 10_000), st.integers(0, 60), st.integers(1, 8))
def test_on_every_path_the_beginning_moves_away_and_the_end_comes_nearer(seed: int, count: int, steps: int) -> None:
    rng = np.random.default_rng(seed)
    drawn = rng.standard_normal((count + 2, 16))
    vectors: FLOATS = (drawn / np.linalg.norm(drawn, axis=1, keepdims=True)).astype(np.float32)
    first, last, stems = vectors[0], vectors[1], vectors[2:]
    path = between(first, last, stems, steps)
    assert len(path) == len(set(path)) <= steps
    near, far = (stems[path] @ first).tolist(), (stems[path] @ last).tolist()
    assert all(before > after for before, after in itertools.pairwise([1.0, *near, float(first @ last)]))
    assert all(before < after for before, after in itertools.pairwise([float(first @ last), *far, 1.0]))
