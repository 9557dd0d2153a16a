"""How much one machine may take at each door, to the edge; and the panic, which comes through whatever was taken."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect

from liveengine.bus import Bus
from liveengine.control.body import MAX_BODY
from liveengine.control.osc.codec import Message, bundle, encode
from liveengine.control.safety import share
from liveengine.control.safety.clients import Clients
from liveengine.control.safety.pairing import MAX_PAIRED, NotAdmitted, Pairing
from liveengine.control.server import MAX_FRAME
from liveengine.control.websocket import MAX_OF_ONE, MAX_PATTERNS
from tests.control.safety.lan import Network, needs_network, network_of
from tests.control.safety.test_lan import Tablet

pytestmark = needs_network

HOUR = 3600.0


@pytest.fixture
async def lan(tmp_path: Path) -> AsyncIterator[Network]:
    async with network_of(tmp_path) as found:
        yield found


def headers(lan: Network) -> dict[str, str]:
    return {"Authorization": f"Bearer {lan.keys.token('play')}"}


def spend(lan: Network, *names: str) -> None:
    """Let the machine have taken its whole share, for an hour to come."""
    taken, now = lan.doors._shares.of(lan.host), time.monotonic()
    rates = {"commands": share.COMMANDS_PER_S, "requests": share.REQUESTS_PER_S, "bytes": share.BYTES_PER_S}
    for name in names:
        getattr(taken, name).owe(rates[name] * HOUR, now)


async def call(client: ClientConnection, address: str, *args: Any) -> Any:
    await client.send(json.dumps({"type": "call", "id": address, "address": address, "args": args}))
    while (message := json.loads(await asyncio.wait_for(client.recv(), 3))).get("id") != address:
        pass
    return message.get("code", "ok")


async def heard(lan: Network, count: int) -> None:
    """Wait until so many panics were heard."""
    async with asyncio.timeout(3):
        while sum(name == "panic" for name, *_ in lan.stage.calls) < count:
            await asyncio.sleep(0.005)


async def test_each_door_refuses_what_is_above_the_share_and_lets_the_panic_through(lan: Network) -> None:
    tablet = Tablet(lan)
    await tablet.ask("/hello", lan.keys.token("play"))
    _, writer = await asyncio.open_connection(lan.host, lan.doors.ports["osc"])
    packet = encode("/panic")
    async with (
        httpx.AsyncClient(base_url=lan.url, headers=headers(lan)) as web,
        connect(lan.ws, additional_headers=headers(lan)) as socket,
        connect(lan.ws.replace("/ws?meters=0", "/"), additional_headers=headers(lan)) as query,
    ):
        spend(lan, "commands")
        refused = await web.post("/api/v1/track/1/gain", json={"value": 0.5})
        assert (refused.status_code, refused.json()["code"], refused.headers["retry-after"]) == (429, "too_fast", "1")
        assert await call(socket, "/track/1/gain", 0.5) == "too_fast"
        answer = await tablet.ask("/track/1/gain", 0.5)
        assert answer is not None
        assert answer.args[1] == "too_fast"
        assert lan.stage.calls == []

        spend(lan, "requests", "bytes")
        assert (await web.get("/system/health")).status_code == 429
        assert (await web.get("/index.html")).status_code == 429
        assert await tablet.ask("/ping", wait=0.1) is None
        assert (await web.post("/api/v1/panic")).status_code == 200
        await heard(lan, 1)
        assert await tablet.ask("/panic") == Message("/reply", ("/panic",))
        tablet.socket.send(bundle(1, packet))
        assert await tablet.receive(1.0) == Message("/reply", ("/panic",))
        tablet.socket.send(bundle(1, packet, encode("/track/1/gain", 0.5), encode("/ping")))
        assert await tablet.receive(0.1) is None
        writer.write(len(packet).to_bytes(4, "big") + packet)
        await heard(lan, 4)
        await query.send(packet)
        await heard(lan, 5)
    writer.close()
    tablet.socket.close()


async def test_the_panic_of_a_websocket_needs_no_share_of_commands(lan: Network) -> None:
    async with connect(lan.ws, additional_headers=headers(lan)) as socket:
        spend(lan, "commands")
        assert [await call(socket, "/panic") for _ in range(3)] == ["ok"] * 3


async def test_the_last_command_of_the_share_is_taken_and_the_next_is_not(lan: Network) -> None:
    taken = lan.doors._shares.of(lan.host).commands
    async with connect(lan.ws, additional_headers=headers(lan)) as socket:
        taken._rate = 0.0  # nothing flows in
        assert taken.take(share.COMMANDS - 2, time.monotonic())
        codes = [await call(socket, "/track/1/gain", 0.5) for _ in range(3)]
    assert codes == ["ok", "ok", "too_fast"]


async def test_what_this_machine_sends_is_not_counted(lan: Network) -> None:
    lan.doors._shares.of("127.0.0.1").commands.owe(share.COMMANDS_PER_S * HOUR, time.monotonic())
    async with connect(lan.ws.replace(lan.host, "127.0.0.1")) as socket:
        assert await call(socket, "/track/1/gain", 0.5) == "ok"


@pytest.mark.parametrize(("size", "status"), [(MAX_BODY, 422), (MAX_BODY + 1, 413)])
async def test_the_body_of_a_command_has_an_end(lan: Network, size: int, status: int) -> None:
    body = b'{"value":"' + b"x" * (size - 12) + b'"}'
    async with httpx.AsyncClient(base_url=lan.url, headers=headers(lan) | {"Content-Type": "application/json"}) as web:
        answer = await web.post("/api/v1/track/1/gain", content=body)
    assert (len(body), answer.status_code) == (size, status)


@pytest.mark.parametrize(("size", "status"), [(1024, 401), (1025, 413)])
async def test_a_hello_has_an_end(lan: Network, size: int, status: int) -> None:
    body = b'{"token":"' + b"x" * (size - 12) + b'"}'
    async with httpx.AsyncClient() as web:
        assert (await web.post(lan.url + "/api/v1/hello", content=body)).status_code == status


@pytest.mark.parametrize("depth", [10, 1_000, 100_000])
async def test_a_body_has_a_depth(lan: Network, depth: int) -> None:
    body = b'{"value":' + b"[" * depth + b"]" * depth + b"}"
    async with httpx.AsyncClient(base_url=lan.url, headers=headers(lan) | {"Content-Type": "application/json"}) as web:
        answer = await web.post("/api/v1/track/1/gain", content=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_argument")


async def test_a_frame_of_the_websocket_has_an_end(lan: Network) -> None:
    async with connect(lan.ws, additional_headers=headers(lan)) as socket:
        fits = json.dumps({"type": "ping", "id": 1, "x": ""})
        await socket.send(fits[:-2] + "x" * (MAX_FRAME - len(fits)) + '"}')
        while json.loads(await asyncio.wait_for(socket.recv(), 3))["type"] != "pong":
            pass
        await socket.send("x" * (MAX_FRAME + 1))
        await asyncio.wait_for(socket.wait_closed(), 3)
    assert socket.close_code == 1009


async def test_one_machine_has_so_many_websockets_and_another_one_still_gets_in(lan: Network) -> None:
    async with AsyncExitStack() as stack:
        for _ in range(MAX_OF_ONE):
            socket = await stack.enter_async_context(connect(lan.ws, additional_headers=headers(lan), max_queue=None))
            assert json.loads(await socket.recv())["type"] == "state"
        with pytest.raises(Exception, match=r"403|1013"):
            async with connect(lan.ws, additional_headers=headers(lan)) as more:
                await more.recv()
        async with connect(lan.ws.replace(lan.host, "127.0.0.1")) as here:
            assert json.loads(await here.recv())["type"] == "state"


async def test_a_client_has_so_many_patterns(lan: Network) -> None:
    async with connect(lan.ws, additional_headers=headers(lan)) as socket:
        for number in range(MAX_PATTERNS + 1):
            await socket.send(json.dumps({"type": "subscribe", "id": number, "address": f"/track/{number}/gain"}))
        while (message := json.loads(await asyncio.wait_for(socket.recv(), 3)))["type"] != "error":
            pass
        assert (message["code"], message["id"]) == ("full", MAX_PATTERNS)
        assert await call(socket, "/panic") == "ok"


@pytest.mark.parametrize(("size", "taken"), [(512, True), (516, False)])
async def test_a_hello_over_osc_has_an_end(lan: Network, size: int, taken: bool) -> None:
    tablet = Tablet(lan)
    packet = encode("/hello", lan.keys.token("play"), "x" * (size - 8 - 4 - 20 - 4 + 3))
    assert len(packet) == size
    tablet.socket.send(packet)
    answer = await tablet.receive(0.5)
    assert (answer is not None) is taken
    tablet.socket.close()


async def test_so_many_machines_are_paired_and_the_one_silent_longest_makes_room() -> None:
    expelled: list[str] = []
    clients = Clients(Bus())
    pairing = Pairing(lambda host, token: "watch", share.Shares(), clients)
    pairing.expelled = expelled.append
    hosts = [f"10.0.{number // 250}.{number % 250 + 1}" for number in range(MAX_PAIRED + 1)]
    for host in hosts:
        assert pairing.hello(host, "token", "") == "watch"
    assert expelled == hosts[:1]
    assert pairing.admit(encode("/ping"), hosts[1]) is not None
    with pytest.raises(NotAdmitted, match="unpaired"):
        pairing.admit(encode("/ping"), hosts[0])
    clients.close()
