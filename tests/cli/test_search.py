from typing import Any

import pytest

from liveengine.cli import main, search
from tests.cli.asked import Asked, answering


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """Everything that the verb asks of the commands."""
    return answering(monkeypatch, {"/stems/find": {"matches": [], "told": {}, "verdict": "none"}})


def test_what_is_not_said_narrows_nothing(asked: Asked) -> None:
    assert main.run(["search", "dark kick"]) == 0
    assert asked == [("/stems/find", {"prompt": "dark kick", "top_k": 10, "min_similarity": 0.0})]


def test_every_filter_has_its_option(asked: Asked) -> None:
    said = "search pad --one-shot --tempo 130 --key Am --min-length 0.5 --max-length 4 --provenance separated --unheard"
    assert main.run([*said.split(), "--favourite", "--category", "synth"]) == 0
    narrowed = {"category": "synth", "loop": False, "tempo": 130.0, "key": "Am", "min_length": 0.5, "max_length": 4.0}
    narrowed |= {"provenance": "separated", "favourite": True, "unheard": True}
    assert asked[0][1] == {"prompt": "pad", "top_k": 10, "min_similarity": 0.0, **narrowed}


def test_a_loop_is_no_one_shot(asked: Asked) -> None:
    with pytest.raises(SystemExit):
        main.run(["search", "pad", "--loop", "--one-shot"])
    assert asked == []


def test_proposals_are_made_first_and_then_ranked_among_the_found(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    match = {
        "id": 9, "title": "proposed bass 0815", "filename": "b.wav", "category": "bass", "bpm": None, "key": None,
        "duration": 1.0, "similarity": 0.8, "reasons": ["made from A and B"], "alike": [], "proposed": True,
        "provenance": "proposed", "tags": ["proposed"],
    }  # fmt: skip
    answers: dict[str, Any] = {
        "/stems/propose": {"job": 7},
        "/job/7": {
            "state": "done",
            "done": 1,
            "total": 1,
            "text": "",
            "seconds_left": None,
            "result": {"words": "1 of 6 are proposed"},
        },
        "/stems/find": {"matches": [match], "told": {"language": "en", "en": "bass"}, "verdict": "good"},
    }
    asked = answering(monkeypatch, answers)
    assert main.run(["search", "dark bass", "--category", "bass", "--propose", "2", "--unheard"]) == 0
    assert asked[0] == ("/stems/propose", {"prompt": "dark bass", "category": "bass", "count": 2})
    assert asked[-1][0] == "/stems/find"
    assert asked[-1][1]["proposals"] is True
    told = capsys.readouterr().out
    assert "proposed, made from A and B" in told
    assert "1 of 6 are proposed" in told


def test_what_was_made_here_says_so_before_why_it_came() -> None:
    match: dict[str, Any] = {
        "filename": "b.wav",
        "reasons": ["dark"],
        "alike": [],
        "tags": [],
        "provenance": "original",
    }
    assert search._words(match) == ["b.wav", "dark"]
    assert search._words(match | {"provenance": "generated"}) == ["b.wav", "generated, dark"]
    assert search._words(match | {"provenance": "generated", "tags": ["dreamt"]}) == ["b.wav", "dreamt, dark"]
    assert search._words(match | {"provenance": "separated", "alike": [3]}) == [
        "b.wav",
        "separated, dark, 1 more like it",
    ]
