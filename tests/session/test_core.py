"""What the session may ask of the engine for one moment."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from liveengine.command import when
from liveengine.errors import Full
from liveengine.session.core import TOGETHER, WINDOW
from tests.session.stage import Stage, stage

MOMENT = 6_400  # a frame


@pytest.fixture
async def live(tmp_path: Path) -> AsyncIterator[Stage]:
    async with stage(tmp_path) as made:
        yield made


async def ask(live: Stage, frame: int) -> None:
    asked = when.set(frame)
    try:
        await live.call("/track/1/gain", 0.5)
    finally:
        when.reset(asked)


async def test_only_so_many_records_wait_for_one_moment_and_the_next_one_is_free(live: Stage) -> None:
    for n in range(TOGETHER):
        await ask(live, MOMENT + n % 8)
        if n % 100 == 0:
            live.render(1)  # some lie in the ring, some in the queue
    for frame in (MOMENT, MOMENT + WINDOW - 1, MOMENT + 8 - WINDOW):
        with pytest.raises(Full, match=f"at most {TOGETHER} may within {WINDOW} frames"):
            await ask(live, frame)
    await ask(live, MOMENT + 7 + WINDOW)
    await ask(live, MOMENT - WINDOW)
    live.render(MOMENT + WINDOW)
    await ask(live, MOMENT + WINDOW + 20)


async def test_a_daemon_that_takes_over_counts_what_its_predecessor_asked_for(live: Stage) -> None:
    for _ in range(TOGETHER):
        await ask(live, MOMENT)
    live.render(1)
    live.daemon()
    await live.session.restore()
    with pytest.raises(Full):
        await ask(live, MOMENT)
