import math
from pathlib import Path

import numpy as np
import pytest

from liveengine.stems import axes, lexicon
from liveengine.stems.axes import Floats
from liveengine.stems.embed import Sound
from liveengine.stems.lexicon import Lexicon, layout


def middling() -> dict[str, float]:
    """Features in the middle of the reference."""
    return {name: float(values[10]) for name, values in axes.reference().features.items()}


def sound(category: str = "kick", words: tuple[str, ...] = (), tempo: float | None = None, **features: float) -> Sound:
    facts = {"features": middling() | features, "loop": tempo is not None, "tempo": tempo, "key": None}
    return Sound(Path("sound.wav"), facts, {category: 1.0}, words)


def dark(category: str = "kick", words: tuple[str, ...] = ()) -> Sound:
    return sound(
        category, words, centroid_hz=40, rolloff_hz=50, tilt_db=-60, attack_centroid_hz=30, air_ratio=0, high_ratio=0
    )


def bright(category: str = "kick") -> Sound:
    return sound(
        category,
        (),
        centroid_hz=12e3,
        rolloff_hz=15e3,
        tilt_db=10,
        attack_centroid_hz=12e3,
        air_ratio=0.8,
        high_ratio=0.9,
    )


async def similarity(prompt: str, what: Sound) -> float:
    model = Lexicon()
    asked = await model.text(prompt)
    return float(asked @ await model.audio(what)) / model.attainable(asked)


async def test_a_sound_that_meets_every_wish_reaches_one() -> None:
    assert await similarity("dark kick", dark()) == pytest.approx(1.0, abs=0.06)


async def test_the_same_kick_brighter_meets_it_less_and_another_category_hardly() -> None:
    assert await similarity("dark kick", dark()) >= 0.7
    assert await similarity("dark kick", bright()) < 0.7
    assert await similarity("dark kick", dark("hihat")) < 0.5
    assert await similarity("dark kick", bright("vocal")) < 0.2


@pytest.mark.parametrize(("english", "german"), [("dark kick", "dunkle Bassdrum"), ("bright hihat", "helle Hi-Hat")])
async def test_german_asks_for_the_same_as_english(english: str, german: str) -> None:
    model = Lexicon()
    assert float(await model.text(english) @ await model.text(german)) == pytest.approx(1.0, abs=1e-6)


async def test_a_negation_prefers_the_opposite() -> None:
    assert await similarity("kick, nicht dunkel", bright()) > await similarity("kick, nicht dunkel", dark()) + 0.2


async def test_the_nearest_tempo_wins() -> None:
    scores = [
        await similarity("percussion loop 130bpm", sound("percussion", tempo=tempo))
        for tempo in (130.0, 128.0, 140.0, 174.0)
    ]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] - scores[3] > 0.2


async def test_a_word_of_the_name_is_found_and_its_neighbour_in_spelling_too() -> None:
    named = await similarity("zorblax", sound(words=("zorblax",)))
    near = await similarity("zorblax", sound(words=("zorblaxx",)))
    other = await similarity("zorblax", sound(words=("quimby",)))
    assert named == pytest.approx(1.0, abs=1e-3)
    assert other + 0.2 < near < named


async def test_a_word_of_the_name_moves_its_axis() -> None:
    assert await similarity("dark kick", sound(words=("dark",))) > await similarity("dark kick", sound()) + 0.05


async def test_the_same_facts_give_the_same_vector_of_length_one() -> None:
    first, second = await Lexicon().audio(dark()), await Lexicon().audio(dark())
    assert first.dtype == np.float32
    assert first.shape == (512,)
    assert np.array_equal(first, second)
    assert float(np.linalg.norm(first)) == pytest.approx(1.0, abs=1e-6)
    assert first[layout().scale] == 0.0


@pytest.mark.parametrize("text", ["", "???", "🔥", "der die das", "ohne Vocals"])
async def test_a_sentence_that_asks_for_nothing_gives_no_similarity(text: str) -> None:
    model = Lexicon()
    asked = await model.text(text)
    assert math.isfinite(float(asked.sum()))
    assert float(asked @ await model.audio(dark())) <= 1e-6
    assert model.attainable(asked) > 0


def test_near_places_have_near_codes() -> None:
    def near(one: float, other: float) -> float:
        return float(axes.code(one) @ axes.code(other))

    assert near(0.3, 0.3) == pytest.approx(1.0)
    assert near(0.3, 0.35) > 0.9
    assert near(0.2, 0.7) < 0.1


@pytest.mark.parametrize("target", [0.05, 0.2, 0.5, 0.85, 1.0])
def test_a_wish_is_met_at_its_target_and_beyond_and_missed_far_away(target: float) -> None:
    pattern: Floats = np.array(axes.wish(target))
    at = [float(pattern @ axes.code(place)) for place in np.linspace(0, 1, 21)]
    assert at[round(target * 20)] > 0.85
    assert max(at) < 1.1
    assert at[20 if target < 0.5 else 0] < 0.15
    if target < 0.4:
        assert at[0] > 0.9


def test_a_percentile_counts_ties_half() -> None:
    quantiles = np.array([0.0, 0.0, 0.0, 1.0, 2.0])
    assert axes.percentile(0.0, quantiles) == pytest.approx(0.25)
    assert axes.percentile(-5.0, quantiles) == 0.0
    assert axes.percentile(9.0, quantiles) == 1.0
    assert axes.percentile(1.5, quantiles) == pytest.approx(0.875)


def test_the_layout_leaves_room_for_names() -> None:
    assert layout().names.stop - layout().names.start >= 128
    assert lexicon.MODEL == "lexicon-1"
