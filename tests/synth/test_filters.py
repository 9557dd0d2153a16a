import numpy as np
import pytest

from liveengine.synth.envelopes import pump, wander
from liveengine.synth.filters import around, fast, highpass, ladder, lowpass, moving, through
from liveengine.synth.oscillators import phase, scan, shape, sine, spread, tables
from liveengine.synth.signals import child

from .measure import power


def tone(hertz: float, frames: int = 48_000) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    return sine(phase(hertz, frames))[None].astype(np.float32)


def level(sound: np.ndarray[tuple[int, int], np.dtype[np.floating]]) -> float:
    return float(20 * np.log10(np.sqrt(2 * np.mean(np.asarray(sound)[..., 8000:-8000] ** 2))))


@pytest.mark.parametrize(("hertz", "decibels"), [(100.0, 0.0), (1000.0, -3.0), (4000.0, -24.0)])
def test_a_second_order_lowpass_falls_12_decibels_per_octave(hertz: float, decibels: float) -> None:
    assert level(through(tone(hertz), lowpass(1000.0))) == pytest.approx(decibels, abs=0.3)


def test_a_highpass_removes_dc() -> None:
    assert np.abs(through(np.ones((1, 48_000), np.float32), highpass(20.0), circular=True)).max() < 1e-4


def test_a_circular_filter_leaves_no_seam_in_a_loop_of_awkward_length() -> None:
    frames = 48_017  # prime
    loop = np.sin(2 * np.pi * 100 * np.arange(frames) / frames).astype(np.float32)[None]
    made = through(loop, lowpass(2000.0), circular=True)
    turned = through(np.roll(loop, 20_000, axis=1), lowpass(2000.0), circular=True)
    assert np.abs(np.roll(made, 20_000, axis=1) - turned).max() < 1e-4


def test_around_repeats_endlessly() -> None:
    assert around(np.array([1, 2, 3]), 8, 2).tolist() == [2, 3, 1, 2, 3, 1, 2, 3]


def test_fast_lengths_are_not_shorter_and_have_small_factors() -> None:
    for frames in (1, 7, 1000, 48_017, 333_913):
        size = fast(frames)
        assert frames <= size <= 1.15 * frames + 1
        while size > 1 and any(size % factor == 0 for factor in (2, 3, 5)):
            size //= next(factor for factor in (2, 3, 5) if size % factor == 0)
        assert size == 1


def test_a_moving_lowpass_closes_over_time() -> None:
    cutoff = np.geomspace(8000.0, 100.0, 48_000).astype(np.float32)
    made = moving(tone(1500.0), cutoff, "low", 0.7)[0]
    assert np.abs(made[2000:12_000]).max() > 20 * np.abs(made[-12_000:-2000]).max()


def test_a_resonant_ladder_peaks_at_its_cutoff() -> None:
    hertz = np.arange(50.0, 5000.0, 10.0)
    gain = np.abs(ladder(hertz, np.array([1000.0]), 0.9))[0]
    assert abs(hertz[np.argmax(gain)] - 1000.0) < 60


def test_a_scanned_saw_has_no_aliases() -> None:
    sound = scan(tables(shape("saw", 18)[None, :]), phase(1000.0, 48_000)).astype(float)
    hertz, level_at = power(sound)
    harmonic = np.abs((hertz + 500) % 1000 - 500) < 3
    assert level_at[~harmonic].sum() < 1e-5 * level_at.sum()


def test_a_spread_ensemble_and_its_motion_close_upon_themselves() -> None:
    frames = 24_000
    for curve in (spread(frames, [(440.0, 1.0, 4.0)], child(0, "pad"))[0], wander(frames, 5, child(0, "way"))):
        assert abs(curve[0] - curve[-1]) <= 1.05 * np.abs(np.diff(curve)).max()


def test_a_pump_is_down_on_the_beat_and_back_before_the_next() -> None:
    gain = pump(48_000, 4, 0.8)
    assert gain[12_000] == pytest.approx(0.2, abs=0.01)
    assert gain[21_000] == pytest.approx(1.0, abs=0.01)
