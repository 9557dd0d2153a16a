from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveengine.session.fit import ONE_SHOT, Fit, fit, ratio, transposition

RATE = 48_000


class Source(NamedTuple):
    bpm: float | None = 120.0
    bars: float | None = None
    loop: bool = True


def test_a_loop_of_known_bars_goes_round_as_a_whole() -> None:
    assert fit(Source(120.0, 1.0), 96_000, RATE, 120.0) == Fit(0, 96_000, 24_000.0, 4.0)


def test_a_few_frames_too_many_are_not_cut_off() -> None:
    found = fit(Source(120.0, 1.0), 96_050, RATE, 120.0)
    assert (found.loop_end, found.source_frames_per_beat) == (96_050, 96_050 / 4)


def test_a_loop_with_a_tail_goes_round_where_its_bars_end() -> None:
    assert fit(Source(120.0, 1.0), 110_000, RATE, 120.0) == Fit(0, 96_000, 24_000.0, 4.0)


def test_a_loop_of_unknown_bars_has_the_whole_beats_of_its_tempo() -> None:
    assert fit(Source(120.0), 72_000, RATE, 120.0).beats == 3.0


def test_a_loop_of_bars_without_tempo_follows_the_session() -> None:
    assert fit(Source(None, 2.0), 192_000, RATE, 120.0) == Fit(0, 192_000, 24_000.0, 8.0)


def test_a_loop_of_unknown_tempo_goes_round_as_it_is() -> None:
    assert fit(Source(None), 1_000, RATE, 120.0) == Fit(0, 1_000, 0.0, 0.0)


def test_a_one_shot_is_no_loop() -> None:
    assert fit(Source(loop=False), 1_000, RATE, 120.0) == ONE_SHOT
    assert ratio(Source(loop=False), 60.0) == 1.0


def test_a_slow_loop_plays_in_half_time_instead_of_an_octave_up() -> None:
    found = fit(Source(70.0, 1.0), round(240 / 70 * RATE), RATE, 140.0)
    assert found.beats == 8.0
    assert found.source_frames_per_beat == pytest.approx(60 * RATE / 140, rel=1e-4)
    assert ratio(Source(70.0), 140.0) == 1.0


@given(st.floats(20, 999), st.floats(20, 999), st.sampled_from([1.0, 2.0, 4.0, 8.0]))
def test_no_loop_is_bent_by_more_than_half_an_octave(bpm: float, tempo: float, bars: float) -> None:
    found = fit(Source(bpm, bars), round(bars * 240 / bpm * RATE), RATE, tempo)
    bent = found.source_frames_per_beat / (60 * RATE / tempo)
    assert 0.70 < bent < 1.42
    assert 0.70 < ratio(Source(bpm), tempo) < 1.42
    assert (found.loop_end - found.loop_start) / found.source_frames_per_beat == pytest.approx(found.beats)


@pytest.mark.parametrize(
    ("key", "wanted", "semitones"),
    [
        ("C", "C", 0), ("Am", "C", 0), ("C", "D", 2), ("Bm", "Am", -2), ("C", "F#", -6), ("F#", "C", -6),
        ("C", "G", -5), ("C", "F", 5), ("Em", "F#m", 2),
        ("A", "Cm", -6), (None, "C", None), ("C", None, None), ("?", "C", None),
    ],
)  # fmt: skip
def test_a_key_is_reached_by_the_fewest_semitones(key: str | None, wanted: str | None, semitones: int | None) -> None:
    assert transposition(key, wanted) == semitones
