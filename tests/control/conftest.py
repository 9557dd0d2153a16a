from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from liveengine.bus import Bus
from liveengine.command import Registry
from liveengine.control.doors import Doors
from liveengine.errors import UnknownStem
from tests.control.stage import House, Stage, opened, settings


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    bus = Bus()
    stage = Stage(bus)
    registry = Registry()
    registry.add(stage)
    audio = tmp_path / "kick.wav"
    audio.write_bytes(bytes(range(200)))

    async def audio_path(stem: int) -> Path:
        if stem != 1:
            raise UnknownStem(f"no stem {stem}")
        return audio

    doors, library = Doors(settings(origins=["http://studio.local:3000"])), tmp_path / "library"
    more = {"audio": audio_path, "health": lambda: {"engine": "running"}, "together": stage.held}
    async with opened(doors, registry, bus, library, stage.state, **more):
        yield House(doors, stage, library)


@pytest.fixture
async def web(house: House) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=house.url) as client:
        yield client
