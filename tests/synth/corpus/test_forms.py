"""Notes, chords, phrases and beds, made of an instrument that is easy to count."""

import numpy as np
import pytest

from liveengine.synth.corpus.forms import Voice, bed, chords, note, phrase, score, shot, trimmed
from liveengine.synth.signals import RATE, Rng, Signal, child

HEARD: list[tuple[float, float]] = []


def player(rng: Rng) -> tuple[Voice, set[str]]:
    """A sine that notes down what it was asked to play."""

    def voice(hertz: float, seconds: float, velocity: float) -> Signal:
        HEARD.append((hertz, seconds))
        frames = max(1, round(seconds * RATE))
        return (velocity * np.sin(2 * np.pi * hertz * np.arange(frames) / RATE))[None].astype(np.float32)

    return voice, {"electronic"}


@pytest.fixture(autouse=True)
def nothing_heard() -> None:
    HEARD.clear()


def test_a_note_lies_between_its_bounds_and_claims_what_the_player_knows() -> None:
    family = note("n", player, 60, 72, "synth", seconds=(0.2, 0.4), wet=0.0, dirt=0.0)
    for number in range(20):
        _, true = family.make(child(number, "n"))
        assert "electronic" in true
    assert all(255.0 < hertz < 535.0 and 0.2 <= seconds <= 0.4 for hertz, seconds in HEARD)
    assert family.claims == ("one_shot", "synth")


def test_a_chord_is_several_notes_and_says_so() -> None:
    _, true = chords("c", player, 48, 60, "synth", wet=0.0).make(child(1, "c"))
    assert len(HEARD) >= 2
    assert "chord" in true


@pytest.mark.parametrize("style", ["line", "arp", "chords", "strum"])
def test_a_phrase_is_a_loop_of_whole_bars(style: str) -> None:
    family = phrase("p", player, 48, 72, "synth", style=style, tempo=(120.0, 120.0), wet=0.0)
    sound, true = family.make(child(3, style))
    assert sound.shape[1] % (2 * RATE) == 0  # a bar at 120 lasts two seconds
    assert true & {"minor", "major"}
    assert "loop" in family.claims


@pytest.mark.parametrize("style", ["line", "arp", "chords", "strum"])
@pytest.mark.parametrize("number", range(5))
def test_a_score_stays_within_its_steps_and_degrees(style: str, number: int) -> None:
    notes = score(style, 32, 7, child(number, style))
    assert notes
    assert all(0 <= at < 32 and held >= 1 and 0 <= degree < 7 and 0 < loud <= 1 for at, held, degree, loud in notes)
    assert len({degree for _, _, degree, _ in notes}) <= 6


def test_what_is_inaudible_at_the_end_is_cut_and_the_end_is_zero() -> None:
    sound = np.zeros((1, 2 * RATE), np.float32)
    sound[0, : RATE // 2] = 0.5
    made = trimmed(sound)
    assert RATE // 2 <= made.shape[1] < RATE // 2 + 500
    assert made[0, -1] == 0.0


def test_a_bed_is_a_loop_or_swells_and_fades() -> None:
    family = bed("b", lambda rng: (np.ones((2, RATE), np.float32), set()), "atmo")
    made = [family.make(child(number, "b")) for number in range(12)]
    for sound, true in made:
        assert len(true & {"loop", "one_shot"}) == 1
        if "one_shot" in true:
            assert sound[0, -1] == 0.0
    assert {"loop", "one_shot"} <= set().union(*(true for _, true in made))


def test_a_shot_is_never_longer_than_it_may_be() -> None:
    family = shot("s", lambda rng: (np.ones((1, 9 * RATE), np.float32), set()), "fx", wet=1.0, dirt=0.0, longest=2.0)
    assert all(family.make(child(number, "s"))[0].shape[1] <= 2 * RATE for number in range(5))
