from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from liveengine.session.due import Due, due
from tests.session.stage import BEAT, Stage, stage


@pytest.fixture
async def live(tmp_path: Path) -> AsyncIterator[Stage]:
    async with stage(tmp_path) as made:
        yield made


async def test_while_the_transport_stands_it_is_at_once(live: Stage) -> None:
    assert due(live.engine.snapshot(), 4.0, latency=0.25) == Due(0.0, 0.25, waits=False)


async def test_a_boundary_is_told_in_beats_and_seconds(live: Stage) -> None:
    await live.call("/transport/play")
    live.render(BEAT)
    snapshot = live.engine.snapshot()
    assert due(snapshot, 4.0) == Due(4.0, 1.5, waits=True)
    assert due(snapshot, 4.0, latency=0.25).seconds == 1.75
    assert due(snapshot, 0.0) == Due(1.0, 0.0, waits=False)
    assert due(snapshot, 4.0, frame=3 * BEAT) == Due(3.0, 1.0, waits=True)


async def test_a_boundary_that_is_too_close_is_left_to_pass(live: Stage) -> None:
    await live.call("/transport/play")
    live.render(4 * BEAT - 100)
    assert due(live.engine.snapshot(), 4.0) == Due(8.0, 2.0125, waits=True, near=True)
    live.render(100)
    assert due(live.engine.snapshot(), 1.0) == Due(5.0, 0.5, waits=True, near=True)
