"""Commands that answer as a test says, instead of a library's."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from liveengine.cli import connect

Asked = list[tuple[str, dict[str, Any]]]


def answering(monkeypatch: pytest.MonkeyPatch, answers: Mapping[str, Any]) -> Asked:
    """Let each address answer so; return the list that gets what the verbs ask."""
    asked: Asked = []

    async def call(address: str, **named: Any) -> Any:
        asked.append((address, named))
        return answers[address]

    @asynccontextmanager
    async def commands(library: Path) -> AsyncIterator[Any]:
        yield call

    monkeypatch.setattr(connect, "commands", commands)
    monkeypatch.delenv("COLUMNS", raising=False)  # tests that run side by side have one of 80
    return asked
