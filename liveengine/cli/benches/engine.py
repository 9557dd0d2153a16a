"""How many voices fill one core, by kind and block size, and what a callback costs. Runs on: bench."""

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING

import numpy as np

from liveengine.cli.benches import Task
from liveengine.cli.figure import Figure, Found, Table, histogram

if TYPE_CHECKING:
    from liveengine.engine.bench.crowd import Groove

SECONDS = 90
BLOCKS = (16, 32, 64, 128, 256, 512, 1024, 2048)  # frames
USUAL = 64
FRAME_BYTES = 8  # that a voice at unity rate reads
VOICES, STRETCHED = 4096, 256


def run(task: Task) -> Iterator[Found]:
    """Render as fast as it goes; yield voices per core per kind and block size, and the callback's percentiles."""
    from liveengine.engine.bench import crowd
    from liveengine.engine.bench import voices as bench

    seconds = task.span(1.0, 0.05)
    unity = yield from _voices(task, seconds)
    per_second = bench.measure_memory(seconds)
    yield Figure("engine.memory_gb_s", round(per_second / 1e9, 1), "GB/s that one core reads", "higher")
    share = unity * crowd.RATE * FRAME_BYTES / per_second
    yield Figure("engine.unity_share_of_memory", round(share, 3), "of what one core reads", "higher")
    shares = bench.callback_shares(20 * seconds)
    for name, share in (("p50", 50.0), ("p99", 99.0), ("p999", 99.9)):
        value = round(float(np.percentile(shares, share)), 4)
        yield Figure(f"engine.callback_{name}_fraction", value, "of a 64-frame block", "lower")
    yield histogram("engine.callback_fraction", "of a 64-frame block", shares, 24)
    yield Figure("engine.block_empty_us", round(bench.measure_empty(seconds=seconds) * 1e6, 2), "us", "lower")


def _voices(task: Task, seconds: float) -> Generator[Found, None, float]:
    """Yield figures and table; return the voices at unity rate."""
    from liveengine.engine.bench import crowd
    from liveengine.engine.bench import voices as bench

    blocks = (USUAL,) if task.quick else BLOCKS
    kinds = [*crowd.KINDS, "stretch"]
    groove = _groove(8 if task.quick else 64)
    found: dict[tuple[str, int], float] = {}
    for kind, block in task.each("voices per core", [(kind, block) for kind in kinds for block in blocks]):
        stretch = kind == "stretch"
        voices = 32 if task.quick else STRETCHED if stretch else VOICES
        measured = bench.measure_voices(kind, voices, block, 2 * seconds if stretch else seconds, groove)
        found[kind, block] = round(measured, 0 if stretch else -1)
        name = f"engine.voices.{kind}" + ("" if block == USUAL else f".{block}")
        yield Figure(name, found[kind, block], "voices/core", "higher")
    rows: list[list[str | float]] = [[kind, *(found[kind, block] for block in blocks)] for kind in kinds]
    yield Table("voices per core by block size", ["frames", *(str(block) for block in blocks)], rows)
    return found["unity", USUAL]


def _groove(beats: int) -> "Groove":
    """Return a loop of drums and bass with the attacks that analysis finds in it."""
    from liveengine.cli.peers import stretchers, tunes
    from liveengine.engine.bench.crowd import Groove

    sound = tunes.loop(1.0, beats).sound
    return Groove(sound, stretchers.markers(sound))
