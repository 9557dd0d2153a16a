"""The comparison of time-stretchers: its measures on sounds whose answer is known, and a short run."""

import numpy as np
import pytest

from liveengine.cli.benches import Task, stretch
from liveengine.cli.figure import Figure, Table
from liveengine.cli.peers import likeness, stretchers, tunes

BEATS = 8


def test_a_sound_is_like_itself() -> None:
    tune = tunes.loop(0.9, BEATS)
    off, steep = likeness.attacks(tune.sound, tune.sound, tune.onsets)
    assert len(off) == len(tune.onsets) - 1  # the first is too close to the edge
    assert off.max() < 1e-3
    assert steep.min() == 1.0
    assert likeness.spectral(tune.sound, tune.sound) == 0.0


def test_a_late_sound_is_late_by_what_it_is_late() -> None:
    tune = tunes.loop(1.0, BEATS)
    late = np.pad(tune.sound, ((0, 0), (96, 0)))[:, : tune.sound.shape[1]]
    off, _ = likeness.attacks(late, tune.sound, tune.onsets)
    assert np.abs(off - 2.0).max() < 0.01


def test_a_blurred_attack_is_less_steep_and_silence_is_all_wrong() -> None:
    tune = tunes.loop(1.0, BEATS)
    blurred = np.array([np.convolve(row, np.ones(64) / 64, "same") for row in tune.sound], np.float32)
    assert np.median(likeness.attacks(blurred, tune.sound, tune.onsets)[1]) < 0.5
    assert likeness.spectral(np.zeros_like(tune.sound), tune.sound) == 1.0


@pytest.mark.parametrize("name", tunes.TUNES)
def test_a_tune_at_another_tempo_has_its_attacks_there(name: str) -> None:
    slow, fast = (tunes.TUNES[name](speed, BEATS) for speed in (0.5, 2.0))
    assert slow.sound.shape[1] == pytest.approx(4 * fast.sound.shape[1], abs=4)
    np.testing.assert_allclose(slow.onsets, 4 * fast.onsets)


def test_every_installed_stretcher_keeps_the_length() -> None:
    sound = tunes.bass(1.0, BEATS).sound
    for name, change in stretchers.known().items():
        assert change(sound, 1.15).shape == pytest.approx((2, sound.shape[1] / 1.15), rel=0.01), name


def test_ours_keeps_the_attacks_and_is_like_the_ideal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stretchers, "known", lambda: {"ours": stretchers.ours})
    monkeypatch.setattr(tunes, "TUNES", {"loop": tunes.loop})
    found = list(stretch.run(Task(quick=True, silent=True)))
    figures = {one.figure: one.value for one in found if isinstance(one, Figure)}
    for speed in stretch.SPEEDS:
        assert figures[f"stretch.onset_p95_ms.loop.{speed}"] <= 0.2
        assert figures[f"stretch.sharpness.loop.{speed}"] >= 0.95
        assert figures[f"stretch.spectral.loop.{speed}"] <= 0.35
    (table,) = (one for one in found if isinstance(one, Table))
    assert len(table.rows) == 1
    assert len(table.rows[0]) == len(table.columns) == 7
