import numpy as np
import pytest

from liveengine.ml.physics import measure

RATE = 8000


def test_a_sine_has_its_own_centroid_and_lasts_as_long_as_it_is_loud() -> None:
    time = np.arange(RATE) / RATE
    sound = np.where(time < 0.5, np.sin(2 * np.pi * 440 * time), 0.0)
    centroid, length, punch = measure(sound, RATE)
    assert centroid == pytest.approx(440, abs=5)
    assert length == pytest.approx(0.5, abs=0.006)
    assert punch == pytest.approx(-10.0, abs=0.2)  # 30 ms of 300 ms


def test_a_sound_that_decays_faster_is_punchier() -> None:
    time = np.arange(RATE) / RATE
    slow, fast = (np.sin(2 * np.pi * 100 * time) * np.exp(-time / decay) for decay in (0.3, 0.02))
    assert measure(fast, RATE)[2] > measure(slow, RATE)[2] + 5
