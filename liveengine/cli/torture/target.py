"""The program under torture: a server on a library of its own with clips that play. Runs on: the user's shell."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from liveengine.cli import remote
from liveengine.engine import pool
from liveengine.engine.memory import Memory, capacity_of, on_heap
from liveengine.engine.shared import Shared, attach
from liveengine.engine.streams import offline
from liveengine.engine.streams.priority import WATCHING
from liveengine.errors import CannotStart
from liveengine.session import journal

Sound = npt.NDArray[np.float32]
PATIENCE_S = 20.0  # what has not healed by then hangs
READY_S = 90.0  # on a machine that has compiled nothing yet
RATE = 48_000
STEMS = 8
MARGIN = 20_000  # frames at the tap's old end that may be overwritten while they are read
PIECE = 48_000  # frames compared at once


class Hangs(Exception):
    """Nothing has happened within `PATIENCE_S`."""


def wait(condition: Callable[[], bool], seconds: float = PATIENCE_S) -> None:
    """Wait until the condition holds, looking every half a millisecond; raises Hangs."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise Hangs
        time.sleep(0.0005)


@contextlib.contextmanager
def on_time() -> Iterator[None]:
    """Let nobody else's work delay what is measured in the block, where that is allowed; children do not have that."""
    with contextlib.suppress(OSError, AttributeError):
        os.sched_setscheduler(0, os.SCHED_FIFO | os.SCHED_RESET_ON_FORK, os.sched_param(WATCHING))
    try:
        yield
    finally:
        with contextlib.suppress(OSError, AttributeError):
            os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))


class Ear(threading.Thread):
    """Keeps what comes by in the tap ring, from the frame at which it began."""

    def __init__(self, memory: Memory) -> None:
        super().__init__(daemon=True)
        self._memory = memory
        self._pieces: list[Sound] = []
        self._ending = threading.Event()
        self.lost = 0  # frames that were overwritten before they were read
        self.first = self._done = int(memory.header["frame"][0])

    def run(self) -> None:
        """Read four times a second."""
        while not self._ending.wait(0.25):
            self._take()

    def _take(self) -> None:
        header, ring = self._memory.header[0], self._memory.tap
        last = int(header["frame"])
        self._pieces.append(ring[np.arange(self._done, last) % len(ring)].T.copy())
        self.lost += max(0, int(header["frame"]) - len(ring) + MARGIN - self._done)
        self._done = last

    def end(self) -> Sound:
        """Return float32[2, frames] of the master since `first`, up to now."""
        self._ending.set()
        self.join()
        self._take()
        return np.concatenate(self._pieces, axis=1)


class Target:
    """A running `liveengine serve`, for the length of a `with` block."""

    def __init__(self, stream: str, clips: int, environment: Mapping[str, str] | None = None) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="liveengine-torture-")
        self.library = Path(self._folder.name) / "library"
        self._stream, self._clips, self._environment = stream, clips, environment or {}
        self.log = Path(self._folder.name) / "log"  # what the server says
        self._said = self.log.open("wb")
        self._process: subprocess.Popen[bytes] | None = None
        self._ear: Ear | None = None

    def __enter__(self) -> Self:
        try:
            self._begin()
        except BaseException:
            self.__exit__(None, None, None)  # a server left behind would take part in what is measured next
            raise
        return self

    def _begin(self) -> None:
        """Have a library, start the server, attach to its memory."""
        sounds = Path(self._folder.name) / "sounds"
        write_stems(sounds)
        self._run("ingest", str(sounds))
        environment = os.environ | self._environment | {"LIVEENGINE_ENGINE_TRACKS": str(max(16, self._clips))}
        command = ["serve", "--stream", self._stream, "--http-port", "0", "--osc-port", "0"]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "liveengine", *command, "--library", str(self.library)],
            stdout=subprocess.DEVNULL, stderr=self._said, env=environment, start_new_session=True,
        )  # fmt: skip
        wait(lambda: remote.running(self.library) is not None, READY_S)
        self.shared: Shared = attach(Path(self.info["shared"]), wait=5.0)
        self.memory = self.shared.memory

    def _run(self, *arguments: str) -> None:
        command = [sys.executable, "-m", "liveengine", *arguments, "--library", str(self.library)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise CannotStart(f"`liveengine {arguments[0]}` ended with {done.returncode}: {done.stderr.strip()}")

    @property
    def info(self) -> dict[str, Any]:
        """What run.json says of the daemon."""
        return remote.running(self.library) or {}

    def header(self, name: str) -> int:
        """Return a field of the shared header."""
        return int(self.memory.header[name][0])

    def strike(self, part: str) -> int:
        """Kill a part without warning; return when, as CLOCK_MONOTONIC in ns."""
        now = time.monotonic_ns()
        os.kill(self.header(f"{part}_pid"), signal.SIGKILL)
        return now

    def workers(self) -> set[int]:
        """Return the processes that do jobs, less those that load and stretch clips."""
        found = set()
        for path in Path(f"/proc/{self.header('daemon_pid')}/task").glob("*/children"):
            with contextlib.suppress(OSError):  # threads and processes end while they are looked at
                found |= {pid for pid in map(int, path.read_text().split()) if _works(pid)}
        return found

    def call(self, address: str, *, post: bool = False, **named: Any) -> Any:
        """Return what a command answers over HTTP; `post` one without arguments that is no question."""
        url = f"http://127.0.0.1:{self.info['ports']['http']}/api/v1{address}"
        headers = {"content-type": "application/json"}
        request = urllib.request.Request(
            url, json.dumps(named).encode() if named or post or "/clip/" in address else None, headers
        )
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
            return json.loads(answer.read())

    def play(self, *, listen: bool = True) -> None:
        """Let the clips play, one on each track, and listen if what is heard shall be compared."""
        stems = sorted(int(row["id"]) for row in self.call("/stems/"))
        for track in range(1, self._clips + 1):
            self.call(f"/track/{track}/clip/1/load", stem=stems[track % len(stems)])
        if listen:
            self._ear = Ear(self.memory)
            self._ear.start()
        for track in range(1, self._clips + 1):
            self.call(f"/track/{track}/clip/1/launch", quantum=0)
        self.play_on(0.5)

    def play_on(self, seconds: float) -> None:
        """Let the engine play so many seconds."""
        goal = self.header("frame") + round(seconds * self.header("rate"))
        wait(lambda: self.header("frame") >= goal, seconds + PATIENCE_S)

    def compare(self) -> tuple[int, int]:
        """End the server; return how many frames were heard and how many of them the offline render has not."""
        assert self._ear is not None
        first, heard = self._ear.first, self._ear.end()
        self._stop()
        return heard.shape[1], self._ear.lost + differing(self.library, self.memory, first, heard)

    def _stop(self) -> None:
        if self._process is not None:
            if self._process.poll() is None:
                self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(10.0)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stop()
        self._said.close()
        self._folder.cleanup()


def _works(pid: int) -> bool:
    said = Path(f"/proc/{pid}/cmdline").read_bytes()
    return b"liveengine.jobs.worker" in said and said.endswith(b"--warm\0\0")


def write_stems(folder: Path) -> None:
    """Write loops of noise bursts, one bar each at 120 to 127 beats per minute."""
    import soundfile

    folder.mkdir(parents=True)
    for number in range(STEMS):
        bpm = 120 + number
        frames = round(4 * 60 * RATE / bpm)
        since = np.arange(frames) % (frames // 8) / RATE
        noise = np.random.default_rng(number).uniform(-0.1, 0.1, (frames, 2))
        soundfile.write(
            folder / f"percussion_loop_{bpm}bpm.wav", noise * np.exp(-since / 0.05)[:, None], RATE, "PCM_24"
        )


def differing(library: Path, live: Memory, first: int, heard: Sound) -> int:
    """Return how many frames of the master, from `first` on, differ in any bit from the journal's offline render."""
    files = journal.life(library / "journal")
    header = live.header[0]
    beat = float(journal.start(*files)["frames_per_beat"])
    memory = on_heap(capacity_of(header), int(header["rate"]), float(header["ceiling"]), beat)
    memory.header["seed"] = header["seed"]
    pool.copy(live, memory)
    records, wrong, last = journal.records(*files), 0, first + heard.shape[1]
    for begin in range(0, last, PIECE):
        end = min(begin + PIECE, last)
        due = records[(records["frame"] >= begin) & (records["frame"] < end)]
        sound = offline.replay(memory, due, end - begin)[:2]
        low = max(begin, first)
        ours, theirs = sound[:, low - begin :], heard[:, max(0, begin - first) : end - first]
        wrong += int((ours.view(np.uint32) != theirs.view(np.uint32)).any(axis=0).sum()) if low < end else 0
        memory.header["event_read"] = memory.header["event_write"]
    return wrong
