import numpy as np
import pytest

from liveengine.sound import loudness

RATE = 48_000


def tone(seconds: float, level: float, hertz: float = 997.0) -> np.ndarray:
    return (10 ** (level / 20) * np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE)).astype(
        np.float32
    )[None]


def test_the_reference_tone_of_the_standard_measures_as_it_says() -> None:
    stereo = np.repeat(tone(2.0, -23.0), 2, axis=0)
    assert loudness(stereo, RATE) == pytest.approx(-23.0, abs=0.1)  # EBU Tech 3341, case 1


def test_a_short_sound_is_quieter_than_a_long_one_of_equal_peak() -> None:
    long, short = loudness(tone(0.5, -20.0), RATE), loudness(tone(0.05, -20.0), RATE)
    assert short == pytest.approx(long - 9.0, abs=1.0)  # an eighth of the block: 9 dB


def test_silence_and_less_than_a_block_of_silence_stand_at_the_gate() -> None:
    assert loudness(np.zeros((2, RATE), np.float32), RATE) == -70.0
    assert loudness(np.zeros((1, 1), np.float32), RATE) == -70.0
    assert loudness(tone(1.0, -120.0), RATE) == -70.0


def test_a_long_sound_is_measured_piece_by_piece() -> None:
    rate = 8_000
    long = np.tile(0.1 * np.sin(2 * np.pi * 1_000 * np.arange(rate) / rate), 620).astype(np.float32)[None]
    assert loudness(long, rate) == pytest.approx(loudness(long[:, : 10 * rate], rate), abs=0.05)
