import contextlib
import json
import re
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest

from liveengine.cli import lan, main
from liveengine.control.safety import network
from liveengine.control.safety.keys import Keys
from liveengine.errors import BadInput
from tests.cli.barcode import seen
from tests.e2e import studio

ADDRESS = network.address()
needs_network = pytest.mark.skipif(ADDRESS is None, reason="this machine has no address on a network")


def run_json(host: str) -> dict[str, Any]:
    return {"host": host, "ports": {"http": 8000, "osc": 9000}}


@pytest.mark.parametrize("dark", [True, False], ids=["dark", "light"])
@pytest.mark.parametrize(
    ("host", "place"), [("192.168.178.24", "192.168.178.24"), ("fd00::1:2", "[fd00::1:2]")], ids=["ipv4", "ipv6"]
)
def test_a_camera_reads_the_link_off_the_terminal(host: str, place: str, dark: bool) -> None:
    text = lan.invitation(Path("/library"), "play", "abcd-efgh-2345-wxyz", run_json(host))
    link = f"http://{place}:8000/#abcd-efgh-2345-wxyz"
    assert seen(text, dark=dark) == link
    assert f"\n  {link}\n" in text
    assert "may play" in text
    assert f"OSC (UDP and TCP) at {place}:9000, after /hello abcd-efgh-2345-wxyz" in text


@needs_network
def test_where_the_doors_are_open_everywhere_the_link_names_the_address_on_the_network() -> None:
    text = lan.invitation(Path("/library"), "play", "abcd-efgh-2345-wxyz", run_json("0.0.0.0"))
    assert seen(text) == f"http://{ADDRESS}:8000/#abcd-efgh-2345-wxyz"


def test_without_a_network_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "address", lambda: None)
    with pytest.raises(BadInput, match="connect it"):
        lan.invitation(Path("/library"), "play", "abcd", run_json("0.0.0.0"))
    with pytest.raises(BadInput, match="only this machine can reach"):
        lan.invitation(Path("/library"), "play", "abcd", run_json("127.0.0.1"))


@pytest.mark.parametrize(
    ("host", "opened"), [("127.0.0.1", "0.0.0.0"), ("localhost", "0.0.0.0"), ("192.168.1.2", None)]
)
def test_lan_opens_the_doors_unless_the_settings_name_an_address_already(host: str, opened: str | None) -> None:
    overrides: dict[str, dict[str, Any]] = {}
    lan.opened(overrides, host)
    assert overrides.get("control", {}).get("host") == opened


def tokens(library: Path, *flags: str, capsys: pytest.CaptureFixture[str]) -> dict[str, str | None]:
    assert main.run(["tokens", "--json", "--library", str(library), *flags]) == 0
    return {row["role"]: row["token"] for row in json.loads(capsys.readouterr().out)["tokens"]}


def test_tokens_are_made_renewed_and_taken_without_a_server(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert set(tokens(tmp_path, capsys=capsys).values()) == {None}
    first = tokens(tmp_path, "--add", "play", capsys=capsys)["play"]
    assert first
    assert tokens(tmp_path, "--add", "play", capsys=capsys)["play"] == first
    second = tokens(tmp_path, "--renew", "play", capsys=capsys)["play"]
    assert Keys(tmp_path).known("play") == second != first
    assert tokens(tmp_path, "--revoke", "play", capsys=capsys)["play"] is None
    assert main.run(["tokens", "--library", str(tmp_path)]) == 0
    assert "`liveengine tokens --add play` makes one" in capsys.readouterr().out
    assert main.run(["tokens", "--library", str(tmp_path), "--show", "play"]) == 66
    assert "liveengine tokens --add play" in capsys.readouterr().err


@needs_network
def test_what_serve_prints_lets_another_machine_in_until_the_token_is_renewed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    library = tmp_path / "library"
    with studio.serving(library, "--lan", "play") as server:
        link = studio.wait(lambda: seen(text) if "/hello" in (text := printed(server)) else None) or ""
        url, _, token = link.partition("/#")
        assert re.fullmatch(rf"http://{re.escape(str(ADDRESS))}:\d+", url)
        assert status(url, token) == 200
        assert main.run(["tokens", "--library", str(library), "--show", "play"]) == 0
        assert seen(capsys.readouterr().out) == link
        fresh = tokens(library, "--renew", "play", capsys=capsys)["play"]
        assert (status(url, token), status(url, str(fresh))) == (401, 200)
        assert token not in "".join(file.read_text() for file in (library / "logs").glob("*.log"))


def printed(server: studio.Server) -> str:
    """Return what the server has said so far."""
    out = server.process.stdout
    assert out is not None
    with contextlib.suppress(subprocess.TimeoutExpired):
        while "/hello" not in server.said:
            server.said += out.readline()
    return server.said


def status(url: str, token: str) -> int:
    return httpx.get(f"{url}/api/v1/track/1/gain", headers={"Authorization": f"Bearer {token}"}).status_code
