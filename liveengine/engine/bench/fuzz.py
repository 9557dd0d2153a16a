"""Random records into a kernel with bounds checks, on all cores. Not RT-safe. Runs on: bench, and processes of its own.

Any opcode, any track and slot, NaN, infinities, frames far away; a share of the records makes enough sense to start
voices. A sample that is no number or too loud, or an access out of bounds, ends the process that found it. By hand:
`NUMBA_BOUNDSCHECK=1 python -m liveengine.engine.bench.fuzz --records 100000 --seed 1`.
"""

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import IO, Any

import numpy as np

from liveengine.cores import cores
from liveengine.engine.kernel.block import advance
from liveengine.engine.layout import BANK, COMMAND, SEGMENT
from liveengine.engine.memory import Capacity, Memory, on_heap
from liveengine.engine.ops import Happened, Op, SegmentState
from liveengine.engine.positions import COMMAND_WRITE, post
from liveengine.engine.streams.offline import render

Tell = Callable[[int], None]  # how many records are through
CHECKS = {"NUMBA_BOUNDSCHECK": "1"}  # the environment that makes numba compile them in
EXIT_UNCHECKED = 64
EXTREMES = np.array([0, 1, -1, 2, 3, 63, 64, 1 << 20, 1 << 31, 1 << 62, -(1 << 63), (1 << 63) - 1], np.int64)
REALS = np.array([0.0, 1.0, -1.0, 0.5, 4.0, 1e-300, 1e300, -1e300, np.nan, np.inf, -np.inf, 2.0**24, 2.0**32])
BATCH = 512  # records between two blocks
TOLD = 40 * BATCH  # between two lines about how far it is
CEILING = 0.5
SILENCING = [Op.PANIC, Op.STOP, Op.CANCEL, Op.UNCLIP]  # else so often that nothing would be heard


class Broken(Exception):
    """A sample is no number, or too loud."""


@dataclass
class Fuzz:
    """What came out."""

    records: int = 0
    happened: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)  # one line per process that found one, and how to see it


def fuzz(count: int, seed: int = 0, hands: int = 0, tell: Tell = lambda done: None) -> Fuzz:
    """Push `count` random records, dealt to so many processes (0 = one per core); return what happened."""
    hands = hands or cores()
    share = -(-count // hands)
    done = [0] * hands
    found = Fuzz()

    def told(number: int, records: int) -> None:
        done[number] = records
        tell(sum(done))

    _push_apart(0, 0, lambda records: None, Fuzz())  # one compiles, what the others read
    threads = [
        threading.Thread(target=_push_apart, args=(seed + n, share, lambda records, n=n: told(n, records), found))
        for n in range(hands)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def _push_apart(seed: int, count: int, tell: Tell, found: Fuzz) -> None:
    """Push in a process of its own and add what it says to `found`; a thread may wait in it."""
    words = ["-m", "liveengine.engine.bench.fuzz", "--records", str(count), "--seed", str(seed)]
    with tempfile.TemporaryFile("w+") as said, _process(words, said) as child:
        last = 0
        for line in child.stdout or ():
            facts: dict[str, int] = json.loads(line)
            last = facts.pop("records")
            found.happened.update(facts)
            tell(last)
        child.wait()
        found.records += last
        if child.returncode:
            said.seek(0)
            reason = (said.read().strip().splitlines() or [f"it ended with {child.returncode}"])[-1]
            found.faults.append(f"{reason}; again: NUMBA_BOUNDSCHECK=1 python {' '.join(words)}")


@contextlib.contextmanager
def _process(words: list[str], errors: IO[str]) -> Iterator[subprocess.Popen[str]]:
    """Lend a process with bounds checks that does not outlive the block."""
    command, env = [sys.executable, *words], os.environ | CHECKS
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True, env=env)
    try:
        yield child
    finally:
        child.kill()
        child.communicate()


def _sane(sound: np.ndarray, when: str) -> None:
    if not np.isfinite(sound).all():
        raise Broken(f"a sample is no number {when}")


def checked() -> bool:
    """Tell if this process's kernel checks bounds: it is given one bank where it writes into two."""
    if os.environ.get("NUMBA_BOUNDSCHECK") != "1":
        return False
    memory = on_heap(Capacity(tracks=1, voices=1, pool_bytes=4096), 8)
    try:
        advance(memory._replace(bank=np.zeros(1, BANK)), memory.scratch, 1)
    except IndexError:
        return True
    return False


def fill(rng: np.random.Generator, table: np.ndarray, kind: np.dtype) -> None:
    """Fill records with small numbers, extremes and plain noise, field by field."""
    for name in kind.names or ():
        field = table[name]
        noise = rng.integers(0, 256, field.size * field.itemsize, np.uint8).view(field.dtype).reshape(field.shape)
        real = field.dtype.kind == "f"
        with np.errstate(all="ignore"):
            extreme = rng.choice(REALS if real else EXTREMES, field.shape).astype(field.dtype)
        small = rng.integers(-1, 20, field.shape).astype(field.dtype)
        which = rng.random(field.shape)
        table[name] = np.where(which < 0.7, small, np.where(which < 0.9, extreme, noise))


def mend(rng: np.random.Generator, table: np.ndarray, share: float, **values: Any) -> None:
    """Make fields sensible in a `share` of the records; there, one field in fifty stays wild."""
    chosen = rng.random(len(table)) < share
    for name, value in values.items():
        mended = chosen & (rng.random(len(table)) < 0.98)
        table[name][mended] = np.broadcast_to(value, len(table))[mended]


def buffers(rng: np.random.Generator, memory: Memory) -> None:
    """Give other segments, and transients that are in no order, to what plays already."""
    fill(rng, memory.segments, SEGMENT)
    count = len(memory.segments)
    places: dict[str, Any] = {"offset": rng.integers(0, 60, count) * 64, "frames": rng.integers(1, 99, count)}
    marks: dict[str, Any] = {"markers": rng.integers(0, 30, count), "marker_offset": rng.integers(0, 60, count) * 64}
    kind: dict[str, Any] = {"state": SegmentState.READY, "channels": rng.integers(1, 3, count), "stride": 99}
    mend(rng, memory.segments, 0.8, **kind, **places, **marks)


def records(rng: np.random.Generator) -> np.ndarray:
    """Return a batch of records."""
    table = np.zeros(BATCH, COMMAND)
    fill(rng, table, COMMAND)
    table["op"][np.isin(table["op"], SILENCING) & (rng.random(BATCH) < 0.9)] = Op.NONE
    when: dict[str, Any] = {"frame": rng.choice([-1, -1, 0, 1 << 40], BATCH), "beat": np.nan}
    when |= {"quantum": rng.choice([0.0, 0.0, 0.25, 4.0], BATCH)}
    what: dict[str, Any] = {"track": rng.integers(0, 4, BATCH), "slot": rng.integers(1, 5, BATCH), "gain": 1.0}
    what |= {"segment": rng.integers(0, 16, BATCH), "start": 0, "loop_start": 0, "loop_end": rng.integers(0, 50, BATCH)}
    read: dict[str, Any] = {"pitch": rng.uniform(0.5, 2.0, BATCH), "crossfade": 0, "reverse": rng.integers(0, 2, BATCH)}
    read |= {"warp": rng.integers(0, 3, BATCH), "tier": rng.integers(0, 3, BATCH)}
    read |= {"source_frames_per_beat": rng.choice([0.0, 3, 9, 1e6], BATCH)}
    clip: dict[str, Any] = {name: rng.integers(0, 10, BATCH) for name in ("follow_a", "follow_b", "jump_a", "jump_b")}
    clip |= {"mode": rng.integers(0, 4, BATCH), "legato": rng.integers(0, 2, BATCH), "choke": rng.integers(0, 3, BATCH)}
    clip |= {"follow_beats": rng.choice([0.0, 1.0, 1 / 64], BATCH), "chance": rng.random(BATCH)}
    clip |= {"value": rng.integers(0, 2, BATCH)}
    op = rng.choice([Op.LAUNCH, Op.CLIP, Op.PRESS, Op.SWAP, Op.WARP], BATCH)
    mend(rng, table, 0.5, op=op, **when, **what, **read, **clip)
    mend(rng, table, 0.04, op=rng.choice([Op.RUN, Op.TEMPO, Op.LOCATE], BATCH), value=rng.uniform(0, 9, BATCH), **when)
    if rng.random() < 0.2:
        table["op"][0] = Op.PANIC  # else the queue stays full of what is due in thousands of years
        table["frame"][0], table["quantum"][0], table["beat"][0] = -1, 0.0, np.nan
        table["track"][0] = 0
    return table


def push(seed: int, count: int, tell: Tell) -> dict[str, int]:
    """Push `count` records in batches; return how often what happened. Raises Broken, IndexError."""
    rng = np.random.default_rng(seed)
    sizes = {"tracks": 3, "buses": 2, "slots": 4, "voices": 9, "commands": BATCH, "events": 1 << 13, "queue": 64}
    memory = on_heap(Capacity(**sizes, segments=16, tap_frames=64, pool_bytes=4096), 8, CEILING, 4.0)
    memory.pool[:] = rng.standard_normal(memory.pool.size)
    memory.pool[::97] = np.nan
    happened: Counter[int] = Counter()
    done = 0
    while done < count:
        if done // BATCH % 4 == 0:
            buffers(rng, memory)
        memory.commands[:] = records(rng)
        done += BATCH
        post(memory.header, COMMAND_WRITE, done)
        memory.header["event_read"] = memory.header["event_write"]
        sound = render(memory, int(rng.integers(0, 60)), int(rng.integers(1, 60)))
        _sane(sound, f"after {done:,} records")
        if np.abs(sound[:2]).max(initial=0.0) > CEILING:
            raise Broken(f"the master is louder than its ceiling after {done:,} records")
        first, last = int(memory.header["event_read"][0]), int(memory.header["event_write"][0])
        happened.update(memory.events["kind"][np.arange(first, last) % len(memory.events)].tolist())
        if done % TOLD == 0:
            tell(done)
    linger(rng, max(count // 5_000, 1))
    return {"records": done, **{kind.name.lower(): happened[kind] for kind in Happened}}


def linger(rng: np.random.Generator, rounds: int) -> None:
    """Let voices in BEATS and STRETCH live long enough to search, over loops, markers, tempi and swaps of any kind."""
    sizes = Capacity(tracks=3, buses=1, voices=9, commands=64, events=64, queue=16, segments=4, pool_bytes=1 << 16)
    for _ in range(rounds):
        memory = on_heap(sizes, int(rng.choice([8, 44_100, 96_000, 192_000])), 0.5, 4.0)
        memory.pool[:] = rng.uniform(-1, 1, memory.pool.size)
        memory.pool.view(np.int32)[12_000:] = rng.choice([0, 1, 99, 3_000, -1, 2**31 - 1, -(2**31)], 4_384)
        fill(rng, memory.segments, SEGMENT)
        places = {"offset": rng.integers(0, 9, 4) * 64, "frames": rng.integers(1, 5_000, 4), "stride": 5_000}
        mend(rng, memory.segments, 1.0, state=SegmentState.READY, channels=rng.integers(1, 3, 4), **places)
        mend(rng, memory.segments, 0.8, markers=rng.integers(0, 4_000, 4), marker_offset=48_000)
        for turn in range(24):
            records = memory.commands[turn * 2 : turn * 2 + 2]
            ops = [Op.LAUNCH] * 3 + [Op.WARP, Op.SWAP, Op.TEMPO] if turn < 6 else [Op.WARP, Op.SWAP, Op.TEMPO]
            for name, value in {
                "op": rng.choice(ops, 2), "track": rng.integers(0, 3, 2), "slot": 1, "segment": rng.integers(0, 4, 2),
                "frame": -1, "beat": np.nan, "gain": 0.3, "value": rng.choice([1.0, 3.0, 4.0, 6.0, 300.0], 2),
                "start": 0, "loop_start": 0, "loop_end": rng.choice([0, 1, 40, 700, 4_000], 2),
                "source_frames_per_beat": rng.choice([0.0, 2.0, 3.6, 4.6, 8.0, 200.0], 2),
                "warp": rng.integers(0, 3, 2), "tier": rng.integers(0, 3, 2), "reverse": rng.integers(0, 2, 2),
                "pitch": rng.choice([1.0, 0.5, 1.3, 2.0], 2), "token": 2 * turn + np.arange(2) + 1,
            }.items():  # fmt: skip
                records[name] = value
            post(memory.header, COMMAND_WRITE, 2 * turn + 2)
            memory.header["event_read"] = memory.header["event_write"]
            _sane(render(memory, 400, int(rng.integers(1, 500))), f"in voice {turn} of the long ones")


def main() -> int:
    """Be one of the processes: write how far it is, at last what happened, as JSON lines; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if not checked():
        print("this kernel has no bounds checks; set NUMBA_BOUNDSCHECK=1", file=sys.stderr)
        return EXIT_UNCHECKED
    found = push(options.seed, options.records, lambda done: print(json.dumps({"records": done}), flush=True))
    print(json.dumps(found), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
