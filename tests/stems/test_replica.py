from pathlib import Path

import pytest

from liveengine.config import Config
from liveengine.errors import NotFound
from liveengine.stems import replica
from liveengine.stems.db import Database
from tests.stems.conftest import opened


async def test_a_library_at_work_is_copied_as_it_is_and_its_jobs_rest_in_the_copy(
    tmp_path: Path, settings: Config
) -> None:
    async with opened(tmp_path / "own", settings) as library:
        (tmp_path / "own" / "config.toml").write_text("[library]\nworkers = 1\n")
        (tmp_path / "own" / "lexicon").mkdir()
        (tmp_path / "own" / "lexicon" / "own.toml").write_text("[things]\notamatone = { de = ['Tomatone'] }\n")
        async with library.db.transaction() as change:
            job = await change.add_job("ingest", {"paths": []}, 0)
        await replica.copy(tmp_path / "own", tmp_path / "copy")
        assert (await library.queue.get(job)).state == "queued"
    copied = await Database.open(tmp_path / "copy" / replica.DATABASE)
    try:
        assert await copied.reading.open_jobs() == []
    finally:
        await copied.close()
    assert (tmp_path / "copy" / "lexicon" / "own.toml").read_text().startswith("[things]")
    assert (tmp_path / "copy" / "config.toml").read_text() == "[library]\nworkers = 1\n"


async def test_where_there_is_no_library_there_is_nothing_to_copy(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no library at"):
        await replica.copy(tmp_path, tmp_path / "copy")
    assert not (tmp_path / "copy").exists()
