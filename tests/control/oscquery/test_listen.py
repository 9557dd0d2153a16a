import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from liveengine.control.osc.codec import Message, bundle, decode, encode
from liveengine.control.outbox import MAX_MESSAGES
from liveengine.events import Changed, ClipFollowed, ClipLoaded, ClipStarted
from tests.control.stage import House


class Client:
    """An OSCQuery client's WebSocket."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket

    async def tell(self, command: str, data: Any) -> None:
        await self._socket.send(json.dumps({"COMMAND": command, "DATA": data}))

    async def osc(self, address: str, *values: Any) -> None:
        await self._socket.send(encode(address, *values))

    async def next(self, timeout: float = 2.0) -> Any:
        found = await asyncio.wait_for(self._socket.recv(), timeout)
        return json.loads(found) if isinstance(found, str) else decode(found)

    async def drain(self) -> None:
        while True:
            await self.next()

    async def silence(self) -> None:
        with pytest.raises(TimeoutError):
            await self.next(0.1)


@pytest.fixture
async def client(house: House) -> AsyncIterator[Client]:
    async with connect(house.url.replace("http", "ws") + "/") as socket:
        yield Client(socket)


async def test_who_listens_gets_the_present_value_and_each_new_one(house: House, client: Client) -> None:
    await client.tell("LISTEN", "/track/1/gain")
    assert await client.next() == Message("/track/1/gain", (0.75,))
    house.bus.publish(Changed("/track/1/gain", 0.5))
    house.bus.publish(Changed("/track/2/gain", 0.25))
    assert await client.next() == Message("/track/1/gain", (0.5,))
    await client.silence()


async def test_who_ignores_gets_nothing_more(house: House, client: Client) -> None:
    await client.tell("LISTEN", "/track/1/mute")
    await client.next()
    await client.tell("IGNORE", "/track/1/mute")
    await client.osc("/ping")
    assert (await client.next()).address == "/pong"
    house.bus.publish(Changed("/track/1/mute", True))
    await client.silence()


async def test_a_packet_over_the_websocket_does_what_it_does_over_udp(house: House, client: Client) -> None:
    await client.osc("/track/2/gain", 0.5)
    assert await client.next() == Message("/reply", ("/track/2/gain", 0.5))
    assert house.stage.gains == {2: 0.5}
    await client._socket.send(bundle(1, encode("/track/1/gain", 0.25), encode("/panic")))
    await client.next(), await client.next()
    assert house.stage.calls[-2:] == [("gain", 1, 0.25, None), ("panic", None)]
    await client.osc("/nowhere")
    assert (await client.next()).args[:2] == ("/nowhere", "unknown_address")


async def test_the_fader_that_moved_is_not_told_its_own_value_but_others_are(house: House, client: Client) -> None:
    async with connect(house.url.replace("http", "ws") + "/") as socket:
        other = Client(socket)
        for one in (client, other):
            await one.tell("LISTEN", "/track/1/gain")
            await one.next()
        await client.osc("/track/1/gain", 0.5)
        assert await other.next() == Message("/track/1/gain", (0.5,))
        assert await client.next() == Message("/reply", ("/track/1/gain", 0.5))
        await client.silence()
        house.bus.publish(Changed("/track/1/gain", 0.25))
        assert await client.next() == Message("/track/1/gain", (0.25,))


async def test_an_event_reaches_who_listens_to_its_address(house: House, client: Client) -> None:
    await client.tell("LISTEN", "/track/1/clip/1/launch")  # it has no value, and there is nothing to send yet
    await client.tell("LISTEN", "/track/1/clip/1")
    await client.osc("/ping")
    assert (await client.next()).address == "/pong"
    house.bus.publish(Changed("/track/1/clip/1/launch", 1))
    assert await client.next() == Message("/track/1/clip/1/launch", (1,))


async def test_a_button_without_arguments_is_pressed_by_an_impulse(house: House, client: Client) -> None:
    await client._socket.send(b"/panic\0\0,I\0\0")
    assert await client.next() == Message("/reply", ("/panic",))
    assert house.stage.calls == [("panic", None)]


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{", '{"COMMAND": "LISTEN"}', '{"COMMAND": "LISTEN", "DATA": 7}', '{"COMMAND": 1, "DATA": "/x"}', "1"],
)
async def test_what_is_no_command_is_passed_over_and_the_client_stays(house: House, client: Client, text: str) -> None:
    await client._socket.send(text)
    await client.tell("LISTEN", "/no/such/node")
    await client.osc("/ping")
    assert (await client.next()).address == "/pong"


async def test_every_client_hears_of_what_comes_and_goes_in_the_tree(house: House, client: Client) -> None:
    async with connect(house.url.replace("http", "ws") + "/") as socket:
        for one in (client, Client(socket)):
            await one.osc("/ping")
            await one.next()
        house.bus.publish(ClipLoaded(1, 2, 7, "kick"))
        for one in (client, Client(socket)):
            assert await one.next() == {"COMMAND": "PATH_CHANGED", "DATA": "/track/1/clip/2"}


async def test_who_leaves_is_forgotten(house: House) -> None:
    async with connect(house.url.replace("http", "ws") + "/") as socket:
        await Client(socket).tell("LISTEN", "/track/1/gain")
        await Client(socket).next()
        assert house.doors.stats()["oscquery"]["clients"] == 1
    for _ in range(100):
        if house.doors.stats()["oscquery"]["clients"] == 0:
            break
        await asyncio.sleep(0.01)
    assert house.doors.stats()["oscquery"]["clients"] == 0
    house.bus.publish(Changed("/track/1/gain", 0.5))
    house.bus.publish(ClipStarted(1, 1, 1, 1.0))


async def test_who_does_not_keep_up_is_closed_and_may_come_back(house: House, client: Client) -> None:
    await client.tell("LISTEN", "/track/1/clip/1/followed")
    await client.tell("LISTEN", "/track/1/gain")
    await client.next()
    for frame in range(MAX_MESSAGES + 2):  # more than may wait, and no time to send any of it
        house.bus.publish(ClipFollowed(1, 1, "next", frame))
    with pytest.raises(ConnectionClosed) as closed:
        await client.drain()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1013
    assert house.doors.stats()["oscquery"]["clients"] == 0
    async with connect(house.url.replace("http", "ws") + "/") as socket:
        await Client(socket).tell("LISTEN", "/track/1/gain")
        assert await Client(socket).next() == Message("/track/1/gain", (0.75,))
