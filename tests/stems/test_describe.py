from pathlib import Path

from liveengine.lexicon.dictionary import dictionary
from liveengine.stems import describe


def test_units_of_a_name_are_no_tags() -> None:
    found = describe.tags({"loop": True, "features": {}}, {"bass": 1.0}, ("dark", "bass", "bpm"), dictionary())
    assert "bpm" not in found
    assert {"dark", "bass", "loop"} <= set(found)


def test_a_title_is_the_name_without_separators_and_ending() -> None:
    assert describe.title(Path("traum_bass__dark_138bpm.wav")) == "traum bass dark 138bpm"
    assert describe.title(Path("___.wav")) == "untitled"


def test_tags_are_what_the_name_means() -> None:
    found = describe.tags(
        {"loop": False, "features": {}}, {"kick": 1.0}, ("bass", "drum", "dunkle", "808", "zorblax"), dictionary()
    )
    assert found[:4] == ("kick", "dark", "808", "zorblax")
