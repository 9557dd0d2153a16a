import asyncio
from pathlib import Path

import numpy as np
import pytest

from liveengine.config import Config
from liveengine.errors import NotFound
from liveengine.events import Bus
from liveengine.jobs.pool import Pool
from liveengine.stems import stock
from liveengine.stems.library import Library
from tests.stems.conftest import Tone


async def _ingested(library: Library, paths: list[Path]) -> None:
    job = await library.ingest(paths)
    for _ in range(2000):
        if (await library.queue.get(job)).state == "done":
            return
        await asyncio.sleep(0.01)
    raise AssertionError("the ingest did not end")


async def test_a_stocked_library_holds_copies_that_are_found_and_differ(
    tmp_path: Path, settings: Config, tone: Tone
) -> None:
    async with Pool(1) as pool:
        library = await Library.open(tmp_path / "library", settings, pool, Bus())
        await _ingested(library, [tone(tmp_path / "kick_deep.wav", 55.0), tone(tmp_path / "bell_high.wav", 2000.0)])
        await stock.fill(library, 50, seed=1)
        await library.close()
        library = await Library.open(tmp_path / "library", settings, pool, Bus())
        try:
            assert sum((await library.counts()).values()) == 50
            assert len(library.finder) == 50
            found = await library.search("deep kick", top_k=20)
            assert sum("kick" in match.stem.title for match in found) > 10
            vectors = await library.finder.vectors([match.stem.id for match in found])
            assert np.unique(vectors, axis=0).shape == vectors.shape
        finally:
            await library.close()


async def test_a_library_grows_from_size_to_size_over_many_batches(
    tmp_path: Path, settings: Config, tone: Tone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stock, "BATCH", 3)
    async with Pool(1) as pool:
        library = await Library.open(tmp_path / "library", settings, pool, Bus())
        try:
            await _ingested(library, [tone(tmp_path / "kick.wav")])
            for count in (10, 25):
                await stock.fill(library, count)
                assert sum((await library.counts()).values()) == count
        finally:
            await library.close()


async def test_without_a_stem_there_is_nothing_to_copy(tmp_path: Path, settings: Config) -> None:
    async with Pool(1) as pool:
        library = await Library.open(tmp_path, settings, pool, Bus())
        try:
            with pytest.raises(NotFound, match="no stem that could be copied"):
                await stock.fill(library, 10)
        finally:
            await library.close()
