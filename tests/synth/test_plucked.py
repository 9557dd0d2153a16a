"""Strings: their pitch, their losses, and sounds read at another speed."""

import numpy as np
import pytest

from liveengine.synth.plucked import Plucked, plucked, warped
from liveengine.synth.signals import Signal, child

from .measure import RATE, Mono, centroid, crossings, power


def note(**given: float) -> Mono:
    return np.asarray(plucked(Plucked(**given), child(1, "string"))[0], np.float64)


def loudest(sound: Mono) -> float:
    hertz, level = power(sound)
    return float(hertz[np.argmax(level)])


@pytest.mark.parametrize("root", [82.4, 220.0, 659.3])
def test_a_string_has_the_pitch_that_is_asked_for(root: float) -> None:
    sound = note(root=root, seconds=2.0, ring=6.0, place=0.5, slope=-12.0, stiffness=0.0)
    assert loudest(sound) == pytest.approx(root, abs=0.6)


def test_it_dies_away_by_60_db_in_the_time_it_rings() -> None:
    sound = note(root=200.0, seconds=2.0, ring=1.0, damping=0.01, slope=-24.0)
    early, late = (np.sqrt(np.mean(sound[at : at + 4800] ** 2)) for at in (4800, 4800 + RATE // 2))
    assert 20 * np.log10(early / late) == pytest.approx(30.0, abs=3.0)


def test_more_damping_takes_the_highs_first() -> None:
    bright, dull = (note(root=110.0, seconds=1.0, damping=damping)[RATE // 4 :] for damping in (0.1, 4.0))
    assert centroid(dull) < centroid(bright)


def test_a_softer_stroke_is_darker() -> None:
    loud, soft = (note(root=110.0, velocity=velocity, hard=6000.0) for velocity in (1.0, 0.1))
    assert centroid(soft) < centroid(loud)


def test_it_is_stopped_when_the_key_is_let_go() -> None:
    sound = note(root=220.0, seconds=0.3, release=0.05, ring=8.0)
    assert len(sound) == round(0.35 * RATE)
    assert np.max(np.abs(sound[-48:])) < 0.01


def test_double_speed_is_an_octave_higher_and_what_lies_beyond_is_silence() -> None:
    wave: Signal = np.sin(2 * np.pi * 440.0 * np.arange(RATE) / RATE)[None].astype(np.float32)
    made = np.asarray(warped(wave, np.full(RATE, 2.0))[0], np.float64)
    assert crossings(made[: RATE // 2 - 10]) == pytest.approx(880.0, abs=1.0)
    assert not made[RATE // 2 + 1 :].any()
