from pathlib import Path

import numpy as np
import pytest

from liveengine.config import Config
from liveengine.errors import NotFound
from liveengine.stems import stock
from tests.stems.conftest import Tone, opened


async def test_a_stocked_library_holds_copies_that_are_found_and_differ(
    tmp_path: Path, settings: Config, tone: Tone
) -> None:
    two = [tone(tmp_path / "kick_deep.wav", 55.0), tone(tmp_path / "bell_high.wav", 2000.0)]
    async with opened(tmp_path / "library", settings, *two) as library:
        await stock.fill(library, 50, seed=1)
    async with opened(tmp_path / "library", settings) as library:
        assert sum((await library.counts()).values()) == 50
        assert len(library.finder) == 50
        found = await library.search("deep kick", top_k=20)
        assert sum("kick" in match.stem.title for match in found) > 10
        vectors = await library.finder.vectors([match.stem.id for match in found])
        assert np.unique(vectors, axis=0).shape == vectors.shape


async def test_a_library_grows_from_size_to_size_over_many_batches(
    tmp_path: Path, settings: Config, tone: Tone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stock, "BATCH", 3)
    async with opened(tmp_path / "library", settings, tone(tmp_path / "kick.wav")) as library:
        for count in (10, 25):
            await stock.fill(library, count)
            assert sum((await library.counts()).values()) == count


async def test_without_a_stem_there_is_nothing_to_copy(tmp_path: Path, settings: Config) -> None:
    async with opened(tmp_path, settings) as library:
        with pytest.raises(NotFound, match="no stem that could be copied"):
            await stock.fill(library, 10)
