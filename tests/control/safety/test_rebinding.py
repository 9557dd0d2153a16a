"""Host and Origin on the wire: what a page of another site, a name that was bent to point here, or a proxy sends."""

import asyncio
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from liveengine.bus import Bus
from liveengine.command import Registry
from liveengine.control.doors import Doors
from tests.control.safety.lan import Network, needs_network, network_of
from tests.control.stage import Stage, opened, settings

UPGRADE = (
    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
)


class Wire:
    """Open doors, spoken to in bytes."""

    def __init__(self, doors: Doors, stage: Stage, host: str) -> None:
        self.doors, self.stage, self.host = doors, stage, host
        self.port = doors.ports["http"]

    async def status(self, method: str, target: str, *lines: str, at: str = "") -> int:
        """Return the status that a request with exactly these header lines gets; {port} is ours."""
        reader, writer = await asyncio.open_connection(at or self.host, self.port)
        head = "".join(f"{line.format(port=self.port)}\r\n" for line in lines)
        end = "" if "Upgrade" in head else "Connection: close\r\n"
        target = target.format(port=self.port)
        writer.write(f"{method} {target} HTTP/1.1\r\n{head}{end}\r\n".encode())
        async with asyncio.timeout(5):
            first = await reader.readline()
        writer.close()
        return int(first.split()[1])


@pytest.fixture(params=["127.0.0.1", "::1"])
async def wire(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Wire]:
    bus, registry = Bus(), Registry()
    stage = Stage(bus)
    registry.add(stage)
    try:
        doors = Doors(settings(host=request.param))
    except Exception:
        if request.param == "::1" and not socket.has_ipv6:
            pytest.skip("this machine has no IPv6")
        raise
    async with opened(doors, registry, bus, tmp_path, stage.state):
        yield Wire(doors, stage, request.param)


def own(wire: Wire) -> str:
    return "Host: [::1]:{port}" if wire.host == "::1" else "Host: 127.0.0.1:{port}"


FOREIGN = [
    "Host: evil.example",
    "Host: evil.example:{port}",
    "Host: 127.0.0.1.evil.example:{port}",
    "Host: localhost.evil.example:{port}",
    "Host: 127.0.0.1",
    "Host: 127.0.0.1:1",
    "Host: [::1]",
    "Host: [::2]:{port}",
    "Host: [::1%25lo]:{port}",
    "Host: ::1:{port}",
    "Host: 0x7f000001:{port}",
    "Host: 2130706433:{port}",
    "Host: 0.0.0.0:{port}",
    "Host: user@127.0.0.1:{port}",
]


@pytest.mark.parametrize("line", FOREIGN)
async def test_a_name_that_was_bent_to_point_here_gets_nothing(wire: Wire, line: str) -> None:
    assert await wire.status("GET", "/api/v1/track/1/gain", line) in {400, 403}
    assert await wire.status("POST", "/api/v1/panic", line, "Content-Length: 0") in {400, 403}
    assert await wire.status("GET", "/ws", line, *UPGRADE.strip().split("\r\n")) in {400, 403}
    assert await wire.status("GET", "/", line, *UPGRADE.strip().split("\r\n")) in {400, 403}
    assert wire.stage.calls == []


async def test_a_request_with_two_hosts_or_with_none_is_refused(wire: Wire) -> None:
    assert await wire.status("GET", "/api/v1/track/1/gain", own(wire), "Host: evil.example") in {400, 403}
    assert await wire.status("GET", "/api/v1/track/1/gain", "Host: evil.example", own(wire)) in {400, 403}
    assert await wire.status("GET", "/api/v1/track/1/gain") in {400, 403}


ORIGINS = [
    "null",
    "http://evil.example",
    "https://127.0.0.1:{port}",
    "http://127.0.0.1:1",
    "http://[::2]:{port}",
    "file://",
]


@pytest.mark.parametrize("origin", ORIGINS)
async def test_a_page_of_another_site_reaches_no_websocket_and_changes_nothing(wire: Wire, origin: str) -> None:
    lines = (own(wire), f"Origin: {origin}")
    for path in ("/ws", "/"):
        assert await wire.status("GET", path, *lines, *UPGRADE.strip().split("\r\n")) == 403
    assert await wire.status("POST", "/api/v1/panic", *lines, "Content-Length: 0") == 403
    assert await wire.status("OPTIONS", "/api/v1/panic", *lines, "Access-Control-Request-Method: POST") == 403
    assert wire.stage.calls == []


async def test_our_own_page_may(wire: Wire) -> None:
    page = own(wire).removeprefix("Host: ")
    lines = (own(wire), f"Origin: http://{page}")
    assert await wire.status("GET", "/ws", *lines, *UPGRADE.strip().split("\r\n")) == 101
    assert await wire.status("POST", "/api/v1/panic", *lines, "Content-Length: 0") == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_a_picture_or_a_script_of_another_site_is_not_read_from_here(wire: Wire, site: str) -> None:
    lines = (own(wire), f"Sec-Fetch-Site: {site}", "Sec-Fetch-Mode: no-cors")
    assert await wire.status("GET", "/api/v1/track/1/gain", *lines) == 403


@needs_network
@pytest.mark.parametrize(
    "line",
    [
        "X-Forwarded-For: 127.0.0.1",
        "X-Real-IP: 127.0.0.1",
        "Forwarded: for=127.0.0.1;host=localhost",
        "X-Forwarded-Host: localhost:{port}",
        "Client-IP: ::1",
    ],
)
async def test_what_a_proxy_says_of_itself_makes_nobody_local(tmp_path: Path, line: str) -> None:
    async with network_of(tmp_path) as lan:
        wire = Wire(lan.doors, lan.stage, lan.host)
        assert await wire.status("GET", "/api/v1/track/1/gain", f"Host: {lan.host}:{{port}}", line) == 401
        assert await wire.status("GET", "/api/v1/track/1/gain", "Host: evil.example:{port}", line) == 403


@needs_network
async def test_a_proxy_s_name_counts_when_the_settings_name_it(tmp_path: Path) -> None:
    async with network_of(tmp_path, names=["stage.example"], origins=["https://stage.example"]) as lan:
        wire = Wire(lan.doors, lan.stage, lan.host)
        token = f"Authorization: Bearer {lan.keys.token('play')}"
        lines = ("Host: stage.example:{port}", token)
        assert await wire.status("GET", "/api/v1/track/1/gain", *lines) == 200
        assert (
            await wire.status("POST", "/api/v1/panic", *lines, "Origin: https://stage.example", "Content-Length: 0")
            == 200
        )
        assert (
            await wire.status(
                "POST", "/api/v1/panic", *lines, "Origin: https://stage.example.evil", "Content-Length: 0"
            )
            == 403
        )


@needs_network
async def test_the_loopback_s_names_reach_no_one_who_came_over_the_network(tmp_path: Path) -> None:
    async with network_of(tmp_path) as lan:
        assert await token_needed(lan, "localhost")


async def token_needed(lan: Network, name: str) -> bool:
    wire = Wire(lan.doors, lan.stage, lan.host)
    return await wire.status("GET", "/api/v1/track/1/gain", f"Host: {name}:{{port}}") == 401
