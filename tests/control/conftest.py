from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from liveengine.command import Registry
from liveengine.control.doors import Doors
from liveengine.errors import UnknownStem
from liveengine.events import Bus
from tests.control.stage import Clock, House, Stage, settings


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

    doors = Doors(settings(origins=["http://studio.local:3000"]))
    await doors.start(
        registry,
        bus,
        Clock(),
        state=stage.state,
        meters=lambda: b"\0" * 16,
        library=tmp_path / "library",
        audio=audio_path,
        peaks=lambda stem: bytes(4),
        health=lambda: {"engine": "running"},
        together=stage.held,
    )
    try:
        yield House(doors, stage, tmp_path / "library")
    finally:
        await doors.close()


@pytest.fixture
async def web(house: House) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=house.url) as client:
        yield client
