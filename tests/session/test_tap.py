import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveengine.session.tap import Taps


def tempo(*times: float) -> float | None:
    taps, found = Taps(), None
    for time in times:
        found = taps.tap(time)
    return found


def test_two_taps_are_a_tempo_and_one_is_none() -> None:
    assert tempo(7.0) is None
    assert tempo(7.0, 7.5) == pytest.approx(120.0)


def test_the_last_taps_count_together() -> None:
    assert tempo(0.0, 0.51, 1.0, 1.52, 2.0, 2.49, 3.0) == pytest.approx(120.0, rel=0.01)


def test_a_forgotten_tap_and_a_doubled_one_do_not_disturb() -> None:
    even = [n * 0.5 for n in range(12)]
    assert tempo(*even[:5], *even[6:]) == pytest.approx(120.0)
    assert tempo(*even[:5], even[4] + 0.08, *even[5:]) == pytest.approx(120.0, rel=0.001)


def test_another_tempo_is_taken_over_with_the_third_tap() -> None:
    assert tempo(0.0, 0.5, 1.0, 1.5, 2.0, 2.3, 2.6, 2.9) == pytest.approx(200.0)


def test_a_pause_begins_a_new_count() -> None:
    taps = Taps()
    for time in (0.0, 0.5, 1.0):
        taps.tap(time)
    assert taps.tap(9.0) is None
    assert taps.tap(9.4) == pytest.approx(150.0)


def test_taps_that_go_back_in_time_begin_a_new_count() -> None:
    assert tempo(5.0, 5.5, 3.0) is None


@given(st.floats(40, 240), st.integers(0, 1000))
def test_a_hand_that_trembles_by_a_fiftieth_gives_the_tempo_within_two_percent(wanted: float, seed: int) -> None:
    chance, gap = random.Random(seed), 60.0 / wanted
    found = tempo(*(n * gap + chance.uniform(-0.02, 0.02) * gap for n in range(9)))
    assert found == pytest.approx(wanted, rel=0.02)
