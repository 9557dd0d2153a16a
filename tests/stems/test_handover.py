"""Another model takes over: the search stays with the old one until every stem has its vector."""

import asyncio
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from liveengine import config
from liveengine.bus import Bus
from liveengine.errors import BadAudio, UnknownStem
from liveengine.jobs.pool import Pool
from liveengine.stems.columns import Filter
from liveengine.stems.embed import Embedder
from liveengine.stems.library import Library
from liveengine.stems.rank import ranking
from liveengine.stems.reader import Row
from liveengine.stems.shelf import Looked
from liveengine.stems.vectors import Ids
from tests.stems.successor import SETTINGS, Successor, vector
from tests.stems.test_opinions import filled


@asynccontextmanager
async def opened(root: Path, embedder: Embedder | None = None) -> AsyncIterator[Library]:
    async with Pool(1) as pool:
        library = await Library.open(root, SETTINGS, pool, Bus(), embedder)
        try:
            yield library
        finally:
            await library.close()


def made(root: Path, model: str) -> int:
    with sqlite3.connect(root / "processed_database" / "stems.db") as connection:
        count: int = connection.execute(
            "SELECT count(*) FROM embeddings e JOIN models m ON m.id = e.model WHERE m.model = ?", (model,)
        ).fetchone()[0]
    connection.close()
    return count


async def test_the_search_stays_with_the_old_model_until_every_stem_has_a_vector(tmp_path: Path) -> None:
    await filled(tmp_path, 40)
    async with opened(tmp_path) as library:
        before = [match.stem.id for match in await library.search("kick", 40)]
    successor = Successor()
    successor.go.clear()
    async with opened(tmp_path, successor) as library:
        assert library.embedder.model == "traum-mini"
        (job,) = [job for job in await library.queue.all() if job.kind == "reembed"]
        answers = []
        while library.embedder.model == "traum-mini":
            answers.append([match.stem.id for match in await library.search("kick", 40)])
            if len(answers) == 3:
                successor.go.set()
            await asyncio.sleep(0)
        after = [match.stem.id for match in await library.search("kick", 40)]
        assert len(answers) > 2
        assert answers[:-1] == [before] * (len(answers) - 1)
        assert answers[-1] in (before, after)  # all the old or all the new
        assert before != after
        found = await library.finder.vector(7)
        assert found is not None
        assert float(found @ vector("7.wav")) > 0.999
        ended = await library.queue.wait(job.id)
        assert ended.result == {"model": "successor", "embedded": 40, "failed": []}
    assert made(tmp_path, "successor") == 40
    assert made(tmp_path, "traum-mini") == 40


async def test_a_kill_in_the_middle_changes_nothing_and_the_next_start_goes_on(tmp_path: Path) -> None:
    await filled(tmp_path, 150)
    async with opened(tmp_path) as library:
        before = [match.stem.id for match in await library.search("kick", 100)]
    for stop in (32, 64):
        process = subprocess.Popen([sys.executable, "-m", "tests.stems.successor", str(tmp_path), "0.3"])
        while made(tmp_path, "successor") < stop:
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.wait()
    there = made(tmp_path, "successor")
    assert 64 <= there < 150
    async with opened(tmp_path) as library:  # the settings choose the old one again
        assert [match.stem.id for match in await library.search("kick", 100)] == before
        for job in await library.queue.all():
            await library.queue.wait(job.id)
    successor = Successor()
    async with opened(tmp_path, successor) as library:
        for job in await library.queue.all():
            await library.queue.wait(job.id)
        assert library.embedder is successor
        assert successor.asked == 150 - there
    async with opened(tmp_path, Successor()) as library:  # it is in use from the start now
        assert library.embedder.model == "successor"
        assert await library.handover.missing(library.embedder) == 0


async def test_sounds_travel_together_and_what_fails_holds_up_no_other(tmp_path: Path) -> None:
    await filled(tmp_path, 40)
    successor = Successor(0.001)
    hear = successor.audio

    async def audio(sound):  # type: ignore[no-untyped-def]
        if sound.path.name == "3.wav":
            raise BadAudio("3.wav is not there")
        return await hear(sound)

    successor.audio = audio  # type: ignore[method-assign]
    async with opened(tmp_path, successor) as library:
        (job,) = await library.queue.all()
        ended = await library.queue.wait(job.id)
        assert ended.result == {"model": "successor", "embedded": 39, "failed": [3]}
        assert library.embedder is successor
    assert successor.together == 32 - 1


async def test_a_model_that_hears_in_workers_takes_no_more_of_them_than_the_budget_has(tmp_path: Path) -> None:
    await filled(tmp_path, 12)
    async with Pool(1) as pool:
        workers = Successor(0.001)
        workers.ear = tmp_path
        library = await Library.open(
            tmp_path, config.load(overrides={"library": {"workers": 3, "embedder": "mini"}}), pool, Bus(), workers
        )
        await library.queue.wait((await library.queue.all())[0].id)
        await library.close()
    assert workers.together == 3


async def test_a_library_whose_model_was_replaced_answers_by_names_and_facts_until_it_is_heard_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await filled(tmp_path, 40)
    async with opened(tmp_path, Successor()) as library:
        await library.queue.wait((await library.queue.all())[0].id)
    newer = Successor(0.1, checksum="2")  # nobody has the first version any more
    newer.go.clear()
    async with opened(tmp_path, newer) as library:
        assert "40 stems have no vector of successor: found by measurements and names until then" in caplog.text
        answer = await library.find("kick", 40, Filter())
        assert {match.stem.id for match in answer.matches} == set(range(1, 41))
        assert answer.told["unheard"] == 40
        assert await library.search("kick", 40, "bass") == []
        assert len(await library.search("kick", 40, loop=False)) == 40
        with pytest.raises(UnknownStem, match="no stem 1 with a vector of successor"):
            await library.similar(1)
        with pytest.raises(UnknownStem, match="no stem 1 with a vector of successor"):
            await library.path(1, 2, 3)
        await library.refresh([1, 2, 3])
        newer.go.set()
        (job,) = [job for job in await library.queue.all() if job.state in ("queued", "running")]
        while not library.finder.mute < 40:
            await asyncio.sleep(0.01)
        while (text := (await library.queue.get(job.id)).text) == "":
            await asyncio.sleep(0.01)
        assert "the others answer by measurements and names" in text
        await library.queue.wait(job.id)
        assert await library.handover.missing(library.embedder) == 0
        answer = await library.find("kick", 40, Filter())
        assert (len(answer.matches), answer.told["unheard"]) == (40, 0)
        assert len(await library.similar(1)) == 10
    assert made(tmp_path, "successor") == 80
    async with opened(tmp_path) as library:
        for one in await library.queue.all():
            await library.queue.wait(one.id)
        assert library.embedder.model == "traum-mini"


async def test_what_is_deleted_or_marked_while_the_model_changes_stays_so(tmp_path: Path) -> None:
    await filled(tmp_path, 40)
    async with opened(tmp_path):
        pass
    async with opened(tmp_path, Successor(0.02)) as library:
        reading, read = library.db.reading, library.db.reading.embeddings
        acts: list[asyncio.Task[object]] = []

        async def embeddings(model: str, checksum: str, lexicon: int) -> list[Row]:
            rows = await read(model, checksum, lexicon)
            acts.append(asyncio.create_task(library.delete(7)))
            acts.append(asyncio.create_task(library.favourite(8, True)))
            await asyncio.sleep(0.05)
            return rows

        reading.embeddings = embeddings  # type: ignore[method-assign]
        await library.queue.wait((await library.queue.all())[0].id)
        await asyncio.gather(*acts)
        assert library.embedder.model == "successor"
        assert await library.finder.vector(7) is None
        assert len(await library.search("kick", 100)) == 39
        found = await library.find("kick", 100, Filter(favourite=True))
        assert [match.stem.id for match in found.matches] == [8]


async def test_a_search_by_a_stem_is_never_of_two_models(tmp_path: Path) -> None:
    await filled(tmp_path, 40)
    vectors_alone = replace(ranking(), likeness={"cosine": 1.0, "axes": 0.0, "category": 0.0})
    async with opened(tmp_path) as library:
        library.asking.by = vectors_alone
        before = [match.stem.id for match in await library.similar(1, 39)]
    async with opened(tmp_path, Successor(0.02)) as library:
        library.asking.by = vectors_alone
        finder, look = library.finder, library.finder.look
        answers = []

        async def look_first(stems: Sequence[int] | Ids, names: Sequence[str]) -> Looked:
            found = await look(stems, names)
            if library.embedder.model == "traum-mini":
                await library.queue.wait((await library.queue.all())[0].id)  # the model changes in the middle
            return found

        finder.look = look_first  # type: ignore[method-assign]
        answers.append([match.stem.id for match in await library.similar(1, 39)])
        own = [vector(f"{stem}.wav") for stem in range(1, 41)]
        expected = sorted(range(2, 41), key=lambda stem: -float(own[stem - 1] @ own[0]))
        assert answers[0] == expected != before


async def test_a_stem_that_comes_in_while_the_models_change_is_found_with_the_new_one(tmp_path: Path) -> None:
    await filled(tmp_path, 3)
    sounds = tmp_path / "new"
    sounds.mkdir()
    for number in range(3):
        wave = 0.5 * np.sin(2 * np.pi * (100 + 50 * number) * np.arange(11_025) / 22_050)
        soundfile.write(sounds / f"new {number}.wav", wave, 22_050)
    async with opened(tmp_path, Successor(0.2)) as library:
        job = await library.ingest([sounds])
        await library.queue.wait(job)
        for _ in range(3):
            await asyncio.sleep(0)
            for one in await library.queue.all():
                await library.queue.wait(one.id)
        assert library.embedder.model == "successor"
        assert await library.handover.missing(library.embedder) == 0
        assert len(await library.search("sine", 50)) == 6


async def test_a_cancelled_handover_is_not_begun_again_unasked(tmp_path: Path) -> None:
    await filled(tmp_path, 40)
    async with opened(tmp_path) as library:
        assert await library.queue.all() == []
    async with opened(tmp_path, Successor(5.0)) as library:
        (job,) = await library.queue.all()
        await library.queue.cancel(job.id)
    async with opened(tmp_path, Successor()) as library:
        assert [one.state for one in await library.queue.all()] == ["cancelled"]
        assert library.embedder.model == "traum-mini"
        await library.queue.wait(await library.handover.ask())
        assert library.embedder.model == "successor"
