"""Far too many voices, for real: is a block missed, what gives way, does it play again alike? Runs on: bench.

A stream without a sound card plays more and more voices in the best interpolation, beside a null client that only
writes silence. What both miss is the machine's. Then the journal is replayed offline: the master must be the same.
"""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from liveengine.engine.again import obeyed
from liveengine.engine.bench import callbacks as measure
from liveengine.engine.bench import show
from liveengine.engine.bench.jackd import Jackd
from liveengine.engine.engine import Engine, Report
from liveengine.engine.kernel import overload
from liveengine.engine.layout import COMMAND
from liveengine.engine.memory import Capacity, Memory, on_heap
from liveengine.engine.ops import Happened, Op, Reason, Tier
from liveengine.engine.streams import Stream, priority
from liveengine.engine.streams.context import Context
from liveengine.engine.streams.jack import JackStream
from liveengine.engine.streams.null import NullStream
from liveengine.engine.streams.offline import replay
from liveengine.errors import DeviceMissing

TRACKS = 64
STEM = 3 * show.RATE  # frames
SPEED = 24_240.0  # frames per beat, of the session's 24,000
FADE_SECONDS = 2.0  # so long each voice sounds after another has taken its place
PERIOD = 0.1  # seconds between two pushes
REST_SECONDS = 4.0  # at the end, with few voices: quality shall come back
TAP = 1 << 20  # frames: what is compared
SETTLE_SECONDS = 0.5
PAGE = 4096  # bytes
TRACE = 1 << 17  # callbacks
Facts = dict[str, Any]
Trace = npt.NDArray[np.int64]
Child = subprocess.Popen[str]


def measure_overload(kind: str = "null", voices: int = 512, seconds: float = 6.0, block: int = 64) -> Facts:
    """Let 64 voices become `voices` within `seconds` on a stream, "null" or "jack", then rest; return what happened.

    `own`: cycles that we missed while the null client woke on time; `differing`: samples of the master in which a
    replay of the journal differs. Raises DeviceMissing when a client dies or there is no JACK.
    """
    server = Jackd(block, priority=10) if kind == "jack" else contextlib.nullcontext()
    with server, tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        null, own = (
            stack.enter_context(_client(role, kind, voices, seconds, block, folder)) for role in ("null", "own")
        )
        _hear(null)
        facts = _hear(own)
        null.communicate("\n")
        own_trace, null_trace = (np.load(Path(folder) / f"{role}.npy") for role in ("own", "null"))
    return _misses(own_trace, null_trace, block) | facts


def _misses(own: Trace, null: Trace, block: int) -> Facts:
    """Return how long our callbacks took, and whose fault it was when one took too long."""
    length = block * 1e9 / show.RATE
    own = own[own[:, 0] > own[0, 0] + 2e8]  # what the very first blocks cost is the system's
    busy = (own[:, 1] - own[:, 0]) / length
    late = own[busy > 1.0]
    excused = sum(measure.machine_stalled(null[:, 0], int(wake), int(back), length) for wake, back, _ in late)
    return {
        "cycles": len(own),
        "own": len(late) - excused,
        "machine": excused,
        "busy_p50": float(np.percentile(busy, 50)),
        "busy_p99": float(np.percentile(busy, 99)),
        "busy_p9999": float(np.percentile(busy, 99.99)),
    }


@contextlib.contextmanager
def _client(role: str, kind: str, voices: int, seconds: float, block: int, folder: str) -> Iterator[Child]:
    """Lend one of the two processes."""
    words = [role, kind, str(voices), str(seconds), str(block), folder]
    command = [sys.executable, "-m", "liveengine.engine.bench.strain", *words]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield child
    finally:
        if child.poll() is None:
            child.kill()
        child.communicate()


def _hear(child: Child) -> Facts:
    """Return what a client tells; raises DeviceMissing when it has died."""
    line = child.stdout.readline() if child.stdout is not None else ""
    if not line:
        raise DeviceMissing("a client of the overload measurement ended; its reason is above")
    facts: Facts = json.loads(line)
    return facts


def _stream(kind: str, memory: Memory, block: int, name: str) -> tuple[Stream, Context]:
    """Return a running stream, and the page where the times of its last callbacks are."""
    context = Context(memory, trace=TRACE)
    jack = kind == "jack"
    stream: Stream = JackStream(memory, context, name=name) if jack else NullStream(memory, block, context)
    stream.open()
    context.page["live"] = 1
    stream.start()
    if isinstance(stream, JackStream):
        stream.complete()
        stream.connect(stream.speakers())
    return stream, context


def stage(voices: int) -> tuple[Memory, Engine, list[int], dict[int, np.void]]:
    """Return memory for so many voices, its engine, three stems, and where the pushed records are kept."""
    sizes = {"tracks": TRACKS, "voices": voices + 64, "commands": 4096, "events": 1 << 16, "queue": 4096}
    memory = on_heap(Capacity(**sizes, tap_frames=TAP, pool_bytes=16 << 20), show.RATE)
    for array in memory:
        array.reshape(-1).view(np.uint8)[::PAGE] |= 0  # its pages are there, as in the engine process
    pushed: dict[int, np.void] = {}

    def keep(record: bytes) -> None:
        (fields,) = np.frombuffer(record, COMMAND)
        pushed[int(fields["token"])] = fields

    engine = Engine(memory, keep)
    rng = np.random.default_rng(1)
    stems = [engine.segments.allocate(STEM, 2, number) for number in (1, 2, 3)]
    for stem in stems:
        engine.segments.view(stem)[:] = rng.normal(0.0, 1e-3, (2, STEM))
        engine.segments.ready(stem, STEM)
    return memory, engine, stems, pushed


def _strain(engine: Engine, stems: list[int], voices: int, seconds: float) -> tuple[list[Report], int]:
    """Launch ever more, let it rest; return the reports and how many voices there were at most."""
    rng = np.random.default_rng(2)
    reports: list[Report] = []
    most = 0
    count = round(seconds / PERIOD)
    for turn in range(count):
        wanted = 64 + (voices - 64) * turn / count
        for number in range(round(wanted * PERIOD / FADE_SECONDS)):
            _launch(engine, rng, number % TRACKS, stems[number % len(stems)])
        time.sleep(PERIOD)
        reports += engine.reports()
        most = max(most, engine.snapshot().voices)
    for track in range(8, TRACKS):
        engine.push(Op.STOP, track=track)
    time.sleep(REST_SECONDS)
    return reports + engine.reports(), most


def _launch(engine: Engine, rng: np.random.Generator, track: int, stem: int) -> None:
    """Let what plays fade slowly, and launch in the best interpolation."""
    engine.push(Op.STOP, track=track, ramp=int(FADE_SECONDS * show.RATE))
    how = {"tier": Tier.SINC, "loop_end": STEM}
    gain = float(rng.uniform(0.05, 1.0))
    engine.push(Op.LAUNCH, track=track, slot=1, segment=stem, source_frames_per_beat=SPEED, gain=gain, **how)


def _differing(memory: Memory, voices: int, pushed: dict[int, np.void], reports: list[Report]) -> int:
    """Return in how many samples of the master a replay differs from what was played."""
    frames = int(memory.header["frame"][0])
    again = replay(stage(voices)[0], obeyed(pushed, reports), frames, 512)[:2]
    return int(np.count_nonzero(memory.tap[:frames] != again.T))


def _own(kind: str, voices: int, seconds: float, block: int, folder: Path) -> Facts:
    """Play on a stream; return what gave way, and save the callbacks' times."""
    memory, engine, stems, pushed = stage(voices)
    stream, context = _stream(kind, memory, block, "own")
    priority.lock_memory()
    time.sleep(SETTLE_SECONDS)
    reports, most = _strain(engine, stems, voices, seconds)
    context.page["live"] = 0
    np.save(folder / "own.npy", context.traced())
    _end(stream)
    shed = Counter(report.aux for report in reports if report.kind == Happened.SHED)
    cut = Counter(Reason(report.aux).name for report in reports if report.kind == Happened.STOPPED)
    return {
        "voices": most,
        "launches": sum(report.kind == Happened.STARTED for report in reports),
        "to_cubic": shed[Tier.CUBIC],
        "to_linear": shed[Tier.LINEAR],
        "to_sinc": shed[Tier.SINC],
        "cut": shed[overload.CUT],
        "ends": dict(cut),
        "cost": float(memory.header["cost"][0]),
        "events_lost": int(memory.header["events_lost"][0]),
        "differing": _differing(memory, voices, pushed, reports),
    }


def _end(stream: Stream) -> None:
    with contextlib.suppress(DeviceMissing):  # libjack does not always let go
        stream.stop()
        stream.close()


def _null(kind: str, block: int, folder: Path) -> None:
    """Write silence until a line comes on stdin, then save the callbacks' times."""
    memory = on_heap(Capacity(tracks=1, voices=1, pool_bytes=4096), show.RATE)
    stream, context = _stream(kind, memory, block, "null")
    context.page["live"] = 0
    priority.lock_memory()
    print("{}", flush=True)
    sys.stdin.readline()
    np.save(folder / "null.npy", context.traced())
    _end(stream)


def main() -> None:
    """Be one of the two processes."""
    role, kind, voices, seconds, block, folder = sys.argv[1:7]
    if role == "null":
        _null(kind, int(block), Path(folder))
    else:
        print(json.dumps(_own(kind, int(voices), float(seconds), int(block), Path(folder))), flush=True)
    os._exit(0)


if __name__ == "__main__":
    main()
