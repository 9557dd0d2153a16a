"""Facts of the families of drums, read from what they sound like."""

import math
from collections.abc import Callable
from functools import cache

import numpy as np
import pytest

from liveengine.lexicon.reading import lexicon
from liveengine.synth.corpus import (
    Family,
    Made,
    beats,
    blips,
    breaks,
    bronze,
    cymbals,
    families,
    foley,
    hands,
    hardkicks,
    hats,
    kicks,
    metal,
    near,
    oldhats,
    overheads,
    rims,
    shaken,
    shortkicks,
    skins,
    snares,
    strokes,
    tablas,
    toms,
    tops,
    wood,
)
from liveengine.synth.signals import RATE, child

from ..measure import Mono, centroid, power, share

SHOTS: list[Family] = [
    family
    for room in (kicks, hardkicks, snares, hands, hats, cymbals, toms, skins, wood, metal, shaken, blips, foley)
    for family in room.FAMILIES
]
NEWER = (shortkicks, rims, oldhats, bronze, tablas, strokes, overheads, near)  # their own facts are in other files
LOOPS: list[Family] = [family for room in (beats, breaks, tops) for family in room.FAMILIES]
FAMILIES = SHOTS + LOOPS


def named(name: str) -> Family:
    return next(family for family in FAMILIES if family.name == name)


@cache
def once(family: Family) -> Made:
    return family.make(child(7, family.name))


@cache
def heard(name: str, count: int = 8) -> list[Mono]:
    made = [named(name).make(child(number, name))[0] for number in range(count)]
    return [np.asarray(sound.mean(axis=0), np.float64) for sound in made]


def typical(name: str, measure: Callable[[Mono], float]) -> float:
    return float(np.median([measure(sound) for sound in heard(name)]))


def lasting(sound: Mono) -> float:
    """Seconds until nine tenths of the energy are over."""
    return float(np.searchsorted(np.cumsum(sound**2), 0.9 * np.sum(sound**2)) / RATE)


def peak_pitch(sound: Mono) -> float:
    hertz, level = power(sound)
    return float(hertz[np.argmax(level)])


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_a_family_gives_finite_sound_of_its_length_the_same_for_the_same_seed(family: Family) -> None:
    sound, claims = once(family)
    again, same = family.make(child(7, family.name))
    assert np.array_equal(sound, again)
    assert claims == same
    assert sound.ndim == 2
    assert sound.shape[0] in (1, 2)
    assert np.isfinite(sound).all()
    assert np.abs(sound).max() > 1e-3
    low, high = (0.05, 3.0) if "one_shot" in family.claims else (1.2, 8.0)
    assert low * RATE - 1 <= sound.shape[1] <= high * RATE + 1


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_a_family_claims_known_concepts_of_some_category_and_either_loop_or_one_shot(family: Family) -> None:
    claims = set(family.claims) | once(family)[1]
    assert ("loop" in claims) != ("one_shot" in claims)
    assert lexicon().categories(claims)
    assert not {"tonal", "short", "long", "dark", "bright"} & claims  # measured, never claimed


def test_families_have_names_of_their_own_and_weights_above_zero() -> None:
    assert len({family.name for family in FAMILIES}) == len(FAMILIES) >= 200
    assert all(family.weight > 0 for family in FAMILIES)


def test_kicks_snares_and_hats_are_drawn_about_equally_often_and_percussion_of_all_kinds_more() -> None:
    everything = SHOTS + [family for room in NEWER for family in room.FAMILIES]

    def total(name: str) -> float:
        return math.fsum(family.weight for family in everything if name in lexicon().categories(set(family.claims)))

    weights = [total(name) for name in ("kick", "snare", "hihat")]
    assert max(weights) < 1.6 * min(weights)
    assert max(weights) < total("percussion") < 3.0 * min(weights)


def test_every_everyday_instrument_has_100_sounds_of_20_000() -> None:
    whole = families()
    weights = sum(family.weight for family in whole)
    low = "kick snare tom conga bongo djembe tabla cowbell woodblock"
    for name in f"{low} closed_hat open_hat crash ride clap snap rimshot shaker tambourine triangle".split():
        count = 20_000 * sum(family.weight for family in whole if name in family.claims) / weights
        assert count >= 100, name


def test_a_closed_hat_is_over_sooner_than_an_open_one() -> None:
    for closed, opened in (
        ("hat_closed", "hat_open"),
        ("hat_closed_808", "hat_open_808"),
        ("hat_noise", "hat_noise_open"),
    ):
        assert typical(closed, lasting) < 0.5 * typical(opened, lasting)


def test_a_kick_has_most_of_its_energy_below_200_hertz_and_a_hat_hardly_any() -> None:
    for name in ("kick_808", "kick_909", "kick_techno", "kick_deep"):
        assert typical(name, lambda sound: share(sound, 20, 200)) > 0.7
    for name in ("hat_closed", "hat_closed_808", "hat_open_909"):
        assert typical(name, lambda sound: share(sound, 20, 200)) < 0.02


def test_floor_toms_lie_below_timbales_and_congas_below_bongos() -> None:
    assert 45 < typical("tom_floor", peak_pitch) < 95
    assert typical("timbale", peak_pitch) > 200
    assert typical("surdo", peak_pitch) < 125
    assert typical("bongo", peak_pitch) > 270


def test_a_gong_and_a_crash_last_and_sticks_do_not() -> None:
    for long in ("gong", "crash", "ride", "church_bell"):
        assert typical(long, lasting) > 5 * typical("sticks", lasting)


def test_a_ride_keeps_its_stick_apart_from_its_wash_and_a_crash_does_not() -> None:
    def crest(sound: Mono) -> float:
        return float(np.abs(sound).max() / np.sqrt(np.mean(sound**2)))

    assert typical("ride", crest) > typical("crash", crest)


def test_shakers_are_brighter_than_hand_drums() -> None:
    assert typical("shaker", centroid) > 3 * typical("conga", centroid)


def test_a_gabber_kick_is_more_clipped_than_a_soft_one() -> None:
    def flat(sound: Mono) -> float:
        early = sound[: RATE // 5]
        return float(np.abs(early).max() / np.sqrt(np.mean(early**2)))

    assert typical("kick_gabber", flat) < typical("kick_minimal", flat)
    assert typical("kick_gabber", centroid) > typical("kick_deep", centroid)


def test_a_swell_rises_and_a_crash_falls() -> None:
    def later(sound: Mono) -> float:
        half = len(sound) // 2
        return float(np.sum(sound[half:] ** 2) / np.sum(sound**2))

    assert typical("cymbal_swell", later) > 0.5 > typical("crash", later)
