"""Samples to integers; dither as the theory has it."""

import numpy as np
import pytest

from liveengine.engine import pcm


def dithered(bits: int, value: float, count: int, seed: int = 0, first: int = 0) -> np.ndarray:
    sound = np.full((2, count), value, np.float32)
    into = np.zeros(2 * count * (1 if bits == 16 else 3), np.int16 if bits == 16 else np.uint8)
    quantise = pcm.quantise16 if bits == 16 else pcm.quantise24
    quantise(sound, 0, 0, count, (seed << 32) + 2 * first, into)
    if bits == 16:
        return into.reshape(count, 2).astype(np.int64)
    three = into.reshape(count, 2, 3).astype(np.int64)
    word = three[..., 0] | three[..., 1] << 8 | three[..., 2] << 16
    return word - ((word >> 23) << 24)


@pytest.mark.parametrize("bits", [16, 24])
@pytest.mark.parametrize("value", [0.0, 0.3, -1_000.25])
def test_dither_makes_the_mean_exact_and_the_error_independent_of_the_sound(bits: int, value: float) -> None:
    steps = dithered(bits, value / 2 ** (bits - 1), 200_000)
    assert abs(steps.mean() - value) < 0.01
    # two uniform noises and the rounding error: 2/12 and 1/12 of a step squared, wherever between two steps it lies
    assert abs(steps.var() - 0.25) < 0.005


def test_the_dither_is_white_and_differs_between_sides_and_seeds() -> None:
    steps = dithered(16, 0.0, 100_000)
    left, right = steps.T.astype(float)
    assert abs(np.corrcoef(left, right)[0, 1]) < 0.02
    assert abs(np.corrcoef(left[1:], left[:-1])[0, 1]) < 0.02
    assert abs(np.corrcoef(left, dithered(16, 0.0, 100_000, seed=1)[:, 0])[0, 1]) < 0.02


def test_the_dither_does_not_depend_on_the_pieces() -> None:
    whole = dithered(16, 0.001, 1_000)
    np.testing.assert_array_equal(dithered(16, 0.001, 400, first=600), whole[600:])


@pytest.mark.parametrize(("bits", "most"), [(16, 32_767), (24, 8_388_607)])
def test_full_scale_and_beyond_are_clipped(bits: int, most: int) -> None:
    assert dithered(bits, 1.5, 4).tolist() == [[most, most]] * 4
    assert dithered(bits, -1.5, 4).tolist() == [[-most - 1, -most - 1]] * 4
