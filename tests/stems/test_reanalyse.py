"""A new analysis: from the source or from the copy, beside edits of the user."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
import pytest_asyncio
import soundfile

from liveengine.bus import Bus
from liveengine.config import Config
from liveengine.jobs.pool import Pool
from liveengine.jobs.protocol import Payload
from liveengine.sound import stamp
from liveengine.sound.riff import Acid, Chunks
from liveengine.stems import reanalyse
from liveengine.stems.connect import Damaged
from liveengine.stems.library import Library
from liveengine.synth.labelled import draw
from tests.stems.conftest import Tone, opened


@pytest_asyncio.fixture
async def library(tmp_path: Path, settings: Config) -> AsyncIterator[Library]:
    """One loop whose chunk says 90 beats per minute and whose maker is Nadja."""
    path = tmp_path / "in" / "loop.wav"
    path.parent.mkdir()
    soundfile.write(path, draw(0, 1).sound.T, 48_000)
    stamp.write(path, Chunks(acid=Acid(tempo=90.0), info={"IART": "Nadja"}))
    async with opened(tmp_path / "library", settings, path) as library:
        yield library


async def again(library: Library) -> None:
    found = await library.queue.wait(await library.reanalyse([]))
    assert found.result == {"analysed": 1, "failed": {}}


async def test_edits_stay_and_everything_else_is_measured_anew(library: Library) -> None:
    await library.edit([1], key="F#m", title="Mine")
    async with library.db.transaction() as change:
        await change.change_stem(1, {"loudness": 0.0, "peak": 99.0})
    await again(library)
    known = await library.get(1)
    assert (known.key, known.title, known.bpm, known.creator) == ("F#m", "Mine", 90.0, "Nadja")
    assert known.peak is not None
    assert known.peak < 1.0
    await library.reset([1], "title")
    assert (await library.get(1)).title == "loop"
    assert await library.scrub() == {}


async def test_where_the_source_is_gone_its_tags_are_remembered(library: Library) -> None:
    (await library.get(1)).source.unlink()
    await again(library)
    known, facts = await library.measured(1)
    assert (known.bpm, known.creator) == (90.0, "Nadja")
    assert facts["tempo_source"] == "chunk"
    assert {"chunk", "length"} <= {claim["source"] for claim in facts["tempo_candidates"]}


async def test_damaged_facts_are_measured_anew(library: Library) -> None:
    (await library.get(1)).source.unlink()
    database = library.root / "processed_database" / "stems.db"
    with closing(sqlite3.connect(database)) as broken, broken:
        broken.execute("UPDATE stems SET facts = x'00' WHERE id = 1")
    with pytest.raises(Damaged):
        await library.measured(1)
    await again(library)
    _, facts = await library.measured(1)
    assert facts["tempo_candidates"]


async def test_what_was_measured_before_a_kill_is_not_measured_again(
    tmp_path: Path, settings: Config, tone: Tone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reanalyse, "BATCH", 2)
    for number in range(7):
        tone(tmp_path / "in" / f"{number}.wav", 100 + 40 * number)
    async with opened(tmp_path / "library", settings, tmp_path / "in") as library:
        (await library.get(2)).path.unlink()
        (await library.get(2)).source.unlink()
        job = await library.reanalyse([])
        while (((await library.queue.get(job)).place or {}).get("after") or 0) < 4:
            await asyncio.sleep(0.001)
    asked: list[str] = []  # by the library that is opened now: what the other one has stored is all that a kill leaves
    async with Pool(1) as pool:
        run = pool.run

        async def counted(kind: str, payload: Payload) -> Payload:
            asked.append(kind)
            return await run(kind, payload)

        monkeypatch.setattr(pool, "run", counted)
        library = await Library.open(tmp_path / "library", settings, pool, Bus())
        found = await library.queue.wait(job)
        await library.close()
    assert found.result["analysed"] == 6
    assert list(found.result["failed"]) == ["2"]
    assert asked.count("analyse") in (3, 4)  # the three that were left, and the second stem once more


def test_a_claim_that_lost_before_does_not_win_now() -> None:
    old = {"tempo_candidates": [{"value": 99.0, "source": "tag", "confidence": 0.3}], "tempo_source": "length"}
    facts = {"tempo": 128.0, "tempo_candidates": [], "key_candidates": []}
    reanalyse.carry(old, facts)
    assert facts["tempo"] == 128.0
    assert facts["tempo_candidates"] == old["tempo_candidates"]
