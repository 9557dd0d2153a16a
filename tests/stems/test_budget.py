import asyncio

import pytest

from liveengine import config
from liveengine.jobs.places import HERE, Here
from liveengine.stems.budget import Budget


def budget(workers: int = 4, **ingest: float) -> Budget:
    return Budget(config.load(overrides={"library": {"workers": workers}, "ingest": ingest}))


@pytest.mark.parametrize(
    ("load", "places"), [(None, 4), (0.0, 2), (0.59, 2), (0.61, 1)], ids=["idle", "playing", "busy", "strained"]
)
def test_fewer_files_are_analysed_while_music_plays(load: float | None, places: int) -> None:
    found = budget()
    found.load = lambda: load
    assert found.places == places


def test_the_shares_are_settings_and_one_place_is_always_left() -> None:
    assert budget(share=0.5).places == 2
    assert budget(1, share=0.01).places == 1


async def test_no_more_files_are_under_way_than_there_are_places() -> None:
    found, now, most = budget(2), 0, 0

    async def work() -> None:
        nonlocal now, most
        async with found.place():
            now += 1
            most = max(most, now)
            await asyncio.sleep(0.001)
            now -= 1

    await asyncio.gather(*(work() for _ in range(10)))
    assert (now, most) == (0, 2)


async def test_a_place_is_given_back_when_its_work_is_cancelled() -> None:
    found = budget(1)
    began = asyncio.Event()

    async def work() -> None:
        async with found.place():
            began.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(work())
    await began.wait()
    task.cancel()
    async with asyncio.timeout(5), found.place():
        pass


async def test_a_file_that_somebody_waits_for_does_not_wait_for_a_scan() -> None:
    found, scanning = budget(1), asyncio.Event()

    async def scan() -> None:
        HERE.set(Here(False, print))
        async with found.place():
            scanning.set()
            await asyncio.Event().wait()

    scans = [asyncio.create_task(scan()) for _ in range(3)]
    await scanning.wait()
    async with asyncio.timeout(5), found.place():
        pass
    for task in scans:
        task.cancel()


def test_jobs_that_may_wait_are_fewer_while_music_plays() -> None:
    found = budget()
    assert found.jobs >= 3
    found.load = lambda: 0.1
    assert found.jobs == 2
    found.load = lambda: 0.9
    assert found.jobs == 1
