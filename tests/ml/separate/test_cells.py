"""What is measured in each cell, against the same said in a line of NumPy."""

import numpy as np
import pytest

from liveengine.ml.separate import cells


def drawn(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


def around(x: np.ndarray, reach: int, axis: int) -> np.ndarray:
    """Each value with its neighbours, the ends held, on a last axis of its own."""
    wide = [(reach, reach) if one == axis else (0, 0) for one in range(x.ndim)]
    padded = np.pad(x, wide, mode="edge")
    return np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1, axis=axis)


@pytest.mark.parametrize("count", [1, 5, 40])
def test_the_running_median_is_the_median_of_what_lies_around(count: int) -> None:
    x = drawn(count, 7)
    x[:, 2] = np.round(x[:, 2])  # many alike
    first = count // 3
    made = np.empty((count - first, 7), np.float32)
    cells.running_median(x, 4, first, made)
    assert np.array_equal(made, np.median(around(x, 4, 0), axis=2)[first:])


def test_running_means_are_means_along_time_and_along_pitch() -> None:
    x = drawn(30, 20)
    held, wide = np.empty((18, 20), np.float32), np.empty_like(x)
    cells.running_mean(x, 3, 10, held)
    assert np.allclose(held, around(x, 3, 0).mean(axis=2)[10:28], atol=1e-5)
    cells.beside(x, 3, wide)
    assert np.allclose(wide, around(x, 3, 1).mean(axis=2), atol=1e-5)


def test_power_is_that_of_both_channels_and_sides_are_told_from_the_middle() -> None:
    left = (drawn(5, 6) + 1j * drawn(5, 6, seed=1)).astype(np.complex64)
    right = (drawn(5, 6, seed=2) + 1j * drawn(5, 6, seed=3)).astype(np.complex64)
    power, side = np.empty((5, 6), np.float32), np.empty((5, 6), np.float32)
    cells.powers(left, right, power, side)
    assert np.allclose(power, np.abs(left) ** 2 + np.abs(right) ** 2, rtol=1e-5)
    assert np.allclose(side, np.abs(left - right) ** 2 / np.abs(left + right) ** 2, rtol=1e-4)


def test_what_comes_back_with_the_bar_is_the_second_lowest_of_its_turns() -> None:
    x = drawn(50, 3)
    made = np.empty_like(x)
    cells.returns(x, 10.0, 0, made)
    assert np.array_equal(made[25], np.sort(x[[5, 15, 35, 45]], axis=0)[1])
    assert np.array_equal(made[0], np.sort(x[[10, 20]], axis=0)[1])
    cells.returns(x, 1e6, 0, made)
    assert np.array_equal(made, x)  # no bar is known: nothing comes back


def test_scores_are_what_was_there_and_the_weighted_sum_of_what_is_shown() -> None:
    weights, shown, scores = drawn(4, 16, 9), drawn(5, 16, 9, seed=1), drawn(5, 4, 9, seed=2)
    wanted = scores + np.einsum("pkb,ikb->ipb", weights, shown)
    cells.judge(weights, shown, scores)
    assert np.allclose(scores, wanted, atol=1e-4)
