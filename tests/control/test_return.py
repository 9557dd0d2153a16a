"""A client that is dropped in a flood of changes and comes back: snapshot and deltas give it the one shared truth."""

import asyncio
import json
import random
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect

from liveengine.bus import Bus
from liveengine.command import Registry
from liveengine.control.doors import Doors
from liveengine.events import Changed, ClipStarted
from tests.control.stage import opened, settings

ADDRESSES = [f"/track/{track}/{what}" for track in range(1, 17) for what in ("gain", "pan", "mute", "solo")]
DROPS = 200
WIDTH = 8  # changes in one turn of the loop


class Truth:
    """Values that change all the time; each change is numbered, and the number is the new value."""

    def __init__(self) -> None:
        self.bus = Bus()
        self.random = random.Random(7)
        self.values: dict[str, Any] = dict.fromkeys(ADDRESSES, 0)
        self.log: list[str] = []  # the address of each change
        self._replayed: dict[str, Any] = dict(self.values)
        self._at = 0
        self.flows = asyncio.Event()
        self.flows.set()
        self.markers = 0

    def state(self) -> dict[str, Any]:
        return {"values": dict(self.values), "version": len(self.log)}

    def change(self) -> None:
        address = self.random.choice(ADDRESSES)
        self.log.append(address)
        self.values[address] = len(self.log)
        self.bus.publish(Changed(address, self.values[address]))

    def after(self, version: int) -> dict[str, Any]:
        """Return the values after so many changes, told from the log; ask for later and later ones."""
        for number in range(self._at, version):
            self._replayed[self.log[number]] = number + 1
        self._at = version
        return self._replayed

    async def flood(self) -> None:
        while True:
            await self.flows.wait()
            for _ in range(WIDTH):
                self.change()
            await asyncio.sleep(0.002)

    def mark(self) -> int:
        """Tell everybody something that is never left out."""
        self.markers += 1
        self.bus.publish(ClipStarted(1, 1, self.markers, 1.0))
        return self.markers


class Mirror:
    """What a tablet shows: the snapshot, and the deltas after it in their order."""

    def __init__(self, connection: ClientConnection, truth: Truth) -> None:
        self.connection = connection
        self.truth = truth
        self.values: dict[str, Any] = {}
        self.version = 0
        self.seq = -1

    async def meet(self) -> None:
        """Take the snapshot."""
        message = await self.read()
        assert message["type"] == "state"
        self.values, self.version, self.seq = message["value"]["values"], message["value"]["version"], message["seq"]

    async def read(self) -> Any:
        return json.loads(await asyncio.wait_for(self.connection.recv(), 5))

    async def follow(self) -> Any:
        """Take one delta: later than all before it, and newer than what is shown."""
        message = await self.read()
        assert message["seq"] > self.seq
        self.seq = message["seq"]
        if (address := message["address"]) in self.values:
            assert message["values"][0] > self.values[address]
            self.values[address] = message["values"][0]
        return message

    async def settle(self) -> None:
        """Take all that was told until now."""
        marker = self.truth.mark()
        while (await self.follow())["values"][:2] != ["playing", marker]:
            pass
        assert self.values == self.truth.values


@pytest.fixture
async def truth() -> AsyncIterator[Truth]:
    found = Truth()
    flood = asyncio.create_task(found.flood())
    yield found
    flood.cancel()


@pytest.fixture
async def url(truth: Truth, tmp_path: Path) -> AsyncIterator[str]:
    doors = Doors(settings())
    async with opened(doors, Registry(), truth.bus, tmp_path, truth.state):
        yield f"ws://127.0.0.1:{doors.ports['http']}/ws?meters=0"


async def test_a_client_that_is_dropped_200_times_in_a_flood_is_right_each_time_that_it_comes_back(
    truth: Truth, url: str
) -> None:
    chance = random.Random(11)
    for number in range(DROPS):
        connection = await connect(url, close_timeout=0.02, max_queue=None)
        mirror = Mirror(connection, truth)
        await mirror.meet()
        assert mirror.values == truth.after(mirror.version)
        for _ in range(chance.choice((0, 1, 5, 50))):
            await mirror.follow()
        if number % 4 == 0:
            truth.flows.clear()
            await mirror.settle()
            truth.flows.set()
        if chance.random() < 0.5:
            connection.transport.abort()  # it walks out of the network
        else:
            await connection.close()
    assert len(truth.log) > DROPS * WIDTH


async def test_many_clients_that_come_and_go_share_one_truth(truth: Truth, url: str) -> None:
    chance = random.Random(13)

    async def tablet() -> None:
        for _ in range(5):
            async with connect(url, close_timeout=0.02, max_queue=None) as connection:
                mirror = Mirror(connection, truth)
                await mirror.meet()
                for _ in range(chance.randrange(40)):
                    await mirror.follow()

    await asyncio.gather(*(tablet() for _ in range(20)))
    connections = [await connect(url, close_timeout=0.02, max_queue=None) for _ in range(20)]
    mirrors = [Mirror(connection, truth) for connection in connections]
    for mirror in mirrors:
        await mirror.meet()
    truth.flows.clear()
    for mirror in mirrors:
        await mirror.settle()
    assert {json.dumps(mirror.values) for mirror in mirrors} == {json.dumps(truth.values)}
    for connection in connections:
        await connection.close()
