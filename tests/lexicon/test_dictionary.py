import pytest

from liveengine.lexicon.concepts import Concept
from liveengine.lexicon.dictionary import dictionary


def name(found: Concept | None) -> str | None:
    return found.name if found else None


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        ("dunkler", "dark"), ("raeudige", "dirty"), ("knallige", "punchy"), ("hats", "hihat"), ("phat", "fat"),
        ("wumms", "boomy"), ("treibenden", "driving"), ("four to the floor", "straight"), ("tr 909", "909"),
        ("linn drum", "linndrum"), ("abgespaced", "psychedelic"), ("crispy", "crisp"), ("banger", "peak_time"),
    ],
)  # fmt: skip
def test_slang_and_endings_are_known(word: str, meaning: str) -> None:
    assert name(dictionary().look_up(word)) == meaning


def test_a_compound_is_its_parts() -> None:
    assert [part.name for part in dictionary().compound("technokick")] == ["techno", "kick"]
    assert dictionary().compound("zorblax") == []


def test_a_misspelt_word_is_guessed_when_it_is_long_enough() -> None:
    assert name(dictionary().guess("hypnotc")) == "hypnotic"
    assert name(dictionary().guess("snrae")) == "snare"
    assert dictionary().guess("kikk") is None
