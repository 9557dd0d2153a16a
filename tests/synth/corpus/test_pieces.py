"""Facts of drums that are small, old, muted or struck together, read from what they sound like."""

from collections.abc import Callable
from functools import cache

import numpy as np
import pytest

from liveengine.lexicon.reading import lexicon
from liveengine.synth.corpus import (
    Family,
    bronze,
    cymbals,
    hats,
    kicks,
    lowsnares,
    oldhats,
    rims,
    shortkicks,
    skins,
    snares,
    tablas,
)
from liveengine.synth.corpus import strokes as kit
from liveengine.synth.signals import RATE, child

from ..measure import Mono, centroid, share

NEW: list[Family] = [
    family for room in (shortkicks, lowsnares, rims, oldhats, bronze, tablas, kit) for family in room.FAMILIES
]
ALL = {
    family.name: family
    for family in (*NEW, *kicks.FAMILIES, *snares.FAMILIES, *hats.FAMILIES, *cymbals.FAMILIES, *skins.FAMILIES)
}


@cache
def heard(name: str, count: int = 6) -> list[Mono]:
    made = [ALL[name].make(child(number, name))[0] for number in range(count)]
    return [np.asarray(sound.mean(axis=0), np.float64) for sound in made]


def typical(name: str, measure: Callable[[Mono], float]) -> float:
    return float(np.median([measure(sound) for sound in heard(name)]))


def lasting(sound: Mono) -> float:
    """Seconds until nine tenths of the energy are over."""
    return float(np.searchsorted(np.cumsum(sound**2), 0.9 * np.sum(sound**2)) / RATE)


@pytest.mark.parametrize("family", NEW, ids=lambda family: family.name)
def test_a_family_gives_one_finite_sound_of_a_known_category_the_same_for_the_same_seed(family: Family) -> None:
    sound, claims = family.make(child(7, family.name))
    assert np.array_equal(sound, family.make(child(7, family.name))[0])
    assert np.isfinite(sound).all()
    assert np.abs(sound).max() > 1e-3
    assert 0.05 * RATE - 1 <= sound.shape[1] <= 3.0 * RATE + 1
    said = set(family.claims) | claims
    assert "one_shot" in said
    assert "loop" not in said
    assert lexicon().categories(said)
    assert not {"tonal", "short", "long", "dark", "bright"} & said


def test_a_tabla_that_is_stopped_or_dry_says_so_and_is_over_long_before_one_that_rings() -> None:
    for name in ("tabla_stopped", "tabla_te"):
        assert "muted" in ALL[name].make(child(1, name))[1]
        assert typical(name, lasting) < 0.5 * typical("tabla_na", lasting)
    assert "muted" not in tablas.right(child(1, "na"))[1]


def test_small_kicks_are_over_sooner_than_an_808_and_still_mostly_low() -> None:
    for name in ("kick_stub", "kick_dull", "kick_tuned"):
        assert typical(name, lasting) < 0.5 * typical("kick_808", lasting)
        assert typical(name, lambda sound: share(sound, 20, 250)) > 0.6


def test_old_hats_are_duller_than_new_ones() -> None:
    for name in ("hat_heavy", "hat_worn", "hat_hushed"):
        assert typical(name, centroid) < 0.75 * typical("hat_closed", centroid)


def test_a_click_on_the_rim_is_over_sooner_than_a_snare() -> None:
    for name in ("rim_across", "rim_machine", "rim_patched"):
        assert typical(name, lasting) < 0.8 * typical("snare_acoustic", lasting)


def test_bronze_keeps_more_of_its_energy_below_a_kilohertz_than_a_bright_crash() -> None:
    assert typical("ride_bronze", lambda sound: share(sound, 100, 1000)) > typical(
        "crash", lambda sound: share(sound, 100, 1000)
    )


def test_a_kick_with_a_hat_holds_both_ends_of_the_spectrum() -> None:
    assert typical("kit_kick", lambda sound: share(sound, 20, 250)) > 0.5
    assert typical("kit_crash", lambda sound: share(sound, 2000, 20_000)) > 0.02


def test_filtered_snares_are_duller_than_those_of_the_clubs() -> None:
    assert typical("snare_filtered", centroid) < 0.7 * typical("snare_club", centroid)
