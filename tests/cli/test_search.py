from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from liveengine.cli import connect, main

Asked = list[tuple[str, dict[str, Any]]]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """Everything that the verb asks of the commands."""
    found: Asked = []

    async def call(address: str, **named: Any) -> dict[str, Any]:
        found.append((address, named))
        return {"matches": [], "told": {}, "verdict": "none"}

    @asynccontextmanager
    async def commands(library: Path) -> AsyncIterator[Any]:
        yield call

    monkeypatch.setattr(connect, "commands", commands)
    return found


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
