"""Pieces near a microphone or over the rumble of a kit: how long they ring, where their energy lies, their claims."""

import numpy as np
import pytest

from liveengine.lexicon.reading import lexicon
from liveengine.synth.corpus import Family, near, overheads
from liveengine.synth.signals import RATE, child

from ..measure import share

FAMILIES = (*overheads.FAMILIES, *near.FAMILIES)


def named(name: str) -> Family:
    return next(family for family in FAMILIES if family.name == name)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: str(family.name))
def test_a_seed_always_makes_the_same_sound_and_claims_what_the_lexicon_knows(family: Family) -> None:
    sound, claims = family.make(child(3, family.name))
    again, same = family.make(child(3, family.name))
    assert np.array_equal(sound, again)
    assert claims == same
    assert {*claims, *family.claims} <= lexicon().concepts.keys()
    assert np.isfinite(sound).all()
    assert sound.shape[1] <= (7.0 if "loop" in family.claims else 6.0) * RATE + 1


def test_half_of_the_rides_of_a_kit_ring_for_more_than_three_seconds() -> None:
    lasting = [named("ride_live").make(child(number, "ride"))[0].shape[1] / RATE for number in range(8)]
    assert np.median(lasting) > 3.0


def test_a_hat_with_a_bump_has_a_tenth_of_its_power_below_150_hz_more_often_than_not() -> None:
    made = [named("hat_bumped").make(child(number, "bump"))[0].mean(axis=0).astype(np.float64) for number in range(8)]
    assert np.median([share(sound, 20.0, 150.0) for sound in made]) > 0.1


def test_a_floor_tom_of_a_kit_rings_below_250_hz_and_an_iron_bell_above_it() -> None:
    toms = [named("tom_ringing").make(child(number, "tom"))[0].mean(axis=0).astype(np.float64) for number in range(8)]
    bells = [named("bell_iron").make(child(number, "bell"))[0].mean(axis=0).astype(np.float64) for number in range(8)]
    assert np.median([share(sound, 30.0, 250.0) for sound in toms]) > 0.6
    assert np.median([share(sound, 700.0, 20_000.0) for sound in bells]) > 0.6
