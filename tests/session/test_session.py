from collections.abc import AsyncIterator
from pathlib import Path
from typing import NoReturn

import pytest

from liveengine.engine.engine import Report
from liveengine.engine.ops import Happened
from tests.session.stage import BAR, Stage, stage


@pytest.fixture
async def live(tmp_path: Path) -> AsyncIterator[Stage]:
    async with stage(tmp_path) as made:
        yield made


async def test_a_report_that_cannot_be_taken_costs_no_other_one(
    live: Stage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await live.call("/track/1/clip/1/load", await live.stem([0.5] * BAR))
    await live.call("/track/1/clip/1/launch")

    def stumble(report: Report) -> NoReturn:
        raise RuntimeError("a fault")

    monkeypatch.setattr(live.session.transport, "report", stumble)
    with monkeypatch.context() as patch:
        patch.setattr(live, "hear", lambda: None)
        live.render(100)
    live.session.poll()
    assert "a fault" in caplog.text
    kinds = [what.kind for kind, what in live.journal._waiting if kind == "report"]
    assert Happened.STARTED in kinds[1:]


async def test_a_lasting_fault_does_not_flood_the_log(live: Stage, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(1_000):
        live.session._fault("a watcher")
    assert len(caplog.records) == 10
