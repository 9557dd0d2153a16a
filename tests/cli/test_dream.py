import json
from typing import Any

import pytest

from liveengine.cli import main
from tests.cli.asked import Asked, answering

KICK = {
    "category": "kick", "learnt": "5 wanted, 1 rejected, heard for 12 min", "whole": False, "wanted": 5, "unwanted": 1,
    "model": "vae-kick-0a", "candidates": 12, "stems": [31, 30], "poor": 1, "alike": 4, "spare": 4, "faults": ["late"],
}  # fmt: skip
RESULT = {"categories": [KICK], "stems": [31, 30], "missing": ["fx: it has 2 stems, 8 are needed to learn it"]}
LINE = {
    "category": "kick", "title": "dreamt kick 0815", "terms": {"mode": "interpolate"},
    "parents": [
        {"title": "Boom", "share": 0.6, "generation": 1}, {"title": "Deep", "share": 0.4, "generation": 1},
        {"title": "Older", "share": 1.0, "generation": 2},
    ],
}  # fmt: skip
ANSWERS: dict[str, Any] = {
    "/dream": {"job": 7},
    "/job/7": {
        "id": 7, "kind": "dream", "state": "done", "done": 1, "total": 1, "text": "", "seconds_left": None,
        "result": RESULT,
    },
    "/stem/31/lineage": LINE,
    "/stem/30/lineage": LINE | {"terms": {}},
    "/dream/lessons": [{"category": "kick", "words": "5 wanted", "wanted": [1], "unwanted": [], "whole": False}],
    "/stems/ranked": [{"stem": 1, "value": 0.96, "category": "kick", "seconds": 61.0, "title": "Boom"}],
}  # fmt: skip


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """Everything that the verb asks of the commands."""
    return answering(monkeypatch, ANSWERS)


def test_a_dream_tells_what_it_learnt_from_and_what_it_made_of_what(
    asked: Asked, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.run(["dream", "--categories", "kick", "bass", "--most", "4", "--seed", "7"]) == 0
    assert asked[0] == ("/dream", {"categories": "kick, bass", "most": 4, "seed": 7})
    told = " ".join(capsys.readouterr().out.split())
    assert "kick 5 wanted, 1 rejected, heard for 12 min 12 2 1 poor, 4 like what is there, 4 to spare, 1 failed" in told
    assert "31 kick dreamt kick 0815 interpolate: Boom 60%, Deep 40%" in told
    assert "not dreamt of: fx: it has 2 stems" in told


def test_lessons_are_told_without_a_dream(asked: Asked, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["dream", "--lessons"]) == 0
    assert [address for address, _ in asked] == ["/dream/lessons", "/stems/ranked"]
    told = " ".join(capsys.readouterr().out.split())
    assert "kick 5 wanted" in told
    assert "1 +0.96 kick 61 Boom" in told


def test_programs_get_the_result_as_json(asked: Asked, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["dream", "--json"]) == 0
    assert asked[0] == ("/dream", {"most": 16, "seed": 0})
    assert json.loads(capsys.readouterr().out) == RESULT
