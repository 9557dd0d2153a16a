import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveengine.units import SILENCE_DB, counted, frames_per_beat, gain_of, level_of, tempo_of


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


@pytest.mark.parametrize(
    ("count", "shown"),
    [(0, "0 bars"), (1, "1 bar"), (1.0, "1 bar"), (0.5, "0.5 bars"), (8.0, "8 bars"), (1_000_000, "1,000,000 bars")],
)
def test_a_count_is_written_out_however_large_it_is(count: float, shown: str) -> None:
    assert counted(count, "bar") == shown


def test_a_plural_without_an_s_is_named() -> None:
    assert [counted(count, "category", "categories") for count in (1, 2)] == ["1 category", "2 categories"]
