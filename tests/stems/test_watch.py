import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from liveengine.bus import Bus
from liveengine.config import Config
from liveengine.jobs.pool import Pool
from liveengine.stems.library import Library
from liveengine.stems.watch import Watch, ingesting
from tests.stems.conftest import Tone

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pool() -> AsyncIterator[Pool]:
    async with Pool(1) as pool:
        yield pool


@pytest_asyncio.fixture(loop_scope="module")
async def library(tmp_path: Path, settings: Config, pool: Pool) -> AsyncIterator[Library]:
    library = await Library.open(tmp_path / "library", settings, pool, Bus())
    yield library
    await library.close()


async def opened(library: Library) -> Watch:
    """The watch of a fresh start: it remembers what the library does."""
    watch = library.watch()
    watch._known = await library.db.reading.watched()
    return watch


def watching(library: Library, folder: Path) -> Watch:
    take = ingesting(library.db, library.queue)
    return Watch(library.db, [folder], library.root / "processed_database", 0.1, take)


def kits(library: Library) -> Path:
    return library.root / "raw_construction_kits"


async def test_a_file_that_rests_between_two_looks_is_taken_in_once(library: Library, tone: Tone) -> None:
    watch = await opened(library)
    tone(kits(library) / "pack" / "Kick_01.wav")
    (kits(library) / "pack" / "readme.txt").write_text("no audio")
    assert await watch.look() is None
    job = await watch.look()
    assert job is not None
    assert (await library.queue.wait(job)).result["added"] == 1
    assert [await watch.look() for _ in range(3)] == [None] * 3
    fresh = await opened(library)
    assert [await fresh.look() for _ in range(3)] == [None] * 3


async def test_a_file_that_grows_waits_until_it_rests(library: Library, tone: Tone) -> None:
    watch = await opened(library)
    whole = tone(library.root / "whole.wav").read_bytes()
    target = kits(library) / "kick.wav"
    for size in (100, 1000, 5000, len(whole)):
        target.write_bytes(whole[:size])
        assert await watch.look() is None
    job = await watch.look()
    assert job is not None
    assert (await library.queue.wait(job)).result["added"] == 1


async def test_a_file_that_changes_later_comes_again_as_another_stem(library: Library, tone: Tone) -> None:
    watch = await opened(library)
    for hertz in (100, 200):
        tone(kits(library) / "kick.wav", hertz)
        os.utime(kits(library) / "kick.wav", (hertz + 2e9, hertz + 2e9))
        await watch.look()
        job = await watch.look()
        assert job is not None
        assert (await library.queue.wait(job)).result["added"] == 1
    assert len(await library.stems()) == 2


async def test_what_is_gone_is_forgotten_unless_its_whole_folder_is_away(library: Library, tone: Tone) -> None:
    watch = await opened(library)
    first, second = (tone(kits(library) / f"{name}.wav", hertz) for name, hertz in (("one", 90.0), ("two", 140.0)))
    await watch.look()
    job = await watch.look()
    assert job is not None
    await library.queue.wait(job)
    assert len(await library.db.reading.watched()) == 2
    first.unlink()
    assert await watch.look() is None
    assert list(await library.db.reading.watched()) == [os.fsencode(second)]
    away = kits(library).rename(library.root / "away")
    assert await watch.look() is None
    assert list(await library.db.reading.watched()) == [os.fsencode(second)]
    away.rename(kits(library))
    assert [await watch.look() for _ in range(3)] == [None] * 3


async def test_what_somebody_has_ingested_himself_is_not_ingested_again(library: Library, tone: Tone) -> None:
    watch = await opened(library)
    path = tone(kits(library) / "kick.wav")
    await library.queue.wait(await library.ingest([path]))
    assert [await watch.look() for _ in range(3)] == [None] * 3
    assert len(await library.queue.all()) == 1
    assert len(await library.db.reading.watched()) == 1


async def test_a_deleted_stem_whose_original_lies_in_a_watched_folder_stays_away(library: Library, tone: Tone) -> None:
    watch = await opened(library)
    tone(kits(library) / "kick.wav")
    await watch.look()
    job = await watch.look()
    assert job is not None
    await library.queue.wait(job)
    await library.delete((await library.stems())[0].id)
    assert [await (await opened(library)).look() for _ in range(3)] == [None] * 3
    assert await library.stems() == []


async def test_any_name_is_taken_and_what_is_no_file_is_left_out(library: Library, tone: Tone) -> None:
    watch = await opened(library)
    tone(kits(library) / os.fsdecode(b"\xff\n kick.wav"))
    os.mkfifo(kits(library) / "pipe.wav")
    (kits(library) / "loop.wav").symlink_to(kits(library) / "loop.wav")
    (kits(library) / "again").symlink_to(kits(library))
    (kits(library) / "folder.wav").mkdir()
    await watch.look()
    job = await watch.look()
    assert job is not None
    assert (await library.queue.wait(job)).result == {
        **(await library.queue.get(job)).result, "files": 1, "added": 1
    }  # fmt: skip


async def test_a_folder_that_is_not_there_is_no_fault_and_may_come(library: Library, tone: Tone) -> None:
    folder = library.root / "elsewhere"
    watch = watching(library, folder)
    assert await watch.look() is None
    tone(folder / "kick.wav")
    await watch.look()
    assert await watch.look() is not None
    await library.queue.wait(1)


async def test_the_watch_runs_by_itself(library: Library, tone: Tone) -> None:
    watch = watching(library, kits(library))
    running = asyncio.create_task(watch.run())
    tone(kits(library) / "kick.wav")
    async with asyncio.timeout(15):
        while not await library.queue.all():
            await asyncio.sleep(0.02)
        assert (await library.queue.wait(1)).result["added"] == 1
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
