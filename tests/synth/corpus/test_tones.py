"""Facts of the families that are not drums, read from what they sound like."""

import numpy as np
import pytest

from liveengine.lexicon.reading import lexicon
from liveengine.synth.corpus import (
    Family,
    animals,
    basses,
    bassguitars,
    bells,
    bleeps,
    choirs,
    computers,
    drones,
    families,
    folk,
    glitches,
    guitars,
    hardbasses,
    held,
    impacts,
    keys,
    leads,
    licks,
    machines,
    nature,
    orchestra,
    pads,
    phones,
    raised,
    records,
    robots,
    speaking,
    strung,
    sweeps,
    things,
)
from liveengine.synth.signals import RATE, child

from ..measure import Mono, centroid, share

PLAYED = (basses, bassguitars, bells, choirs, folk, hardbasses, held, guitars, keys, leads, licks, orchestra, strung)
MADE = (
    *(animals, bleeps, computers, drones, glitches, impacts, machines, nature, pads),
    *(phones, records, robots, speaking, sweeps, things),
)
FAMILIES: list[Family] = [family for room in (*PLAYED, *MADE) for family in room.FAMILIES]


def named(name: str) -> Family:
    return next(family for family in FAMILIES if family.name == name)


def heard(name: str, number: int = 0) -> Mono:
    return np.asarray(named(name).make(child(number, name))[0].mean(axis=0), np.float64)


def dies_away(sound: Mono) -> bool:
    third = len(sound) // 3
    return bool(np.mean(sound[2 * third :] ** 2) < np.mean(sound[:third] ** 2))


def halves(sound: Mono) -> tuple[Mono, Mono]:
    """The second and the last fifth but one: what a moving sound is compared by."""
    fifth = len(sound) // 5
    return sound[fifth : 2 * fifth], sound[3 * fifth : 4 * fifth]


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_every_family_makes_a_sound_of_sensible_length_and_claims_what_the_lexicon_knows(family: Family) -> None:
    sound, true = family.make(child(5, family.name))
    claims = {*family.claims, *true}
    assert sound.ndim == 2
    assert sound.shape[0] in (1, 2)
    assert RATE // 25 <= sound.shape[1] <= 6.2 * RATE
    assert np.isfinite(sound).all()
    assert np.max(np.abs(sound)) > 0.01
    assert len(claims & {"loop", "one_shot"}) == 1
    assert claims <= set(lexicon().concepts)
    assert lexicon().categories(claims)


@pytest.mark.parametrize("name", ["nylon guitar", "reese", "piano note", "spoken words", "whoosh", "scratch", "birds"])
def test_the_same_seed_is_the_same_sound_and_another_seed_another(name: str) -> None:
    one, same, other = (named(name).make(child(seed, name))[0] for seed in (3, 3, 4))
    assert np.array_equal(one, same)
    assert one.shape != other.shape or not np.array_equal(one, other)


def test_names_are_unique() -> None:
    assert len({family.name for family in FAMILIES}) == len(FAMILIES)


@pytest.mark.parametrize("number", range(4))
def test_a_sub_bass_lies_below_200_hz(number: int) -> None:
    assert share(heard("sub bass", number), 0.0, 200.0) > 0.9


@pytest.mark.parametrize("number", range(4))
def test_a_bright_bass_has_more_top_than_a_sub_bass(number: int) -> None:
    assert centroid(heard("bright bass", number)) > 2 * centroid(heard("sub bass", number))


@pytest.mark.parametrize("number", range(4))
def test_a_noise_riser_grows_and_climbs(number: int) -> None:
    first, last = halves(heard("noise riser", number))
    assert np.mean(last**2) > np.mean(first**2)
    assert centroid(last) > centroid(first) * 0.9


@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize("name", ["nylon guitar", "harp note", "banjo note", "kalimba note"])
def test_what_is_plucked_dies_away(name: str, number: int) -> None:
    assert dies_away(heard(name, number))


@pytest.mark.parametrize("number", range(4))
def test_a_whoosh_is_loudest_in_between(number: int) -> None:
    sound = heard("swish", number)
    edge = max(1, len(sound) // 20)
    assert np.mean(sound[:edge] ** 2) < np.mean(sound**2)


def test_a_tape_stop_ends_lower_than_it_began() -> None:
    falls = []
    for number in range(9):
        first, last = halves(heard("tape stop", number))
        falls.append(centroid(first) - centroid(last))
    assert np.median(falls) > 0


@pytest.mark.parametrize("number", range(4))
def test_a_telephone_key_is_one_low_and_one_high_tone(number: int) -> None:
    sound = heard("telephone keys", number)[:48_000]
    power = np.abs(np.fft.rfft(sound * np.hanning(len(sound)), 48_000)) ** 2
    low, high = 600 + np.argmax(power[600:1050]), 1100 + np.argmax(power[1100:1750])
    assert min(abs(low - hertz) for hertz in phones.ROWS) < 30
    assert min(abs(high - hertz) for hertz in phones.COLUMNS) < 30


@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize("name", ["handset", "rotary dial"])
def test_a_telephone_in_hands_ends_in_the_ring_of_its_case(name: str, number: int) -> None:
    assert dies_away(heard(name, number))


@pytest.mark.parametrize("number", range(4))
def test_a_chirp_is_short(number: int) -> None:
    sound = heard("chirp", number)
    energy = np.cumsum(sound**2) / np.sum(sound**2)
    assert np.searchsorted(energy, 0.9) < 0.5 * RATE


@pytest.mark.parametrize("number", range(4))
def test_a_rewound_record_sinks(number: int) -> None:
    first, last = halves(heard("rewind", number))
    assert np.mean(last**2) > 0.0
    assert centroid(first) > centroid(last) * 0.9


@pytest.mark.parametrize("number", range(4))
def test_a_dense_drone_has_nothing_above_4_khz(number: int) -> None:
    assert share(heard("dense drone", number), 0.0, 4000.0) > 0.95


@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize("name", ["harmonics", "koto lick"])
def test_a_lick_ends_softer_than_its_loudest_third(name: str, number: int) -> None:
    thirds = [float(np.mean(part**2)) for part in np.array_split(heard(name, number), 3)]
    assert thirds[2] < max(thirds)


@pytest.mark.parametrize("number", range(4))
def test_a_bass_hit_lies_low(number: int) -> None:
    assert share(heard("bass hit", number), 0.0, 1500.0) > 0.5


@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize("name", ["church organ", "hammond"])
def test_an_organ_stands_where_a_bell_dies(name: str, number: int) -> None:
    def kept(sound: Mono) -> float:
        first, last = halves(sound[: RATE // 2])
        return float(np.mean(last**2) / np.mean(first**2))

    assert kept(heard(name, number)) > 0.1


@pytest.mark.parametrize("number", range(4))
def test_a_swelling_boom_is_dark(number: int) -> None:
    assert share(heard("swelling boom", number), 0.0, 1500.0) > 0.8


def test_what_is_rare_is_raised_and_the_rest_stays() -> None:
    def kind(name: str, weight: float, *claims: str) -> Family:
        return Family(name, claims, lambda rng: (np.zeros((1, 8), np.float32), set()), weight)

    often, seldom, never = kind("a", 8.0, "kick"), kind("b", 1.5, "bell", "gong"), kind("c", 0.5, "bell")
    assert [family.weight for family in raised(0.2, often, seldom, never)] == [8.0, 2.0, 0.5]


def test_every_thing_that_is_claimed_has_40_sounds_of_28_000_and_what_is_asked_for_often_90() -> None:
    counts: dict[str, float] = {}
    whole = sum(family.weight for family in families())
    for family in families():
        for claim in set(family.claims):
            counts[claim] = counts.get(claim, 0.0) + 28_000 * family.weight / whole
    assert min(counts.values()) >= 40
    low = "guitar bell bleep machine scifi birds laser brass choir scratch impact fx trumpet saxophone violin whoosh"
    assert {name for name in low.split() if counts[name] < 90} == set()


@pytest.mark.parametrize("name", ["held trumpet", "held violin", "held organ", "held choir"])
def test_what_a_sampler_holds_is_as_loud_at_its_end_as_at_its_beginning(name: str) -> None:
    kept = []
    for number in range(5):
        first, last = halves(heard(name, number))
        kept.append(np.mean(last**2) / np.mean(first**2))
    assert 0.3 < np.median(kept) < 3.0


@pytest.mark.parametrize("number", range(4))
def test_a_caw_has_little_below_500_hz_and_a_slab_has_much(number: int) -> None:
    assert share(heard("cawing", number), 0.0, 400.0) < 0.1
    assert share(heard("slab", number), 0.0, 1000.0) > 0.1


@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize("name", ["coloured beep", "flick"])
def test_a_beep_and_a_flick_are_over_within_a_second(name: str, number: int) -> None:
    energy = np.cumsum(heard(name, number) ** 2)
    assert np.searchsorted(energy, 0.9 * energy[-1]) < RATE


@pytest.mark.parametrize("name", ["amped guitar", "amped chord"])
def test_what_an_amplifier_hums_is_below_the_guitar_and_never_quite_still(name: str) -> None:
    for number in range(4):
        sound = heard(name, number)
        blocks = sound[: len(sound) // 480 * 480].reshape(-1, 480)
        assert np.min(np.max(np.abs(blocks[:-2]), axis=1)) > 0.0
