import numpy as np
import pytest

from liveengine.ml import pitch

from .signals import RATE, kick, noise, silence, tone


@pytest.mark.parametrize("note", [28, 36, 45, 57, 69, 81])
@pytest.mark.parametrize("harmonics", [1, 8])
def test_the_root_of_a_note_is_found(note: int, harmonics: int) -> None:
    hertz = 440 * 2 ** ((note - 69) / 12)
    found = pitch.track(tone(hertz, 0.8, harmonics))
    assert found.note == note
    assert found.hertz == pytest.approx(hertz, rel=0.006)
    assert found.confidence > 0.85
    assert abs(found.fall) < 0.3


def test_a_kick_falls_and_a_rise_rises() -> None:
    assert pitch.track(kick()).fall > 3.0
    time = np.arange(RATE) / RATE
    rise = np.sin(2 * np.pi * (110 * time + 110 * time**2 / 2)).astype(np.float32)  # an octave in a second
    assert pitch.track(rise).fall == pytest.approx(-12.0, abs=3.0)


@pytest.mark.parametrize("sound", [noise(0.5), silence(0.5), silence(0.001), np.zeros(0, np.float32)])
def test_what_has_no_pitch_has_no_note(sound: np.ndarray) -> None:
    found = pitch.track(sound)
    assert found.note is None
    assert found.confidence < 0.7
