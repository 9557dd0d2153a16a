"""Every route, message and command in the hands of every role: nothing runs that the role may not."""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import connect

from liveengine.caller import ROLES, Role
from liveengine.cli import commands
from liveengine.command import Registry
from liveengine.control.http import PREFIX, build
from liveengine.control.live import table
from liveengine.control.osc.codec import Message, decode, encode
from tests.control.safety.everything import Noted, concrete, need
from tests.control.safety.lan import Network, needs_network, network_of
from tests.control.safety.test_lan import Tablet

pytestmark = needs_network

# What is no command under its own address, and the role that it takes.
ROUTES: dict[tuple[str, str], Role] = {
    ("get", "/stem/{stem}/audio"): "watch",
    ("get", "/stem/{stem}/peaks"): "watch",
    ("get", "/render/{render}/audio"): "watch",
    ("post", "/upload"): "ingest",
    ("post", "/upload/track"): "ingest",
    ("post", "/stems/example"): "play",
    ("post", "/preprocess"): "ingest",
    ("post", "/generate-track"): "arrange",
    ("post", "/stems/"): "ingest",
    ("get", "/stems/"): "watch",
    ("get", "/stems/search/"): "watch",
    ("post", "/stems/search/"): "watch",
    ("get", "/stems/{stem}"): "watch",
    ("patch", "/stems/{stem}"): "ingest",
    ("put", "/stems/{stem}"): "ingest",
    ("delete", "/stems/{stem}"): "admin",
    ("get", "/jobs/{job}"): "watch",
    ("delete", "/jobs/{job}"): "arrange",
    ("put", "/settings/{section}.{name}"): "admin",
    ("get", "/metrics"): "watch",
    ("get", "/system/health"): "watch",
}
BODIES: dict[tuple[str, str], dict[str, Any]] = {
    ("post", "/stems/"): {"path": "/x.wav"},
    ("patch", "/stems/{stem}"): {"bpm": 128.0},
    ("put", "/stems/{stem}"): {"bpm": 128.0},
    ("put", "/settings/{section}.{name}"): {"value": 1},
    ("post", "/generate-track"): {"prompt": "dark"},
}
# What the Fabrik does, by the rule of caller.py: stems of stems, what is brought in or learnt anew, what goes.
FABRIK: dict[str, Role] = {
    "/generate": "arrange",
    "/generate/all": "arrange",
    "/stem/{stem}/mutate": "arrange",
    "/track/{track}/mutation/keep": "arrange",
    "/stems/propose": "arrange",
    "/stem/{stem}/keep": "arrange",
    "/separate": "ingest",
    "/train": "ingest",
    "/train/all": "ingest",
    "/dream": "ingest",
    "/embeddings/train": "admin",
    "/embeddings/use": "admin",
    "/stems/reembed": "admin",
    "/models/remove": "admin",
    "/job/{job}/cancel": "arrange",  # and what the job's own command takes
    "/job/{job}/retry": "arrange",
}
# The same at the top, as the user's own client calls it.
SHORT = ("/preprocess", "/generate-track")
# What is there besides, for everybody who is let in (the pages of the remote: for everybody).
UNWRITTEN = {"/openapi.json", "/docs", "/ws", PREFIX + "/{address:path}", "/ui", "", *SHORT}


@pytest.fixture
def noted() -> Noted:
    return Noted()


@pytest.fixture
async def lan(tmp_path: Path, noted: Noted) -> AsyncIterator[Network]:
    async with network_of(tmp_path, noted.registry) as found:
        for role in ROLES:
            found.keys.token(role)
        yield found


def may(role: Role, least: Role) -> bool:
    return ROLES.index(role) >= ROLES.index(least)


def wanted(registry: Registry, method: str, path: str) -> tuple[Role, dict[str, Any] | None]:
    """Return the role that an operation of the document takes, and the body that makes it act."""
    short = path.removeprefix(PREFIX)
    if (least := ROUTES.get((method, short))) is not None:
        return least, BODIES.get((method, short))
    command, _ = registry.find(concrete(short))
    given = {"value": 1} if command.kind == "property" and method == "post" else {}
    return need(command, given), given if method == "post" else None


async def operations(lan: Network) -> list[tuple[str, str]]:
    async with httpx.AsyncClient() as client:
        paths = (await client.get(lan.local + "/openapi.json")).json()["paths"]
    return [(method, path) for path, item in paths.items() for method in item]


async def ask(client: httpx.AsyncClient, method: str, path: str, body: dict[str, Any] | None) -> str:
    address = concrete(path.replace("{section}.{name}", "audio.block"))
    answer = await client.request(method, address, json=body)
    kind = answer.headers.get("content-type", "")
    return str(answer.json()["code"]) if kind == "application/problem+json" else ""


async def test_every_operation_of_the_document_takes_the_role_that_it_should(lan: Network, noted: Noted) -> None:
    found = await operations(lan)
    assert len(found) > 250
    wrong = []
    for role in ROLES:
        noted.calls.clear()
        headers = {"Authorization": f"Bearer {lan.keys.token(role)}"}
        async with httpx.AsyncClient(base_url=lan.url, headers=headers, timeout=20) as client:
            for method, path in found:
                least, body = wanted(noted.registry, method, path)
                code = await ask(client, method, path, body)
                if (code != "forbidden") != may(role, least) or code in {"unpaired", "too_fast"}:
                    wrong.append((role, method, path, code))
        assert noted.above(role) == []
    assert wrong == []


@pytest.mark.parametrize("path", SHORT)
async def test_a_route_at_the_top_takes_the_role_of_the_one_below_the_prefix(lan: Network, path: str) -> None:
    refused = []
    for role in ROLES:
        headers = {"Authorization": f"Bearer {lan.keys.token(role)}"}
        async with httpx.AsyncClient(base_url=lan.url, headers=headers, timeout=20) as client:
            refused.append(await ask(client, "post", path, BODIES.get(("post", path), {})) == "forbidden")
    assert refused == [not may(role, ROUTES["post", path]) for role in ROLES]


async def test_every_operation_of_the_document_takes_a_token(lan: Network, noted: Noted) -> None:
    async with httpx.AsyncClient(base_url=lan.url, timeout=20) as client:
        codes = {await ask(client, method, path, {}) for method, path in await operations(lan)}
    assert (codes, noted.calls) == ({"unpaired"}, [])


async def test_no_route_is_forgotten(lan: Network, noted: Noted) -> None:
    found = await operations(lan)
    short = {(method, path.removeprefix(PREFIX)) for method, path in found}
    assert short >= ROUTES.keys()
    written = {path for _, path in found}
    app = build(noted.registry, lan.stage.bus, _Nothing(), _Nothing())  # type: ignore[arg-type]
    paths = {getattr(route, "path", "?").replace(":int}", "}").rstrip("/") for route in app.routes}
    assert {path for path in paths if path not in written and path + "/" not in written} == UNWRITTEN


def test_what_the_fabrik_does_takes_the_role_that_the_rule_says() -> None:
    found = {command.address: command for command in commands.registry()}
    assert {address: found[address].role for address in FABRIK} == FABRIK
    own = {address for address, one in found.items() if one.method.__module__.startswith("liveengine.fabrik.")}
    assert {address for address in own if found[address].kind != "query"} <= FABRIK.keys()
    assert len(own) > 10


class _Nothing:
    """Stands for what the routes use, which are only listed."""

    library = Path("/nonexistent")
    max_upload = 1

    async def serve(self, socket: object) -> None:
        """Serve."""

    def __getattr__(self, name: str) -> Any:
        return dict


async def test_every_command_over_the_websocket_takes_its_role(lan: Network, noted: Noted) -> None:
    wrong = []
    for role in ROLES:
        noted.calls.clear()
        headers = {"Authorization": f"Bearer {lan.keys.token(role)}"}
        async with connect(lan.ws, additional_headers=headers, max_size=None) as client:
            for number, command in enumerate(noted.registry):
                args = [1] if command.kind == "property" else []
                call = {"type": "call", "id": number, "address": concrete(command.address), "args": args}
                await client.send(json.dumps(call))
                while (message := json.loads(await client.recv())).get("id") != number:
                    pass
                if (message.get("code") != "forbidden") != may(role, command.role):
                    wrong.append((role, command.address, message.get("code")))
        assert noted.above(role) == []
    assert wrong == []


async def test_every_command_over_osc_takes_its_role(lan: Network, noted: Noted) -> None:
    tablet = Tablet(lan)
    wrong = []
    for role in ROLES:
        noted.calls.clear()
        await tablet.ask("/hello", lan.keys.token(role))
        for number, command in enumerate(noted.registry):
            args = (1,) if command.kind == "property" else ()
            answer = await tablet.ask(concrete(command.address), *args, f"#{role}{number}")
            while answer is not None and answer.args[-1] != f"#{role}{number}":
                answer = await tablet.receive()  # a long answer comes in pages
            assert answer is not None
            refused = answer.address == "/error" and answer.args[1] == "forbidden"
            if refused == may(role, command.role):
                wrong.append((role, command.address, answer))
        assert noted.above(role) == []
    tablet.socket.close()
    assert wrong == []


@pytest.mark.parametrize("role", ["watch", "play"])
async def test_the_addresses_of_other_programs_give_no_role_more(lan: Network, noted: Noted, role: Role) -> None:
    tablet = Tablet(lan)
    await tablet.ask("/hello", lan.keys.token(role))
    shapes: tuple[tuple[Any, ...], ...] = ((), (0,), (0, 0), (0, 1.0), (0, 0, 1.0), (0, 0, 0.5))
    for address, args in itertools.product(live_addresses(), shapes):
        tablet.socket.send(encode(address, *args))
        await asyncio.sleep(0)
    assert await tablet.ask("/ping") is not None
    await _drained(tablet)
    assert noted.above(role) == []
    assert len(noted.calls) > 50
    tablet.socket.close()


def live_addresses() -> list[str]:
    properties = [(kind, name) for kind, names in table.PROPERTIES.items() for name in names]
    methods = [f"/live/{kind}/{name}" for kind, names in table.METHODS.items() for name in names]
    return methods + [f"/live/{kind}/{verb}/{name}" for kind, name in properties for verb in ("set", "get")]


async def _drained(tablet: Tablet) -> list[Message]:
    found = []
    loop = asyncio.get_running_loop()
    try:
        while True:
            packet = await asyncio.wait_for(loop.sock_recv(tablet.socket, 65_536), 0.2)
            found.append(decode(packet))
    except TimeoutError:
        return [message for message in found if isinstance(message, Message)]
