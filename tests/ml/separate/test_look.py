"""What spectra show of tones, clicks and sides."""

import numpy as np
import pytest

from liveengine.ml.separate import cells
from liveengine.ml.separate.grid import Grid, window_of
from liveengine.ml.separate.look import EDGES, MOMENT, Look, Stretch, look, measure, ranges

RATE = 48_000
GRID = Grid(window_of(RATE))


def seen(sound: np.ndarray, loudness: float) -> tuple[Look, np.ndarray]:
    """All that is seen of a sound, and the power of its cells."""
    spectra = GRID.spectra(sound, 0, GRID.rows(sound.shape[1]))
    there = Stretch.of(*spectra.shape[1:])
    power = measure(spectra, loudness, there)
    return look(there, 0, len(power), RATE, 0.0), power


def shown(found: Look, name: str) -> np.ndarray:
    return found.cells[:, cells.CELLS.index(name)]


def test_a_tone_is_steady_and_a_click_is_sudden() -> None:
    frames = 4 * RATE
    tone = 0.1 * np.sin(2 * np.pi * 1_000 * np.arange(frames) / RATE)
    click = np.zeros(frames)
    click[2 * RATE] = 1.0
    sound = np.stack([tone + click] * 2).astype(np.float32)
    found, power = seen(sound, float(np.mean(sound**2)))
    at, row = round(1_000 * GRID.window / RATE), 2 * RATE // GRID.hop + 2
    assert abs(float(np.median(shown(found, "steady")[:, at]))) < 0.1  # lies on its median over time
    assert float(np.median(shown(found, "rough")[:, at])) > 1.0  # and above its neighbours in pitch
    high = slice(at + 200, at + 400)
    assert float(shown(found, "steady")[row, high].mean()) > 1.0
    assert found.moments.shape == (len(power), MOMENT)


def test_what_lies_in_the_middle_is_told_from_what_lies_beside() -> None:
    mono = np.random.default_rng(0).standard_normal(RATE).astype(np.float32)
    for right, wanted in ((mono, -4.0), (-mono, 2.0)):
        found, _ = seen(np.stack([mono, right]), 1.0)
        assert float(np.median(shown(found, "side")[10:20, 50:500])) == pytest.approx(wanted, abs=0.1)


def test_one_channel_has_no_sides_and_the_power_that_it_has() -> None:
    mono = np.random.default_rng(0).standard_normal((1, RATE)).astype(np.float32)
    found, power = seen(mono, 1.0)
    assert not shown(found, "side").any()
    spectra = GRID.spectra(mono, 0, GRID.rows(RATE))[0]
    assert np.allclose(power, np.abs(spectra) ** 2, rtol=1e-5)


def test_some_rows_are_seen_as_all_of_them_are() -> None:
    sound = np.random.default_rng(0).standard_normal((2, 3 * RATE)).astype(np.float32)
    spectra = GRID.spectra(sound, 0, GRID.rows(sound.shape[1]))
    there = Stretch.of(*spectra.shape[1:])
    measure(spectra, 1.0, there)
    whole, some = look(there, 0, len(there.level), RATE, 20.0), look(there, 30, 50, RATE, 20.0)
    assert np.allclose(some.cells, whole.cells[30:50], atol=1e-4)
    assert np.allclose(some.moments, whole.moments[30:50], atol=1e-4)


@pytest.mark.parametrize("rate", [8_000, 22_050, 48_000, 192_000])
def test_no_range_is_empty_at_any_rate(rate: int) -> None:
    found = ranges(rate, window_of(rate) // 2 + 1)
    assert len(found) == len(EDGES) - 1
    assert all(part.stop > part.start for part in found)
