import numpy as np

from liveengine.synth.corpus import Clip, wear
from liveengine.synth.signals import RATE, child

NOTE = Clip(
    np.sin(2 * np.pi * 220.0 * np.arange(RATE) / RATE)[None].astype(np.float32),
    frozenset({"synth", "one_shot"}),
    "note",
)


def worn(number: int, amount: float = 1.0) -> Clip:
    return wear.worn(NOTE, child(0, f"test {number}"), amount)


def test_a_clip_that_is_not_worn_stays_as_it_is() -> None:
    assert np.allclose(worn(0, 0.0).sound, NOTE.sound * 0.9, atol=1e-3)


def test_the_same_seed_wears_a_clip_in_the_same_way() -> None:
    assert np.array_equal(worn(1).sound, worn(1).sound)


def test_worn_clips_are_finite_and_neither_silent_nor_too_long() -> None:
    for number in range(60):
        sound = worn(number).sound
        assert np.isfinite(sound).all()
        assert abs(np.abs(sound).max() - 0.9) < 1e-4
        assert sound.shape[-1] <= 8 * RATE


def test_wear_adds_claims_and_takes_none_away() -> None:
    claims = [worn(number).claims for number in range(60)]
    assert all(NOTE.claims <= some for some in claims)
    assert {"wet", "distorted", "lofi"} <= frozenset.union(*claims)
