from pathlib import Path

import pytest

from liveengine.lexicon.dictionary import dictionary
from liveengine.stems import describe, hearing


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


def test_a_category_is_what_the_model_hears_and_for_search_no_less_likely_than_what_is_measured(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(hearing, "categories", lambda _: {"fx": 0.9, "hihat": 0.1})
    category, likely = describe.categorise({}, {"fx": 0.2, "hihat": 0.8})
    assert category == "hihat"
    assert likely == {"fx": 0.5, "hihat": 0.5}


def test_without_a_model_a_category_is_what_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hearing, "categories", lambda _: {"fx": 0.9, "hihat": 0.1})
    category, likely = describe.categorise({}, None)
    assert category == "fx"
    assert likely["fx"] == pytest.approx(0.9)


def test_a_name_that_is_certain_outweighs_both(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hearing, "categories", lambda _: {"fx": 0.9, "hihat": 0.1})
    named = {"category": "snare", "category_confidence": 1.0}
    assert describe.categorise(named, {"fx": 0.8, "hihat": 0.2})[0] == "snare"
