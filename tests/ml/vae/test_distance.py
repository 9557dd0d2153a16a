import numpy as np
import pytest
import torch

from liveengine.cli.benches.fabrik import vae as bench
from liveengine.ml.vae import distance, first
from liveengine.ml.vae.bands import RATE
from liveengine.ml.vae.form import Form
from liveengine.ml.vae.representation import analyse
from tests.ml.vae.stems import kick, round_of


def test_a_sound_is_no_way_from_itself_and_6_db_from_half_of_itself() -> None:
    noise = np.random.default_rng(0).standard_normal(24_000).astype(np.float32)
    true = distance.spectra(noise)
    assert distance.apart(true, true) == 0.0
    assert distance.apart(true, distance.spectra(noise * np.float32(0.5))) == pytest.approx(6.02, abs=0.05)


def test_what_lies_80_db_down_is_the_same_as_silence() -> None:
    true = np.ones((4, 1025), np.float32)
    assert distance.apart(true, true * 1e-5) == distance.apart(true, true * 0.0) == pytest.approx(80.0)


def test_the_shorter_one_says_how_much_is_compared() -> None:
    true = np.ones((4, 1025), np.float32)
    assert distance.apart(true, np.concatenate([true[:2], true * 9])[:2]) == 0.0


def test_the_mean_picture_of_a_single_stem_is_that_stem() -> None:
    sound = round_of(1)
    form = Form(sound.shape[1] / RATE, 8.0, 2)
    spectrum = analyse(sound, RATE, form)
    one = distance.apart(distance.spectra(sound[0]), distance.mean_of(spectrum.levels[0], spectrum))
    other = distance.apart(distance.spectra(sound[0]), distance.mean_of(spectrum.levels[0] * 0.5, spectrum))
    assert one < 0.5 * other


def test_a_picture_as_it_was_seen_sounds_nearly_like_the_sound() -> None:
    sound = kick(3)
    spectrum = analyse(sound, RATE, Form(sound.shape[1] / RATE, None, 1))
    made = bench.played(spectrum, 0)
    assert made.shape == sound.shape[1:]
    assert distance.apart(distance.spectra(sound[0]), distance.spectra(made)) < 6.0


def test_the_first_design_makes_sound_of_its_seconds_and_the_same_for_the_same_seed() -> None:
    sounds = [kick(seed)[0] for seed in range(3)]
    model = first.teach(sounds, seed=1, epochs=1, hidden=8)
    made = model.sound(sounds[0], 5)
    assert len(made) == (first.ROWS - 1) * first.HOP
    assert np.isfinite(made).all()
    np.testing.assert_array_equal(made, model.sound(sounds[0], 5))


def test_the_first_design_stays_among_the_numbers_whatever_its_variance_would_be() -> None:
    model = first.teach([kick(seed)[0] for seed in range(3)], seed=1, epochs=1, hidden=8)
    torch.nn.init.constant_(model.network.spread.bias, 1e6)
    made, mean, spread = model.network.train()(torch.zeros(2, first.ROWS * first.BINS))
    assert all(bool(torch.isfinite(part).all()) for part in (made, mean, spread.exp()))
