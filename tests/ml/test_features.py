import math

import numpy as np
import pytest

from liveengine.ml.features import FEATURES, measure
from liveengine.ml.hear import SLOW
from liveengine.ml.listen import listen
from liveengine.ml.spectrum import BANDS, RANGE_HZ, RATE, SIZE, mel

from .signals import chord, fade, groove, kick, noise, silence, tone


def features(sound: np.ndarray, rate: int = RATE) -> dict[str, float]:
    samples = sound if sound.ndim == 2 else sound[None]
    return measure(listen(samples, rate), samples.shape[1] / rate, -14.0, None)


@pytest.mark.parametrize(
    "sound",
    [silence(0.5), silence(0.00003), noise(0.001), noise(3.0), kick(), groove(120, 4), np.full(9_000, 0.5, np.float32)],
)
def test_every_feature_is_there_and_finite_for_every_sound(sound: np.ndarray) -> None:
    found = features(sound)
    assert list(found) == list(FEATURES)
    assert all(math.isfinite(value) for value in found.values())
    shares = [name for name, (unit, _) in FEATURES.items() if unit == "0..1"]
    assert all(-1e-6 <= found[name] <= 1.0 + 1e-6 for name in shares)


HAT, PAD, KICK = fade(np.diff(noise(0.2), prepend=0), 25), chord([57, 60, 64], 2.0), kick()
DARK, BRIGHT = tone(110, 1.0, 3), tone(110, 1.0, 60)
BUZZ = np.asarray(tone(220, 1.0) * (1 + np.sign(tone(70, 1.0))) / 2, np.float32)
TREMOLO = np.asarray(tone(440, 2.0) * (0.6 + tone(5, 2.0)), np.float32)
SQUARE = np.asarray(np.sign(tone(110, 1.0)) * 0.5, np.float32)
RISER = np.asarray(
    np.cumsum(noise(2.0)) * 0 + np.sin(np.cumsum(np.geomspace(200, 8_000, 2 * RATE)) * 2 * np.pi / RATE), np.float32
)
WIDE = np.stack([noise(1.0, 1), noise(1.0, 2)])


@pytest.mark.parametrize(
    ("name", "more", "less"),
    [
        ("centroid_hz", BRIGHT, DARK),
        ("rolloff_hz", HAT, KICK),
        ("tilt_db", BRIGHT, DARK),
        ("flatness", HAT, PAD),
        ("low_ratio", KICK, PAD),
        ("high_ratio", HAT, KICK),
        ("zcr_hz", HAT, KICK),
        ("attack_ms", np.asarray(PAD * np.linspace(0, 1, len(PAD)), np.float32), HAT),
        ("decay_ms", PAD, HAT),
        ("sustain", PAD, HAT),
        ("crest_db", fade(noise(1.0), 20), SQUARE),
        ("drive", SQUARE, noise(1.0)),
        ("roughness", BUZZ, tone(220, 1.0)),
        ("modulation_depth", TREMOLO, tone(440, 2.0)),
        ("tonalness", PAD, HAT),
        ("noisiness", HAT, PAD),
        ("harmonic_ratio", PAD, groove(140, 8)),
        ("pitch_fall", KICK, tone(55, 0.5)),
        ("centroid_slope_oct", RISER, RISER[::-1].copy()),
        ("onset_rate_hz", groove(140, 8), PAD),
        ("regularity", groove(140, 8), noise(3.0)),
        ("stereo_width", WIDE, np.stack([WIDE[0], WIDE[0]])),
        ("stereo_correlation", np.stack([WIDE[0], WIDE[0]]), np.stack([WIDE[0], -WIDE[0]])),
        ("chroma_entropy", noise(1.0), tone(220, 1.0)),
        ("tail_share", PAD, HAT),
        ("low_decay_ms", tone(50, 1.0), KICK),
    ],
)
def test_a_feature_orders_two_sounds_as_the_ear_does(name: str, more: np.ndarray, less: np.ndarray) -> None:
    assert features(more)[name] > features(less)[name]


def test_a_tremolo_says_its_rate() -> None:
    assert features(TREMOLO)["modulation_hz"] == pytest.approx(5.0, abs=0.5)


def test_features_do_not_depend_on_the_rate_of_the_file() -> None:
    low, high = features(tone(440, 1.0, 5), RATE), features(tone(440, 1.0, 5, 96_000), 96_000)
    for name in ("centroid_hz", "pitch_hz", "tonalness", "crest_db"):
        assert high[name] == pytest.approx(low[name], rel=0.05)


def test_a_sound_that_cancels_in_mono_is_measured_on_one_side() -> None:
    side = tone(440, 1.0)
    assert features(np.stack([side, -side]))["pitch_hz"] == pytest.approx(440, rel=0.01)


def test_of_a_long_sound_the_loudest_part_is_measured() -> None:
    sound = np.concatenate([silence(60), tone(440, 90), silence(60)])
    heard = listen(sound[None], RATE)
    assert heard.start == 60.0
    assert heard.stereo.shape[1] == 90 * RATE


def test_mel_bands_cover_every_bin_between_their_ends() -> None:
    weights = mel(SIZE)
    assert weights.shape == (SIZE // 2 + 1, BANDS)
    assert (weights[3 : int(18_000 / RATE * SIZE)].sum(axis=1) > 0).all()


@pytest.mark.parametrize("size", [SIZE, SLOW])
def test_mel_bands_are_those_of_slaney(size: int) -> None:
    theirs = pytest.importorskip("transformers.audio_utils").mel_filter_bank
    wanted = theirs(size // 2 + 1, BANDS, *RANGE_HZ, RATE, norm=None, mel_scale="slaney")
    assert np.abs(mel(size) - wanted).max() < 1e-6
