import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liveengine.ml.fit import edges, level
from liveengine.ml.fit.level import Samples
from liveengine.sound.loudness import loudness
from liveengine.units import level_of

RATE = 48_000


def tone(seconds: float, hertz: float = 220.0, gain: float = 0.1) -> Samples:
    time = np.arange(round(seconds * RATE)) / RATE
    return (gain * np.sin(2 * np.pi * hertz * time))[None].astype(np.float32)


@pytest.mark.parametrize("category", ["bass", "synth", "atmo", "nothing known"])
def test_a_sound_has_the_loudness_of_its_category(category: str) -> None:
    made = level.levelled(tone(2.0, 200.0), RATE, category, True)
    assert loudness(made, RATE) == pytest.approx(level.LOUDNESS.get(category, level.USUAL), abs=0.2)


def test_a_peak_may_ask_for_less() -> None:
    click = np.zeros((1, RATE), np.float32)
    click[0, 24_000:24_004] = 0.5
    made = level.levelled(click, RATE, "kick", False)
    assert level_of(level.true_peak(made, False)) == pytest.approx(level.CEILING_DB, abs=0.01)
    assert loudness(made, RATE) < level.LOUDNESS["kick"]


def test_what_lies_between_the_samples_counts() -> None:
    time = np.arange(RATE) / RATE
    sound = (np.sin(2 * np.pi * RATE / 4 * time + np.pi / 4))[None].astype(np.float32)
    assert float(np.abs(sound).max()) < 0.71
    assert level.true_peak(sound, True) == pytest.approx(1.0, abs=0.02)


@pytest.mark.parametrize("loops", [False, True])
def test_an_offset_goes_and_the_sound_stays(loops: bool) -> None:
    sound = tone(1.0) + np.float32(0.2)
    made = level.without_offset(sound, RATE, loops)
    assert abs(float(made[:, RATE // 4 :].mean())) < 2e-3
    spectrum = np.abs(np.fft.rfft(made[0]))
    assert spectrum[220] == pytest.approx(0.05 * RATE, rel=0.02)
    if loops:
        np.testing.assert_allclose(made, tone(1.0), atol=1e-3)


@settings(max_examples=40)
@given(st.integers(600, 30_000), st.integers(1, 2), st.booleans(), st.sampled_from(("kick", "x")), st.floats(1e-3, 10))
def test_whatever_the_sound_it_does_not_clip(
    frames: int, channels: int, loops: bool, category: str, gain: float
) -> None:
    rng = np.random.default_rng(frames)
    sound = (gain * rng.standard_normal((channels, frames)) + gain).astype(np.float32)
    made = level.levelled(sound, RATE, category, loops)
    assert made.shape == sound.shape
    assert np.isfinite(made).all()
    assert level_of(level.true_peak(made, loops)) <= -1.0


@settings(max_examples=60)
@given(st.integers(0, 9_000), st.integers(1, 9_000), st.integers(0, 9_000), st.integers(1, 2))
def test_a_one_shot_begins_within_a_millisecond_and_ends_in_silence(
    before: int, length: int, behind: int, channels: int
) -> None:
    body = np.random.default_rng(length).uniform(-0.5, 0.5, (channels, length)).astype(np.float32)
    body[:, 0] = 0.5
    made = edges.shot(np.pad(body, ((0, 0), (before, behind))), RATE)
    loud = np.abs(made).max(axis=0)
    assert int(np.argmax(loud >= 0.1 * loud.max())) <= RATE // 1000
    assert float(loud[-1]) <= 1e-3
    assert made.shape[1] <= max(edges.SHORTEST, before + length + behind)


def test_a_seam_with_a_step_is_closed_and_another_is_not_touched() -> None:
    open_ended = np.linspace(-0.5, 0.5, 4_800, dtype=np.float32)[None]
    assert edges.seam(open_ended) > 100
    assert edges.seam(edges.closed(open_ended)) <= 1.0
    whole = tone(1.0)
    assert edges.closed(whole) is whole
