import asyncio
from pathlib import Path
from typing import Any

import pytest

from liveengine.config import Config
from liveengine.events import StemsNamed
from liveengine.jobs.pool import Pool
from tests.stems.conftest import Tone
from tests.stems.test_ingest import before, opened


async def test_a_stem_that_is_deleted_before_it_is_analysed_does_not_come_back(
    tmp_path: Path, settings: Config, tone: Tone, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(8):  # some of them are under way when they are deleted, others wait
        tone(tmp_path / "kit" / f"kick {number}.wav", 60 + 10 * number)
    go = asyncio.Event()

    async def hold(payload: dict[str, Any]) -> None:
        await go.wait()

    async with Pool(1) as pool, opened(tmp_path / "library", settings, pool) as (library, events):
        before(monkeypatch, pool, "analyse", hold)
        job = await library.ingest([tmp_path / "kit"])
        while not any(isinstance(event, StemsNamed) for event in events):
            await asyncio.sleep(0.01)
        gone = [stem for stem in await library.stems() if stem.filename != "kick 5.wav"]
        for stem in gone:
            await library.delete(stem.id)
        go.set()
        assert (await library.queue.wait(job)).result["added"] == 1
        await library.queue.retry(job)
        await library.queue.wait(job)
        assert [stem.filename for stem in await library.stems()] == ["kick 5.wav"]
        assert len(library.finder) == 1
        copies = list((tmp_path / "library" / "processed_database" / "stems").rglob("*.wav"))
        assert copies == [(await library.stems())[0].path]
        assert all(stem.source.is_file() for stem in gone)
