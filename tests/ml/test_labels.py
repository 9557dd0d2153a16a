import tomllib
from typing import Any

import pytest

from liveengine import config
from liveengine.errors import NotFound
from liveengine.ml import labels
from liveengine.sound import names

ASKED: dict[str, Any] = {
    "nouns": {"kick": ["kick", "e Kick"]},
    "modifiers": {"dark": {"over": "bright", "en": ["dark", "bright"], "de": ["dunkl", "hell"]}},
    "categories": {"queries": [{"en": "kick", "de": "Kick", "relevant": ["kick"], "maybe": ["tom"]}]},
    "kinds": {"queries": [{"en": "no tom", "de": "ohne Tom", "relevant": ["kick -tom", "snare"]}]},
}
SOUNDS = {
    "k1": "kick deep",
    "k2": "kick deep",
    "k3": "kick deep ~tom",
    "t": "tom tom",
    "s": "snare snare",
    "h": "hat hat",
}


def test_a_clause_holds_as_far_as_its_weakest_word() -> None:
    sound = labels.Sound("x", "kick", "kick", {"kick": 1.0, "tom": 0.5})
    assert sound.holds(["kick"]) == 1.0
    assert sound.holds(["kick tom"]) == 0.5
    assert sound.holds(["kick -tom"]) == 0.5
    assert sound.holds(["kick snare", "-snare"]) == 1.0
    assert sound.holds([]) == 0.0


def test_what_may_be_meant_is_neither_right_nor_wrong() -> None:
    found = labels.parse("x", {"about": "", "source": "", "sounds": SOUNDS}, ASKED)
    kick, no_tom = found.queries
    assert kick.verdicts == {"k1": 1.0, "k2": 1.0, "k3": 1.0, "t": 0.5, "s": 0.0, "h": 0.0}
    assert (kick.right, kick.wrong) == (3, 2)
    assert no_tom.verdicts == {"k1": 1.0, "k2": 1.0, "k3": 0.5, "t": 0.0, "s": 1.0, "h": 0.0}
    assert found.sentences() == ["kick", "Kick", "no tom", "ohne Tom"]


def test_a_query_that_fewer_than_three_sounds_answer_is_not_asked() -> None:
    few = {"k1": "kick deep", "k2": "kick deep", "s": "snare snare", "h": "hat hat"}
    found = labels.parse("x", {"about": "", "source": "", "sounds": few}, ASKED)
    assert [query.text["en"] for query in found.queries] == ["no tom"]


def test_the_outer_thirds_of_a_category_are_dark_and_bright_and_loops_do_not_count() -> None:
    sounds = {f"k{n}": "kick kick" for n in range(9)} | {"loop": "kick kick loop"}
    measured = {name: [100.0 * n, 0.1 * n, -n] for n, name in enumerate(sounds)}
    found = labels.parse("x", {"about": "", "source": "", "sounds": sounds, "measured": measured}, ASKED)
    words = {name: sound.words for name, sound in found.sounds.items()}
    assert [words[f"k{n}"].get("dark", 0.0) for n in range(9)] == [1.0] * 3 + [0.5] * 3 + [0.0] * 3
    assert [words[f"k{n}"].get("bright", 0.0) for n in range(9)] == [0.0] * 3 + [0.5] * 3 + [1.0] * 3
    assert [n for n in range(9) if words[f"k{n}"].get("punchy") == 1.0] == [0, 1, 2]
    assert "dark" not in words["loop"]
    dark, bright = found.modifiers
    assert (dark.text["de"], bright.text["de"]) == ("dunkle Kick", "helle Kick")
    assert dark.having == bright.lacking == ("k0", "k1", "k2")


def test_every_set_of_the_project_can_be_read_and_asks_in_both_languages() -> None:
    assert "sonic-pi" in labels.names()
    for name in labels.names():
        found = labels.read(name)
        assert len(found.queries) >= 20
        assert all(len(query.text) == 2 for query in found.queries)
        assert found.source.startswith("http")
        assert found.modifiers


def test_every_word_that_is_asked_for_is_said_of_some_sound_and_every_query_is_asked_of_some_set() -> None:
    sets = [labels.read(name) for name in labels.names()]
    said = {word for one in sets for sound in one.sounds.values() for word in sound.words}
    table = tomllib.loads((config.data("config") / "relevance" / "queries.toml").read_text("utf-8"))
    asked = [one for group in table.values() for one in group.get("queries", ())]
    clauses = [clause for one in asked for clause in (*one["relevant"], *one.get("maybe", ()))]
    assert {word.lstrip("-") for clause in clauses for word in clause.split()} <= said
    assert {one["en"] for one in asked} == {query.text["en"] for one in sets for query in one.queries}


def test_every_sound_has_a_category_of_the_library_and_is_measured() -> None:
    for name in labels.names():
        found = labels.read(name)
        measured = tomllib.loads((config.data("config") / "relevance" / f"{name}.toml").read_text("utf-8"))["measured"]
        assert set(measured) == set(found.sounds)
        assert {sound.category for sound in found.sounds.values()} <= set(names.categories())


def test_an_unknown_set_is_named_with_those_there_are() -> None:
    with pytest.raises(NotFound, match=r"'sonicpi'; there are .*sonic-pi"):
        labels.read("sonicpi")
