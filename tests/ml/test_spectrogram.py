import numpy as np
import pytest

from liveengine.ml import spectrogram
from liveengine.ml.spectrogram import FLOOR_DB, frequencies, levels, window_of

RATE = 48_000


def tone(hertz: float, seconds: float = 1.0) -> np.ndarray:
    return np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE).astype(np.float32)[None]


@pytest.mark.parametrize("hertz", [60.0, 440.0, 3_000.0, 15_000.0])
def test_a_tone_is_loudest_in_the_band_of_its_pitch(hertz: float) -> None:
    found = levels(tone(hertz), RATE, circular=True)
    heard = frequencies(RATE)[found[:, 480].argmax()]
    assert abs(np.log2(heard / hertz)) < 0.1
    assert found.max() == 0.0


def test_a_click_is_in_its_column_however_long_the_sound() -> None:
    sound = np.zeros((1, 60 * RATE), np.float32)
    sound[0, 45 * RATE] = 1.0
    found = levels(sound, RATE, columns=60)
    assert found.max(axis=0).argmax() in (44, 45)
    assert (found[:, :44] == FLOOR_DB).all()


def test_channels_that_cancel_are_seen() -> None:
    both = np.concatenate([tone(440.0), -tone(440.0)])
    assert np.allclose(levels(both, RATE), levels(tone(440.0), RATE), atol=0.01)


def test_silence_and_a_single_frame_are_pictures_too() -> None:
    assert (levels(np.zeros((2, 4_800), np.float32), RATE) == FLOOR_DB).all()
    assert levels(np.ones((1, 1), np.float32), RATE).shape == (spectrogram.BANDS, spectrogram.COLUMNS)


def test_the_end_of_a_loop_goes_on_with_its_beginning() -> None:
    once = tone(480.0, 0.5)  # a whole number of its periods
    open_end, closed = levels(once, RATE), levels(once, RATE, circular=True)
    high = frequencies(RATE) > 5_000.0
    assert open_end[high, -1].max() > -70.0
    assert closed[high, -1].max() < -75.0


def test_a_short_sound_has_a_short_window() -> None:
    assert window_of(480) == 256
    assert window_of(RATE) == 2_048
    assert window_of(600 * RATE) == 4_096
