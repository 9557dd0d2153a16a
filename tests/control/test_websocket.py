import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus

from liveengine.events import Changed, ClipStarted, JobProgressed
from tests.control.stage import House
from tests.patience import until


class Remote:
    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    async def send(self, **message: Any) -> None:
        await self.connection.send(json.dumps(message))

    async def receive(self) -> Any:
        """Return the next message that is not about who comes and goes."""
        while isinstance(raw := await asyncio.wait_for(self.connection.recv(), 5.0), bytes) or '"/client/' in raw:
            pass
        return json.loads(raw)

    async def call(self, address: str, args: Any = None) -> Any:
        await self.send(type="call", id=1, address=address, args=args)
        while (message := await self.receive()).get("id") != 1:
            pass
        return message


@contextlib.asynccontextmanager
async def remote(house: House, query: str = "?meters=0", **options: Any) -> AsyncIterator[Remote]:
    # Without a limit: one that does not read what others do could not be closed.
    async with connect(house.ws + query, max_queue=None, **options) as connection:
        found = Remote(connection)
        found.state = await found.receive()  # type: ignore[attr-defined]
        yield found


async def test_a_new_client_gets_the_whole_state_first(house: House) -> None:
    house.bus.publish(ClipStarted(1, 1, 1, 1.0))
    async with connect(house.ws) as connection:
        state = json.loads(await connection.recv())
    assert (state["type"], state["value"]) == ("state", house.stage.state())


async def test_a_call_by_place_or_by_name_gets_its_reply(house: House) -> None:
    async with remote(house) as client:
        assert await client.call("/track/1/gain", [0.5]) == {"type": "reply", "id": 1, "value": 0.5}
        assert (await client.call("/track/1/gain", {"value": 0.25}))["value"] == 0.25
        assert (await client.call("/track/1/gain"))["value"] == 0.25
        assert (await client.call("/panic"))["value"] is None


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({"type": "call", "id": 5, "address": "/nowhere"}, "unknown_address"),
        ({"type": "call", "id": 5, "address": "/track/1/gain", "args": [2]}, "out_of_range"),
        ({"type": "call", "id": 5, "address": "/track/1/gain", "args": "loud"}, "bad_argument"),
        ({"type": "call", "id": 5, "address": "/broken"}, "internal"),
        ({"type": "call", "id": 5}, "bad_argument"),
        ({"type": "shout", "id": 5, "address": "/x"}, "bad_argument"),
        ({"type": "subscribe", "id": 5, "address": "/a[b"}, "bad_argument"),
    ],
)
async def test_an_error_carries_id_and_code(house: House, message: dict[str, Any], code: str) -> None:
    async with remote(house) as client:
        await client.send(**message)
        found = await client.receive()
    assert (found["type"], found["id"], found["code"]) == ("error", 5, code)
    assert "secret" not in found["message"]


@pytest.mark.parametrize("raw", ["{", "[]", "7", '{"a": NaN}', "[" * 50_000, b"binary"])
async def test_what_is_no_message_is_answered_and_the_client_stays(house: House, raw: str | bytes) -> None:
    async with remote(house) as client:
        await client.connection.send(raw)
        assert (await client.receive())["code"] == "bad_argument"
        assert (await client.call("/track/1/gain"))["type"] == "reply"


async def test_a_ping_is_answered_by_a_pong(house: House) -> None:
    async with remote(house) as client:
        await client.send(type="ping", id=9.5)
        assert await client.receive() == {"type": "pong", "id": 9.5}


async def test_every_event_comes_until_the_first_subscribe(house: House) -> None:
    async with remote(house) as client:
        house.bus.publish(ClipStarted(1, 2, 4800, 4.0, 3))
        event = await client.receive()
        assert (event["address"], event["values"]) == ("/track/1/clip/2/state", ["playing", 4800, 4.0, 3])
        await client.send(type="subscribe", address="/job/*")
        await client.call("/panic")
        house.bus.publish(ClipStarted(1, 2, 4800, 4.0))
        house.bus.publish(JobProgressed(1, "ingest", 1, 2, "x"))
        assert (await client.receive())["address"] == "/job/1/progress"
        await client.send(type="unsubscribe", address="/job/*")
        await client.call("/panic")
        house.bus.publish(JobProgressed(1, "ingest", 2, 2, "x"))
        assert (await client.call("/panic"))["type"] == "reply"


async def test_a_client_that_comes_back_is_right_at_once(house: House) -> None:
    async with remote(house) as client:
        house.bus.publish(ClipStarted(1, 1, 1, 1.0))
        first = (await client.receive())["seq"]
    house.bus.publish(ClipStarted(1, 1, 2, 1.0))
    async with remote(house) as client:
        house.bus.publish(ClipStarted(1, 1, 3, 1.0))
        event = await client.receive()
        assert client.state["seq"] > first  # type: ignore[attr-defined]
    assert event["seq"] > client.state["seq"]  # type: ignore[attr-defined]
    assert event["values"][1] == 3


async def test_a_property_in_motion_comes_rarely_in_order_and_ends_right(house: House) -> None:
    async with remote(house) as client:
        for step in range(1, 1001):
            house.bus.publish(Changed("/master/gain", step / 1000))
            if step % 100 == 0:
                await asyncio.sleep(0.01)
        house.bus.publish(ClipStarted(1, 1, 1, 1.0))
        seen = []
        while (event := await client.receive())["address"] == "/master/gain":
            seen.append(event)
    assert len(seen) < 20
    assert seen[-1]["values"] == [1.0]
    assert [e["seq"] for e in [*seen, event]] == sorted(e["seq"] for e in [*seen, event])


async def test_meters_come_as_binary_frames(house: House) -> None:
    async with connect(house.ws) as connection:
        await connection.recv()
        frames = [await asyncio.wait_for(connection.recv(), 2.0) for _ in range(3)]
    assert frames == [b"\0" * 16] * 3


async def test_many_clients_share_one_truth(house: House) -> None:
    async with contextlib.AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(remote(house)) for _ in range(30)]
        await clients[0].call("/track/1/gain", [0.125])
        for client in clients[1:]:
            event = await client.receive()
            assert (event["address"], event["values"]) == ("/track/1/gain", [0.125])


async def test_slow_commands_do_not_hold_up_the_others(house: House) -> None:
    async with remote(house) as client:
        await client.send(type="call", id=7, address="/slow", args=[0.1])
        assert (await client.call("/panic"))["id"] == 1
        assert (await client.receive())["id"] == 7


async def test_more_calls_than_may_be_under_way_are_refused(house: House) -> None:
    async with remote(house) as client:
        for number in range(260):
            await client.send(type="call", id=number, address="/slow", args=[0.3])
        assert (await client.receive())["code"] == "full"


async def test_a_client_that_never_reads_is_closed(house: House) -> None:
    port = house.doors.ports["http"]
    with socket.socket() as raw:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        raw.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(raw, ("127.0.0.1", port))
        request = (
            f"GET /ws HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )
        await loop.sock_sendall(raw, request.encode())
        await until(lambda: house.doors.stats()["websocket"]["clients"] == 1)
        for number in range(20):
            for _ in range(300):
                house.bus.publish(JobProgressed(number, "ingest", 1, 2, "x" * 1000))
            await asyncio.sleep(0.01)
        assert house.doors.stats()["websocket"]["clients"] == 0
        async with remote(house) as client:
            assert (await client.call("/panic"))["type"] == "reply"


async def test_an_overlong_message_closes_the_client(house: House) -> None:
    async with connect(house.ws) as connection:
        await connection.send("x" * 300_000)
        await asyncio.wait_for(connection.wait_closed(), 2.0)
    assert connection.close_code == 1009


@pytest.mark.parametrize("kind", ["evil", "null", "prefix", "suffix", "port"])
async def test_a_foreign_page_may_not_connect(house: House, kind: str) -> None:
    origin = {
        "evil": "http://evil.example",
        "null": "null",
        "prefix": f"{house.url}.evil.com",
        "suffix": house.url.replace("http://", "http://evil"),
        "port": "http://127.0.0.1:1",
    }[kind]
    with pytest.raises(InvalidStatus) as caught:
        await connect(house.ws, origin=origin)  # type: ignore[arg-type]
    assert caught.value.response.status_code == 403


async def test_a_foreign_host_may_not_connect(house: House) -> None:
    port = house.doors.ports["http"]
    with pytest.raises(InvalidStatus) as caught:
        await connect(f"ws://127.0.0.1.evil.com:{port}/ws", host="127.0.0.1", port=port)
    assert caught.value.response.status_code == 403


@pytest.mark.parametrize("origin", ["own", "configured", "absent"])
async def test_our_page_a_configured_one_and_programs_may_connect(house: House, origin: str) -> None:
    given = {"own": house.url, "configured": "http://studio.local:3000", "absent": None}[origin]
    async with remote(house, origin=given) as client:
        assert (await client.call("/panic"))["type"] == "reply"
