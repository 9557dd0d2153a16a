"""How soon the next variation of a loop that plays is ready, on two cores, alone and beside a training. Runs on: bench.

A server without a device plays a loop of four bars at 140 beats per minute; each turn of the seed asks for new
variations, of one track and of two at once. Blocks that the engine took too long for are counted meanwhile, and for a
row without mutation. Those during which a witness on the same cores could not go on either are counted apart: the
machine stood still, or the kernel kept the core, perhaps for work of ours. How long the hypervisor kept the two cores
is told for each row, as the system counts it.
"""

import contextlib
import json
import math
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from liveengine.cli.benches import Task
from liveengine.cli.figure import Figure, Found, Note, Table, histogram
from liveengine.cli.torture.late import Stalls
from liveengine.cli.torture.target import RATE, Target, wait
from liveengine.cli.torture.witness import Witnesses, stolen_ms

TEMPO, BARS = 140.0, 4
AMOUNT = 0.5
TURNS, TURNS_QUICK = 60, 4  # of the seed, each with two variations
LOOPS = 10  # that a model is taught on
WITNESSED = "what goes before everything on the same core could not go on either, for the machine's sake or ours"
UNWATCHED = "not told apart, as this system lets nothing go before everything"
HEADS = ["kind", "beside", "median s", "p99 s", "late, ours", "late, kernel or machine", "row s", "stolen ms"]
KINDS = ("slices", "grains", "style", "walk")
TWO = "auto on two tracks"
PLAIN = "nothing"  # plays on without mutation
SETTLE_S = 10.0  # until a training has begun
WARM_S = 10.0  # between a look at the fader and its first move
REST_S = 0.4  # without a new variation
NICE = 10  # of the training beside it
FRAMES = round(BARS * 4 * 60 * RATE / TEMPO)


def measure(task: Task) -> Iterator[Found]:
    """Yield the 99th percentile of the seconds until a variation is ready, and blocks that were late meanwhile."""
    seconds: list[float] = []
    rows: list[list[str | float]] = []
    with (
        _two_cores() as cores,
        Witnesses(cores) as witnesses,
        Target("null", 0) as target,
        Stalls(target, witnesses) as stalls,
    ):
        sounds = _write(target.library.parent / "loops", task.seed)
        category, watched = _play(target, sounds[0], 1), witnesses.present
        target.call("/track/1/mutation/style", value=_stem(target, sounds[1], 2))
        _taught(target.library / "models" / "vae" / category, category, sounds, 2).wait()
        first = _first(target)
        rows += _rows(task, target, Row("nothing", stalls, cores), seconds)
        with _training(target, category, sounds):
            rows += _rows(task, target, Row("a training", stalls, cores), seconds)
        seen = f"{WITNESSED} ({witnesses.told()})" if watched else UNWATCHED
    yield Figure("mutation_ready_s", round(float(np.percentile(seconds, 99)), 3), "s, p99 on two cores", "lower")
    yield Figure("mutation_first_s", round(first, 3), "s, the first walk behind a look at the fader", "lower")
    yield from _late_blocks(rows)
    yield Table("mutation", HEADS, rows)
    yield Note(f"kernel or machine: {seen}; stolen: by the hypervisor; two tracks: until both have their next one")
    yield histogram("fabrik.mutation_ready", "s", np.array(seconds))


class Row:
    """Counts what was late while a row of the table was measured."""

    def __init__(self, beside: str, stalls: Stalls, cores: set[int]) -> None:
        self._beside, self._stalls, self._cores = beside, stalls, cores
        self._lengths: list[float] = []

    def begin(self) -> None:
        """Count from now on."""
        self._began, self._stolen = time.monotonic_ns(), stolen_ms(self._cores)

    def end(self, kind: str, median: float, most: float) -> list[str | float]:
        """Return the row."""
        self._lengths.append((time.monotonic_ns() - self._began) / 1e9)
        stolen = stolen_ms(self._cores) - self._stolen
        late = self._stalls.since(self._began)
        length = round(self._lengths[-1], 1)
        return [kind, self._beside, median, most, *late, length, "?" if math.isnan(stolen) else stolen]

    @property
    def mean_s(self) -> float:
        """How long a row took so far, in seconds."""
        return sum(self._lengths) / max(1, len(self._lengths))


def _rows(task: Task, target: Target, row: Row, seconds: list[float]) -> Iterator[list[str | float]]:
    """Yield the row of each kind and of none; add how long each variation took to `seconds`."""
    turns = TURNS_QUICK if task.quick else TURNS
    for kind in task.each("mutation", (*KINDS, TWO)):
        row.begin()
        found = _both(target, turns) if kind == TWO else _turned(target, kind, turns)
        seconds += found
        yield row.end(kind, *_told(found))
    row.begin()
    target.play_on(row.mean_s)
    yield row.end(PLAIN, 0.0, 0.0)


def _late_blocks(rows: list[list[str | float]]) -> Iterator[Figure]:
    """Yield the late blocks of ours, and those of the kernel or the machine; each names those without mutation."""
    for name, whose, at in (("", "ours", 4), ("_kernel", "the kernel's or the machine's", 5)):
        late, plain = (sum(float(row[at]) for row in rows if (row[0] == PLAIN) == alone) for alone in (False, True))
        what = f"of {whose}; without mutation, in a fifth of the time, {plain:g}"
        yield Figure(f"mutation_late_blocks{name}", late, what, "lower")


@contextlib.contextmanager
def _training(target: Target, category: str, sounds: list[Path]) -> Iterator[None]:
    """Have a training run beside the block."""
    training = _taught(target.library.parent / "other" / category, category, sounds, 1_000)
    try:
        target.play_on(SETTLE_S)
        yield
    finally:
        training.kill()
        training.wait()


@contextlib.contextmanager
def _two_cores() -> Iterator[set[int]]:
    """Have what is started in the block run on two cores, where that can be said; yield which."""
    if not hasattr(os, "sched_setaffinity"):
        yield set()
        return
    before = os.sched_getaffinity(0)
    cores = set(sorted(before)[:2])
    os.sched_setaffinity(0, cores)
    try:
        yield cores
    finally:
        os.sched_setaffinity(0, before)


def _write(folder: Path, seed: int) -> list[Path]:
    """Write drum loops of four bars, each with sounds of its own."""
    import soundfile

    folder.mkdir(parents=True)
    paths = []
    for number in range(LOOPS):
        chance = np.random.default_rng([seed, number])
        sound = np.zeros((FRAMES, 2), np.float32)
        for hit in range(BARS * 8):
            at = round(hit * FRAMES / (BARS * 8))
            since = np.arange(min(9_000, FRAMES - at)) / RATE
            pitch = chance.uniform(50, 90) if hit % 2 == 0 else chance.uniform(200, 600)
            tone = np.sin(2 * np.pi * pitch * since) * np.exp(-since * chance.uniform(10, 30))
            noise = chance.normal(size=(len(since), 2)) * np.exp(-since * 80)[:, None] * chance.uniform(0.0, 0.3)
            sound[at : at + len(since)] += (0.35 * (tone[:, None] + noise)).astype(np.float32)
        paths.append(folder / f"drum_loop_{TEMPO:.0f}bpm_{number}.wav")
        soundfile.write(paths[-1], np.clip(sound, -0.99, 0.99), RATE, "PCM_24")
    return paths


def _play(target: Target, path: Path, track: int) -> str:
    """Let a loop play at its own tempo; return its category."""
    target.call("/transport/tempo", value=TEMPO)
    stem = _stem(target, path, track)
    target.call(f"/track/{track}/clip/1/launch", quantum=0)
    target.play_on(0.5)
    return str(next(row["category"] for row in target.call("/stems/") if int(row["id"]) == stem))


def _stem(target: Target, path: Path, track: int) -> int:
    """Load a file into a slot; return its stem."""
    target.call(f"/track/{track}/clip/1/load/file", path=str(path))
    return int(target.call(f"/track/{track}/clip/1/stem"))


def _first(target: Target) -> float:
    """Return the seconds from the first move of a fader until its variation is ready.

    The kind was set a while before: with that the worker gets ready, and loads the model of what plays.
    """
    target.call("/track/1/mutation/kind", value="walk")
    target.play_on(WARM_S)
    began = time.monotonic()
    target.call("/track/1/mutation", value=AMOUNT)
    _made(target, 1, 60.0)
    took = time.monotonic() - began
    target.call("/track/1/mutation", value=0.0)
    return took


def _taught(folder: Path, category: str, sounds: list[Path], epochs: int) -> "subprocess.Popen[bytes]":
    """Begin to teach a model of the loops, as the job does, and return its process."""
    stems = [
        {"stem": number, "path": str(path), "beats": BARS * 4.0, "source": path.name}
        for number, path in enumerate(sounds, 1)
    ]
    terms = {"epochs": epochs, "threads": 1}
    payload = {"category": category, "target": str(folder), "stems": stems, "seed": 0, "terms": terms}
    command = [sys.executable, "-m", "liveengine.jobs.worker", "--nice", str(NICE), "train", json.dumps(payload)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _turned(target: Target, kind: str, turns: int) -> list[float]:
    """Return how many seconds each variation took."""
    target.call("/track/1/mutation/kind", value=kind)
    target.call("/track/1/mutation", value=AMOUNT)
    _made(target, int(target.call("/track/1/mutation/state")["made"]) + 2, 60.0)
    found = []
    for seed in range(1, turns + 1):
        count = int(target.call("/track/1/mutation/state")["made"])
        target.call("/track/1/mutation/seed", value=seed)
        for number in (1, 2):
            found.append(_made(target, count + number, 20.0))
    target.call("/track/1/mutation", value=0.0)
    return found


def _both(target: Target, turns: int) -> list[float]:
    """Return, for each turn of two tracks at once, the seconds until both have their next variation."""
    target.call("/track/2/clip/1/launch", quantum=0)
    target.play_on(0.5)
    for track in (1, 2):
        target.call(f"/track/{track}/mutation/kind", value="auto")
        target.call(f"/track/{track}/mutation", value=AMOUNT)
    found = []
    for seed in range(1, turns + 1):
        _settled(target)
        count, began = int(target.call("/track/1/mutation/state")["made"]), time.monotonic()
        for track in (1, 2):
            target.call(f"/track/{track}/mutation/seed", value=seed)
        _made(target, count + 2, 20.0)
        found.append(time.monotonic() - began)
    for track in (1, 2):
        target.call(f"/track/{track}/mutation", value=0.0)
    target.call("/track/2/stop", quantum=0)
    return found


def _settled(target: Target) -> None:
    """Wait until nothing is made any more, for a moment."""
    since, last = time.monotonic(), -1
    while time.monotonic() - since < REST_S:
        time.sleep(0.02)
        if (count := int(target.call("/track/1/mutation/state")["made"])) != last:
            since, last = time.monotonic(), count


def _made(target: Target, count: int, most: float) -> float:
    """Wait until so many variations were made; return the seconds that the newest took."""
    state = {"made": 0, "seconds": 0.0}

    def there() -> bool:
        time.sleep(0.01)
        state.update(target.call("/track/1/mutation/state"))
        return int(state["made"]) >= count

    wait(there, most)
    return float(state["seconds"])


def _told(found: list[float]) -> tuple[float, float]:
    return round(float(np.median(found)), 3), round(float(np.percentile(found, 99)), 3)
