"""Bowed and blown instruments: pitch, brightness with loudness, sections."""

import numpy as np
import pytest

from liveengine.synth.signals import child
from liveengine.synth.sustained import Sustained, sustained

from .measure import Mono, centroid, power


def note(**given: float) -> Mono:
    return np.asarray(sustained(Sustained(vibrato=0.0, **given), child(1, "bow"))[0], np.float64)  # type: ignore[arg-type]


def test_the_strongest_partial_is_the_note() -> None:
    hertz, level = power(note(root=330.0, seconds=1.5, soft=-18.0, loud=-12.0))
    assert float(hertz[np.argmax(level)]) == pytest.approx(330.0, abs=3.0)


def test_louder_is_brighter() -> None:
    loud, soft = (note(root=220.0, velocity=velocity, breath=0.0) for velocity in (1.0, 0.1))
    assert centroid(loud) > 1.2 * centroid(soft)


def test_a_clarinet_without_even_harmonics_has_none() -> None:
    hertz, level = power(note(root=200.0, seconds=2.0, even=0.0, breath=0.0, loud=-6.0))
    second, third = (level[np.abs(hertz - f) < 12.0].sum() for f in (400.0, 600.0))
    assert second < 0.01 * third


def test_one_player_is_mono_and_a_section_is_wide() -> None:
    solo, section = (sustained(Sustained(players=count), child(1, "x")) for count in (1, 4))
    assert solo.shape[0] == 1
    assert section.shape[0] == 2
    assert not np.array_equal(section[0], section[1])
