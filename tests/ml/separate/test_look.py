"""Spectra that give the sound back, and what they show of tones, clicks and sides."""

import numpy as np
import pytest

from liveengine.ml.separate.look import EDGES, MOMENT, Grid, look, ranges, window_of
from liveengine.ml.separate.look import OVERLAP as LAPS

RATE = 48_000
GRID = Grid(window_of(RATE))


def noise(frames: int, channels: int = 2) -> np.ndarray:
    return np.random.default_rng(0).standard_normal((channels, frames)).astype(np.float32)


@pytest.mark.parametrize("frames", [1, 5_000, 48_000])
def test_the_sound_of_its_spectra_is_the_sound(frames: int) -> None:
    sound = noise(frames)
    rows = GRID.rows(frames)
    made = np.zeros((2, (rows - 1) * GRID.hop + GRID.window), np.float32)
    GRID.sound(GRID.spectra(sound, 0, rows), made)
    lead = (LAPS - 1) * GRID.hop
    assert np.abs(made[:, lead : lead + frames] - sound).max() < 1e-5


def test_rows_of_a_part_are_those_of_the_whole() -> None:
    sound = noise(60_000)
    whole = GRID.spectra(sound, 0, GRID.rows(60_000))
    assert np.allclose(GRID.spectra(sound, 10, 20), whole[:, 10:30], atol=1e-4)


@pytest.mark.parametrize(("rate", "window"), [(48_000, 4_096), (44_100, 4_096), (22_050, 2_048), (96_000, 8_192)])
def test_a_spectrum_is_as_long_at_any_rate(rate: int, window: int) -> None:
    assert window_of(rate) == window


def test_a_tone_is_steady_and_a_click_is_sudden() -> None:
    frames = 4 * RATE
    tone = 0.1 * np.sin(2 * np.pi * 1_000 * np.arange(frames) / RATE)
    click = np.zeros(frames)
    click[2 * RATE] = 1.0
    sound = np.stack([tone + click] * 2).astype(np.float32)
    seen = look(GRID.spectra(sound, 0, GRID.rows(frames)), float(np.mean(sound**2)), RATE, 0.0)
    at, row = round(1_000 * GRID.window / RATE), 2 * RATE // GRID.hop + 2
    assert abs(float(np.median((seen.level - seen.medians)[:, at]))) < 0.1  # lies on its median over time
    assert float(np.median((seen.level - seen.ridges)[:, at])) > 1.0  # and above its neighbours in pitch
    high = slice(at + 200, at + 400)
    assert float((seen.level - seen.medians)[row, high].mean()) > 1.0
    assert seen.moments.shape == (len(seen.level), MOMENT)


def test_what_lies_in_the_middle_is_told_from_what_lies_beside() -> None:
    mono = noise(RATE, 1)[0]
    shown = {}
    for name, sound in {"middle": np.stack([mono, mono]), "beside": np.stack([mono, -mono])}.items():
        seen = look(GRID.spectra(sound, 0, GRID.rows(RATE)), 1.0, RATE, 0.0)
        shown[name] = float(np.median(seen.side[10:20, 50:500]))
    assert shown["middle"] == pytest.approx(-4.0, abs=0.1)
    assert shown["beside"] == pytest.approx(2.0, abs=0.1)


@pytest.mark.parametrize("rate", [8_000, 22_050, 48_000, 192_000])
def test_no_range_is_empty_at_any_rate(rate: int) -> None:
    found = ranges(rate, window_of(rate) // 2 + 1)
    assert len(found) == len(EDGES) - 1
    assert all(part.stop > part.start for part in found)
