"""Wrong input at every door while clips play: a stable code to the caller, nothing else changed."""

import asyncio
import json
import re
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
import soundfile

from liveengine.cli.remote import RemoteFault, WebSocket
from tests.e2e import score, studio
from tests.e2e.studio import Server

WRONG: tuple[tuple[str, list[Any], str], ...] = (
    ("/track/1/clip/9/lunch", [], "unknown_address"),
    ("/track/1/gain", ["loud"], "bad_argument"),
    ("/track/1/clip/1/load", [], "bad_argument"),
    ("/track/1/gain", [1.5], "out_of_range"),
    ("/track/99/gain", [0.5], "out_of_range"),
    ("/transport/tempo", ["fast"], "bad_argument"),
    ("/track/1/clip/99/launch", [], "out_of_range"),
    ("/track/1/clip/1/load", [987_654], "unknown_stem"),
    ("/track/1/clip/9/launch", [], "empty_slot"),
    ("/scene/9/launch", [], "empty_slot"),
    ("/job/4711", [], "unknown_job"),
    ("/record/stop", [], "bad_argument"),
)
PACKETS = 10_000


def plain(server: Server) -> dict[str, Any]:
    """Return what of the session's state does not move with time."""
    state: dict[str, Any] = server.web("/session/state")
    state["transport"].pop("beat")
    return {name: value for name, value in state.items() if name not in ("beat", "frame")}


async def over_websocket(server: Server) -> list[str]:
    """Return the codes that the WebSocket answers with."""
    codes = []
    async with WebSocket.open(server.info) as socket:
        for address, values, _ in WRONG:
            with pytest.raises(RemoteFault) as fault:
                await socket.call(address, *values)
            codes.append(fault.value.code)
    return codes


def over_http(server: Server) -> list[str]:
    """Return the codes that HTTP answers with; arguments have names there."""
    names = {"gain": "value", "load": "stem", "tempo": "value"}
    codes = []
    for address, values, _ in WRONG:
        named = {names[address.rsplit("/", 1)[1]]: value for value in values}
        answer = httpx.post(f"{server.url}/api/v1{address}", json=named, timeout=20.0)
        assert 400 <= answer.status_code < 500, answer.text
        codes.append(answer.json()["code"])
    return codes


def over_osc(server: Server) -> list[str]:
    """Return the codes that OSC answers with."""
    codes = []
    for address, values, _ in WRONG:
        with pytest.raises(studio.Fault) as fault:
            server.osc.call(address, *values)
        codes.append(fault.value.code)
    return codes


def test_every_door_answers_with_the_same_code_and_nothing_changes(server: Server) -> None:
    server.osc.call("/track/1/clip/1/load", server.stem("kick_loop"))
    server.osc.call("/track/1/clip/1/launch")
    studio.wait(lambda: server.state(1, 1) == "playing")
    before = plain(server)
    expected = [code for _, _, code in WRONG]
    assert over_osc(server) == expected
    assert asyncio.run(over_websocket(server)) == expected
    assert over_http(server) == expected
    assert plain(server) == before


@pytest.mark.parametrize("number", [17, 64, 65, 300, 10**14])
def test_every_door_names_how_many_tracks_there_really_are(server: Server, number: int) -> None:
    said = f"track {number}: the engine has tracks 1..16; raise engine.tracks for more"
    address = f"/track/{number}/mute"

    async def over_websocket() -> str:
        async with WebSocket.open(server.info) as socket:
            with pytest.raises(RemoteFault) as fault:
                await socket.call(address)
        return str(fault.value)

    assert asyncio.run(over_websocket()) == said
    assert httpx.get(f"{server.url}/api/v1{address}", timeout=20.0).json()["detail"] == said
    with pytest.raises(studio.Fault, match=f"out_of_range: {re.escape(said)}$"):
        server.osc.call(address)


def packets(seed: int) -> list[bytes]:
    """Return datagrams that ask for nothing: noise, cut and flipped messages, bundles of bundles, lies about sizes."""
    random = np.random.default_rng(seed)
    good = b"/nowhere/1/launch\0\0\0,f\0\0\x3f\x80\0\0"
    bundle = b"#bundle\0" + bytes(7) + b"\1"
    found = []
    for number in range(PACKETS):
        noise = random.bytes(int(random.integers(0, 300)))
        cut = bytearray(good[: int(random.integers(1, len(good)))])
        cut[int(random.integers(len(cut)))] ^= 1 << int(random.integers(8))
        size = int(random.integers(-(2**31), 2**31)).to_bytes(4, "big", signed=True)
        found.append((noise, bytes(cut), bundle + size + noise, bundle * 30 + noise, b"/x\0\0,[[[" + noise)[number % 5])
    return found


def rejected(server: Server) -> int:
    """Return how many packets the OSC door has counted as no message."""
    doors = httpx.get(f"{server.url}/system/health", timeout=20.0).json()["doors"]
    return sum(count for name, count in doors["osc"].items() if name.startswith("reject"))


def test_noise_on_the_osc_port_is_counted_and_heard_by_nobody(server: Server) -> None:
    for track, name in ((1, "kick_loop"), (2, "synth_loop")):
        server.osc.call(f"/track/{track}/clip/1/load", server.stem(name))
    listener = server.listen()
    server.osc.call("/scene/1/launch")
    studio.wait(lambda: server.state(2, 1) == "playing")
    before, counted = plain(server), rejected(server)
    for packet in packets(1):
        server.osc.raw(packet)
    assert server.osc.pings(3.0)
    assert rejected(server) - counted > PACKETS / 2
    assert plain(server) == before
    server.play_on(0.5)
    heard = listener.end()
    live, first, frames = server.shared.memory, listener.first, heard.shape[1]
    assert server.stop() == 0
    assert "Traceback" not in server.said
    assert np.any(heard)
    expected = score.replayed(server.library, first + frames, live)[:2, first:]
    assert score.differing(heard, expected) == 0


def broken(folder: Path) -> None:
    """Write what people have lying about among their samples."""
    folder.mkdir()
    time = np.arange(48_000) / 48_000
    tone = 0.4 * np.sin(2 * np.pi * 220.0 * time) * np.exp(-2.0 * time)
    noise = np.random.default_rng(0).uniform(-0.5, 0.5, (96_000, 2))
    (folder / "empty.wav").touch()
    soundfile.write(folder / "cut.flac", noise, 48_000)
    whole = (folder / "cut.flac").read_bytes()
    (folder / "cut.flac").write_bytes(whole[: len(whole) // 3])
    (folder / "text.wav").write_text("this is no audio\n" * 200, "utf-8")
    (folder / "notes.txt").write_text("shopping list", "utf-8")
    holed = tone.astype(np.float32)
    holed[100:110] = np.nan
    soundfile.write(folder / "nan.wav", holed, 48_000, "FLOAT")
    soundfile.write(folder / "eight.wav", np.stack([tone * 0.1 * (n + 1) for n in range(8)], axis=1), 48_000)
    soundfile.write(folder / "fast.wav", np.interp(np.arange(192_000) / 192_000, time, tone), 192_000)
    soundfile.write(folder / "good.mp3", 0.9 * tone, 48_000)
    soundfile.write(folder / "good.wav", 0.8 * tone[:12_000] * np.sin(40.0 * time[:12_000]), 48_000)  # another sound


def test_broken_files_are_set_aside_with_a_reason_and_the_rest_is_there(tmp_path: Path) -> None:
    broken(tmp_path / "audio")
    library = tmp_path / "library"
    done = studio.run("ingest", "--library", library, tmp_path / "audio")
    assert done.returncode == 0, done.stderr
    assert "4 added, 0 known already, 4 in quarantine" in done.stdout
    shown = studio.run("jobs", "--library", library, "--json")
    faults = {Path(f["path"]).name: f for f in json.loads(shown.stdout)["jobs"][0]["faults"]}
    reasons = {"empty.wav": "empty", "cut.flac": "damaged", "text.wav": "no audio file", "nan.wav": "NaN"}
    assert faults.keys() == reasons.keys()
    for name, word in reasons.items():
        assert faults[name]["state"] == "quarantined"
        assert word in faults[name]["reason"]
    assert "'nan.wav' carries NaN" in studio.run("jobs", "--library", library).stdout.replace("\n", "")
    found = studio.run("search", "--library", library, "--json", "tone", "--top-k", "20")
    assert {m["filename"] for m in json.loads(found.stdout)["matches"]} == {
        "eight.wav", "fast.wav", "good.mp3", "good.wav",
    }  # fmt: skip
    assert (tmp_path / "audio" / "nan.wav").exists()
