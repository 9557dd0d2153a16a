import numpy as np
import pytest

from liveengine.ml import onsets, spectrum

from .signals import RATE, fade, kick, noise, place, silence, tone


def found(mono: np.ndarray) -> list[int]:
    rows = onsets.pick(onsets.strength(spectrum.measure(mono)))
    return onsets.refine(rows, mono, RATE)


def test_clicks_are_found_at_their_exact_sample() -> None:
    places = [0, 11_025, 22_051, 33_333, 40_000]
    assert found(place(places, np.ones(1, np.float32), RATE)) == places


@pytest.mark.parametrize("hit", [fade(noise(0.1), 20), kick(), fade(tone(440, 0.2), 50)])
def test_hits_are_found_within_a_millisecond(hit: np.ndarray) -> None:
    places = [2_000, 15_000, 29_123, 51_000]
    hits = found(place(places, hit, 2 * RATE))
    assert len(hits) == 4
    assert max(abs(a - b) for a, b in zip(hits, places, strict=True)) <= 44


def test_a_soft_hit_after_a_loud_one_is_found() -> None:
    sound = place([5_000], fade(noise(0.1), 15), RATE) + place([25_000], fade(noise(0.1), 15), RATE) * 0.05
    assert len(found(sound)) == 2


def test_a_hit_begins_where_its_first_sound_does_though_the_rest_rises_more_steeply() -> None:
    mono = 0.05 * noise(1.0) + place([20_000], fade(noise(0.1), 20) * 0.5, RATE)
    mono[20_200:20_300] = 0.9  # clipped for a moment: no energy before the edge behind it
    assert onsets.refine(np.array([round(20_000 / spectrum.HOP)]), mono, RATE) == [pytest.approx(20_000, abs=44)]


def test_onsets_are_given_at_the_rate_of_the_file() -> None:
    mono = place([24_000], np.ones(1, np.float32), 96_000)  # at 96 kHz
    row = round(24_000 / 96_000 * RATE / spectrum.HOP)
    assert onsets.refine(np.array([row]), mono, 96_000) == [24_000]


@pytest.mark.parametrize("sound", [silence(1.0), silence(0.0001), np.zeros(0, np.float32)])
def test_silence_has_no_onsets(sound: np.ndarray) -> None:
    assert found(sound) == []


def test_a_held_tone_has_only_its_beginning() -> None:
    assert len(found(np.concatenate([silence(0.2), tone(220, 2.0, 8)]))) == 1
