import numpy as np
import pytest

from liveengine.sound import frames_at, resample
from liveengine.sound.convert import as_channels


@pytest.mark.parametrize(
    ("rate_in", "rate_out"), [(44_100, 48_000), (48_000, 44_100), (192_000, 48_000), (8_000, 48_000)]
)
def test_resampling_keeps_pitch_level_and_exact_length(rate_in: int, rate_out: int) -> None:
    tone = np.sin(2 * np.pi * 500 * np.arange(rate_in) / rate_in).astype(np.float32)[None]
    made = resample(tone, rate_in, rate_out)
    assert made.shape == (1, rate_out)
    assert made.dtype == np.float32
    wanted = np.sin(2 * np.pi * 500 * np.arange(rate_out) / rate_out)
    assert np.abs(made[0, 2_000:-2_000] - wanted[2_000:-2_000]).max() < 1e-4


def test_the_same_rate_changes_nothing() -> None:
    samples = np.arange(6, dtype=np.float32).reshape(2, 3)
    assert resample(samples, 48_000, 48_000) is samples


def test_a_loop_stays_seamless_when_resampled() -> None:
    turn = np.sin(2 * np.pi * 441 * np.arange(44_100) / 44_100).astype(np.float32)[None]  # 441 whole periods
    wanted = np.sin(2 * np.pi * 441 * np.arange(48_000) / 48_000)
    assert np.abs(resample(turn, 44_100, 48_000, loop=True)[0] - wanted).max() < 1e-4
    cosine = np.cos(2 * np.pi * 441 * np.arange(44_100) / 44_100).astype(np.float32)[None]
    assert np.abs(resample(cosine, 44_100, 48_000)[0, 0] - 1.0) > 0.05  # without: silence is heard before the start


def test_a_loop_shorter_than_its_context_is_resampled() -> None:
    assert resample(np.ones((2, 3), np.float32), 44_100, 48_000, loop=True).shape == (2, 3)


def test_frames_are_rounded_and_never_zero() -> None:
    assert frames_at(44_100, 44_100, 48_000) == 48_000
    assert frames_at(1, 48_000, 8_000) == 1
    assert frames_at(3, 2, 1) == 2


def test_mono_is_doubled_and_stereo_is_averaged() -> None:
    assert as_channels(np.array([[1.0, 2.0]], np.float32), 2).tolist() == [[1, 2], [1, 2]]
    assert as_channels(np.array([[1.0, 2.0], [3.0, 4.0]], np.float32), 1).tolist() == [[2, 3]]
