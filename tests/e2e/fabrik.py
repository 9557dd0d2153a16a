"""What the walk through the Fabrik needs: whole tracks of known tempo, jobs to wait for, workers to kill."""

import contextlib
import os
import signal
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import soundfile

from liveengine.synth import kit
from liveengine.synth.music import bar_frames
from liveengine.synth.recipe import Recipe
from tests.e2e import score, studio
from tests.e2e.studio import Server

RATE = 48_000
TEMPO, BARS = 138.0, 4
BAND = {"kick": 0.9, "hihat": 0.35, "bass": 0.6, "synth": 0.4}  # gain of each category
LONG_S = 240.0  # for a job on a busy machine


def tracks(folder: Path, count: int) -> list[str]:
    """Write whole tracks of TEMPO and BARS into the folder, each file appearing whole; return their names."""
    folder.mkdir(parents=True, exist_ok=True)
    loops = [recipe for recipe in kit.recipes() if not recipe.one_shot]
    names = []
    for number in range(count):
        path = folder / f"night drive {number}.wav"
        hidden = path.with_name(f".{path.name}")
        soundfile.write(hidden, mixed(loops, number).T, RATE, "PCM_24", format="WAV")
        hidden.rename(path)
        names.append(path.stem)
    return names


def mixed(loops: list[Recipe], number: int) -> npt.NDArray[np.float32]:
    """Return float32[2, frames]: the `number`-th loop of each member of the band, at one tempo, side by side."""
    frames = bar_frames(BARS, TEMPO)
    sound = np.zeros((2, frames), np.float32)
    for category, gain in BAND.items():
        own = [recipe for recipe in loops if recipe.category == category]
        loop = kit.render(replace(own[number % len(own)], tempo=TEMPO)).T
        turns = -(-frames // loop.shape[1])
        sound += gain * np.tile(np.broadcast_to(loop, (2, loop.shape[1])), turns)[:, :frames]
    loud: npt.NDArray[np.float32] = 0.8 * sound / np.abs(sound).max()
    return loud


def jobs(server: Server, kind: str) -> list[dict[str, Any]]:
    """Return the jobs of a kind, newest first."""
    return [job for job in server.web("/jobs", limit=1000) if job["kind"] == kind]


def ended(server: Server, job: int, seconds: float = LONG_S) -> dict[str, Any]:
    """Return how a job ended."""

    def look() -> dict[str, Any] | None:
        state: dict[str, Any] = server.web(f"/job/{job}")
        return None if state["state"] in ("queued", "running") else state

    found = studio.wait(look, seconds)
    assert found is not None
    return found


def done(server: Server, job: int, seconds: float = LONG_S) -> Any:
    """Return the result of a job that must end well."""
    state = ended(server, job, seconds)
    assert state["state"] == "done", (state, server.web(f"/job/{job}/log"))
    return state["result"]


def stems(server: Server, category: str) -> list[dict[str, Any]]:
    """Return the stems of a category."""
    rows: list[dict[str, Any]] = server.web("/stems/list", category=category, limit=1000)
    return rows


def workers(server: Server, lane: str) -> set[int]:
    """Return the worker processes that have imported a kind of job; by what /proc tells of their command line."""
    found = set()
    for pid in studio.descendants(server.pid("daemon")):
        with contextlib.suppress(OSError):
            said = Path(f"/proc/{pid}/cmdline").read_bytes().decode("utf-8", "replace").replace("\0", " ")
            if "liveengine.jobs.worker" in said and (not lane or lane in said):
                found.add(pid)
    return found


def slay(server: Server) -> int:
    """Kill all workers that work at something, without warning; return how many."""
    found = 0
    for pid in workers(server, ""):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            found += 1
    return found


@dataclass(frozen=True)
class Heard:
    """A stem that was launched: the frame at which the engine says it began, and what came out."""

    frame: int
    beat: float
    first: int  # the frame of the first sample of `sound`
    sound: npt.NDArray[np.float32]  # [2, frames]

    @property
    def begins(self) -> int:
        """The frame of the first sample that is heard."""
        return self.first + int(np.argmax(np.any(self.sound != 0.0, axis=0)))


def launched(server: Server, stem: int, tempo: float, track: int = 1, bars: float = 1.25) -> Heard:
    """Load a stem, launch it on the next bar at its tempo, and listen."""
    call = server.osc.call
    call("/subscribe", f"/track/{track}/clip/1/state")
    call("/transport/tempo", tempo)
    call(f"/track/{track}/clip/1/load", stem)
    listener = server.listen()
    server.osc.pushes.clear()
    call(f"/track/{track}/clip/1/launch", 4)
    told = studio.wait(lambda: _began(server, track))
    server.play_on(bars * 240.0 / tempo)
    return Heard(int(told[1]), float(told[2]), listener.first, listener.end())


def _began(server: Server, track: int) -> tuple[Any, ...]:
    server.osc.pings(0.05)  # what comes in meanwhile is kept
    address = f"/track/{track}/clip/1/state"
    return next((values for at, values in server.osc.pushes if at == address and values[0] == "playing"), ())


def exact(server: Server, heard: Heard) -> bool:
    """Tell if every sample is the one that an offline render of the journal gives."""
    last = heard.first + heard.sound.shape[1]
    expected = score.replayed(server.library, last, server.shared.memory)[:2, heard.first :]
    return score.differing(heard.sound, expected) == 0


def ancestors(server: Server, stem: int) -> list[dict[str, Any]]:
    """Return the lineage of a stem upwards, itself first."""
    told = server.web(f"/stem/{stem}/lineage")
    return [told, *told["parents"]]


def leftovers(library: Path) -> list[str]:
    """Return the files of the library that are no whole ones by their names."""
    known = (".stems.db", ".lock")
    return sorted(
        str(path.relative_to(library))
        for path in library.rglob("*")
        if path.is_file() and (path.name.startswith(".") or path.suffix in (".part", ".new")) and path.name not in known
    )
