import math

from hypothesis import given
from hypothesis import strategies as st

from liveengine.units import SILENCE_DB, frames_per_beat, gain_of, level_of, tempo_of


def test_a_beat_at_120_takes_half_a_second() -> None:
    assert frames_per_beat(120.0, 48_000) == 24_000.0


def test_a_tempo_survives_the_way_to_frames_and_back() -> None:
    assert tempo_of(frames_per_beat(138.0, 44_100), 44_100) == 138.0


def test_zero_decibels_are_a_gain_of_one() -> None:
    assert gain_of(0.0) == 1.0
    assert level_of(1.0) == 0.0


def test_silence_is_exactly_zero_both_ways() -> None:
    assert gain_of(SILENCE_DB) == gain_of(-1000.0) == 0.0
    assert level_of(0.0) == level_of(1e-30) == SILENCE_DB


@given(st.floats(min_value=-143.9, max_value=40.0))
def test_a_level_survives_the_way_to_a_gain_and_back(level: float) -> None:
    assert math.isclose(level_of(gain_of(level)), level, abs_tol=1e-9)
