import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pytest_asyncio
import soundfile

from liveengine.bus import Bus, Event
from liveengine.config import Config
from liveengine.errors import BadArgument, JobFailure, LibraryLocked, NotFound, UnknownStem
from liveengine.events import (
    JobDone,
    JobFailed,
    JobProgressed,
    ProcessingComplete,
    StemAdded,
    StemQuarantined,
    StemsNamed,
)
from liveengine.jobs.pool import Pool
from liveengine.stems.library import Library
from liveengine.stems.model import Job
from tests.stems.conftest import Tone

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pool() -> AsyncIterator[Pool]:
    async with Pool(1) as pool:  # one for all tests: the first analysis of a worker takes two seconds
        yield pool


@asynccontextmanager
async def opened(root: Path, settings: Config, pool: Pool) -> AsyncIterator[tuple[Library, list[Event]]]:
    events: list[Event] = []
    bus = Bus()
    bus.subscribe(events.append)
    library = await Library.open(root, settings, pool, bus)
    try:
        yield library, events
    finally:
        await library.close()


def before(
    patch: pytest.MonkeyPatch, pool: Pool, kind: str, act: Callable[[dict[str, Any]], Awaitable[object]]
) -> None:
    """Let `act(payload)` be awaited before each job of a kind."""
    run = pool.run

    async def late(given: str, payload: dict[str, Any], **options: Any) -> dict[str, Any]:
        if given == kind:
            await act(payload)
        return await run(given, payload, **options)

    patch.setattr(pool, "run", late)


async def ingested(library: Library, *paths: Path) -> Job:
    return await library.queue.wait(await library.ingest(paths))


async def analysed(library: Library) -> int:
    return sum(stem.state == "ready" for stem in await library.stems())


async def test_a_folder_becomes_stems_that_can_be_found(
    tmp_path: Path, settings: Config, pool: Pool, tone: Tone
) -> None:
    kit = tmp_path / "kit"
    low = tone(kit / "kick" / "Dark_Kick_01.wav", 50)
    tone(kit / "bass" / "warm bass Am.flac.wav", 80, 1.0)
    before = {path: path.read_bytes() for path in kit.rglob("*.wav")}
    async with opened(tmp_path / "library", settings, pool) as (library, events):
        job = await ingested(library, kit)
        assert job.state == "done"
        assert job.result["added"] == 2
        assert {"files": 2, "known": 0, "quarantined": 0, "failed": 0}.items() <= job.result.items()
        stems = sorted(await library.stems(), key=lambda stem: stem.category)  # whichever was measured first
        assert [stem.category for stem in stems] == ["bass", "kick"]
        assert [stem.key for stem in stems] == ["Am", None]
        match = (await library.search("dark kick", 1))[0]
        assert match.stem.filename == low.name
        assert match.similarity > 0.5
        assert match.stem.path.is_file()
        assert match.stem.path.parent == tmp_path / "library" / "processed_database" / "stems" / "kick"
        assert match.stem.source == low
        assert len(match.stem.peaks) > 0
        assert await library.scrub() == {}
    assert {path: path.read_bytes() for path in kit.rglob("*.wav")} == before
    told = [event for event in events if not isinstance(event, JobProgressed)]
    assert [type(event) for event in told] == [StemsNamed, StemAdded, StemAdded, ProcessingComplete, JobDone]
    assert told[-2].message() == ("/job/1/complete", ("Processing complete", 2, 0, 0))
    last = [event for event in events if isinstance(event, JobProgressed)][-1]
    assert (last.done, last.total) == (2, 2)
    assert "files/s" in last.text


async def test_the_copy_holds_the_same_samples(tmp_path: Path, settings: Config, pool: Pool) -> None:
    source = tmp_path / "loop.flac"
    samples = np.random.default_rng(0).integers(-(2**15), 2**15, (4410, 2), np.int16)
    soundfile.write(source, samples, 44_100, subtype="PCM_16")
    async with opened(tmp_path / "library", settings, pool) as (library, _):
        await ingested(library, source)
        stem = (await library.stems())[0]
        copy, rate = soundfile.read(stem.path, dtype="int16")
        assert (rate, stem.channels, stem.frames) == (44_100, 2, 4410)
        assert np.array_equal(copy, samples)


async def test_equal_files_become_one_stem(tmp_path: Path, settings: Config, pool: Pool, tone: Tone) -> None:
    first = tone(tmp_path / "kit" / "a.wav")
    (tmp_path / "kit" / "b.wav").write_bytes(first.read_bytes())
    async with opened(tmp_path / "library", settings, pool) as (library, _):
        job = await ingested(library, tmp_path / "kit")
        assert (job.result["added"], job.result["known"]) == (1, 1)
        job = await ingested(library, tmp_path / "kit")
        assert (job.result["added"], job.result["known"]) == (0, 2)
        assert len(await library.stems()) == 1


async def test_the_same_folder_ingested_twice_at_once_and_one_of_them_cancelled_misses_nothing(
    tmp_path: Path, settings: Config, pool: Pool, tone: Tone
) -> None:
    for number in range(80):  # several batches: the first is cancelled long before its end
        tone(tmp_path / "kit" / f"{number}.wav", 60 + 5 * number)
    async with opened(tmp_path / "library", settings, pool) as (library, events):
        first = await library.ingest([tmp_path / "kit"])
        second = await library.ingest([tmp_path / "kit"])
        while not any(isinstance(event, StemAdded) for event in events):
            await asyncio.sleep(0.01)
        await library.queue.cancel(first)
        job = await library.queue.wait(second)
        assert (job.state, job.result["failed"]) == ("done", 0)
        stems = await library.stems()
        assert len(stems) == len({stem.hash for stem in stems}) == 80
        assert len(library.finder) == 80


async def test_unreadable_files_of_one_name_keep_their_reasons_apart_and_are_listed_once(
    tmp_path: Path, settings: Config, pool: Pool
) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "kick.wav").touch()
    async with opened(tmp_path / "library", settings, pool) as (library, _):
        for _ in range(2):
            await ingested(library, tmp_path / "one", tmp_path / "two")
        assert len(await library.db.reading.quarantine(10, 0)) == 2
    aside = tmp_path / "library" / "processed_database" / "quarantine"
    assert len(list(aside.glob("*.json"))) == 2


async def test_a_file_that_becomes_another_known_one_while_it_is_read_is_known(
    tmp_path: Path, settings: Config, pool: Pool, tone: Tone, monkeypatch: pytest.MonkeyPatch
) -> None:
    known, changing = tone(tmp_path / "known.wav", 100), tone(tmp_path / "changing.wav", 200)
    async with opened(tmp_path / "library", settings, pool) as (library, _):
        await ingested(library, known)

        async def change(_: dict[str, Any]) -> None:
            changing.write_bytes(known.read_bytes())

        before(monkeypatch, pool, "analyse", change)
        job = await ingested(library, changing)
        assert (job.state, job.result["known"]) == ("done", 1)


async def test_bad_files_are_set_aside_with_the_reason_and_harm_nobody(
    tmp_path: Path, settings: Config, pool: Pool, tone: Tone
) -> None:
    kit = tmp_path / "kit"
    good = tone(kit / "good.wav")
    (kit / "empty.wav").touch()
    (kit / "page.wav").write_text("<!doctype html><html></html>")
    (kit / "cut.wav").write_bytes(good.read_bytes()[:30])
    soundfile.write(kit / "nan.wav", np.full(2000, np.nan), 44_100, subtype="FLOAT")
    os.mkfifo(kit / "pipe.wav")
    (kit / "gone.wav").symlink_to(kit / "nowhere.wav")
    (kit / "loop").symlink_to(kit)
    (kit / "notes.txt").write_text("no audio, no file to scan")
    async with opened(tmp_path / "library", settings, pool) as (library, events):
        job = await ingested(library, kit)
        assert job.state == "done"
        assert {"added": 1, "quarantined": 5, "vanished": 1, "files": 7}.items() <= job.result.items()
        rows = await library.db.reading.quarantine(10, 0)
        reasons = {Path(os.fsdecode(row["source"])).name: row["reason"] for row in rows}
        assert "empty" in reasons["empty.wav"]
        assert "web page" in reasons["page.wav"]
        assert "regular file" in reasons["pipe.wav"]
        assert set(reasons) == {"empty.wav", "page.wav", "cut.wav", "nan.wav", "pipe.wav"}
        aside = tmp_path / "library" / "processed_database" / "quarantine"
        assert len(list(aside.glob("*.json"))) == 5
        assert (kit / "page.wav").is_file()
        assert sum(isinstance(event, StemQuarantined) for event in events) == 5
        again = await ingested(library, kit / "page.wav")
        assert again.result["quarantined"] == 1
        assert len(await library.db.reading.quarantine(10, 0)) == 5  # known by its content: not copied once more


@pytest.mark.parametrize(
    "name",
    [
        b"\xff\xfe kick.wav",
        b"new\nline.wav",
        "Ünïcödé 🥁.wav".encode(),
        b"x" * 251 + b".wav",
        b"-rf.wav",
        b"a'; DROP.wav",
    ],
)
async def test_any_file_name_is_taken_and_shown_as_text(
    tmp_path: Path, settings: Config, pool: Pool, tone: Tone, name: bytes
) -> None:
    source = tone(tmp_path / "kit" / os.fsdecode(name))
    async with opened(tmp_path / "library", settings, pool) as (library, _):
        job = await ingested(library, source.parent)
        assert job.result["added"] == 1
        stem = (await library.stems())[0]
        assert stem.source == source
        assert stem.filename.isprintable()
        stem.filename.encode()
        assert stem.path.name.isascii()
        assert stem.path.is_file()


async def test_a_file_that_was_set_aside_is_tried_anew_on_retry(
    tmp_path: Path, settings: Config, pool: Pool, tone: Tone
) -> None:
    source = tmp_path / "kick.wav"
    source.write_text("not yet")
    async with opened(tmp_path / "library", settings, pool) as (library, _):
        job = await ingested(library, source)
        assert job.result["quarantined"] == 1
        tone(source)
        await library.queue.retry(job.id)
        job = await library.queue.wait(job.id)
        assert job.result["added"] == 1
        assert job.attempts == 1  # since it was asked for again


async def test_a_cancelled_job_keeps_what_it_has_done_and_goes_on_at_a_retry(
    tmp_path: Path, settings: Config, pool: Pool, tone: Tone
) -> None:
    for number in range(24):
        tone(tmp_path / "kit" / f"{number}.wav", 60 + 10 * number)
    async with opened(tmp_path / "library", settings, pool) as (library, events):
        number = await library.ingest([tmp_path / "kit"])
        while not any(isinstance(event, StemAdded) for event in events):
            await asyncio.sleep(0.01)
        job = await library.queue.cancel(number)
        assert (job.state, job.code) == ("cancelled", "cancelled")
        assert isinstance(events[-1], JobFailed)
        assert 0 < await analysed(library) < 24
        with pytest.raises(BadArgument):
            await library.queue.cancel(number)
        await library.queue.retry(number)
        job = await library.queue.wait(number)
        assert job.result["added"] == 24
        assert len(await library.stems()) == 24


CHILD = """
import asyncio, sys
from pathlib import Path
from typing import Any
from liveengine import config
from liveengine.bus import Bus
from liveengine.jobs.pool import Pool
from liveengine.stems.library import Library

async def main():
    settings = config.load(overrides={"library": {"workers": 1, "embedder": "mini"}})
    bus = Bus()
    bus.subscribe(lambda event: print(event.message()[0], flush=True))
    async with Pool(1) as pool:
        library = await Library.open(Path(sys.argv[1]), settings, pool, bus)
        await library.queue.wait(await library.ingest([sys.argv[2]]))

asyncio.run(main())
"""


async def test_a_scan_goes_on_after_kill_9_without_doing_anything_twice(
    tmp_path: Path, settings: Config, pool: Pool, tone: Tone
) -> None:
    for number in range(40):
        tone(tmp_path / "kit" / f"{number}.wav", 60 + 10 * number)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", CHILD, str(tmp_path / "library"), str(tmp_path / "kit"), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    async with asyncio.timeout(60):
        while (await process.stdout.readline()).strip() != b"/stem/added":
            pass
    process.send_signal(signal.SIGKILL)
    await process.wait()
    async with opened(tmp_path / "library", settings, pool) as (library, events):
        before = await analysed(library)
        assert 0 < before < 40
        job = await library.queue.wait(1)
        assert job.state == "done"
        assert job.result["added"] == 40
        assert len(await library.stems()) == 40
        assert sum(isinstance(event, StemAdded) for event in events) == 40 - before
        assert await library.scrub() == {}
        assert len(library.finder) == 40


async def test_two_daemons_never_share_a_library(tmp_path: Path, settings: Config, pool: Pool) -> None:
    async with opened(tmp_path, settings, pool):
        with pytest.raises(LibraryLocked, match=str(os.getpid())):
            await Library.open(tmp_path, settings, pool, Bus())
    async with opened(tmp_path, settings, pool):
        pass


async def test_a_path_that_is_not_there_is_named_at_once(tmp_path: Path, settings: Config, pool: Pool) -> None:
    async with opened(tmp_path / "library", settings, pool) as (library, _):
        with pytest.raises(NotFound, match=r"nowhere\.wav"):
            await library.ingest([tmp_path / "nowhere.wav"])


async def test_a_deleted_stem_is_gone_everywhere_but_at_its_source(
    tmp_path: Path, settings: Config, pool: Pool, tone: Tone
) -> None:
    source = tone(tmp_path / "kick.wav")
    async with opened(tmp_path / "library", settings, pool) as (library, _):
        await ingested(library, source)
        stem = (await library.stems())[0]
        await library.delete(stem.id)
        assert await library.search("kick") == []
        assert not stem.path.exists()
        assert source.exists()
        with pytest.raises(UnknownStem):
            await library.get(stem.id)
        assert (await ingested(library, source)).result["added"] == 1
        assert (await library.stems())[0].id > stem.id


async def test_vectors_of_another_model_are_ignored_and_made_anew(
    tmp_path: Path, settings: Config, pool: Pool, tone: Tone
) -> None:
    async with opened(tmp_path / "library", settings, pool) as (library, _):
        await ingested(library, tone(tmp_path / "kick.wav"))
        async with library.db.transaction() as change:
            await change._run("UPDATE models SET checksum = 'of an older lexicon'")
    async with opened(tmp_path / "library", settings, pool) as (library, _):
        job = (await library.queue.all())[0]
        assert job.kind == "reembed"
        assert (await library.queue.wait(job.id)).result == {"model": "traum-mini", "embedded": 1, "failed": []}
        assert len(await library.search("kick")) == 1
        assert await library.handover.missing(library.embedder) == 0


async def test_a_stem_is_found_by_name_and_can_be_loaded_before_it_is_analysed(
    tmp_path: Path, settings: Config, pool: Pool, tone: Tone, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        tone(tmp_path / "kit" / f"tom {number} 120bpm.wav", 60 + 10 * number)
    last = tone(tmp_path / "kit" / "zz dark_kick Am.wav", 50)
    go, order = asyncio.Event(), list[str]()

    async def hold(payload: dict[str, Any]) -> None:
        await go.wait()
        order.append(Path(payload["name"]).name)

    before(monkeypatch, pool, "analyse", hold)
    async with opened(tmp_path / "library", settings, pool) as (library, events):
        job = await library.ingest([tmp_path / "kit"])
        while not any(isinstance(event, StemsNamed) for event in events):
            await asyncio.sleep(0.01)
        (match,) = await library.search("dark kick", 1)
        named = match.stem
        assert (named.state, named.filename, named.category, named.key) == ("named", last.name, "kick", "Am")
        assert (named.path, named.rate, named.frames) == (last, 22_050, round(0.3 * 22_050))
        assert [stem.bpm for stem in await library.stems("percussion")] == [120.0] * 5
        await library.get(named.id)  # somebody wants it: it goes before the others
        go.set()
        assert (await library.queue.wait(job)).result["added"] == 6
        assert last.name in order[:4]  # three were under way already
        ready = await library.get(named.id)
        assert (ready.state, ready.source) == ("ready", last)
        assert ready.path.is_relative_to(tmp_path / "library")
        assert len(library.finder) == 6
        assert await library.scrub() == {}


async def test_a_named_stem_whose_file_is_no_use_after_all_is_gone(
    tmp_path: Path, settings: Config, pool: Pool
) -> None:
    soundfile.write(tmp_path / "quiet kick.wav", np.zeros(4410), 44_100)
    async with opened(tmp_path / "library", settings, pool) as (library, events):
        job = await ingested(library, tmp_path / "quiet kick.wav")
        assert job.result["quarantined"] == 1
        assert any(isinstance(event, StemsNamed) for event in events)
        assert await library.stems() == []
        assert await library.search("kick") == []
        assert "is silent" in (await library.db.reading.quarantine(1, 0))[0]["reason"]


async def test_names_of_a_cancelled_job_go_but_what_the_user_made_of_one_stays_and_becomes_whole_in_the_next(
    tmp_path: Path, settings: Config, pool: Pool, tone: Tone, monkeypatch: pytest.MonkeyPatch
) -> None:
    tone(tmp_path / "kit" / "hornet.wav")
    tone(tmp_path / "kit" / "walrus.wav", 200)
    go = asyncio.Event()
    before(monkeypatch, pool, "analyse", lambda _: go.wait())
    async with opened(tmp_path / "library", settings, pool) as (library, events):
        job = await library.ingest([tmp_path / "kit"])
        while not any(isinstance(event, StemsNamed) for event in events):
            await asyncio.sleep(0.01)
        await library.favourite(1, True)
        await library.queue.cancel(job)
        go.set()
        (named,) = await library.stems()
        assert [match.stem.id for match in await library.search("hornet")] == [1]
        assert (await ingested(library, tmp_path / "kit")).result["added"] == 2
        ready = (await library.stems())[0]
        assert (ready.id, named.state, ready.state, ready.favourite) == (named.id, "named", "ready", True)
        await library.queue.retry(job)
        assert (await library.queue.wait(job)).result["known"] == 2


async def test_files_whose_first_look_kills_the_worker_are_analysed_all_the_same(
    tmp_path: Path, settings: Config, pool: Pool, tone: Tone, monkeypatch: pytest.MonkeyPatch
) -> None:
    tone(tmp_path / "kit" / "a.wav")

    async def die(_: dict[str, Any]) -> None:
        raise JobFailure("the identify job failed 3 times: worker 1 died of SIGSEGV")

    before(monkeypatch, pool, "identify", die)
    async with opened(tmp_path / "library", settings, pool) as (library, events):
        assert (await ingested(library, tmp_path / "kit")).result["added"] == 1
        assert not any(isinstance(event, StemsNamed) for event in events)
