"""Python's lock held in engine and daemon of a real server, beside a null client. Runs on: the user's shell.

The processes are those of `liveengine serve`, unchanged; Python itself reads a `sitecustomize` module at their start,
whose only content is what to do at a signal: keep the lock for a while. Their heartbeats stand still meanwhile, which
proves that it was held. Callbacks are counted by the engine; whose fault a late one is, the null client's times tell.
"""

import contextlib
import os
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from liveengine.cli.torture.target import Target
from liveengine.engine.bench import beside, callbacks
from liveengine.engine.bench.jackd import Jackd
from liveengine.engine.streams import StreamKind
from liveengine.errors import DeviceMissing, EngineDown

BLOCK = 64  # frames
BLOCK_NS = BLOCK * 1e9 / callbacks.RATE
CLIPS = 64
LOOK_SECONDS = 0.0005
SETTLE_SECONDS = 2.0
PARTS = ("engine", "daemon")
BEATS = {"engine": "beat_ns", "daemon": "daemon_beat_ns"}  # fields of the shared header
# PyDLL: a call that does not give the lock back.
HOLD = """
import signal
def hold(number, frame):
    import ctypes
    ctypes.PyDLL(None).usleep({microseconds})
signal.signal(signal.SIGUSR2, hold)
"""


@dataclass(frozen=True)
class Run:
    """Some thousand cycles in a row."""

    cycles: int
    own: int  # callbacks that took longer than their block while the null client woke on time
    machine: int  # those that took longer while it did not
    missed: int  # callbacks that the null client got and ours did not
    null_late: int  # late wakes of the null client
    held: dict[str, float]  # seconds for which the process did not beat, by its name


@dataclass(frozen=True)
class Seen:
    """What was read in the shared memory during a run."""

    callbacks: tuple[int, int]  # of the engine, when the run began and ended
    wakes: tuple[int, int]  # when the last of them began, ns
    late: list[tuple[int, int, int]]  # between these two looks, ns, so many callbacks were late
    held: dict[str, float]


def measure(
    cycles: int, hold: float, quiet: int, busy: int, each: Callable[[str, range], Iterator[int]]
) -> tuple[list[Run], list[Run]]:
    """Measure `quiet` runs, then `busy` runs beside an ingest and matrix products, the lock held for `hold` s in each.

    `each` counts the runs as it lends them. Raises DeviceMissing without JACK, EngineDown when the engine was replaced.
    """
    length = (quiet + busy) * (cycles * BLOCK_NS / 1e9) + 60.0
    with Jackd(BLOCK, priority=10), _prepared(hold) as environment, Target("jack", CLIPS, environment) as target:
        target.play(listen=False)
        with callbacks.null_client(length) as traced:
            target.play_on(SETTLE_SECONDS)
            calm = [_watch(target, cycles, ()) for _ in each("cycles", range(quiet))]
            with beside.busy() as names:
                target.play_on(SETTLE_SECONDS)
                text = f"lock held beside {' and '.join(names)}"
                strained = [_watch(target, cycles, PARTS) for _ in each(text, range(busy))]
            wakes = traced()[:, 0]
    return [_judge(seen, wakes) for seen in calm], [_judge(seen, wakes) for seen in strained]


@contextlib.contextmanager
def _prepared(hold: float) -> Iterator[dict[str, str]]:
    """Lend the environment in which every process of Python keeps its lock for `hold` seconds at SIGUSR2."""
    with tempfile.TemporaryDirectory(prefix="liveengine-hold-") as folder:
        (Path(folder) / "sitecustomize.py").write_text(HOLD.format(microseconds=round(hold * 1e6)), encoding="utf-8")
        paths = [folder, *filter(None, [os.environ.get("PYTHONPATH")])]
        yield {"PYTHONPATH": os.pathsep.join(paths)}


def _watch(target: Target, cycles: int, hostages: tuple[str, ...]) -> Seen:
    """Have the hostages keep their locks, and look at the shared memory until the engine has played so many cycles."""
    pid, (first, began) = target.header("engine_pid"), _mark(target)
    for part in hostages:
        os.kill(target.header(f"{part}_pid"), signal.SIGUSR2)
    late, looked = target.header("late"), time.monotonic_ns()
    found: list[tuple[int, int, int]] = []
    beats = {part: (target.header(BEATS[part]), looked) for part in PARTS}
    held = dict.fromkeys(PARTS, 0.0)
    while target.header("callbacks") - first < cycles:
        time.sleep(LOOK_SECONDS)
        before, looked, count = looked, time.monotonic_ns(), target.header("late")
        if count != late:
            found.append((before, looked, count - late))
            late = count
        for part, (beat, since) in beats.items():
            if target.header(BEATS[part]) != beat:
                beats[part] = (target.header(BEATS[part]), looked)
            held[part] = max(held[part], (looked - since) / 1e9)
        if target.header("engine_pid") != pid:
            raise EngineDown("the engine was replaced during the measurement; see the log of the engine")
    if target.header("stream") != StreamKind.JACK:
        raise DeviceMissing("the JACK server was lost during the measurement; measure again")
    last, ended = _mark(target)
    return Seen((first, last), (began, ended), found, held)


def _mark(target: Target) -> tuple[int, int]:
    """Return how many callbacks the engine has had and when the last of them began, just after it has ended."""
    before = target.header("callbacks")
    while (count := target.header("callbacks")) == before:
        time.sleep(LOOK_SECONDS / 5)
    return count, target.header("clock_ns")


def _judge(seen: Seen, wakes: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> Run:
    """Return whose fault it was what went wrong."""
    machine = sum(count for first, last, count in seen.late if callbacks.machine_stalled(wakes, first, last, BLOCK_NS))
    cycles = seen.callbacks[1] - seen.callbacks[0]
    edges = [wake + round(BLOCK_NS / 2) for wake in seen.wakes]  # between two cycles, where no wake is near
    inside = wakes[(wakes >= edges[0]) & (wakes < edges[1])]
    return Run(
        cycles=cycles,
        own=sum(count for *_, count in seen.late) - machine,
        machine=machine,
        missed=max(0, len(inside) - cycles),
        null_late=int(np.count_nonzero(np.diff(inside) > 1.5 * BLOCK_NS)),
        held=seen.held,
    )
