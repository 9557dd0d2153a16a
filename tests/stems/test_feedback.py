import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveengine.stems import feedback
from liveengine.stems.feedback import KINDS, Kind

COUNTS = st.dictionaries(st.sampled_from(KINDS), st.integers(0, 10**9))


def test_nothing_known_is_the_middle_and_a_word_is_nearly_all() -> None:
    assert feedback.value({}) == 0.0
    assert feedback.value({"like": 1}) == pytest.approx(math.tanh(2.0))
    assert feedback.value({"reject": 1}) == -feedback.value({"like": 1})


def test_ten_hours_of_a_loop_count_as_much_as_half_an_hour_and_less_than_a_like() -> None:
    hour = feedback.value({"played": 1, "kept": 1}, 3_600.0)
    assert (
        feedback.value({"played": 1, "kept": 1}, 36_000.0) == hour == feedback.value({"played": 1, "kept": 1}, 1_800.0)
    )
    assert feedback.value({"kept": 3, "played": 3}, 300.0) > hour
    assert hour < feedback.value({"like": 1})


def test_the_first_seconds_tell_the_most() -> None:
    assert [round(feedback.heard(seconds), 2) for seconds in (0, 15, 30, 150, 600, 1_800)] == [
        0,
        0.14,
        0.23,
        0.5,
        0.77,
        1,
    ]
    assert feedback.heard(-1.0) == 0.0


def test_what_is_said_outweighs_all_that_is_shown() -> None:
    much: dict[Kind, int] = {"kept": 10**6, "played": 10**6}
    assert feedback.value({**much, "reject": 1}, 1e9) < 0 < feedback.value(much, 1e9)
    assert feedback.value({"swapped": 10**6, "like": 1}) > 0 > feedback.value({"swapped": 1})


@given(COUNTS, st.floats(0, 1e12), st.sampled_from(["kept", "played"]))
def test_a_value_is_bounded_and_more_of_a_good_sign_never_lowers_it(
    counts: dict[Kind, int], seconds: float, kind: Kind
) -> None:
    value = feedback.value(counts, seconds)
    assert -1.0 <= value <= 1.0
    more = {**counts, kind: counts.get(kind, 0) + 1}
    assert feedback.value(more, seconds) >= value
    assert feedback.value(counts, seconds + 60.0) >= value
