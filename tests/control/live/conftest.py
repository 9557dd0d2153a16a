from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.control.live.band import Band, Client, band


@pytest.fixture
async def live(tmp_path: Path) -> AsyncIterator[Band]:
    async with band(tmp_path) as made:
        assert await made.client.hear() == ("/live/startup", ())
        yield made


@pytest.fixture
def client(live: Band) -> Client:
    return live.client
