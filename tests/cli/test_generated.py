"""The bench of generated stems hears onsets by itself, and where they are."""

import numpy as np
import pytest

from liveengine.cli.benches.fabrik.generated import RATE, away, rises
from liveengine.synth.kit import recipes, render


def struck(sound: np.ndarray, hits: list[int], frames: int) -> np.ndarray:
    """A loop in which a one-shot [frames] is struck at some frames, and rings on over the loop's end."""
    made = np.zeros(frames)
    for hit in hits:
        np.add.at(made, (hit + np.arange(min(len(sound), frames))) % frames, sound[:frames])
    return made[None].astype(np.float32)


@pytest.mark.parametrize("category", ["kick", "snare", "hihat"])
def test_hits_are_heard_where_they_are_and_nothing_else(category: str) -> None:
    shot = next(recipe for recipe in recipes(0) if recipe.category == category and recipe.one_shot)
    sound = render(shot).mean(axis=1)
    lead = int(np.flatnonzero(np.abs(np.diff(sound, prepend=0.0)) > 0.02 * np.abs(np.diff(sound)).max())[0])
    hits = [0, 24_000, 36_000, 48_000, 72_000, 90_000]
    heard = rises(struck(sound[: RATE // 5], hits, 96_000))
    assert len(heard) == len(hits)
    late = (heard - lead - np.array(hits)) / RATE * 1e3
    assert np.abs(late).max() <= 2.0


def test_a_hit_beside_the_grid_is_told_as_far_as_it_is() -> None:
    rng = np.random.default_rng(0)
    burst = rng.standard_normal(4_800) * np.exp(-np.arange(4_800) / 900)
    hits = [0, 24_000 + 480, 48_000, 72_000 - 960]  # 10 ms late, 20 ms early
    errors = away(rises(struck(burst, hits, 96_000)), 96_000, 4.0)
    assert np.sort(errors) == pytest.approx([0.0, 0.0, 10.0, 20.0], abs=1.0)


def test_what_has_no_onset_has_no_error() -> None:
    tone = np.sin(2 * np.pi * 110 * np.arange(96_000) / RATE)[None].astype(np.float32)
    assert len(rises(tone)) == 0
    assert len(away(rises(tone), 96_000, 4.0)) == 0
