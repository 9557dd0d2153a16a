"""Random parameters: their bounds, and claims only where something is heard."""

import numpy as np

from liveengine.synth.corpus.dice import CHORDS, chance, chord, dirtied, pick, pitch, ratio, spaced, uniform
from liveengine.synth.signals import RATE, child

RNG_DRAWS = range(200)


def test_numbers_lie_between_their_bounds_and_octaves_are_equally_likely() -> None:
    rng = child(1, "dice")
    assert all(2.0 <= uniform(rng, 2.0, 3.0) <= 3.0 for _ in RNG_DRAWS)
    drawn = [ratio(rng, 10.0, 1000.0) for _ in range(2000)]
    assert min(drawn) >= 10.0
    assert max(drawn) <= 1000.0
    assert 90.0 < float(np.median(drawn)) < 111.0


def test_a_chance_of_nothing_never_comes_and_of_one_always() -> None:
    rng = child(1, "dice")
    assert not any(chance(rng, 0.0) for _ in RNG_DRAWS)
    assert all(chance(rng, 1.0) for _ in RNG_DRAWS)
    assert {pick(rng, "ab") for _ in RNG_DRAWS} == {"a", "b"}


def test_a_pitch_is_a_note_between_two_midi_numbers() -> None:
    drawn = [pitch(child(number, "p"), 57, 69) for number in RNG_DRAWS]
    assert all(210.0 < hertz < 460.0 for hertz in drawn)


def test_a_chord_says_its_mode() -> None:
    for number in RNG_DRAWS:
        steps, true = chord(child(number, "c"))
        for mode in ("minor", "major"):
            assert (mode in true) <= (steps in CHORDS[mode])


def test_nothing_is_claimed_of_a_sound_that_is_left_alone() -> None:
    sound = child(1, "s").standard_normal((1, RATE // 4)).astype(np.float32)
    for step in (spaced, dirtied):
        made, true = step(sound, child(1, "x"), 0.0)
        assert made is sound
        assert true == set()


def test_what_is_claimed_is_one_of_few_things() -> None:
    sound = child(1, "s").standard_normal((1, RATE // 4)).astype(np.float32)
    heard: set[str] = set()
    for number in range(30):
        heard |= spaced(sound, child(number, "x"), 1.0)[1] | dirtied(sound, child(number, "x"), 1.0)[1]
    assert {"wet", "echo", "distorted", "digital", "bitcrushed"} == heard
