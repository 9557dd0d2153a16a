import numpy as np
import pytest

from liveengine.synth.bass import Bass, bass
from liveengine.synth.signals import child
from liveengine.synth.tones import Tone, tone

from .measure import centroid, power


@pytest.mark.parametrize("voices", [1, 2, 3, 5])
def test_a_tone_leans_to_neither_side(voices: int) -> None:
    loud = np.sqrt(np.mean(tone(Tone(voices=voices, chord=(0, 3, 7, 12)), child(0, "tone")) ** 2, axis=1))
    assert abs(20 * np.log10(loud[0] / loud[1])) < 1.5


def test_a_bass_sounds_its_root() -> None:
    sound = bass(Bass(root=55.0, seconds=1.0, drift=0.0, sub=0.5), child(0, "bass"))[0].astype(float)
    hertz, level = power(sound)
    assert abs(hertz[np.argmax(level)] - 55.0) < 1.5


def test_a_filter_envelope_makes_the_beginning_brighter_than_the_end() -> None:
    sound = bass(Bass(envelope=4.0, fall=0.15, seconds=0.8, sub=0.0, drive=0.0), child(0, "bass"))[0].astype(float)
    assert centroid(sound[:9600]) > 2 * centroid(sound[24_000:33_600])
