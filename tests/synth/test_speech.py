"""Speech: what is voiced, what hisses, and who speaks."""

import numpy as np
import pytest

from liveengine.synth.filters import WINDOW, blocks, sculpted
from liveengine.synth.signals import child
from liveengine.synth.speech import PHONEMES, Speech, speech, syllables

from .measure import RATE, Mono, centroid, share


def said(*phonemes: str, **given: float) -> Mono:
    return np.asarray(speech(Speech(said=phonemes, **given), child(1, "voice"))[0], np.float64)  # type: ignore[arg-type]


@pytest.mark.parametrize("phoneme", PHONEMES)
def test_every_phoneme_can_be_said(phoneme: str) -> None:
    sound = said(phoneme, "a")
    assert np.isfinite(sound).all()
    assert 0.1 < len(sound) / RATE < 1.0


def test_an_s_lies_above_4_khz_and_an_a_below_2() -> None:
    assert share(said("s", pace=3.0, breath=0.0), 4000.0, 12_000.0) > 0.7
    assert share(said("a", pace=3.0, breath=0.0), 50.0, 2000.0) > 0.8


def test_an_i_is_brighter_than_an_u() -> None:
    assert centroid(said("i", pace=2.0, breath=0.0)) > centroid(said("u", pace=2.0, breath=0.0))


def test_a_child_has_higher_formants_than_a_man() -> None:
    assert centroid(said("a", tract=1.4, pace=2.0)) > centroid(said("a", tract=0.9, pace=2.0))


def test_a_slower_pace_lasts_longer() -> None:
    assert len(said("h", "e", "l", "o", pace=2.0)) > 1.5 * len(said("h", "e", "l", "o", pace=1.0))


def test_a_vocoder_speaks_with_the_pitch_of_its_carrier() -> None:
    time = np.arange(RATE) / RATE
    saw = (2 * (time * 200.0 % 1.0) - 1).astype(np.float32)
    sound = speech(Speech(said=("a",), pace=4.0, breath=0.0), child(1, "v"), saw)[0]
    level = np.abs(np.fft.rfft(sound * np.hanning(len(sound)))) ** 2
    hertz = np.fft.rfftfreq(len(sound), 1 / RATE)
    near = np.abs((hertz + 100.0) % 200.0 - 100.0) < 15.0
    assert level[near & (hertz < 3000)].sum() > 0.8 * level[hertz < 3000].sum()


def test_random_syllables_are_known_phonemes() -> None:
    text = syllables(20, child(1, "text"))
    assert len(text) >= 20
    assert set(text) <= set(PHONEMES)


def test_a_gain_of_one_in_every_block_changes_nothing() -> None:
    row = child(1, "row").standard_normal(10_000).astype(np.float32)
    made = sculpted(row, np.ones((len(blocks(len(row))), WINDOW // 2 + 1), np.float32))
    assert np.allclose(made, row, atol=1e-4)
