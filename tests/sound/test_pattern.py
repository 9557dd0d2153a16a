import numpy as np
import pytest

from liveengine.sound.pattern import CHOKE_FRAMES, lay, loop_beats


def test_a_short_hit_is_laid_on_each_beat() -> None:
    loop = lay(np.full((2, 3), 0.5, np.float32), 10.0, 4.0, [0.0, 1.0, 2.0, 3.0])
    assert loop.shape == (2, 40)
    assert np.flatnonzero(loop[0]).tolist() == [0, 1, 2, 10, 11, 12, 20, 21, 22, 30, 31, 32]


def test_a_hit_ends_the_one_before() -> None:
    hit = np.full((1, 5_000), 0.5, np.float32)
    loop = lay(hit, 1_000.0, 4.0, [0.0, 2.0])
    assert loop.max() <= 1.0
    assert np.all(loop[0, CHOKE_FRAMES:2_000] == 0.5)


def test_the_last_hit_rings_on_over_the_seam() -> None:
    hit = np.full((1, 800), 0.5, np.float32)
    loop = lay(hit, 1_000.0, 4.0, [3.5])
    assert np.all(loop[0, :300] == 0.5)
    assert not loop[0, 300:3_500].any()


def test_a_hit_longer_than_the_loop_is_choked_by_itself() -> None:
    loop = lay(np.full((1, 9_000), 0.25, np.float32), 1_000.0, 4.0, [0.0])
    assert loop.shape == (1, 4_000)
    assert np.isfinite(loop).all()
    assert loop.max() <= 0.5


@pytest.mark.parametrize(("frames", "beats"), [(1, 4), (4_000, 4), (4_001, 8), (8_001, 16), (1_000_000, 32)])
def test_a_loop_has_as_many_bars_as_the_hit_lasts(frames: int, beats: float) -> None:
    assert loop_beats(frames, 1_000.0) == beats
