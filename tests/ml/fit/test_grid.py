"""Onsets come to lie on the beat, and nothing else changes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liveengine.ml.fit import attack, grid
from liveengine.ml.fit.grid import Grid, Samples

RATE = 48_000


def clicks(frames: int, places: list[int], seed: int = 0) -> Samples:
    """A loop with a short burst of noise at each place."""
    rng = np.random.default_rng(seed)
    made = np.zeros(frames, np.float32)
    for place in places:
        burst = rng.standard_normal(2_400) * np.exp(-np.arange(2_400) / 400.0) * 0.3
        made[(place + np.arange(2_400)) % frames] += burst.astype(np.float32)
    return made[None]


def test_the_grid_has_sixteenths_and_triplets() -> None:
    found = Grid(1_200, 1.0).nearest(np.array([10, 310, 390, 610, 790, 910, 1_190]))
    assert found.tolist() == [0, 300, 400, 600, 800, 900, 1_200]
    assert Grid(1_200, 1.0).places(np.array([10, 1_190])).tolist() == [0]


@pytest.mark.parametrize("tempo", [87.5, 120.0, 138.0, 174.0])
def test_onsets_that_are_beside_the_beat_come_to_lie_on_it(tempo: float) -> None:
    frames = round(4 * 60 / tempo * RATE)
    rng = np.random.default_rng(round(tempo))
    places = [round((n / 2 * frames / 4) + rng.integers(-400, 400)) % frames for n in range(8)]
    sound = clicks(frames, places)
    before = np.percentile(grid.errors(sound, RATE, 4.0), 95)
    after = sound
    for _ in range(3):
        after = grid.placed(after, RATE, 4.0)
    assert before > 3.0
    assert np.percentile(grid.errors(after, RATE, 4.0), 95) < 1.0
    assert after.shape == sound.shape
    assert len(grid.found(after, RATE)) == len(grid.found(sound, RATE))


def test_what_is_on_the_grid_is_not_touched() -> None:
    sound = clicks(96_000, [0, 24_000, 48_000, 72_000])
    assert grid.placed(sound, RATE, 4.0) is sound


@settings(max_examples=25)
@given(
    st.integers(30_000, 120_000),
    st.lists(st.floats(0, 0.999), max_size=12),
    st.integers(1, 8),
    st.integers(1, 2),
)
def test_whatever_the_onsets_the_length_stays(frames: int, places: list[float], beats: int, channels: int) -> None:
    sound = np.repeat(clicks(frames, [int(place * frames) for place in places]), channels, axis=0)
    made = grid.placed(sound, RATE, float(beats))
    assert made.shape == sound.shape
    assert made.dtype == np.float32
    assert np.isfinite(made).all()


def test_a_smeared_attack_becomes_sharp_where_it_shall() -> None:
    frames = 48_000
    rng = np.random.default_rng(0)
    swell = np.concatenate([np.linspace(0.0, 1.0, 1_000) ** 2, np.exp(-np.arange(4_000) / 800.0)])
    made = 0.001 * rng.standard_normal(frames)
    made[11_000:16_000] += swell * rng.standard_normal(5_000) * 0.3
    low = 0.2 * np.sin(2 * np.pi * 50.0 * np.arange(frames) / RATE)
    sound = (made + low)[None].astype(np.float32)
    (found,) = attack.attacks(sound, RATE)
    assert abs(int(found) - 12_000) < 700
    sharp = attack.sharpened(sound, np.array([12_000]), RATE)
    high = np.diff(sharp[0]) ** 2
    assert high[11_000:11_990].mean() < 0.01 * high[12_010:13_000].mean()
    onset = min(grid.found(sharp, RATE), key=lambda at: abs(int(at) - 12_000))
    assert abs(int(onset) - 12_000) < 100
    spectrum = np.abs(np.fft.rfft(sharp[0][8_000:16_000] * np.hanning(8_000)))
    assert spectrum[round(50 / 6)] == pytest.approx(0.2 * 2_000, rel=0.15)  # the bass goes on below it
