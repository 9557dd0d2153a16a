"""Phases by reading the sound that comes of them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liveengine.ml import phase
from liveengine.ml.phase import Floats, Grid, Samples
from liveengine.synth.kit import recipes, render

HOP = 256
SOUNDS = {
    "kick loop": "traum_kick_dark_hypnotic",
    "hi-hats": "traum_hihat_driving",
    "pad": "traum_atmo_atmospher",
    "bass": "traum_bass_dark_roll",
    "snares": "traum_snare_groovy",
}


def stem(name: str) -> tuple[Samples, bool]:
    """The first stem of the kit whose name begins so, mono, at most 4 s; and whether it goes round."""
    recipe = next(one for one in recipes(0) if one.name.startswith(name))
    sound = render(recipe).T.mean(axis=0)[: 4 * 48_000].astype(np.float32)
    return sound, not recipe.one_shot


def grid(sound: Samples, loops: bool) -> Grid:
    rows = round(len(sound) / HOP) if loops else 1 + -(-len(sound) // HOP)
    return Grid.of(rows, HOP, len(sound), loops=loops)


def convergence(magnitudes: Floats, made: Samples, grid: Grid) -> float:
    """Return how far the magnitudes of a sound are from those wanted, in dB: -20 = a tenth of their norm."""
    heard = np.abs(phase.analyse(made, grid))
    return 20.0 * float(np.log10(np.linalg.norm(heard - magnitudes) / np.linalg.norm(magnitudes)))


@pytest.mark.parametrize("name", SOUNDS.values(), ids=SOUNDS)
def test_the_heap_beats_thirty_iterations_of_griffin_and_lim(name: str) -> None:
    heard, loops = stem(name)
    where = grid(heard, loops)
    wanted = np.abs(phase.analyse(heard, where))
    rng = np.random.default_rng(0)
    turned = np.exp(1j * rng.uniform(-np.pi, np.pi, wanted.shape)).astype(np.complex64)
    others = [
        convergence(wanted, phase.synthesise(phase.griffin(first, where, 30, 0.0), where), where)
        for first in (wanted.astype(np.complex64), wanted * turned)
    ]
    bare = wanted * np.exp(1j * phase.heap(wanted, where)).astype(np.complex64)
    assert convergence(wanted, phase.synthesise(bare, where), where) < min(others)
    made = phase.sound(wanted, HOP, len(heard), loops=loops)
    assert convergence(wanted, made, where) < min(others) - 6.0  # half of what is wrong


def test_griffin_and_lim_by_itself_comes_near_too() -> None:
    heard, loops = stem(SOUNDS["bass"])
    where = grid(heard, loops)
    wanted = np.abs(phase.analyse(heard, where))
    made = phase.sound(wanted, HOP, len(heard), "griffin", loops=loops)
    assert convergence(wanted, made, where) < -30.0


@pytest.mark.parametrize("loops", [False, True])
def test_the_phases_of_a_sound_give_the_sound_back(loops: bool) -> None:
    heard, _ = stem(SOUNDS["kick loop"])
    where = grid(heard, loops)
    made = phase.sound(np.abs(phase.analyse(heard, where)), HOP, len(heard), "parent", parent=heard, loops=loops)
    assert np.abs(made - heard).max() < 1e-5


def test_a_loop_has_no_seam() -> None:
    """A sine of 12 rounds and a half would have one; here its phase is bent where it is least heard, in a fade."""
    time = np.arange(48_000) / 48_000
    heard = (np.sin(2 * np.pi * 300.0 * time) * 0.5 * (1 - np.cos(2 * np.pi * 4 * time))).astype(np.float32)
    where = grid(heard, True)
    made = phase.sound(np.abs(phase.analyse(heard, where)), HOP, len(heard), loops=True)
    steps = np.abs(np.diff(made))
    assert abs(float(made[0] - made[-1])) <= float(steps.max())
    assert convergence(np.abs(phase.analyse(heard, where)), made, where) < -30.0


def test_a_sine_keeps_its_frequency_and_a_click_its_place() -> None:
    time = np.arange(24_000) / 48_000
    heard = (0.5 * np.sin(2 * np.pi * 1234.5 * time)).astype(np.float32)
    heard[12_345] += 8.0
    where = grid(heard, False)
    made = phase.sound(np.abs(phase.analyse(heard, where)), HOP, len(heard))
    assert abs(int(np.abs(made).argmax()) - 12_345) <= 24  # half a millisecond
    spectrum = np.abs(np.fft.rfft(made[14_000:22_000] * np.hanning(8_000)))
    assert abs(float(spectrum.argmax()) * 6.0 - 1234.5) < 6.0


@settings(max_examples=30)
@given(
    st.integers(1, 9_000), st.integers(2, 40), st.booleans(), st.integers(0, 9), st.sampled_from(("heap", "griffin"))
)
def test_whatever_the_magnitudes_the_sound_is_finite_and_as_long_as_asked(
    frames: int, rows: int, loops: bool, seed: int, method: phase.Method
) -> None:
    rng = np.random.default_rng(seed)
    wanted = (10.0 ** rng.uniform(-9, 2, (rows, 129)) * (rng.random((rows, 129)) > 0.5)).astype(np.float32)
    made = phase.sound(wanted, 32, frames, method, seed=seed, loops=loops)
    assert made.shape == (frames,)
    assert made.dtype == np.float32
    assert np.isfinite(made).all()
    assert np.array_equal(made, phase.sound(wanted, 32, frames, method, seed=seed, loops=loops))


def test_silence_stays_silent() -> None:
    assert not phase.sound(np.zeros((20, 129), np.float32), 32, 640, loops=True).any()


def test_the_phases_of_a_parent_need_a_parent() -> None:
    with pytest.raises(ValueError, match="parent"):
        phase.sound(np.ones((4, 129), np.float32), 32, 128, "parent")
