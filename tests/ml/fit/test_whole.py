"""Pictures of the starter kit's stems to sounds that may enter a slot."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liveengine.errors import BadAudio
from liveengine.ml.fit import Wanted, fitted, level, verdict
from liveengine.ml.vae.bands import BANDS, RATE
from liveengine.ml.vae.columns import COLUMNS
from liveengine.ml.vae.form import Form, Spectrum
from liveengine.ml.vae.representation import analyse
from liveengine.units import level_of
from tests.ml.kit import stems


def pictures(category: str, loops: bool, most: int = 1) -> list[Spectrum]:
    return [analyse(sound, RATE, form) for sound, form in stems(category, loops, most)]


@pytest.mark.parametrize("category", ["kick", "hihat", "snare"])
def test_a_loop_is_exact_on_the_grid_and_closed(category: str) -> None:
    for picture in pictures(category, True):
        made = fitted(picture, Wanted(category))
        assert made.sound.shape[1] == round(picture.form.seconds * RATE)
        assert made.onsets > 0
        assert made.grid_ms <= 5.0
        assert made.seam <= 1.0
        assert level_of(level.true_peak(made.sound, True)) <= -1.0
        assert abs(float(made.sound.mean())) < 1e-3


def test_a_one_shot_begins_at_once() -> None:
    for picture in pictures("kick", False, 3):
        made = fitted(picture, Wanted("kick")).sound
        loud = np.abs(made).max(axis=0)
        assert int(np.argmax(loud >= 0.1 * loud.max())) <= RATE // 1000
        assert float(loud[-1]) == 0.0
        assert made.shape[1] <= round(picture.form.seconds * RATE)


def test_the_same_picture_and_seed_give_the_same_sound() -> None:
    (picture,) = pictures("hihat", True, 1)
    one, same, other = (fitted(picture, Wanted("hihat", seed)).sound for seed in (1, 1, 2))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


def test_silence_is_refused_with_the_reason() -> None:
    nothing = Spectrum(np.zeros((1, 2, BANDS, COLUMNS), np.float32), Form(1.0, None, 1), -6.0)
    with pytest.raises(BadAudio, match="silent"):
        fitted(nothing, Wanted("kick"))


def test_noise_is_refused_where_the_category_has_none() -> None:
    levels = np.zeros((1, 2, BANDS, COLUMNS), np.float32)
    levels[:, 0] = 0.9 - 0.1 * np.random.default_rng(0).random((BANDS, COLUMNS))
    noise = Spectrum(levels, Form(1.0, None, 1), -20.0)
    kicks = max(verdict.flatness(picture) for picture in pictures("kick", False))
    assert kicks < 0.2
    assert verdict.flatness(noise) > 0.8
    with pytest.raises(BadAudio, match="it is noise"):
        fitted(noise, Wanted("kick", flattest=kicks))
    assert fitted(noise, Wanted("fx", flattest=0.9)).sound.any()


@settings(max_examples=4)
@given(st.integers(0, 99), st.sampled_from((1, 2)), st.sampled_from((133.3, 174.0)), st.sampled_from((1, 2)))
def test_whatever_the_picture_it_is_fitted_or_refused(seed: int, channels: int, tempo: float, bars: int) -> None:
    rng = np.random.default_rng(seed)
    beats = 4.0 * bars
    form = Form(round(beats * 60 / tempo * RATE) / RATE, beats, channels)
    levels = rng.random((bars, 2, BANDS // 8, COLUMNS // 16)).repeat(8, axis=2).repeat(16, axis=3)
    holes = rng.random(levels.shape) > 0.4
    try:
        made = fitted(Spectrum((levels * holes).astype(np.float32), form, -6.0), Wanted("percussion", seed))
    except BadAudio:
        return
    assert made.sound.shape == (channels, round(beats * 60 / tempo * RATE))
    assert made.grid_ms <= 5.0
    assert made.seam <= 1.0
    assert np.isfinite(made.sound).all()
