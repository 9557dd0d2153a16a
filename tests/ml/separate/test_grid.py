"""Spectra that give the sound back."""

import numpy as np
import pytest

from liveengine.ml.separate.grid import OVERLAP, Grid, window_of

GRID = Grid(window_of(48_000))


def noise(frames: int) -> np.ndarray:
    return np.random.default_rng(0).standard_normal((2, frames)).astype(np.float32)


@pytest.mark.parametrize("frames", [1, 5_000, 48_000])
def test_the_sound_of_its_spectra_is_the_sound(frames: int) -> None:
    sound = noise(frames)
    made = GRID.sound(GRID.spectra(sound, 0, GRID.rows(frames)))
    lead = (OVERLAP - 1) * GRID.hop
    assert np.abs(made[:, lead : lead + frames] - sound).max() < 1e-5


def test_rows_of_a_part_are_those_of_the_whole() -> None:
    sound = noise(60_000)
    whole = GRID.spectra(sound, 0, GRID.rows(60_000))
    assert np.allclose(GRID.spectra(sound, 10, 20), whole[:, 10:30], atol=1e-4)


@pytest.mark.parametrize(("rate", "window"), [(48_000, 4_096), (44_100, 4_096), (22_050, 2_048), (96_000, 8_192)])
def test_a_spectrum_is_as_long_at_any_rate(rate: int, window: int) -> None:
    assert window_of(rate) == window
