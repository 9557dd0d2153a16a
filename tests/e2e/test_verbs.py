"""The semantic verbs through every door of the running program, and what is left when the daemon dies in between."""

import contextlib
import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from pythonosc.osc_message import OscMessage
from pythonosc.osc_message_builder import OscMessageBuilder
from websockets.sync.client import connect

from liveengine.engine.engine import Engine
from tests.e2e import sounds, studio
from tests.e2e.studio import Fault, Server

Call = Callable[..., Any]


@pytest.fixture(scope="module")
def server(common: Path) -> Iterator[Server]:
    with studio.serving(common) as running:
        for path in sounds.kicks(common.parent / "more"):
            given = {"path": str(path), "category": "kick"}
            assert httpx.post(f"{running.url}/api/v1/stems/", json=given, timeout=60.0).status_code == 201
        yield running


# ── the doors: each takes an address and values, and returns what is told, as plain data ──


def packet(address: str, *values: Any) -> bytes:
    builder = OscMessageBuilder(address)
    for value in values:
        builder.add_arg(value)
    return bytes(builder.build().dgram)


def told(datagram: bytes) -> Any:
    """Return the values of a reply as a mapping, or as the one value that it is; raise Fault for an error."""
    message = OscMessage(datagram)
    _, *values = message.params
    if message.address == "/error":
        raise Fault(str(values[0]), str(values[1]))
    if len(values) > 1:
        return dict(zip(values[::2], values[1::2], strict=True))
    return values[0] if values else None


@contextlib.contextmanager
def by_udp(server: Server) -> Iterator[Call]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.connect(("127.0.0.1", server.info["ports"]["osc"]))
        sock.settimeout(20.0)

        def call(address: str, *values: Any) -> Any:
            sock.send(packet(address, *values))
            return told(sock.recv(65_536))

        yield call


@contextlib.contextmanager
def by_tcp(server: Server) -> Iterator[Call]:
    with socket.create_connection(("127.0.0.1", server.info["ports"]["osc"]), 20.0) as sock:
        stream = sock.makefile("rb")

        def call(address: str, *values: Any) -> Any:
            data = packet(address, *values)
            sock.sendall(struct.pack(">i", len(data)) + data)
            return told(stream.read(struct.unpack(">i", stream.read(4))[0]))

        with stream:
            yield call


@contextlib.contextmanager
def by_oscquery(server: Server) -> Iterator[Call]:
    with connect(server.url.replace("http", "ws") + "/") as socket:

        def call(address: str, *values: Any) -> Any:
            socket.send(packet(address, *values))
            while not isinstance(data := socket.recv(timeout=20.0), bytes):
                pass
            return told(data)

        yield call


@contextlib.contextmanager
def by_websocket(server: Server) -> Iterator[Call]:
    with connect(server.url.replace("http", "ws") + "/ws", max_size=None) as socket:

        def call(address: str, *values: Any) -> Any:
            socket.send(json.dumps({"type": "call", "id": 1, "address": address, "args": values}))
            while True:
                data = socket.recv(timeout=20.0)
                answer = json.loads(data) if isinstance(data, str) else {}
                if answer.get("id") == 1 and answer["type"] == "error":
                    raise Fault(answer["code"], answer["message"])
                if answer.get("id") == 1 and answer["type"] != "pong":
                    return answer.get("value")

        yield call


NAMES = {"prompt": ("prompt", "slot"), "swap": ("adjective",), "file": ("path",)}  # of arguments, by the last word


@contextlib.contextmanager
def by_http(server: Server) -> Iterator[Call]:
    with httpx.Client(base_url=f"{server.url}/api/v1", timeout=20.0) as client:

        def call(address: str, *values: Any) -> Any:
            names = NAMES.get(address.rpartition("/")[2], ())
            answer = client.post(address, json=dict(zip(names, values, strict=False)))
            if answer.status_code >= 400:
                raise Fault(answer.json()["code"], answer.json()["detail"])
            return answer.json()

        yield call


DOORS = {"udp": by_udp, "tcp": by_tcp, "oscquery": by_oscquery, "websocket": by_websocket, "http": by_http}


@pytest.mark.parametrize("door", DOORS)
def test_every_verb_is_there_through_every_door(server: Server, door: str, tmp_path: Path) -> None:
    server.web("/session/clear")
    with DOORS[door](server) as call:
        launched = call("/track/1/launch/prompt", "kick")
        assert (launched["track"], launched["category"], launched["fallback"]) == (1, "kick", "none")
        assert launched["seconds"] >= 0.0
        slot = launched["slot"]
        studio.wait(lambda: server.state(1, slot) == "playing")
        assert call("/track/1/like")["stem"] == launched["stem"]
        assert call(f"/stem/{launched['stem']}/like") in (True, 1)
        assert call("/track/1/reject")["value"] in (True, 1)
        swapped = call("/track/1/swap", "darker")
        assert (swapped["slot"], swapped["instead_of"]) == (slot, launched["stem"])
        assert swapped["stem"] != launched["stem"]
        listened = call("/cue/audition/prompt", "bass")
        assert (listened["category"], call("/cue/stem")) == ("bass", listened["stem"])
        call("/cue/stop")
        (path,) = [one for one in sounds.kicks(tmp_path) if "click" in one.name]
        assert call("/track/2/clip/4/load/file", str(path))["slot"] == 4
        assert server.state(2, 4) == "stopped"
        with pytest.raises(Fault, match=r"^nothing_fits: .*say it otherwise, or ingest some"):
            call("/track/3/launch/prompt", "xqzw brfl")
        with pytest.raises(Fault, match=r"^empty_slot: track 3 plays no clip that could be swapped"):
            call("/track/3/swap")
        with pytest.raises(Fault, match=r"^bad_argument: "):
            call("/track/1/swap", "xqzw")
        with pytest.raises(Fault, match=r"^out_of_range: "):
            call("/track/999/launch/prompt", "kick")


def test_the_tree_of_oscquery_describes_the_verbs(server: Server) -> None:
    for address, types in (("/track/1/launch/prompt", "s"), ("/track/1/swap", "I"), ("/track/1/like", "")):
        node = httpx.get(f"{server.url}{address}").json()
        assert node["FULL_PATH"] == address
        assert node["TYPE"].startswith(types)
        assert node["DESCRIPTION"]


def slots(server: Server, track: int) -> set[int]:
    """Return the slots of a track that play or wait, as the session tells it."""
    clips = server.web("/session/state")["tracks"][track - 1]["clips"]
    return {clip["slot"] for clip in clips if clip["state"] in ("playing", "queued")}


def engines(server: Server, track: int) -> set[int]:
    """Return the same as the engine has it."""
    view = Engine(server.shared.memory).snapshot().tracks[track - 1]
    return {view.playing_slot, view.queued_slot} - {0}


@pytest.mark.parametrize("after", [0.0, 0.01, 0.05, 0.2])
def test_a_daemon_that_dies_within_a_launch_leaves_nothing_half_done(server: Server, after: float) -> None:
    server.web("/session/clear")
    server.web("/transport/play")
    before = server.pid("daemon")

    def ask() -> None:
        with contextlib.suppress(httpx.HTTPError):
            httpx.post(f"{server.url}/api/v1/track/4/launch/prompt", json={"prompt": "kick", "slot": 2}, timeout=10.0)

    asking = threading.Thread(target=ask)
    asking.start()
    time.sleep(after)
    server.kill("daemon")
    asking.join()
    server.back("daemon", before)
    studio.wait(lambda: server.announced and server.info["pid"] != before)
    server.open()
    studio.wait(lambda: slots(server, 4) == engines(server, 4))
    told = server.web("/track/4/launch/prompt", prompt="kick", slot=2)
    assert told["slot"] == 2
    studio.wait(lambda: server.state(4, 2) == "playing")
