"""Tokens that come and go while the doors are open, and what a new daemon remembers of the one before."""

import asyncio
import json
import shutil
import stat
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect

from liveengine.control.osc.codec import Message, encode
from liveengine.control.safety.keys import Keys
from liveengine.control.safety.pairing import LEASE_S
from liveengine.events import Changed
from tests.control.safety.lan import Network, needs_network, network_of
from tests.control.safety.test_lan import Tablet
from tests.patience import until

pytestmark = needs_network


@pytest.fixture
async def lan(tmp_path: Path) -> AsyncIterator[Network]:
    async with network_of(tmp_path) as found:
        yield found


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def ended(client: ClientConnection) -> tuple[int | None, str | None]:
    async with asyncio.timeout(3):
        await client.wait_closed()
    return client.close_code, client.close_reason


async def test_a_token_that_is_renewed_ends_every_connection_that_came_in_by_it_and_no_other(lan: Network) -> None:
    play, watch = bearer(lan.keys.token("play")), bearer(lan.keys.token("watch"))
    query = lan.ws.replace("/ws?meters=0", "/")
    async with (
        connect(lan.ws, additional_headers=play) as one,
        connect(query, additional_headers=play) as other,
        connect(lan.ws, additional_headers=watch) as stays,
        connect(lan.ws.replace(lan.host, "127.0.0.1")) as here,
    ):
        fresh = (await renewed(lan, "play"))["token"]
        assert await ended(one) == (4401, "the token counts no more")
        assert (await ended(other))[0] == 4401
        for client in (stays, here):
            await client.send(json.dumps({"type": "ping", "id": 1}))
            while json.loads(await asyncio.wait_for(client.recv(), 2)).get("type") != "pong":
                pass
        assert (await status(lan, play), await status(lan, bearer(fresh))) == (401, 200)


async def renewed(lan: Network, role: str) -> Any:
    async with httpx.AsyncClient(base_url=lan.local) as client:
        return (await client.post("/api/v1/token/renew", json={"role": role})).json()


async def status(lan: Network, headers: dict[str, str]) -> int:
    async with httpx.AsyncClient(base_url=lan.url, headers=headers) as client:
        return (await client.get("/api/v1/track/1/gain")).status_code


async def test_a_token_that_is_taken_away_unpairs_osc_and_ends_its_pushes(lan: Network) -> None:
    tablet = Tablet(lan)
    await tablet.ask("/hello", lan.keys.token("play"), "Pad")
    await tablet.ask("/subscribe", "/master/gain", "#1")
    reader, writer = await asyncio.open_connection(lan.host, lan.doors.ports["osc"])
    packet = encode("/ping")
    writer.write(len(packet).to_bytes(4, "big") + packet)
    await reader.read(1)
    lan.keys.revoke("play")
    assert await asyncio.wait_for(reader.read(), 2) is not None  # to its end: the connection is closed
    writer.close()
    lan.stage.bus.publish(Changed("/master/gain", 0.25))
    assert await tablet.ask("/track/1/gain", 0.5, wait=0.3) is None
    assert lan.stage.calls == []
    assert lan.doors.stats()["osc"]["subscribers"] == 0
    tablet.socket.close()


async def test_a_token_is_made_where_there_was_none_and_lets_in_at_once(lan: Network) -> None:
    token = (await renewed(lan, "arrange"))["token"]
    assert await status(lan, bearer(token)) == 200
    assert Keys(lan.library).role_of(token) == "arrange"


async def test_the_words_of_tokens_are_told_on_this_machine_alone(lan: Network) -> None:
    admin = bearer(lan.keys.token("admin"))
    async with httpx.AsyncClient(headers=admin) as client:
        here = (await client.get(lan.local + "/api/v1/tokens")).json()
        there = (await client.get(lan.url + "/api/v1/tokens")).json()
    assert [row["there"] for row in here] == [False, True, False, False, True]
    assert [row["token"] for row in here] == [lan.keys.known(row["role"]) for row in here]
    assert [row["token"] for row in there] == [None] * 5


async def test_only_admin_gives_and_takes_tokens(lan: Network) -> None:
    async with httpx.AsyncClient(base_url=lan.url, headers=bearer(lan.keys.token("ingest"))) as client:
        for path in ("/token/renew", "/token/revoke"):
            answer = await client.post(f"/api/v1{path}", json={"role": "ingest"})
            assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
        assert (await client.get("/api/v1/tokens")).status_code == 403


# ── a daemon that was started anew ──


async def test_a_tablet_that_was_paired_plays_on_with_a_new_daemon(tmp_path: Path) -> None:
    async with network_of(tmp_path) as lan:
        tablet, port = Tablet(lan), lan.doors.ports["osc"]
        await tablet.ask("/hello", lan.keys.token("play"), "Pad")
    assert stat.S_IMODE((tmp_path / "paired.json").stat().st_mode) == 0o600
    async with network_of(tmp_path, osc_port=port) as lan:
        assert await tablet.ask("/track/1/gain", 0.5) == Message("/reply", ("/track/1/gain", 0.5))
        async with httpx.AsyncClient() as client:
            found = (await client.get(lan.local + "/api/v1/clients")).json()
        assert [(c["name"], c["role"], c["door"]) for c in found] == [("Pad", "play", "osc")]
    tablet.socket.close()


async def test_a_daemon_that_is_killed_has_remembered_it_as_well(tmp_path: Path) -> None:
    async with network_of(tmp_path / "one") as lan:
        tablet, port = Tablet(lan), lan.doors.ports["osc"]
        await tablet.ask("/hello", lan.keys.token("play"), "Pad")
        await until((tmp_path / "one" / "paired.json").exists)
        shutil.copytree(tmp_path / "one", tmp_path / "two")  # what is on the disk when it dies
    async with network_of(tmp_path / "two", osc_port=port):
        assert await tablet.ask("/track/1/gain", 0.5) == Message("/reply", ("/track/1/gain", 0.5))
    tablet.socket.close()


@pytest.mark.parametrize("how", ["renewed", "revoked", "too long ago", "broken", "another role"])
async def test_a_machine_that_should_not_be_let_in_is_not_remembered(tmp_path: Path, how: str) -> None:
    async with network_of(tmp_path) as lan:
        tablet, port = Tablet(lan), lan.doors.ports["osc"]
        await tablet.ask("/hello", lan.keys.token("play"), "Pad")
    file = tmp_path / "paired.json"
    told = json.loads(file.read_text())
    if how == "renewed":
        Keys(tmp_path).renew("play")
    elif how == "revoked":
        Keys(tmp_path).revoke("play")
    elif how == "too long ago":
        told[lan.host]["heard"] = time.time() - LEASE_S - 1
    elif how == "another role":
        told[lan.host]["role"] = "admin"
    file.write_text("{" if how == "broken" else json.dumps(told))
    async with network_of(tmp_path, osc_port=port):
        assert await tablet.ask("/track/1/gain", 0.5, wait=0.3) is None
    tablet.socket.close()


@pytest.mark.parametrize("text", ["[]", "7", '{"1.2.3.4": 7}', '{"1.2.3.4": {"role": "play", "name": "x"}}', "null"])
async def test_a_file_that_is_none_pairs_nobody(tmp_path: Path, text: str) -> None:
    (tmp_path / "paired.json").write_text(text)
    async with network_of(tmp_path) as lan:
        tablet = Tablet(lan)
        assert await tablet.ask("/ping", wait=0.2) is None
        tablet.socket.close()
