"""Beats of a second, so that a tick takes 1/24 s: times are in seconds here."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liveengine.sync.line import Line
from liveengine.sync.pulse import Pulse
from liveengine.sync.ticks import CONTINUE, START, STOP, Ticks

LINE = Line(0.0, 0.0, 1.0)


def send(ticks: Ticks, until: float) -> list[float]:
    """Return when ticks are due before a time."""
    found = []
    while ticks.due < until:
        found.append(ticks.due)
        ticks.sent()
    return found


def test_a_start_at_the_first_beat_is_a_start_and_ticks_are_on_the_beats_frames() -> None:
    ticks = Ticks()
    assert ticks.follow(LINE, True, 0.0) == [START]
    assert send(ticks, 1.0) == [n / 24 for n in range(24)]


def test_a_start_that_is_seen_a_little_late_loses_no_tick() -> None:
    ticks = Ticks()
    assert ticks.follow(LINE, True, 0.03) == [START]
    assert send(ticks, 0.05) == [0.0, 1 / 24]


def test_elsewhere_it_goes_on_at_the_next_sixteenth() -> None:
    ticks = Ticks()
    assert ticks.follow(Line(0.0, 130.1, 1.0), True, 0.0) == [bytes((0xF2, 521 & 0x7F, 521 >> 7)), CONTINUE]
    assert ticks.due == pytest.approx(0.15)  # beat 130.25


def test_a_stop_stops_and_the_ticks_go_on_at_the_tempo() -> None:
    ticks = Ticks()
    ticks.follow(LINE, True, 0.0)
    send(ticks, 2.0)
    assert ticks.follow(LINE, False, 2.0) == [STOP]
    assert send(ticks, 2.24) == pytest.approx([2.0 + n / 24 for n in range(1, 6)])
    assert ticks.follow(LINE, False, 2.1) == []


def test_a_jump_is_a_stop_and_a_continue() -> None:
    ticks = Ticks()
    ticks.follow(LINE, True, 0.0)
    send(ticks, 2.0)
    assert ticks.follow(Line(2.0, 16.0, 1.0), True, 2.0) == [STOP, bytes((0xF2, 64, 0)), CONTINUE]
    assert ticks.due == 2.0


def test_a_change_of_tempo_moves_the_ticks_and_is_no_jump() -> None:
    ticks = Ticks()
    ticks.follow(LINE, True, 0.0)
    send(ticks, 1.99)
    assert ticks.follow(Line(2.0, 2.0, 0.5), True, 2.0) == []
    assert send(ticks, 2.04) == pytest.approx([2.0, 2.0 + 1 / 48])


@settings(max_examples=40)
@given(st.lists(st.floats(0.3, 2.0), min_size=1, max_size=8))
def test_a_clock_that_listens_is_where_we_are_through_all_changes_of_tempo(paces: list[float]) -> None:
    ticks, pulse, line, now = Ticks(), Pulse(), LINE, 0.0
    assert ticks.follow(line, True, now) == [START]
    pulse.start()
    for pace in paces:
        for due in send(ticks, now + 2.0):
            pulse.clock(1e9 + due * 1e9)
        now += 2.0
        line = Line(now, line.at(now), pace)
        assert ticks.follow(line, True, now) == []
    for due in send(ticks, now + 8.0):
        pulse.clock(1e9 + due * 1e9)
    heard = pulse.reading().line
    assert heard is not None
    assert heard.at(1e9 + (now + 8.0) * 1e9) == pytest.approx(line.at(now + 8.0), abs=0.02)
