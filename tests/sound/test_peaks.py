import numpy as np

from liveengine.sound import overview


def test_the_overview_shows_lowest_and_highest_sample_of_all_channels() -> None:
    samples = np.zeros((2, 1_024), np.float32)
    samples[0, 2], samples[1, 3] = 1.0, -0.5
    drawn = overview(samples)
    assert drawn.shape == (2, 512)
    assert drawn.dtype == np.int8
    assert drawn[:, 1].tolist() == [-64, 127]
    assert not drawn[:, 2:].any()


def test_a_sound_of_one_frame_fills_the_overview() -> None:
    assert overview(np.full((1, 1), 2.0, np.float32)).tolist() == [[127] * 512] * 2
