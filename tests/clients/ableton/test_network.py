"""An engine on another machine, reached as from there: by this machine's own address on its network."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from liveengine.bus import Bus
from liveengine.command import Registry
from tests.clients.ableton.stage import Studio, Verbs
from tests.clients.playing import Playing
from tests.clients.stage import Stage
from tests.control.safety.lan import Network, needs_network, network_of

pytestmark = needs_network


@pytest.fixture
async def far(tmp_path: Path) -> AsyncIterator[tuple[Studio, Network]]:
    stage = Stage(Bus())
    verbs = Verbs(stage)
    registry = Registry()
    registry.add(Playing(stage))
    registry.add(verbs)
    async with network_of(tmp_path, registry) as found:
        studio = Studio(stage, verbs, found.doors, tmp_path)
        yield studio, found
        if studio.surface is not None:
            studio.surface.disconnect()
        assert not studio.live.log


async def test_the_token_opens_the_door(far: tuple[Studio, Network]) -> None:
    studio, network = far
    await studio.connected(host=network.host, token=network.keys.token("play"))
    studio.song.change("tempo", 128.5)
    await studio.until(lambda: studio.stage.tempo == 128.5)


@pytest.mark.parametrize(("token", "words"), [("", "token"), ("wrong", "token")])
async def test_without_the_right_token_live_is_told_why_and_nothing_is_followed(
    far: tuple[Studio, Network], token: str, words: str
) -> None:
    studio, network = far
    surface = studio.open(host=network.host, token=token)
    await studio.until(lambda: studio.said(words))
    studio.song.change("tempo", 128.5)
    await studio.ticks(10)
    assert not surface.door.connected
    assert studio.stage.tempo == 138.0
    assert len([line for line in studio.live.messages if words in line]) == 1
