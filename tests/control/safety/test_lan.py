import asyncio
import json
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from liveengine.caller import ROLES
from liveengine.control.doors import Doors, NotLoopback
from liveengine.control.osc.codec import Message, decode, encode
from liveengine.control.safety.keys import Keys
from tests.control.safety.lan import Network, needs_network, network_of
from tests.control.stage import settings

pytestmark = needs_network


@pytest.fixture
async def lan(tmp_path: Path) -> AsyncIterator[Network]:
    async with network_of(tmp_path) as found:
        yield found


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


class Tablet:
    """An OSC program on another machine."""

    def __init__(self, lan: Network) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setblocking(False)
        self.socket.bind((lan.host, 0))
        self.socket.connect((lan.host, lan.doors.ports["osc"]))

    async def ask(self, address: str, *values: Any, wait: float = 2.0) -> Message | None:
        self.socket.send(encode(address, *values))
        return await self.receive(wait)

    async def receive(self, wait: float = 2.0) -> Message | None:
        try:
            packet = await asyncio.wait_for(asyncio.get_running_loop().sock_recv(self.socket, 65_536), wait)
        except TimeoutError:
            return None
        found = decode(packet)
        assert isinstance(found, Message)
        return found


@pytest.fixture
def tablet(lan: Network) -> Iterator[Tablet]:
    found = Tablet(lan)
    yield found
    found.socket.close()


def test_an_address_on_the_network_needs_a_token(tmp_path: Path) -> None:
    for keys in (None, Keys(tmp_path)):
        with pytest.raises(NotLoopback, match="--lan"):
            Doors(settings(host="0.0.0.0"), keys)


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/stems",
        "/api/v1/hall",
        "/docs",
        "/openapi.json",
        "/system/health",
        "/track/1/gain",
        "/?HOST_INFO",
        "/metrics",
    ],
)
async def test_nothing_is_told_without_a_token(lan: Network, path: str) -> None:
    async with httpx.AsyncClient() as client:
        for headers in ({}, _bearer("aaaa-aaaa-aaaa-aaaa"), {"Cookie": "liveengine=aaaa"}):
            found = await client.get(lan.url + path, headers=headers)
            assert (found.status_code, found.json()["code"]) == (401, "unpaired")
        found = await client.get(lan.local + path)
        assert found.status_code in {200, 404}


@pytest.mark.parametrize("path", ["/", "/index.html", "/app.js", "/ui/app.js"])
async def test_the_remotes_own_files_are_for_everybody(lan: Network, path: str) -> None:
    async with httpx.AsyncClient() as client:
        found = await client.get(lan.url + path, headers={"Accept": "text/html"})
    assert found.status_code == 200


@pytest.mark.parametrize("role", ROLES)
async def test_each_role_may_silence_all_by_http_and_only_admin_may_close_the_office(lan: Network, role: Any) -> None:
    headers = _bearer(lan.keys.token(role))
    async with httpx.AsyncClient(base_url=lan.url + "/api/v1", headers=headers) as client:
        assert (await client.post("/panic")).status_code == 200
        assert (await client.get("/track/1/gain")).status_code == 200
        played = await client.post("/track/1/gain", json={"value": 0.5})
        closed = await client.post("/office/close")
    assert played.status_code == (403 if role == "watch" else 200)
    assert closed.status_code == (200 if role == "admin" else 403)
    assert lan.stage.calls[0][0] == "panic"


async def test_a_browser_is_paired_by_a_cookie_that_no_script_can_read(lan: Network) -> None:
    async with httpx.AsyncClient(base_url=lan.url) as client:
        assert (await client.get("/api/v1/hello")).json() == {"role": None, "local": False}
        paired = await client.post("/api/v1/hello", json={"token": lan.keys.token("play")}, headers={"Origin": lan.url})
        assert paired.json() == {"role": "play", "local": False}
        assert {"HttpOnly", "SameSite=strict"} <= set(paired.headers["set-cookie"].split("; "))
        assert (await client.get("/api/v1/hello")).json()["role"] == "play"
        assert (await client.get("/api/v1/stems")).status_code == 200
        lan.keys.renew("play")
        assert (await client.get("/api/v1/stems")).status_code == 401


async def test_tokens_cannot_be_tried_out(lan: Network) -> None:
    async with httpx.AsyncClient(base_url=lan.url) as client:
        codes = [(await client.get("/api/v1/stems", headers=_bearer(f"{n:016}"))).status_code for n in range(20)]
    assert codes[:10] == [401] * 10
    assert 429 in codes[10:]


@pytest.mark.parametrize("origin", ["http://evil.example", "null"])
async def test_a_foreign_page_gets_no_websocket_even_with_the_token(lan: Network, origin: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with connect(lan.ws, additional_headers=_bearer(lan.keys.token("play")) | {"Origin": origin}):
            pass
    assert refused.value.response.status_code == 403


async def test_a_websocket_needs_a_token_and_has_its_role(lan: Network) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with connect(lan.ws):
            pass
    assert refused.value.response.status_code == 401
    async with connect(lan.ws + "&name=Tablet", additional_headers=_bearer(lan.keys.token("watch"))) as client:
        you = json.loads(await client.recv())["you"]
        assert you == {"client": 1, "name": "Tablet", "role": "watch"}
        codes = {}
        for number, address in enumerate(("/panic", "/track/1/gain", "/office/close")):
            await client.send(json.dumps({"type": "call", "id": number, "address": address, "args": []}))
            while (message := json.loads(await client.recv())).get("id") != number:
                pass
            codes[address] = message.get("code")
    assert codes == {"/panic": None, "/track/1/gain": None, "/office/close": "forbidden"}


async def test_osc_of_an_unpaired_machine_is_neither_run_nor_answered(lan: Network, tablet: Tablet) -> None:
    assert await tablet.ask("/panic", wait=0.2) is None
    assert await tablet.ask("/ping", wait=0.1) is None
    assert lan.stage.calls == []
    assert lan.doors.stats()["osc"]["refused.unpaired"] == 2


async def test_osc_is_paired_by_a_hello_with_the_token(lan: Network, tablet: Tablet) -> None:
    wrong = await tablet.ask("/hello", "aaaa-aaaa-aaaa-aaaa")
    assert wrong is not None
    assert wrong.args[:2] == ("/hello", "unpaired")
    assert await tablet.ask("/hello", lan.keys.token("watch"), "Pad") == Message("/reply", ("/hello", "watch"))
    assert await tablet.ask("/panic") == Message("/reply", ("/panic",))
    refused = await tablet.ask("/track/1/gain", 0.5)
    assert refused is not None
    assert refused.args[:2] == ("/track/1/gain", "forbidden")
    assert await tablet.ask("/hello", lan.keys.token("play")) == Message("/reply", ("/hello", "play"))
    assert await tablet.ask("/track/1/gain", 0.5) == Message("/reply", ("/track/1/gain", 0.5))


async def test_a_machine_of_the_settings_needs_no_hello(tmp_path: Path) -> None:
    async with network_of(tmp_path, peers=["192.0.0.0/2 play", "0.0.0.0/1 play", "128.0.0.0/2 play"]) as lan:
        tablet = Tablet(lan)
        assert await tablet.ask("/track/1/gain", 0.5) == Message("/reply", ("/track/1/gain", 0.5))
        tablet.socket.close()


async def test_the_clients_see_each_other_and_what_they_touch(lan: Network) -> None:
    headers = _bearer(lan.keys.token("play"))
    async with connect(lan.ws + "&name=Left", additional_headers=headers) as left:
        async with connect(lan.ws + "&name=Right", additional_headers=headers) as right:
            await right.send(json.dumps({"type": "call", "id": 1, "address": "/track/3/gain", "args": [0.5]}))
            seen = {}
            while "/client/2/tracks" not in seen:
                message = json.loads(await left.recv())
                seen[message.get("address")] = message.get("values")
        while "/client/2/left" not in seen:
            message = json.loads(await left.recv())
            seen[message.get("address")] = message.get("values")
    assert seen["/client/2/joined"] == ["Right", "play", "websocket"]
    assert seen["/client/2/tracks"] == [[3]]
    assert seen["/client/2/left"] == ["Right"]


async def test_what_is_refused_touches_nothing(lan: Network, tablet: Tablet) -> None:
    await tablet.ask("/hello", lan.keys.token("play"), "Rig")
    for address, value in (("/track/99999999/gain", 0.5), ("/track/7/gain", 7.0), ("/track/8/gain", "loud")):
        refused = await tablet.ask(address, value)
        assert refused is not None
        assert refused.address == "/error"
    await tablet.ask("/track/3/gain", 0.5)
    async with httpx.AsyncClient() as client:
        there = (await client.get(lan.local + "/api/v1/clients")).json()
    assert {who["name"]: who["tracks"] for who in there}["Rig"] == [3]
