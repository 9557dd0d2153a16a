import shutil
from pathlib import Path

import numpy as np

from liveengine.config import data
from liveengine.ml import hear, spectrum
from liveengine.ml.spectrum import RATE, Array


def tone(hertz: float, seconds: float) -> Array:
    return np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE).astype(np.float32)


def heard(mono: Array) -> Array:
    return hear.levels(spectrum.measure(mono))


def test_levels_lie_between_silence_and_the_loudest_band() -> None:
    found = heard(tone(440.0, 1.0))
    assert found.shape == (2, 64, 87)  # 44,100 frames, a row every 512
    assert found.min() >= 0.0
    assert found.max() == 1.0


def test_a_tone_stands_in_one_place_on_both_spectra() -> None:
    middle = heard(tone(440.0, 1.0))[:, :, 40]
    assert abs(int(middle[0].argmax()) - int(middle[1].argmax())) <= 1


def test_a_low_tone_is_narrower_on_the_slow_spectrum() -> None:
    quick, slow = heard(tone(110.0, 1.0))[:, :, 40]
    assert (slow > 0.5).sum() < (quick > 0.5).sum()


def test_loudness_changes_nothing() -> None:
    sound = tone(200.0, 0.5)
    assert np.allclose(heard(sound), heard(0.01 * sound), atol=1e-3)


def test_a_short_sound_is_one_window_followed_by_silence() -> None:
    found = hear.windows(heard(tone(100.0, 0.2)))
    assert found.shape == (1, 2, 64, hear.LEAST)
    assert found[0, :, :, 40:].max() == 0.0


def test_windows_of_a_long_sound_reach_from_its_start_to_its_end() -> None:
    levels = np.arange(2_000, dtype=np.float32)[None, None].repeat(2, 0).repeat(64, 1)
    found = hear.windows(levels)
    assert found.shape == (3, 2, 64, hear.MOST)
    assert found[0, 0, 0, 0] == 0.0
    assert found[-1, 0, 0, -1] == 1_999.0


def test_a_model_that_was_replaced_is_loaded_anew(tmp_path: Path) -> None:
    shipped = data("models") / "traum-mini" / "audio.onnx"
    shutil.copy(shipped, tmp_path / "audio.onnx")
    first = hear.ear(str(tmp_path))
    assert hear.ear(str(tmp_path)) is first
    shutil.copy(shipped, tmp_path / "new.onnx")
    (tmp_path / "new.onnx").replace(tmp_path / "audio.onnx")
    assert hear.ear(str(tmp_path)) is not first


def test_the_same_sound_has_the_same_vector_and_a_later_cut_nearly_so() -> None:
    sound = np.tile(tone(55.0, 0.4) * np.linspace(1.0, 0.0, round(0.4 * RATE), dtype=np.float32), 40)
    shipped = hear.ear(str(data("models") / "traum-mini"))
    first, likely = shipped.hear(spectrum.measure(sound))
    again, _ = shipped.hear(spectrum.measure(sound))
    later, _ = shipped.hear(spectrum.measure(sound[RATE:]))
    assert (first == again).all()
    assert float(first @ later) >= 0.97
    assert abs(sum(likely.values()) - 1.0) < 1e-5
