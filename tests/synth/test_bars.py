"""Tuned bars and bells: the partials of a body, and how long they ring."""

import numpy as np
import pytest

from liveengine.synth.bars import BARS, Bar, bar
from liveengine.synth.signals import child

from .measure import RATE, Mono, power


def note(**given: object) -> Mono:
    return np.asarray(bar(Bar(**given), child(1, "bar"))[0], np.float64)  # type: ignore[arg-type]


@pytest.mark.parametrize("body", BARS)
def test_every_body_sounds_and_ends(body: str) -> None:
    sound = note(body=body, root=440.0, seconds=0.6)
    assert np.isfinite(sound).all()
    assert np.max(np.abs(sound)) == pytest.approx(1.0, abs=1e-5)
    assert np.mean(sound[-2400:] ** 2) < 0.05 * np.mean(sound[:2400] ** 2)


@pytest.mark.parametrize(("body", "ratio"), [("marimba", 3.93), ("vibraphone", 4.0), ("glockenspiel", 2.76)])
def test_the_second_partial_lies_where_the_body_has_it(body: str, ratio: float) -> None:
    hertz, level = power(note(body=body, root=500.0, seconds=1.0, mallet=0.0)[: RATE // 2])
    near = np.abs(hertz - 500.0 * ratio) < 15.0
    beside = (np.abs(hertz - 500.0 * ratio) > 60.0) & (np.abs(hertz - 500.0 * ratio) < 120.0)
    assert level[near].max() > 10 * level[beside].max()


def test_a_longer_bar_rings_longer() -> None:
    assert len(note(seconds=2.0)) > len(note(seconds=0.5))


def test_a_rubbed_glass_swells() -> None:
    sound = note(body="glass", root=800.0, seconds=2.0, rise=0.5, mallet=0.0)
    assert np.mean(sound[:2400] ** 2) < 0.2 * np.mean(sound[RATE // 2 : RATE // 2 + 2400] ** 2)
