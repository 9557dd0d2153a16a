"""A hub of our own, on this machine: nothing is downloaded."""

import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from liveengine.cli import hub, main
from liveengine.errors import DiskFull, LiveEngineError, NotFound
from liveengine.fabrik.manifest import faults
from liveengine.fabrik.sources import Source, sources
from liveengine.jobs import checkpoints
from tests.disk import full

COMMIT = "0123456789abcdef"
FILES = {
    "config.json": b'{"projection_dim": 512}',
    "model.safetensors": bytes(range(256)) * 12_000,
    "tokenizer.json": b"{}",
    "pytorch_model.bin": b"a pickle, which nobody wants",
}


class Hub(ThreadingHTTPServer):
    """Serves FILES as the Hugging Face hub does; remembers what was asked for."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.asked: list[tuple[str, str | None]] = []  # file, range
        self.ranges = True
        self.bad: set[str] = set()  # files that come with a flipped byte
        self.missing: set[str] = set()
        self.slow = 0.0  # seconds of pause after each 64 kB

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Answer(BaseHTTPRequestHandler):
    server: Hub

    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        if self.path.startswith("/api/models/laion/larger_clap_music_and_speech/revision/main"):
            return self._send(json.dumps({"sha": COMMIT, "siblings": self._siblings()}).encode())
        name = self.path.rpartition("/")[2]
        if f"/resolve/{COMMIT}/" not in self.path or name not in FILES:
            self.send_error(404)
            return None
        wanted = self.headers.get("Range")
        self.server.asked.append((name, wanted))
        body = FILES[name]
        if name in self.server.bad:
            body = body[:-1] + bytes([body[-1] ^ 1])
        start = int(found.group(1)) if wanted and (found := re.match(r"bytes=(\d+)-", wanted)) else 0
        return self._send(body[start:], 206) if start and self.server.ranges else self._send(body)

    def _siblings(self) -> list[dict[str, object]]:
        found: list[dict[str, object]] = []
        for name, body in FILES.items():
            if name in self.server.missing:
                continue
            blob = hashlib.sha1(b"blob %d\0" % len(body) + body, usedforsecurity=False).hexdigest()
            one: dict[str, object] = {"rfilename": name, "size": len(body), "blobId": blob}
            if name == "model.safetensors":
                one["lfs"] = {"sha256": hashlib.sha256(body).hexdigest(), "size": len(body)}
            found.append(one)
        return found

    def _send(self, body: bytes, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        for at in range(0, len(body), 1 << 16):
            try:
                self.wfile.write(body[at : at + (1 << 16)])
            except OSError:  # the client is gone
                return
            time.sleep(self.server.slow)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    running = Hub()
    thread = threading.Thread(target=running.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    monkeypatch.setenv("HF_ENDPOINT", running.address)
    yield running
    running.shutdown()
    running.server_close()
    thread.join()


def fetched(models: Path) -> Path:
    return hub.fetch(sources()["clap"], models, lambda size: None, lambda count: None)


def test_a_model_is_fetched_with_the_files_that_are_wanted_and_no_others(server: Hub, tmp_path: Path) -> None:
    counted: list[int] = []
    folder = hub.fetch(sources()["clap"], tmp_path, counted.append, counted.append)
    wanted = {name: body for name, body in FILES.items() if name != "pytorch_model.bin"}
    assert folder == tmp_path / "clap"
    assert {p.name: p.read_bytes() for p in folder.iterdir() if p.name != "manifest.json"} == wanted
    assert counted[0] == sum(counted[1:]) == sum(len(body) for body in wanted.values())
    assert json.loads((folder / "manifest.json").read_text())["commit"] == COMMIT
    assert faults(folder) == []


def test_what_is_there_is_not_fetched_again(server: Hub, tmp_path: Path) -> None:
    fetched(tmp_path)
    server.asked.clear()
    fetched(tmp_path)
    assert server.asked == []


def test_a_file_that_may_not_grow_is_told_and_what_has_come_stays(server: Hub, tmp_path: Path) -> None:
    with full(1_000_000), pytest.raises(DiskFull, match=r"takes no more \(File too large\).*what has come stays"):
        fetched(tmp_path)
    assert (tmp_path / "clap.part" / "config.json").read_bytes() == FILES["config.json"]
    assert faults(fetched(tmp_path)) == []


def test_a_flipped_byte_is_found_and_fetching_mends_it(server: Hub, tmp_path: Path) -> None:
    weights = fetched(tmp_path) / "model.safetensors"
    body = bytearray(weights.read_bytes())
    body[1_000] ^= 1
    weights.write_bytes(bytes(body))
    (fault,) = faults(tmp_path / "clap")
    assert "model.safetensors is damaged" in fault
    server.asked.clear()
    fetched(tmp_path)
    assert server.asked == [("model.safetensors", None)]
    assert faults(tmp_path / "clap") == []


def test_a_file_that_is_not_what_the_hub_says_never_gets_its_name(server: Hub, tmp_path: Path) -> None:
    server.bad = {"model.safetensors"}
    with pytest.raises(hub.Untrue, match=r"model\.safetensors.* is damaged"):
        fetched(tmp_path)
    assert not (tmp_path / "clap").exists()
    assert not list(tmp_path.rglob("model.safetensors*"))
    server.bad = set()
    assert fetched(tmp_path).is_dir()


@pytest.mark.parametrize("ranges", [True, False])
def test_a_download_that_was_killed_goes_on_where_it_stopped(server: Hub, tmp_path: Path, ranges: bool) -> None:
    server.slow, server.ranges = 0.02, ranges
    command = [sys.executable, "-m", "liveengine", "models", "fetch", "clap", "--library", str(tmp_path), "--json"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env={**os.environ, "HF_ENDPOINT": server.address})
    growing = tmp_path / "models" / "clap.part"
    while not any(part.stat().st_size > 1 << 20 for part in growing.glob("model.safetensors.*.part")):
        assert process.poll() is None
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not (tmp_path / "models" / "clap").exists()
    have = next(growing.glob("model.safetensors.*.part")).stat().st_size
    server.slow = 0.0
    server.asked.clear()
    assert main.run(["models", "fetch", "clap", "--library", str(tmp_path), "--json"]) == 0
    assert server.asked == [("model.safetensors", f"bytes={have}-"), ("tokenizer.json", None)]
    assert faults(tmp_path / "models" / "clap") == []
    assert not growing.exists()


def test_without_a_network_a_sentence_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")  # nothing listens there
    assert main.run(["models", "fetch", "clap", "--library", str(tmp_path)]) == 69
    shown = capsys.readouterr()
    assert "about 780 MB" in shown.out
    assert "laion/larger_clap_music_and_speech" in shown.out
    assert "\n" not in shown.err.strip()
    assert "http://127.0.0.1:9 cannot be reached" in shown.err
    assert "repeat the command when there is a network" in shown.err


def test_a_hub_without_the_weights_is_named(server: Hub, tmp_path: Path) -> None:
    server.missing = {"model.safetensors"}
    with pytest.raises(NotFound, match=r"has no model\.safetensors at main"):
        fetched(tmp_path)
    other = Source(**{**vars(sources()["clap"]), "repository": "laion/nothing"})
    with pytest.raises(LiveEngineError, match="404"):
        hub.fetch(other, tmp_path, lambda size: None, lambda count: None)


def test_models_are_listed_and_verified_and_an_unknown_one_is_guessed(
    server: Hub, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    library = ["--library", str(tmp_path), "--json"]
    assert main.run(["models", "verify", *library]) == 0
    assert main.run(["models", *library]) == 0
    fetched(tmp_path / "models")
    assert main.run(["models", "list", *library]) == 0
    (tmp_path / "models" / "clap" / "config.json").unlink()
    assert main.run(["models", "verify", *library]) == 1
    assert main.run(["models", "verify", "clp", *library]) == 66
    assert main.run(["models", "fetch", "clp", *library]) == 66
    assert main.run(["models", "fetch", *library]) == 64
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines[0] == {"models": {"traum-mini": []}}
    missing, here = ([(one["name"], one["state"]) for one in line["models"]] for line in lines[1:3])
    own = [("traum-mini", "ok"), ("signal", "ok"), ("clap", "missing")]
    assert missing == own + [(f"demucs/{name}", "missing") for name in checkpoints.known()]
    assert lines[1]["models"][0]["used_by"] == ["search"]
    assert lines[1]["models"][2]["obtain"] == "liveengine models fetch clap"
    assert here[:2] == [("traum-mini", "ok"), ("clap", "damaged")]  # bytes that are no safetensors
    assert "config.json is missing" in " ".join(lines[3]["models"]["clap"])
    assert "did you mean clap?" in lines[4]["error"]["message"]
    assert "did you mean clap?" in lines[5]["error"]["message"]


def test_a_model_without_a_manifest_cannot_be_verified(tmp_path: Path) -> None:
    (tmp_path / "clap").mkdir()
    with pytest.raises(NotFound, match=r"manifest\.json"):
        faults(tmp_path / "clap")
