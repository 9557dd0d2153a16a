from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liveengine.errors import ModelMissing
from liveengine.ml.mutate.vary import vary
from liveengine.ml.mutate.wish import Samples, Wish
from liveengine.sound.loudness import loudness
from tests.ml.mutate.sounds import RATE, hit, loop

KINDS = ("slices", "grains", "style", "auto")


def wish(kind: str, amount: float, seed: int = 0, step: int = 1, **given: Any) -> Wish:
    plain = Wish(kind, amount, seed, step, RATE, 4.0, category="drums", style=hit(99, 1.0))
    return replace(plain, **given)


WISHES = st.builds(
    wish, st.sampled_from(KINDS), st.floats(0.01, 1.0), st.integers(0, 2**31 - 1), st.integers(1, 10_000)
)
LOOPS = st.tuples(st.integers(0, 99), st.sampled_from([1, 2, 3, 4, 8]), st.floats(70.0, 190.0), st.sampled_from([1, 2]))


def seam(sound: Samples) -> float:
    return float(np.abs(sound[:, 0] - sound[:, -1]).max())


@settings(max_examples=30)
@given(plain=WISHES, terms=LOOPS)
def test_every_variation_of_a_loop_fits_where_the_loop_was(plain: Wish, terms: tuple[int, int, float, int]) -> None:
    sound, attacks = loop(*terms)
    made = vary(sound, replace(plain, attacks=attacks, beats=float(terms[1])))
    assert made.sound.shape == sound.shape
    assert made.sound.dtype == np.float32
    assert np.isfinite(made.sound).all()
    assert np.abs(made.sound).max() <= max(0.97, np.abs(sound).max()) + 1e-6
    assert abs(loudness(made.sound, RATE) - loudness(sound, RATE)) <= 1.0
    steps = np.abs(np.diff(made.sound, axis=1)).max()
    assert seam(made.sound) <= max(steps, seam(sound)) * 1.05
    assert all(0 <= attack < sound.shape[1] for attack in made.attacks)
    assert list(made.attacks) == sorted(set(made.attacks))


@pytest.mark.parametrize("kind", KINDS)
def test_amount_0_is_the_sound_itself_and_the_same_wish_the_same_samples(kind: str) -> None:
    sound, attacks = loop(3)
    assert vary(sound, wish(kind, 0.0)).sound is sound
    one, same, next_, other = (
        vary(sound, wish(kind, 0.7, seed, step, attacks=attacks)).sound
        for seed, step in ((1, 1), (1, 1), (1, 2), (2, 1))
    )
    assert np.array_equal(one, same)
    assert not np.array_equal(one, sound)
    if kind != "style":  # which has no chance in it
        assert not np.array_equal(one, next_)
        assert not np.array_equal(one, other)


@pytest.mark.parametrize("kind", ["slices", "grains"])
def test_the_more_the_farther(kind: str) -> None:
    sound, attacks = loop(5, 8)
    apart = []
    for amount in (0.1, 0.4, 1.0):
        made = [vary(sound, wish(kind, amount, seed, attacks=attacks, beats=8.0)).sound for seed in range(8)]
        apart.append(float(np.mean([np.abs(one - sound).mean() for one in made])))
    assert apart[0] < apart[1] < apart[2]


@pytest.mark.parametrize("kind", KINDS)
def test_hits_stay_on_the_grid(kind: str) -> None:
    sound, attacks = loop(7, 4)
    made = vary(sound, wish(kind, 0.6, 3, attacks=attacks)).sound
    heard = np.abs(made).mean(axis=0)
    reach = RATE // 100
    for attack in attacks[::2]:  # the beats: what was loud before a hit is no louder than the hit
        before = heard[(attack + np.arange(-3 * reach, -reach)) % len(heard)].mean()
        assert heard[attack : attack + 2 * reach].mean() > 0.5 * before


@settings(max_examples=20)
@given(amount=st.floats(0.05, 1.0), seed=st.integers(0, 999), seconds=st.floats(0.02, 1.5), kind=st.sampled_from(KINDS))
def test_a_one_shot_stays_a_hit_that_ends_in_silence(amount: float, seed: int, seconds: float, kind: str) -> None:
    sound = hit(seed, seconds)
    made = vary(sound, wish(kind, amount, seed, beats=0.0, round=False)).sound
    assert made.shape == sound.shape
    assert np.isfinite(made).all()
    assert np.abs(made).max() <= max(0.97, float(np.abs(sound).max())) + 1e-6
    assert abs(loudness(made, RATE) - loudness(sound, RATE)) <= 1.0


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("sound", [np.zeros((2, 4_000), np.float32), np.full((1, 64), 0.1, np.float32)])
def test_what_says_nothing_stays_what_it_is_or_as_long(kind: str, sound: Samples) -> None:
    made = vary(sound, wish(kind, 1.0, beats=0.0)).sound
    assert made.shape == sound.shape
    assert np.isfinite(made).all()


def test_a_walk_without_a_model_says_which_one_is_missing_and_auto_does_without(tmp_path: Path) -> None:
    sound, attacks = loop(1)
    with pytest.raises(ModelMissing, match="train category drums"):
        vary(sound, wish("walk", 0.5, models=tmp_path))
    assert vary(sound, wish("auto", 0.5, attacks=attacks, models=tmp_path)).kind == "slices"
