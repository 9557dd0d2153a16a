"""A small show for the process tests: two clips, records at exact frames, and what must be heard of them."""

import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from liveengine import config
from liveengine.engine.again import obeyed
from liveengine.engine.bench.jackd import Jackd
from liveengine.engine.engine import Engine
from liveengine.engine.layout import NEVER
from liveengine.engine.memory import Memory, on_heap
from liveengine.engine.ops import Happened, Op, Tier
from liveengine.engine.shared import Shared, attach, capacity_for, create
from liveengine.engine.streams import StreamKind, offline
from liveengine.units import frames_per_beat, gain_of

Sound = npt.NDArray[np.float32]
RATE = 48_000
CLIP = 10_007  # frames of a clip: prime, so that no two passes of the loop lie alike in a block


def settings(**audio: Any) -> config.Config:
    """Return settings for a small engine."""
    return config.load(
        None,
        {
            "audio": {"stream": "null", "block": 128, "rate": RATE, **audio},
            "engine": {"tracks": 2, "voices": 16, "pool_mib": 16},
            "library": {"retro_minutes": 0.05},
        },
    )


def load(engine: Engine) -> list[int]:
    """Return the segments of two clips of noise."""
    noise = np.random.default_rng(1).uniform(-0.2, 0.2, (2, 2, CLIP)).astype(np.float32)
    clips = []
    for stem, samples in enumerate(noise, 1):
        clips.append(engine.segments.allocate(CLIP, 2, stem))
        engine.segments.view(clips[-1])[:] = samples
        engine.segments.ready(clips[-1], CLIP)
    return clips


def play(memory: Memory, origin: int = 0, tier: Tier = Tier.LINEAR) -> None:
    """Load the clips and push the show: launches, one repitched in a tier, gains, a stop, all at exact frames."""
    engine = Engine(memory)
    first, second = ({"slot": 1, "segment": clip, "loop_end": CLIP} for clip in load(engine))
    beat = frames_per_beat(128.0, RATE)
    engine.push(Op.RUN, value=1.0, frame=origin)
    engine.push(Op.LAUNCH, track=0, frame=origin + 1_001, **first)
    engine.push(Op.LAUNCH, track=1, frame=origin + 5_003, source_frames_per_beat=beat * 0.99, tier=tier, **second)
    for turn in range(60):
        engine.push(Op.GAIN, track=turn % 2, value=0.5 + 0.25 * (turn % 3), frame=origin + 12_000 + 7_919 * turn)
    engine.push(Op.SEND, track=0, slot=1, value=0.5, frame=origin + 20_011)
    engine.push(Op.ROUTE, track=1, value=2.0, frame=origin + 30_011)
    engine.push(Op.CUE, track=0, value=1.0, frame=origin + 40_009)
    engine.push(Op.STOP, track=1, frame=origin + 150_011)
    engine.push(Op.LAUNCH, track=1, frame=origin + 160_009, **first)


def play_ahead(memory: Memory, seconds: float = 0.5) -> int:
    """Push the show for so many seconds from now; return its first frame."""
    Engine(memory).reports()  # the handle's compiled code is loaded now, not while time runs
    header = memory.header[0]
    origin = int(header["frame"]) + round(seconds * int(header["rate"]))
    play(memory, origin)
    return origin


def empty(settings: config.Config) -> Memory:
    """Return memory on the heap, as that of a new engine is."""
    beat = frames_per_beat(settings.session.tempo, settings.audio.rate)
    return on_heap(capacity_for(settings), settings.audio.rate, gain_of(settings.engine.ceiling_db), beat)


def replayed(shared: Shared, settings: config.Config, frames: int) -> Sound:
    """Return float32[rows, frames] of the show from frame 0 on: its journal, replayed offline.

    A machine that has too much to do sheds; the journal has that, too. Each record must have taken effect at its frame.
    Takes the events: once for each memory.
    """
    memory = shared.memory
    pushed = {int(record["token"]): record for record in memory.commands[: header(shared, "command_write")]}
    reports = Engine(memory).reports()
    took = {report.token: report.frame for report in reports if report.kind == Happened.TOOK}
    for token, record in pushed.items():
        exact = record["frame"] in (NEVER, took.get(token))
        assert exact or record["frame"] >= frames, f"{record} took effect at {took.get(token)}"
    again = empty(settings)
    load(Engine(again))
    return offline.replay(again, obeyed(pushed, reports), frames)


def journal_agrees(shared: Shared, settings: config.Config) -> bool:
    """Tell whether the tap holds what the journal sounds like, as far back as it goes; else as `replayed`."""
    memory, frames = shared.memory, header(shared, "frame")
    places = np.arange(max(0, frames - len(memory.tap)), frames)
    heard = memory.tap[places % len(memory.tap)].T
    return np.array_equal(heard, replayed(shared, settings, frames)[:2, places])


@contextlib.contextmanager
def memory_of(settings: config.Config) -> Iterator[Shared]:
    """Lend shared memory."""
    shared = create(settings)
    try:
        yield shared
    finally:
        shared.unlink()


@contextlib.contextmanager
def process(*command: str | Path, **options: Any) -> Iterator[subprocess.Popen[str]]:
    """Run a program until the end of the block."""
    child = subprocess.Popen(
        [str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options
    )
    try:
        yield child
    finally:
        if child.poll() is None:
            child.kill()
        child.communicate()


def engine(shared: Shared, *flags: str) -> contextlib.AbstractContextManager[subprocess.Popen[str]]:
    """Run an engine process."""
    return process(sys.executable, "-m", "liveengine.engine.process", "--shared", shared.folder, *flags)


def recorder(shared: Shared, library: Path) -> contextlib.AbstractContextManager[subprocess.Popen[str]]:
    """Run a recorder process."""
    flags = ("--shared", shared.folder, "--library", library, "--retro-minutes", "0.05")
    return process(sys.executable, "-m", "liveengine.engine.recorder", *flags)


def jackd(period: int = 256, rate: int = RATE, *, sync: bool = True, **more: int) -> Jackd:
    """Return a JACK server of our own whose cycles wait for all clients, so that busy machines drop no block."""
    return Jackd(period, rate, sync=sync, **more)


def wait(condition: Callable[[], bool], seconds: float = 60.0) -> None:
    """Wait until the condition holds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.005)


def header(shared: Shared, name: str) -> int:
    """Return a field of the header."""
    return int(shared.memory.header[name][0])


def stands_by(shared: Shared, kind: StreamKind) -> None:
    """Wait for a standby whose device is open."""
    wait(lambda: header(shared, "standby_pid") > 0 and header(shared, "standby_open") == kind)


def folder(library: Path) -> Path:
    """Return the folder of the shared memory that a library's run.json names."""
    return Path(json.loads((library / "run.json").read_text("utf-8"))["shared"])


@contextlib.contextmanager
def ear(file: Path, ports: Iterable[str], *flags: str) -> Iterator[None]:
    """Have another JACK client write what the ports give, from now to the end of the block; flags as of `ear`."""
    with process(sys.executable, "-m", "tests.engine.ear", *flags, file, *ports, stdin=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "listening\n"
        yield
        child.communicate("\n", timeout=20)


@contextlib.contextmanager
def serving(library: Path, stream: str) -> Iterator[Shared]:
    """Run a supervisor with a stand-in for the daemon; lend its memory."""
    with process(sys.executable, "-m", "tests.serve", library, "ready", stream) as supervisor:
        assert supervisor.stdout is not None
        assert supervisor.stdout.readline().startswith("ready")
        yield attach(folder(library))
