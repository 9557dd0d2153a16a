"""Hours of sound, rendered twice in different blocks and compared minute by minute. Not RT-safe. Runs on: bench.

A seeded show is rendered as fast as it goes by one process per block size. Each tells a hash of every minute of the
master and the cue bus, how many samples were not finite, and how much memory it holds. 26 hours at 48 kHz pass the
frames at which counters of 24, 31 and 32 bits break.

`python -m liveengine.engine.bench.soak --hours 26 --voices 64` prints what it found as JSON, its progress on standard
error.
"""

import argparse
import contextlib
import hashlib
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from liveengine.engine.bench import show
from liveengine.engine.kernel.block import advance
from liveengine.engine.memory import Memory
from liveengine.engine.ops import Happened
from liveengine.engine.positions import COMMITTED, peek

MINUTE = 60 * show.RATE // show.STEP  # steps
BLOCKS = (64, 1000)  # frames; the second leaves a rest in each step
SETTLED = 0.1  # of the time: afterwards memory must not grow
SLOPE_MINUTES = 30  # fewer say nothing about hours
LEAK = 1.0  # MiB per hour of sound
Minute = dict[str, Any]
Sound = npt.NDArray[np.float32]


@dataclass
class Soak:
    """What was found; lists have one entry per block size."""

    hours: float  # of sound
    blocks: tuple[int, ...]
    seed: int
    minutes: int = 0
    differing: list[int] = field(default_factory=list)  # minutes whose sound depends on the block size
    broken: int = 0  # samples that are not finite
    voices: float = 0.0  # that sounded at the end of a minute, mean
    launches: int = 0
    last_frame: int = 0
    mib: list[float] = field(default_factory=list)  # of memory at the end
    mib_per_hour: list[float] = field(default_factory=list)  # how it grew, per hour of sound
    seconds: float = 0.0  # that it took

    @property
    def passed(self) -> bool:
        """Tell whether nothing differs, nothing is broken, and memory does not grow."""
        return not self.differing and not self.broken and max(self.mib_per_hour, default=0.0) < LEAK


def minutes(block: int, count: int, voices: int, seed: int, frame: int = 0) -> Iterator[Minute]:
    """Render `count` minutes of the show, which begins at `frame`, in blocks of `block` frames; tell what each was."""
    memory = show.empty(voices, frame=frame)
    band = show.Show(memory, seed, voices)
    piece = np.zeros((memory.rows, block), np.float32)
    sound = np.zeros((4, show.STEP), np.float32)
    for minute in range(count):
        digest = hashlib.blake2b(digest_size=16)
        broken = launches = 0
        for _ in range(MINUTE):
            band.step()
            broken += _render(memory, piece, sound)
            digest.update(sound.data)
            launches += sum(report.kind == Happened.STARTED for report in band.engine.reports())
        bank = memory.bank[peek(memory.header, COMMITTED) & 1]
        yield {
            "minute": minute,
            "hash": digest.hexdigest(),
            "broken": broken,
            "launches": launches,
            "voices": int(bank["active"]),
            "frame": int(bank["frame"]),
            "mib": resident_mib(),
        }


def _render(memory: Memory, piece: Sound, sound: Sound) -> int:
    """Fill `sound` with master and cue bus, in blocks as wide as `piece`, the last one shorter.

    Return how many samples of all rows are not finite.
    """
    block = piece.shape[1]
    broken = 0
    for first in range(0, sound.shape[1], block):
        count = min(block, sound.shape[1] - first)
        advance(memory, piece, count)
        sound[:2, first : first + count] = piece[:2, :count]
        sound[2:, first : first + count] = piece[-2:, :count]
        if not np.isfinite(piece.sum()):
            broken += int(np.count_nonzero(~np.isfinite(piece[:, :count])))
    return broken


def resident_mib() -> float:
    """Return the memory that this process holds in RAM, in MiB; 0 where the system does not tell."""
    with contextlib.suppress(OSError):
        import resource

        return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 2**20
    return 0.0


def soak(
    hours: float,
    voices: int = 64,
    blocks: tuple[int, ...] = BLOCKS,
    seed: int = 0,
    tell: Callable[[int, int], None] = lambda done, total: None,
) -> Soak:
    """Render `hours` of sound in a process per block size and compare; `tell(done, total)` hears of every minute."""
    found = Soak(hours, blocks, seed)
    began = time.monotonic()
    total = max(1, round(hours * 60))
    memory: list[list[float]] = [[] for _ in blocks]
    with contextlib.ExitStack() as stack:
        children = [stack.enter_context(_child(block, total, voices, seed)) for block in blocks]
        for minute, told in enumerate(zip(*(_lines(child) for child in children), strict=True)):
            _compare(found, minute, told)
            for column, one in zip(memory, told, strict=True):
                column.append(one["mib"])
            tell(minute + 1, total)
    found.voices = round(found.voices / max(found.minutes, 1), 1)
    found.mib = [round(column[-1], 1) for column in memory]
    found.mib_per_hour = [_slope(column) for column in memory]
    found.seconds = round(time.monotonic() - began, 1)
    return found


def _compare(found: Soak, minute: int, told: tuple[Minute, ...]) -> None:
    """Take a minute into account, as every process has told it."""
    found.minutes += 1
    if len({one["hash"] for one in told}) > 1:
        found.differing.append(minute)
    found.broken += sum(one["broken"] for one in told)
    found.voices += told[0]["voices"]
    found.launches += told[0]["launches"]
    found.last_frame = told[0]["frame"]


def _slope(mib: list[float]) -> float:
    """Return how memory grew once it had settled, in MiB per hour of sound: the line of least squares."""
    rest = mib[int(len(mib) * SETTLED) :]
    if len(rest) < SLOPE_MINUTES:
        return 0.0
    return round(float(np.polyfit(np.arange(len(rest)) / 60.0, rest, 1)[0]), 4)


@contextlib.contextmanager
def _child(block: int, total: int, voices: int, seed: int) -> Iterator[subprocess.Popen[str]]:
    """Lend a process that renders in blocks of `block` frames."""
    numbers = [str(number) for number in (block, total, voices, seed)]
    command = [sys.executable, "-m", "liveengine.engine.bench.soak", "--one", *numbers]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        yield child
    finally:
        if child.poll() is None:
            child.kill()
        child.communicate()


def _lines(child: subprocess.Popen[str]) -> Iterator[Minute]:
    """Give what the process tells, minute by minute."""
    assert child.stdout is not None
    for line in child.stdout:
        yield json.loads(line)


def main() -> int:
    """Be one of the processes, or run the whole; 1 when it did not pass."""
    parser = argparse.ArgumentParser(prog="python -m liveengine.engine.bench.soak", description=soak.__doc__)
    parser.add_argument("--hours", type=float, default=26.0)
    parser.add_argument("--voices", type=int, default=64)
    parser.add_argument("--blocks", type=int, nargs="+", default=BLOCKS)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--one", type=int, nargs=4, help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.one:
        for minute in minutes(*wanted.one):
            print(json.dumps(minute), flush=True)
        return 0
    began = time.monotonic()

    def tell(done: int, total: int) -> None:
        left = (time.monotonic() - began) / done * (total - done) / 60
        print(f"\r{done} of {total} minutes of sound, {left:.0f} min left ", end="", file=sys.stderr, flush=True)

    found = soak(wanted.hours, wanted.voices, tuple(wanted.blocks), wanted.seed, tell)
    print(file=sys.stderr)
    print(json.dumps(asdict(found) | {"passed": found.passed}))
    return 0 if found.passed else 1


if __name__ == "__main__":
    sys.exit(main())
