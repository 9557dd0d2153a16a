from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from liveengine.bus import Bus
from liveengine.command import Registry
from liveengine.control.doors import Doors
from tests.clients.ableton.stage import Studio, Verbs
from tests.clients.playing import Playing
from tests.clients.stage import Stage
from tests.control.stage import opened, settings


@pytest.fixture
async def studio(tmp_path: Path) -> AsyncIterator[Studio]:
    """Live with the script, before real doors."""
    stage = Stage(Bus())
    verbs = Verbs(stage)
    registry = Registry()
    registry.add(Playing(stage))
    registry.add(verbs)
    library = tmp_path / "library"
    async with opened(Doors(settings()), registry, stage.bus, library, stage.state, meters=stage.meters) as doors:
        studio = Studio(stage, verbs, doors, tmp_path)
        yield studio
        if studio.surface is not None:
            studio.surface.disconnect()
        assert not studio.live.log, studio.live.log
        assert not studio.song.listened
