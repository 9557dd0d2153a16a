import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from liveengine.errors import BadAudio, OutOfRange
from liveengine.ml.sounding import sounding
from liveengine.ml.vae import bands, columns
from liveengine.ml.vae import representation as vae
from liveengine.ml.vae.form import Form, Spectrum


def sine(hertz: float, seconds: float, gain: float = 0.5) -> vae.Samples:
    time = np.arange(round(seconds * bands.RATE)) / bands.RATE
    return np.asarray(gain * np.sin(2 * np.pi * hertz * time), np.float32)[None]


def test_a_sine_stands_in_its_band_and_says_its_level() -> None:
    spectrum = vae.analyse(sine(1500.0 / 2, 2.0), bands.RATE, Form(2.0, 4.0, 1))
    assert spectrum.levels.shape == (1, 2, bands.BANDS, columns.COLUMNS)
    assert spectrum.level_db == pytest.approx(20 * math.log10(0.5), abs=0.1)
    assert (spectrum.levels[0, 0].argmax(axis=0) == 32).all()  # 750 Hz / 23.4 Hz
    assert spectrum.levels[0, 0, 32].min() > 0.98


def test_the_side_of_a_mono_sound_is_empty_and_that_of_a_wide_one_is_not() -> None:
    mono = vae.analyse(sine(400, 1.0), bands.RATE, Form(1.0, None, 1))
    wide = vae.analyse(np.concatenate([sine(400, 1.0), -sine(400, 1.0)]), bands.RATE, Form(1.0, None, 2))
    assert mono.levels[:, 1].max() == 0.0
    assert wide.levels[:, 0].max() == 0.0
    assert wide.levels[:, 1].max() > 0.99
    assert vae.magnitudes(mono).shape[0] == 1
    assert vae.magnitudes(wide).shape[0] == 2


def test_a_loop_has_a_picture_for_each_bar_and_a_beat_falls_on_every_64th_column_at_any_tempo() -> None:
    for tempo in (70.0, 123.4, 174.0):
        seconds = 8 * 60.0 / tempo
        sound = np.zeros((1, round(seconds * bands.RATE)), np.float32)
        for beat in range(8):
            sound[0, round(beat * 60.0 / tempo * bands.RATE)] = 1.0
        spectrum = vae.analyse(sound, bands.RATE, Form(seconds, 8.0, 1))
        assert len(spectrum.levels) == 2
        for image in spectrum.levels[:, 0].mean(axis=1):
            assert [int(image[at : at + 64].argmax()) for at in (0, 64, 128, 192)] == [0, 0, 0, 0]


@pytest.mark.parametrize("beats", [None, 4.0])
def test_noise_comes_back_as_loud_as_it_was(beats: float | None) -> None:
    noise = np.random.default_rng(0).normal(0.0, 0.2, (1, 2 * bands.RATE)).astype(np.float32)
    made = sounding(vae.analyse(noise, bands.RATE, Form(2.0, beats, 1)))
    assert 20.0 * math.log10(float(made.std() / noise.std())) == pytest.approx(0.0, abs=1.0)


def test_between_two_tones_of_a_band_there_is_less_than_they_have() -> None:
    high, step = 20_000.0, 6 * bands.RATE / bands.WINDOW  # bands are wider there than the tones lie apart
    tones = sum(sine(high + number * step, 1.0, 0.05) for number in range(-8, 9))
    spectrum = vae.analyse(np.asarray(tones, np.float32), bands.RATE, Form(1.0, 4.0, 1))
    level = 80.0 * (
        float(np.interp(high / bands.RATE * bands.WINDOW, bands.centres(), spectrum.levels[0, 0, :, 9])) - 1
    )
    assert -14.0 < level < -6.0


def test_a_loop_that_goes_round_twice_is_the_same_twice() -> None:
    rng = np.random.default_rng(1)
    seconds = 187.5 * columns.HOP / bands.RATE  # two rounds are a whole number of frames of the spectrum
    sound = rng.standard_normal((1, round(seconds * bands.RATE))).astype(np.float32)
    spectrum = vae.analyse(sound, bands.RATE, Form(seconds, 4.0, 1))
    twice = vae.magnitudes(spectrum, rounds=4)[0]
    np.testing.assert_allclose(twice[:375], twice[375:750], rtol=1e-3)


@given(
    form=some.builds(Form, some.floats(0.005, 3.0), some.none() | some.floats(0.5, 17.0), some.sampled_from([1, 2])),
    rate=some.sampled_from([22_050, 44_100, 48_000, 96_000]),
    gain=some.floats(1e-3, 4.0),
    seed=some.integers(0, 1000),
)
@settings(max_examples=25)
def test_any_sound_becomes_pictures_within_bounds_and_magnitudes_as_long_as_it_is(
    form: Form, rate: int, gain: float, seed: int
) -> None:
    seconds, channels = form.seconds, form.channels
    rng = np.random.default_rng(seed)
    sound = np.asarray(rng.uniform(-gain, gain, (channels, max(1, round(seconds * rate)))), np.float32)
    spectrum = vae.analyse(sound, rate, form)
    assert spectrum.levels.shape == (form.bars, 2, bands.BANDS, columns.COLUMNS)
    assert np.isfinite(spectrum.levels).all()
    assert 0.0 <= spectrum.levels.min() <= spectrum.levels.max() <= 1.0
    made = vae.magnitudes(spectrum)
    assert made.shape == (channels, 1 + math.ceil(vae.length(form) / columns.HOP), bands.BINS)
    assert np.isfinite(made).all()
    assert made.max() <= vae.UNIT * 10 ** (spectrum.level_db / 20) * 1.001


@given(seed=some.integers(0, 1000), beats=some.sampled_from([None, 4.0, 8.0]))
@settings(max_examples=10)
def test_smooth_pictures_survive_the_way_to_magnitudes(seed: int, beats: float | None) -> None:
    rng = np.random.default_rng(seed)
    form = Form(2.0, beats, 1)
    coarse = rng.uniform(0.6, 0.9, (form.bars, 6))
    levels = np.zeros((form.bars, 2, bands.BANDS, columns.COLUMNS), np.float32)
    for image, row in zip(levels, coarse, strict=True):
        image[0] = np.interp(np.arange(bands.BANDS), np.linspace(0, bands.BANDS, 6), row)[:, None]
    made = vae.magnitudes(Spectrum(levels, form, -6.0))[0]
    wanted = vae.UNIT * 10 ** (-6 / 20) * 10 ** ((levels[0, 0, :, 0] - 1.0) * 80 / 20)
    np.testing.assert_allclose(made[0] @ bands.gather(), wanted, rtol=0.25)  # 2 dB: a band is a mean


@pytest.mark.parametrize("value", [0.0, math.nan, math.inf])
def test_silence_and_what_is_no_number_are_refused(value: float) -> None:
    with pytest.raises(BadAudio):
        vae.analyse(np.full((1, 4800), value, np.float32), bands.RATE, Form(0.1, None, 1))


@pytest.mark.parametrize(
    ("seconds", "beats", "channels"), [(0.0, None, 1), (601.0, None, 1), (1.0, 0.0, 1), (1.0, 4.0, 3)]
)
def test_forms_that_cannot_be_are_refused(seconds: float, beats: float | None, channels: int) -> None:
    with pytest.raises(OutOfRange):
        Form(seconds, beats, channels)
