"""Random records into a kernel with bounds checks, in a process of its own: python -m tests.engine.fuzz SEED COUNT."""

import sys
from typing import Any

import numpy as np

from liveengine.engine.layout import COMMAND, SEGMENT, Capacity, Happened, Op, SegmentState, on_heap
from liveengine.engine.positions import COMMAND_WRITE, post
from liveengine.engine.streams.offline import render

EXTREMES = np.array([0, 1, -1, 2, 3, 63, 64, 1 << 20, 1 << 31, 1 << 62, -(1 << 63), (1 << 63) - 1], np.int64)
REALS = np.array([0.0, 1.0, -1.0, 0.5, 4.0, 1e-300, 1e300, -1e300, np.nan, np.inf, -np.inf, 2.0**24, 2.0**32])


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
    """Make fields sensible in a `share` of the records; there, one field in twenty stays wild."""
    chosen = rng.random(len(table)) < share
    for name, value in values.items():
        mended = chosen & (rng.random(len(table)) < 0.95)
        table[name][mended] = np.broadcast_to(value, len(table))[mended]


def main(seed: int, count: int) -> None:
    """Push `count` records in blocks and write how many launches started; no sample may be broken or too loud."""
    rng = np.random.default_rng(seed)
    sizes = Capacity(
        tracks=3, buses=2, voices=9, commands=64, events=64, queue=16, segments=16, tap_frames=64, pool_bytes=4096
    )
    memory = on_heap(sizes, 8, 0.5, 4.0)
    memory.pool[:] = rng.standard_normal(memory.pool.size)
    memory.pool[::97] = np.nan
    started = 0
    for turn in range(count // 64):
        if turn % 8 == 0:
            fill(rng, memory.segments, SEGMENT)
            places = {"offset": rng.integers(0, 60, 16) * 64, "frames": rng.integers(1, 99, 16), "stride": 99}
            mend(rng, memory.segments, 0.8, state=SegmentState.READY, channels=rng.integers(1, 3, 16), **places)
        fill(rng, memory.commands, COMMAND)
        now = {"frame": -1, "quantum": 0.0, "beat": np.nan}
        what = {"track": rng.integers(0, 4, 64), "slot": 1, "segment": rng.integers(0, 16, 64), "gain": 1.0}
        how = {
            "start": 0,
            "loop_end": rng.integers(0, 50, 64),
            "source_frames_per_beat": rng.choice([0.0, 3, 9, 1e6], 64),
        }
        read = {"pitch": rng.uniform(0.5, 2.0, 64), "crossfade": 0, "reverse": rng.integers(0, 2, 64)}
        read |= {"warp": rng.integers(0, 3, 64), "tier": rng.integers(0, 3, 64)}
        clip = {"mode": rng.integers(0, 4, 64), "legato": rng.integers(0, 2, 64), "choke": rng.integers(0, 3, 64)}
        follow: dict[str, Any] = {"follow_beats": rng.choice([0.0, 1.0, 1e-9], 64), "chance": rng.random(64)}
        follow |= {name: rng.integers(0, 10, 64) for name in ("follow_a", "follow_b", "jump_a", "jump_b")}
        op = rng.choice([Op.LAUNCH, Op.CLIP, Op.PRESS], 64)
        mend(rng, memory.commands, 0.5, op=op, loop_start=0, **now, **what, **how, **read, **clip, **follow)
        post(memory.header, COMMAND_WRITE, (turn + 1) * 64)
        memory.header["event_read"] = memory.header["event_write"]
        sound = render(memory, int(rng.integers(0, 40)), int(rng.integers(1, 30)))
        assert np.isfinite(sound).all()
        assert np.abs(sound[:2]).max(initial=0.0) <= 0.5
        new = memory.events[np.arange(int(memory.header["event_read"][0]), int(memory.header["event_write"][0])) % 64]
        started += int(np.count_nonzero(new["kind"] == Happened.STARTED))
    linger(rng, max(count // 5_000, 1))
    sys.stdout.write(f"{started}\n")


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
            assert np.isfinite(render(memory, 400, int(rng.integers(1, 500)))).all()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
