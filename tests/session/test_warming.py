"""The worker of mutation is ready before the fader moves: one wish is enough; who only reads wakes nobody."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.fabrik.modelled import modelled
from tests.session.stage import Stage, stage
from tests.session.test_mutations import playing


@pytest.fixture
async def live(tmp_path: Path) -> AsyncIterator[Stage]:
    async with stage(tmp_path) as made:
        yield made


@pytest.fixture
def asked(live: Stage, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Return the categories of each preparation that a worker has done."""
    run, found = live.pool.run, []

    async def noted(kind: str, payload: Any, **given: Any) -> Any:
        done = await run(kind, payload, **given)
        if "prepare" in payload:
            found.append(done["prepared"])
        return done

    monkeypatch.setattr(live.pool, "run", noted)
    return found


async def settled(live: Stage) -> None:
    async with asyncio.timeout(30.0):
        await live.session.warming.done()


async def test_a_touch_of_the_fader_starts_the_worker_once(live: Stage, asked: list[list[str]]) -> None:
    await playing(live, 0.0, "percussion")
    assert live.pool.pids()["mutate"] == []
    await live.call("/track/1/mutation")
    await live.call("/track/1/mutation/state")
    await settled(live)
    assert live.pool.pids()["mutate"] == []
    await live.call("/track/1/mutation", 0.0)
    await settled(live)
    (worker,) = live.pool.pids()["mutate"]
    await live.call("/track/1/mutation/seed", 3)
    await settled(live)
    assert live.pool.pids()["mutate"] == [worker]
    assert asked == [[]]


async def test_the_model_of_what_plays_is_loaded_before_it_is_needed(live: Stage, asked: list[list[str]]) -> None:
    modelled(live.library.root, "percussion", {1: True})
    modelled(live.library.root, "bass", {1: True})
    await playing(live, 0.0, "percussion")
    await live.call("/track/1/mutation", 0.0)
    await settled(live)
    await live.call("/track/1/mutation/kind", "walk")
    await settled(live)
    assert asked == [["percussion"]]


async def test_what_needs_no_model_waits_for_none(live: Stage, asked: list[list[str]]) -> None:
    modelled(live.library.root, "percussion", {1: True})
    await playing(live, 0.0, "percussion")
    await live.call("/track/1/mutation/kind", "slices")
    await settled(live)
    assert asked == [[]]


async def test_a_worker_that_is_gone_is_prepared_anew(live: Stage, asked: list[list[str]]) -> None:
    await live.call("/track/1/mutation/seed", 1)
    await settled(live)
    (worker,) = live.pool.pids()["mutate"]
    os.kill(worker, signal.SIGKILL)
    async with asyncio.timeout(10.0):
        while any(one.alive for one in live.pool.lanes["mutate"].workers):
            await asyncio.sleep(0.005)
    await live.call("/track/1/mutation/seed", 2)
    await settled(live)
    assert worker not in live.pool.pids()["mutate"]
    assert asked == [[], []]
