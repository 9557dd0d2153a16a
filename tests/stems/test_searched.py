"""What the search knows of the stems, and that nothing waits while it is made."""

import asyncio
import sqlite3
import threading
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from liveengine.config import Config
from liveengine.jobs.pool import Pool
from liveengine.stems import axes, columns, packing, select
from liveengine.stems.columns import Filter
from liveengine.stems.connect import Damaged
from liveengine.stems.db import Database
from liveengine.stems.rows import pack
from tests.stems.conftest import Tone, opened
from tests.stems.test_db import stem
from tests.stems.test_opinions import unit

FACTS = packing.pack({"features": dict.fromkeys(axes.reference().features, 0.5), "words": ["zorblax"]})


async def filled(root: Path, settings: Config, count: int) -> None:
    """Make a library of `count` measured stems whose codes nobody has made yet."""
    db = await Database.open(root / "processed_database" / "stems.db")
    model = select.embedder(settings, Pool(1), root)
    async with db.transaction() as change:
        ids = [await change.add_stem(stem(number) | {"facts": FACTS}) for number in range(1, count + 1)]
        await change.add_embeddings(model.model, model.checksum, {one: pack(unit(one)) for one in ids})
    await db.close()


@pytest.fixture
def threads(monkeypatch: pytest.MonkeyPatch) -> set[threading.Thread]:
    """Hear in which threads sounds are placed on the axes."""
    found, measured = set(), axes.measured

    def heard(facts: Mapping[str, Any], categories: Mapping[str, float]) -> dict[str, float]:
        found.add(threading.current_thread())
        return measured(facts, categories)

    monkeypatch.setattr(axes, "measured", heard)
    return found


async def test_stems_that_are_edited_together_are_placed_anew_in_a_thread(
    tmp_path: Path, settings: Config, threads: set[threading.Thread]
) -> None:
    await filled(tmp_path, settings, 600)
    async with opened(tmp_path, settings) as library:
        await library.edit(range(1, 601), category="bass", tags=["quux"])
        assert threads
        assert threading.main_thread() not in threads
        found = await library.search("quux", 600, "bass")
        assert len(found) == 600


async def test_a_file_is_described_and_placed_in_a_thread(
    tmp_path: Path, settings: Config, tone: Tone, threads: set[threading.Thread]
) -> None:
    async with opened(tmp_path / "library", settings) as library:
        await library.queue.wait(await library.ingest([tone(tmp_path / "dark kick.wav")]))
        assert (await library.counts()) == {"kick": 1}
        await library.queue.wait(await library.reanalyse([]))
    assert threads
    assert threading.main_thread() not in threads


async def test_of_two_edits_at_once_the_search_knows_the_one_that_is_stored(tmp_path: Path, settings: Config) -> None:
    await filled(tmp_path, settings, 3)
    async with opened(tmp_path, settings) as library:
        kinds = ["bass", "snare", "fx", "vocal", "atmo", "synth"]
        await asyncio.gather(*(library.edit([1], category=kind) for kind in kinds))
        for kind in kinds:
            found = await library.search("sound", 3, kind)
            assert [match.stem.id for match in found] == [1] * ((await library.get(1)).category == kind)


async def test_a_mark_that_is_set_while_codes_are_made_stays(tmp_path: Path, settings: Config) -> None:
    await filled(tmp_path, settings, 40)
    async with opened(tmp_path, settings) as library:
        await asyncio.gather(library.refresh(range(1, 41)), library.favourite(7, True), library.noted([("played", 8)]))
        seen = await library.find("kick", 40, Filter(favourite=True))
        assert [match.stem.id for match in seen.matches] == [7]
        unheard = await library.find("kick", 40, Filter(unheard=True))
        assert 8 not in [match.stem.id for match in unheard.matches]
        assert len(unheard.matches) == 39


async def test_a_stem_that_is_deleted_meanwhile_does_not_come_back(tmp_path: Path, settings: Config) -> None:
    await filled(tmp_path, settings, 40)
    async with opened(tmp_path, settings) as library:
        await asyncio.gather(library.refresh(range(1, 41)), library.delete(9))
        assert len(library.finder) == 39
        assert len(await library.search("kick", 40)) == 39


async def test_a_library_with_codes_of_another_lexicon_is_open_before_any_is_made(
    tmp_path: Path, settings: Config, threads: set[threading.Thread]
) -> None:
    await filled(tmp_path, settings, 600)
    async with opened(tmp_path, settings) as library:
        assert not threads
        assert len(await library.search("kick", 1000)) == 600  # by vector and category
        (job,) = await library.queue.all()
        assert (job.kind, job.total) == ("refresh", 600)
        assert (await library.queue.wait(job.id)).result == {"refreshed": 600}
        assert threads
        assert not np.isnan((await library.finder.look([1, 600], ["brightness"])).places[1, 0])
    threads.clear()
    async with opened(tmp_path, settings) as library:
        assert len(await library.queue.all()) == 1
        assert not np.isnan((await library.finder.look([1, 600], ["brightness"])).places[0, 0])
    assert not threads


async def test_one_stem_with_damaged_facts_does_not_keep_the_others_from_being_placed(
    tmp_path: Path, settings: Config
) -> None:
    await filled(tmp_path, settings, 3)
    database = tmp_path / "processed_database" / "stems.db"
    with closing(sqlite3.connect(database)) as broken, broken:
        broken.execute("UPDATE stems SET facts = ? WHERE id = 2", (b"\x00" + FACTS[1:],))
    async with opened(tmp_path, settings) as library:
        (job,) = await library.queue.all()
        assert (await library.queue.wait(job.id)).result == {"refreshed": 3}
        with pytest.raises(Damaged, match=r"/stem/\{stem\}/analyse measures it anew"):
            await library.measured(2)


async def test_what_was_not_placed_anew_before_the_library_was_closed_is_at_the_next_start(
    tmp_path: Path, settings: Config
) -> None:
    await filled(tmp_path, settings, 600)
    for _ in range(2):
        async with opened(tmp_path, settings) as library:
            (job,) = await library.queue.all()
    async with opened(tmp_path, settings) as library:
        assert (await library.queue.wait(job.id)).state == "done"
        assert len(await library.queue.all()) == 1
        assert (
            await library.db.reading.without_codes(
                library.embedder.model, library.embedder.checksum, columns.checksum(tmp_path), 0, 1000
            )
            == []
        )


async def test_a_job_that_was_cancelled_is_begun_anew_at_the_next_start(tmp_path: Path, settings: Config) -> None:
    await filled(tmp_path, settings, 3)
    async with opened(tmp_path, settings) as library:
        await library.queue.cancel((await library.queue.all())[0].id)
    async with opened(tmp_path, settings) as library:
        job = (await library.queue.all())[0]
        assert (await library.queue.wait(job.id)).result == {"refreshed": 3}


async def test_a_word_of_the_users_own_is_read_in_names_in_every_spelling(
    tmp_path: Path, settings: Config, tone: Tone
) -> None:
    (tmp_path / "library" / "lexicon").mkdir(parents=True)
    own = "[things]\notamatone = { en = ['otamatone'], de = ['Tomatone'], implies = ['synth'] }\n"
    (tmp_path / "library" / "lexicon" / "own.toml").write_text(own)
    async with opened(tmp_path / "library", settings) as library:
        paths = [tone(tmp_path / "Tomatone 01.wav", 300), tone(tmp_path / "Quux 01.wav", 301)]
        await library.queue.wait(await library.ingest(paths))
        stems = {found.filename: found for found in await library.stems()}
        assert stems["Tomatone 01.wav"].tags[0] == "otamatone"
        for spelling in ("otamatone", "Tomatone"):
            found = await library.search(spelling, 2)
            assert found[0].stem.filename == "Tomatone 01.wav"
            assert "named otamatone" in found[0].reasons


def test_codes_of_a_library_with_other_words_mean_nothing(tmp_path: Path) -> None:
    (tmp_path / "own" / "lexicon").mkdir(parents=True)
    (tmp_path / "own" / "lexicon" / "own.toml").write_text("[things]\notamatone = { de = ['Tomatone'] }\n")
    (tmp_path / "none").mkdir()
    assert columns.checksum(tmp_path / "own") != columns.checksum(tmp_path / "none")
