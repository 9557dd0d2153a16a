import numpy as np
import pytest

from liveengine.ml import key
from liveengine.ml.spectrum import TONAL_HOP, TONAL_SIZE, stft

from .signals import chord, fade, kick, noise, tone

CADENCES = {
    "C": [[60, 64, 67], [65, 69, 72], [67, 71, 74], [60, 64, 67]],
    "Am": [[57, 60, 64], [62, 65, 69], [64, 67, 71], [57, 60, 64]],
}


def peaks(sound: np.ndarray) -> key.Peaks:
    return key.peaks(stft(sound, TONAL_SIZE, TONAL_HOP))


@pytest.mark.parametrize("shift", [0, 1, 5, 8])
@pytest.mark.parametrize("name", ["C", "Am"])
def test_a_cadence_is_heard_in_every_key(name: str, shift: int) -> None:
    sound = np.concatenate([chord([note + shift for note in notes], 0.8) for notes in CADENCES[name]])
    tonic = key.NAMES[(key.NAMES.index(name.rstrip("m")) + shift) % 12]
    best = key.estimate(peaks(sound))[0]
    assert best.name == tonic + ("m" if name.endswith("m") else "")
    assert best.confidence > 0.3


def test_a_detuned_instrument_keeps_its_key() -> None:
    sound = np.concatenate([chord(notes, 0.8) for notes in CADENCES["Am"]])
    slow = np.interp(np.arange(0, len(sound), 1.02), np.arange(len(sound)), sound).astype(np.float32)  # 34 cents higher
    assert key.estimate(peaks(slow))[0].name == "Am"


@pytest.mark.parametrize("note", [36, 45, 52])
def test_a_single_bass_note_is_its_own_tonic(note: int) -> None:
    best = key.estimate(peaks(tone(440 * 2 ** ((note - 69) / 12), 1.0, 6)))[0]
    assert best.name.rstrip("m") == key.NAMES[note % 12]


@pytest.mark.parametrize(
    "sound", [noise(2.0), fade(noise(0.3), 30), np.zeros(44_100, np.float32), np.zeros(10, np.float32)]
)
def test_noise_and_silence_have_no_key(sound: np.ndarray) -> None:
    assert key.estimate(peaks(sound)) == []


def test_tonalness_tells_tones_from_noise() -> None:
    assert peaks(chord([57, 60, 64], 1.0)).share > 0.9
    assert peaks(noise(1.0)).share < 0.2
    assert peaks(kick()).share >= 0.0


def test_several_keys_are_candidates_the_likeliest_first() -> None:
    found = key.estimate(peaks(np.concatenate([chord(notes, 0.8) for notes in CADENCES["Am"]])))
    assert len(found) == 5
    assert [one.confidence for one in found] == sorted((one.confidence for one in found), reverse=True)
