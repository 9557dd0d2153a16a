import pytest

from liveengine.lexicon.concepts import Concept
from liveengine.lexicon.dictionary import dictionary
from liveengine.lexicon.text import plain


def name(found: Concept | None) -> str | None:
    return found.name if found else None


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        ("dunkler", "dark"), ("raeudige", "dirty"), ("knallige", "punchy"), ("hats", "hihat"), ("phat", "fat"),
        ("wumms", "boom"), ("treibenden", "driving"), ("four to the floor", "straight"), ("tr 909", "909"),
        ("linn drum", "linndrum"), ("abgespaced", "psychedelic"), ("crispy", "crisp"), ("banger", "peak_time"),
    ],
)  # fmt: skip
def test_slang_and_endings_are_known(word: str, meaning: str) -> None:
    assert name(dictionary().look_up(word)) == meaning


def test_a_compound_is_its_parts() -> None:
    assert dictionary().compound("technokick") == ["techno", "kick"]
    assert dictionary().compound("basssound") == ["bass"]
    assert dictionary().compound("zorblax") == []


def test_a_compound_of_which_one_part_is_unknown_is_the_thing_in_it() -> None:
    known = dictionary()
    for word, thing in (("studioschlagzeug", "schlagzeug"), ("beckengedoens", "becken"), ("clubdrums", "drums")):
        assert known.head(word) == thing
    for word in ("studiodunkel", "zorblaxwutsch", "deutsch", "basar", "kickt"):
        assert known.head(word) is None


@pytest.mark.parametrize(
    ("words", "meaning"),
    [
        ("sullen inky brooding schummrig fahl pechschwarz", "dark"),
        ("radiant gleaming zingy schillernd silbrig", "bright"),
        ("curt abrupt fleeting jäh flüchtig", "short"), ("enduring perpetual unending gedehnt dauerhaft", "long"),
        ("pummeling smashing prügelnd", "punchy"), ("plaintive forlorn einsam kummervoll", "melancholic"),
        ("spectral ghostly geisterhaft", "eerie"), ("placid restful schläfrig beschaulich", "calm"),
        ("rusty corroded verrostet", "industrial"), ("gigantic bulky robust riesenhaft", "fat"),
        ("sugary syrupy zuckersüß", "soft"), ("furious rabid zornig tobend", "aggressive"),
        ("furry jagged spiky rissig struppig", "gritty"), ("damaged faulty kaputt defekt", "lofi"),
        ("pen envelope cupboard Briefumschlag Schublade", "foley"), ("turbine furnace Rolltreppe Bagger", "machine"),
        ("swan pigeon Taube Adler", "birds"), ("toilet fountain Klospülung Badewanne", "water"),
    ],
)  # fmt: skip
def test_many_words_say_the_same(words: str, meaning: str) -> None:
    known = dictionary()
    assert {name(known.look_up(plain(word))) for word in words.split()} == {meaning}


def test_a_word_of_everyday_speech_is_no_slip_of_another() -> None:
    for word in ("layer", "boden", "being", "people", "morgen", "stays"):
        assert dictionary().guess(word) is None
    assert name(dictionary().look_up("cow's")) == "cow"


def test_a_misspelt_word_is_guessed_when_it_is_long_enough() -> None:
    assert dictionary().guess("hypnotc") == "hypnotic"
    assert dictionary().guess("snrae") == "snare"
    assert dictionary().guess("kikk") is None
    assert dictionary().guess("x" * 10_000) is None


def test_everyday_words_near_a_word_of_sound_are_neither_slips_nor_compounds() -> None:
    for word in ("bewerbung", "boerse", "vertrag", "butter", "dinner", "election"):
        assert dictionary().guess(word) is None
    assert dictionary().compound("deadline") == []


def test_a_phrase_is_found_whatever_the_ending_of_its_first_and_last_word() -> None:
    known = dictionary()
    assert known.phrase(["offenen", "hihats", "mit"]) == (2, "offene hihat")
    assert known.phrase(["four", "to", "the", "floor"]) == (4, "four to the floor")
    assert known.phrase(["kick", "und", "snare"]) is None


def test_a_spelling_knows_its_language_and_whether_it_is_a_noun() -> None:
    known = dictionary()
    assert known.languages["dunkel"] == {"de"}
    assert known.languages["bass"] == {"en", "de"}
    assert "hall" in known.nouns
    assert "hallig" not in known.nouns
    assert known.nouns["wumms"].name == "boomy"  # after "with"; alone it is a thing


def test_a_drawn_out_word_is_known() -> None:
    known = dictionary()
    for word, meaning in (("tsssss", "tss"), ("booooom", "boom"), ("bzzzzzt", "buzz"), ("wuuusch", "whoosh")):
        assert name(known.look_up(word)) == meaning
    assert known.look_up("xxxxx") is None


def test_the_words_of_a_name_are_read_with_phrases_and_compounds_but_not_guessed() -> None:
    words = ["bass", "drum", "dunkel", "Technokick", "zorblax", "snrae", "909", "bass", "drum"]
    concepts, unknown = dictionary().meaning(words)
    assert [concept.name for concept in concepts] == ["kick", "dark", "techno", "909"]
    assert unknown == ["zorblax", "snrae"]
