"""Edits of more stems than one answer waits for: a job, one batch, all or none."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from liveengine.bus import Bus
from liveengine.command import Registry
from liveengine.config import Config
from liveengine.errors import NotFound
from liveengine.jobs.pool import Pool
from liveengine.stems import bulk, editing
from liveengine.stems.editing import EditCommands
from liveengine.stems.library import Library
from liveengine.stems.model import Job
from tests.stems.test_db import stem as row

MANY = 7


@pytest_asyncio.fixture
async def library(tmp_path: Path, settings: Config, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Library]:
    """Seven stems without files; more than four are very many, and two are a step."""
    monkeypatch.setattr(editing, "MOST", 4)
    monkeypatch.setattr(bulk, "STEP", 2)
    async with Pool(1) as pool:
        library = await Library.open(tmp_path, settings, pool, Bus())
        async with library.db.transaction() as change:
            for number in range(1, MANY + 1):
                await change.add_stem(row(number) | {"bpm": 100.0 if number < MANY else None})
        yield library
        await library.close()


@pytest.fixture
def registry(library: Library) -> Registry:
    registry = Registry()
    registry.add(EditCommands(library))
    return registry


async def tempi(library: Library) -> list[float | None]:
    return [stem.bpm for stem in await library.stems()]


async def ended(library: Library, answer: dict[str, int]) -> Job:
    return await library.queue.wait(answer["job"])


async def test_very_many_are_a_job_and_one_batch_to_undo(library: Library, registry: Registry) -> None:
    answer = await registry.call("/stems/edit", "1-6", factor=2, favourite=True)
    assert answer["stems"] == 6
    job = await ended(library, answer)
    assert (job.state, job.result, job.done, job.total) == ("done", {"stems": 6}, 6, 6)
    assert await tempi(library) == [200.0] * 6 + [None]
    assert await library.taste.counts() == {"like": 6, "reject": 0, "kept": 0, "swapped": 0, "played": 0}
    back = await registry.call("/stems/undo")
    assert (await ended(library, back)).result == {"stems": 6}
    assert await tempi(library) == [100.0] * 6 + [None]
    assert [stem.favourite for stem in await library.stems()] == [False] * MANY
    assert (await library.taste.counts())["like"] == 0
    with pytest.raises(NotFound, match="no edit"):
        await registry.call("/stems/undo")


async def test_what_cannot_be_done_for_one_is_done_for_none(library: Library, registry: Registry) -> None:
    job = await ended(library, await registry.call("/stems/edit", "1-7", factor=2))  # the last has no tempo
    assert (job.state, job.code, job.place) == ("failed", "bad_argument", None)
    assert await tempi(library) == [100.0] * 6 + [None]
    job = await ended(library, await registry.call("/stems/edit", "1-9", licence="CC0"))
    assert (job.code, job.error) == ("unknown_stem", "the library holds no stem 8; nothing was changed")


async def test_a_step_that_was_done_before_a_kill_is_not_done_twice(
    library: Library, registry: Registry, tmp_path: Path, settings: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached, refresh = asyncio.Event(), Library.refresh

    async def stuck(self: Library, stems: list[int]) -> None:
        if 4 in stems:
            reached.set()
            await asyncio.Event().wait()
        await refresh(self, stems)

    monkeypatch.setattr(Library, "refresh", stuck)
    answer = await registry.call("/stems/edit", "1-6", factor=2)
    await reached.wait()
    await library.close()  # what is stored by then is all that a kill would leave
    monkeypatch.setattr(Library, "refresh", refresh)
    async with Pool(1) as pool:
        again = await Library.open(tmp_path, settings, pool, Bus())
        await again.queue.wait(answer["job"])
        assert await tempi(again) == [200.0] * 6 + [None]
        assert await again.edits.newest() == (1, 6)
        await again.close()
