"""What the Fabrik is given may be spoilt: the job says why, nothing half is left, the queue and the music go on."""

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import numpy.typing as npt
import pytest
import soundfile
from safetensors.numpy import load_file, save_file

from tests.e2e import fabrik, sounds, studio
from tests.e2e.studio import Server
from tests.fabrik.modelled import modelled

RATE = 48_000
KICK = Path("models", "vae", "kick")  # the model of the category kick


@dataclass(frozen=True)
class Reason:
    """Why something could not be done: the stable code, and the sentence."""

    code: str
    words: str


@pytest.fixture(scope="module")
def server(common: Path) -> Iterator[Server]:
    """A server with nine stems and a model of kicks."""
    with studio.serving(common) as running:
        modelled(common, "kick", {running.stem("kick_loop"): True})
        yield running


def play(server: Server) -> None:
    """Have a loop sound."""
    server.osc.call("/track/1/clip/1/load", server.stem("kick_loop"))
    server.osc.call("/track/1/clip/1/launch", 0)
    studio.wait(lambda: server.state(1, 1) == "playing")


def asked(server: Server, address: str, **terms: Any) -> dict[str, Any]:
    """Return how a job ended; a command that refuses at once is a job that has failed."""
    answer = httpx.post(f"{server.url}/api/v1{address}", json=terms, timeout=30.0)
    if answer.status_code >= 400:
        problem = answer.json()
        return {"state": "failed", "code": problem["code"], "error": problem["detail"]}
    return fabrik.ended(server, answer.json()["job"])


def refused(server: Server, address: str, **terms: Any) -> Reason:
    """Return why a job has failed."""
    state = asked(server, address, **terms)
    assert state["state"] in ("failed", "set_aside"), state
    return Reason(state["code"], state["error"])


def wav(path: Path, sound: npt.NDArray[Any], rate: int = RATE) -> str:
    """Write a sound; return its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, sound, rate, "FLOAT")
    return str(path)


def tone(seconds: float, rate: int = RATE, hertz: float = 330.0) -> npt.NDArray[np.float32]:
    """Return a tone that fades."""
    times = np.arange(round(seconds * rate)) / rate
    return (0.5 * np.sin(2 * np.pi * hertz * times) * np.exp(-3.0 * times / seconds)).astype(np.float32)


def three_stems(server: Server, folder: Path) -> Reason:
    for path in sounds.kicks(folder):
        given = {"path": str(path), "category": "kick"}
        httpx.post(f"{server.url}/api/v1/stems/", json=given, timeout=60.0).raise_for_status()
    return refused(server, "/train", category="kick")


def silence(server: Server, folder: Path) -> Reason:
    for number in range(8):
        wav(folder / f"vocal_{number}.wav", np.zeros(RATE + number))
    job = server.web("/ingest", path=str(folder))["job"]
    assert fabrik.done(server, job)["added"] == 0
    faults = server.web(f"/job/{job}/faults")
    assert len(faults) == 8
    return Reason(faults[0]["state"], faults[0]["reason"])


def ten_milliseconds(server: Server, folder: Path) -> Reason:
    return refused(server, "/separate", path=wav(folder / "tick.wav", tone(0.01)))


def ten_minutes(server: Server, folder: Path) -> Reason:
    path = wav(folder / "hour.wav", np.tile(tone(1.0, 8_000), 660), 8_000)
    stem = fabrik.done(server, server.web("/ingest", path=path)["job"])
    assert stem["added"] == 1
    return refused(server, "/track/2/clip/1/load", stem=server.stem("hour"))


def not_a_number(server: Server, folder: Path) -> Reason:
    sound = tone(2.0)
    sound[1_000:1_010] = np.nan
    return refused(server, "/separate", path=wav(folder / "nan.wav", sound))


def damaged_model(server: Server, folder: Path) -> Reason:
    file = server.library / KICK / "model.safetensors"
    data = bytearray(file.read_bytes())
    data[-9] ^= 1
    return with_model(server, lambda path: path.write_bytes(data))


def another_shape(server: Server, folder: Path) -> Reason:
    def forge(path: Path) -> None:
        weights = load_file(path)
        save_file({name: np.zeros((*one.shape, 2), np.float32) for name, one in weights.items()}, path)

    return with_model(server, forge)


def with_model(server: Server, spoil: Callable[[Path], object]) -> Reason:
    """Return why nothing is generated with a model whose weights are spoilt."""
    kept = shutil.copytree(server.library / KICK, server.library.parent / "kept")
    try:
        spoil(server.library / KICK / "model.safetensors")
        return refused(server, "/generate", category="kick", seed=1)
    finally:
        shutil.copytree(kept, server.library / KICK, dirs_exist_ok=True)
        shutil.rmtree(kept)


def killed(server: Server, folder: Path) -> Reason:
    path = wav(folder / "long.wav", np.stack([np.tile(tone(1.0), 60)] * 2, axis=1))
    job = server.web("/separate", path=path)["job"]
    while (state := server.web(f"/job/{job}"))["state"] in ("queued", "running"):
        if state["state"] == "running":
            fabrik.slay(server)
        time.sleep(0.05)
    return Reason(state["code"], state["error"])


CASES: dict[str, tuple[Callable[[Server, Path], Reason], str, str]] = {
    "3 stems in a category": (three_stems, "too_few", "3"),
    "silent stems": (silence, "quarantined", "silent"),
    "a stem of 10 ms": (ten_milliseconds, "bad_audio", "10 ms"),
    "a stem of over 10 min": (ten_minutes, "out_of_range", "lasts 11.0 minutes, a slot takes 10"),
    "NaN": (not_a_number, "bad_audio", "NaN"),
    "a damaged model": (damaged_model, "model_damaged", "kick"),
    "a model of another shape": (another_shape, "model_damaged", "kick"),
    "a worker that is killed each time": (killed, "set_aside", "SIGKILL"),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_spoilt_costs_its_own_job_and_says_why(server: Server, tmp_path: Path, case: str) -> None:
    spoil, code, words = CASES[case]
    listener = server.listen()
    play(server)  # in each case: on a busy machine it may give way later
    found = spoil(server, tmp_path / "spoilt")
    assert (found.code, words in found.words) == (code, True), found
    good = wav(tmp_path / "good" / f"{case.replace(' ', '_')}.wav", tone(0.5, hertz=200.0 + len(case)))
    assert fabrik.done(server, server.web("/ingest", path=good)["job"])["added"] == 1
    heard = fabrik.Heard(0, 0.0, listener.first, listener.end())
    assert np.any(heard.sound)
    assert fabrik.exact(server, heard)
    assert fabrik.leftovers(server.library) == []


@pytest.fixture
def small(ingested: Path, tmp_path: Path) -> Iterator[Path]:
    """A library on a disk of its own, of 96 MB."""
    library = tmp_path / "library"
    library.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=96m", "tmpfs", library], capture_output=True)
    if mounted.returncode:
        pytest.skip("needs the right to mount a small disk")
    try:
        shutil.copytree(ingested, library, dirs_exist_ok=True)
        yield library
    finally:
        subprocess.run(["umount", "-l", library], check=True)


def test_a_full_disk_fails_the_job_and_with_room_it_is_done(small: Path, tmp_path: Path) -> None:
    (name,) = fabrik.tracks(tmp_path / "tracks", 1)
    with studio.serving(small) as server:
        play(server)
        listener = server.listen()
        room = shutil.disk_usage(small).free
        with (small / "photos.zip").open("wb") as filler:
            os.posix_fallocate(filler.fileno(), 0, room - (3 << 20))
        found = asked(server, "/separate", path=str(tmp_path / "tracks" / f"{name}.wav"))
        assert (found["state"], found["code"]) == ("failed", "disk_full")
        assert fabrik.leftovers(small) == []
        (small / "photos.zip").unlink()
        server.web(f"/job/{found['id']}/retry")
        assert set(fabrik.done(server, found["id"])["stems"]) >= {"drums"}
        heard = fabrik.Heard(0, 0.0, listener.first, listener.end())
        assert fabrik.exact(server, heard)
