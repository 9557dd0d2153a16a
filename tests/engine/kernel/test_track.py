"""Tracks and the master on a countable scale: ramps, pan, mute, solo, meters, limiter."""

import numpy as np
import pytest

from liveengine.engine.ops import Op
from tests.engine.rig import UNIT, Rig


def steady(track: int = 0, count: float = 8.0) -> Rig:
    """Return a rig that plays a constant on a track."""
    rig = Rig()
    rig.loop(rig.load([count] * 4), track=track)
    return rig


def test_a_gain_moves_on_a_straight_line_from_its_exact_frame() -> None:
    rig = steady()
    rig.engine.push(Op.GAIN, track=0, value=0.5, ramp=4, frame=2)
    assert rig.left(8, block=8) == [8, 8, 8, 7, 6, 5, 4, 4]


def test_a_ramp_that_is_turned_round_starts_from_where_it_is() -> None:
    rig = steady()
    rig.engine.push(Op.GAIN, track=0, value=0.0, ramp=8)
    rig.engine.push(Op.GAIN, track=0, value=1.0, ramp=4, frame=4)
    assert rig.left(10, block=3) == [8, 7, 6, 5, 4, 5, 6, 7, 8, 8]


def test_mute_ramps_to_silence_and_back_to_the_gain() -> None:
    rig = steady()
    rig.engine.push(Op.MUTE, track=0, value=1, ramp=2)
    rig.engine.push(Op.MUTE, track=0, value=0, ramp=2, frame=4)
    assert rig.left(8) == [8, 4, 0, 0, 0, 4, 8, 8]


def test_solo_ramps_the_others_to_silence() -> None:
    rig = steady()
    rig.loop(rig.load([32] * 4), track=1)
    rig.engine.push(Op.SOLO, track=0, value=1, ramp=2)
    rig.engine.push(Op.SOLO, track=0, value=0, ramp=2, frame=4)
    assert rig.left(8) == [40, 24, 8, 8, 8, 24, 40, 40]


def test_a_muted_track_stays_silent_when_it_is_soloed() -> None:
    rig = steady()
    rig.engine.push(Op.MUTE, track=0, value=1, ramp=1)
    rig.engine.push(Op.SOLO, track=0, value=1, ramp=1)
    assert rig.left(4)[1:] == [0, 0, 0]


@pytest.mark.parametrize(
    ("pan", "left", "right"),
    [(0.0, 1, 1), (-1.0, 1, 0), (1.0, 0, 1), (-0.5, 1, np.cos(np.pi / 4)), (0.5, np.cos(np.pi / 4), 1)],
)
def test_pan_leaves_one_side_and_turns_the_other_down(pan: float, left: float, right: float) -> None:
    rig = steady()
    rig.engine.push(Op.PAN, track=0, value=pan, ramp=1)
    sound = rig.run(4)
    np.testing.assert_allclose(sound[:2, -1], [8 * left, 8 * right], rtol=1e-6)


def test_the_master_gain_moves_after_the_tracks() -> None:
    rig = steady()
    rig.engine.push(Op.MASTER_GAIN, value=2.0, ramp=4)
    sound = rig.run(6)
    assert sound[0].tolist() == [8, 10, 12, 14, 16, 16]
    assert sound[2].tolist() == [8] * 6


def test_every_track_obeys_a_record_for_all() -> None:
    rig = steady()
    rig.loop(rig.load([32] * 4), track=1)
    rig.engine.push(Op.GAIN, value=0.5, ramp=1)
    assert rig.left(3) == [40, 20, 20]


def test_meters_show_the_last_block_after_the_fader() -> None:
    rig = Rig()
    rig.loop(rig.load([3, -4, 3, -4], [1, 1, 1, 1]))
    rig.engine.push(Op.GAIN, track=0, value=0.5, ramp=1)
    rig.run(12, block=4)
    view = rig.state().tracks[0]
    assert view.peak == (2 * UNIT, 0.5 * UNIT)
    np.testing.assert_allclose(view.rms, (np.sqrt((1.5**2 + 2**2) / 2) * UNIT, 0.5 * UNIT), rtol=1e-6)
    assert rig.state().master_peak == view.peak
    assert rig.state().tracks[1].peak == (0.0, 0.0)


def loud(samples: np.ndarray, ceiling: float = 0.5) -> np.ndarray:
    rig = Rig(ceiling=ceiling)
    rig.loop(rig.load(samples / UNIT))
    return rig.run(4 * len(samples), 64)[:2] * np.float32(UNIT)


def test_below_the_ceiling_the_limiter_changes_no_bit() -> None:
    samples = np.random.default_rng(1).uniform(-0.5, 0.5, 1000).astype(np.float32)
    np.testing.assert_array_equal(loud(samples)[0], np.tile(samples, 4))


def test_the_limiter_never_lets_a_sample_above_the_ceiling() -> None:
    samples = np.random.default_rng(1).uniform(-9, 9, 1000).astype(np.float32)
    sound = loud(samples)
    assert np.abs(sound).max() <= np.float32(0.5)
    assert np.abs(sound).max() > 0.499


def test_the_limiter_reduces_a_peak_to_the_ceiling_and_then_recovers() -> None:
    samples = np.full(64, 0.25, np.float32)
    samples[8] = 1.0
    rig = Rig(ceiling=0.5)
    rig.play(rig.load(samples / UNIT))
    sound = rig.run(64, 5)[0] * np.float32(UNIT)
    assert sound[7] == 0.25
    assert sound[8] == 0.5
    assert 0.125 < sound[9] < 0.25
    assert (np.diff(sound[9:20]) >= 0).all()
    assert sound[-1] == 0.25
    assert rig.state().limiter == 1.0


def test_both_sides_are_turned_down_together() -> None:
    rig = Rig(ceiling=0.5)
    rig.loop(rig.load(np.array([1.0, 1.0]) / UNIT, np.array([0.2, 0.2]) / UNIT))
    np.testing.assert_allclose(rig.run(1)[:2, 0] * UNIT, [0.5, 0.1], rtol=1e-6)
