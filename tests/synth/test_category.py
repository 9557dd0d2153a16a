import numpy as np
import pytest

from liveengine.synth import category
from liveengine.synth.music import bar_frames
from liveengine.synth.signals import RATE


@pytest.mark.parametrize("name", category.CATEGORIES)
def test_each_category_has_one_shots_and_loops_that_are_exactly_their_bars_long(name: str) -> None:
    drawn = [category.draw(name, 5, number) for number in range(8)]
    assert {one.bars is None for one in drawn} == {True, False}
    for one in drawn:
        assert one.sound.dtype == np.float32
        assert np.abs(one.sound).max() == pytest.approx(0.9, abs=1e-3)
        if one.tempo is not None and one.bars is not None:
            assert one.sound.shape[1] == bar_frames(one.bars, one.tempo)
        assert 0.01 < one.sound.shape[1] / RATE < 20.0


def test_a_stem_depends_on_category_seed_and_number_alone() -> None:
    one, again, other = (category.draw("kick", seed, 3) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one.sound, again.sound)
    assert one.sound.shape != other.sound.shape or not np.array_equal(one.sound, other.sound)
