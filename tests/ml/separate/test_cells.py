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
    x = drawn(7, count)
    x[2] = np.round(x[2])  # many alike
    made = np.empty_like(x)
    cells.running_median(x, 4, made)
    assert np.array_equal(made, np.median(around(x, 4, 1), axis=2))


@pytest.mark.parametrize(("run", "axis"), [(cells.running_mean, 0), (cells.beside, 1)])
def test_running_means_are_means_along_time_and_along_pitch(run: object, axis: int) -> None:
    x = drawn(30, 20)
    made = np.empty_like(x)
    run(x, 3, made)  # type: ignore[operator]
    assert np.allclose(made, around(x, 3, axis).mean(axis=2), atol=1e-5)


def test_what_comes_back_with_the_bar_is_the_second_lowest_of_its_turns() -> None:
    x = drawn(50, 3)
    made = np.empty_like(x)
    cells.returns(x, 10.0, 0, made)
    assert np.array_equal(made[25], np.sort(x[[5, 15, 35, 45]], axis=0)[1])
    assert np.array_equal(made[0], np.sort(x[[10, 20]], axis=0)[1])
    cells.returns(x, 1e6, 0, made)
    assert np.array_equal(made, x)  # no bar is known: nothing comes back


def test_shares_are_positive_and_their_sum_is_one() -> None:
    scores = drawn(4, 12, 9) * 30.0
    made = np.empty_like(scores)
    cells.shares(scores, made)
    assert made.min() >= 0.0
    assert np.allclose(made.sum(axis=0), 1.0, atol=1e-6)
    assert np.array_equal(made.argmax(axis=0), scores.argmax(axis=0))


def test_a_score_is_the_weighted_sum_of_what_the_cell_and_its_moment_show() -> None:
    rows, bins = 20, 12
    seen = [drawn(rows, bins, seed=number) for number in range(8)]
    weights, moments = drawn(bins, 4, len(cells.CELLS), seed=9), drawn(rows, 4, 3, seed=10)
    node, share = np.arange(bins) // 6, (np.arange(bins) % 6 / 6).astype(np.float32)
    scores = np.empty((4, rows, bins), np.float32)
    cells.judge(*seen, weights, moments, node, share, scores)
    shown = np.empty((rows, bins, len(cells.CELLS)), np.float32)
    cells.table(*seen, np.arange(rows), np.arange(bins), shown)
    assert np.array_equal(shown[..., cells.CELLS.index("steady")], seen[0] - seen[1])
    own = np.einsum("ibk,bpk->pib", shown, weights)
    said = moments[:, :, node] * (1 - share) + moments[:, :, node + 1] * share
    assert np.allclose(scores, own + said.transpose(1, 0, 2), atol=1e-4)
