import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveengine.control.live.law import CLIP_DB, SEND_DB, level_of, position_of
from liveengine.errors import OutOfRange

# what Live shows at these levels, read in steps of decibels by others than the authors of the law
SHOWN = [(6.0, 1.0), (0.0, 0.85), (-6.0, 0.7), (-12.0, 0.55), (-18.0, 0.4), (-57.0, 0.051), (-60.0, 0.0346)]


@pytest.mark.parametrize(("level", "position"), SHOWN)
def test_the_law_is_what_live_shows(level: float, position: float) -> None:
    assert position_of(level) == pytest.approx(position, abs=0.0015)
    assert level_of(position) == pytest.approx(level, abs=0.6)


def test_the_ends_are_silence_and_the_loudest() -> None:
    assert level_of(0.0) == -144.0
    assert [position_of(level) for level in (-144.0, -70.0, 6.0, 20.0)] == [0.0, 0.0, 1.0, 1.0]


def test_a_send_ends_at_0_db_and_a_clip_has_it_at_two_fifths() -> None:
    assert level_of(1.0, SEND_DB) == 0.0
    assert level_of(0.4, CLIP_DB) == pytest.approx(0.0)
    assert position_of(0.0, SEND_DB) == 1.0
    assert position_of(0.0, CLIP_DB) == pytest.approx(0.4)


@given(st.floats(0.0, 1.0, allow_subnormal=False))
def test_a_position_comes_back_as_it_went(position: float) -> None:
    assert position_of(level_of(position)) == pytest.approx(position, abs=1e-6)


@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_a_higher_position_is_never_softer(low: float, high: float) -> None:
    low, high = sorted((low, high))
    assert level_of(low) <= level_of(high) + 1e-9


@pytest.mark.parametrize("position", [-0.01, 1.01, float("nan")])
def test_what_is_no_position_is_refused(position: float) -> None:
    with pytest.raises(OutOfRange):
        level_of(position)
