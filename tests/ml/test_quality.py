from typing import Any

import numpy as np
import pytest

from liveengine.ml import features, quality
from liveengine.ml.listen import listen

from .signals import RATE, fade, groove, kick, noise, tone


def judge(sound: np.ndarray, loop: bool = False) -> dict[str, Any]:
    samples = np.atleast_2d(sound).astype(np.float32)
    measured = features.measure(listen(samples, RATE), samples.shape[1] / RATE, -14.0, None)
    found = quality.judge(samples, RATE, loop, measured)
    return found | {name: {"score": score, "value": value} for name, (score, value) in found["parts"].items()}


def test_a_clean_hit_has_no_fault() -> None:
    found = judge(fade(kick(), 60))
    assert found["technical"] > 0.95
    assert found["truncation"]["score"] == 1.0


def test_flat_tops_are_counted() -> None:
    clipped = np.clip(fade(tone(100, 1.0), 300) * 6, -0.9, 0.9)
    assert judge(clipped)["clipping"]["score"] < 0.5
    assert (
        judge(tone(40, 1.0))["clipping"]["value"] == 0.0
    )  # a low sine is flat at its top, too, but its sides are not steep


def test_an_offset_is_told_in_decibels() -> None:
    assert judge(fade(tone(100, 1.0), 100) + 0.1)["offset"]["value"] == pytest.approx(-20, abs=1)


def test_noise_in_the_pauses_is_heard_and_digital_silence_is_none() -> None:
    hits = np.concatenate([fade(kick(), 20), np.zeros(RATE // 2, np.float32)] * 4)
    assert judge(hits)["noise"]["score"] == 1.0
    assert judge(hits + 0.01 * noise(len(hits) / RATE))["noise"]["score"] < 0.8


def test_silence_at_both_ends_is_measured() -> None:
    sound = np.concatenate([np.zeros(RATE // 10, np.float32), fade(kick(), 20), np.zeros(RATE, np.float32)])
    found = judge(sound)
    assert found["start"]["value"] == pytest.approx(100, abs=3)
    assert found["end"]["value"] > 70


def test_a_sound_that_is_cut_off_ends_abruptly_and_a_loop_does_not() -> None:
    assert judge(tone(440, 1.0)[:-25])["truncation"]["score"] < 0.5
    assert judge(groove(120, 8), loop=True)["truncation"]["score"] > 0.9


def test_left_and_right_that_cancel_out_are_told() -> None:
    one = fade(tone(200, 1.0), 200)
    assert judge(np.stack([one, -one]))["mono"]["score"] == 0.0
    assert judge(np.stack([one, one]))["mono"]["value"] == pytest.approx(0.0, abs=0.01)


@pytest.mark.parametrize("sound", [np.zeros(1, np.float32), np.zeros((2, 100), np.float32), noise(0.01), noise(3.0)])
def test_any_sound_gets_finite_numbers(sound: np.ndarray) -> None:
    found = judge(sound)
    assert 0.0 <= found["quality"] <= 1.0
    assert np.isfinite(list(found["parts"].values())).all()
