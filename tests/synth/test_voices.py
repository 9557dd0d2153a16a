import numpy as np

from liveengine.synth.signals import child
from liveengine.synth.voices import VOWELS, Voice, voice, vowel

from .measure import power


def envelope(name: str) -> tuple[float, float]:
    """Shares of energy near the first formant of /i/ (290 Hz) and the first two of /a/ (650 and 1080 Hz)."""
    sound = voice(Voice(root=110.0, vowels=name, vibrato=0.0, breath=0.0, seconds=0.6), child(0, "voice"))[0]
    hertz, level = power(sound.astype(float))
    low = level[(hertz > 220) & (hertz < 380)].sum()
    middle = level[(hertz > 550) & (hertz < 1250)].sum()
    return float(low / level.sum()), float(middle / level.sum())


def test_vowels_have_their_formants() -> None:
    closed, opened = envelope("i"), envelope("a")
    assert closed[0] > 5 * closed[1]
    assert opened[1] > 2 * opened[0]


def test_a_tract_peaks_at_its_formants_and_scales_with_its_length() -> None:
    hertz = np.arange(100.0, 2000.0)
    first = VOWELS["a"][0][0]
    assert abs(hertz[np.argmax(vowel("a")(hertz))] - first) < 15
    assert abs(hertz[np.argmax(vowel("a", 1.2)(hertz))] - 1.2 * first) < 15


def test_a_whisper_has_no_pitch() -> None:
    def peakiness(voiced: float, breath: float) -> float:
        given = Voice(root=200.0, voiced=voiced, breath=breath, vibrato=0.0, scoop=0.0)
        _, level = power(voice(given, child(0, "voice"))[0].astype(float))
        return float(level.max() / level.mean())

    assert peakiness(1.0, 0.0) > 5 * peakiness(0.0, 1.0)
