"""How many voices fill one core, and what a callback costs. Runs on: bench."""

from collections.abc import Iterator

from liveengine.cli.benches import Task, stretch
from liveengine.cli.figure import Figure

SECONDS = 30
BLOCKS = (16, 32, 64, 128, 256, 512, 1024, 2048)  # frames
_USUAL = 64


def run(task: Task) -> Iterator[Figure]:
    """Render as fast as it goes; yield voices per core per tier and block size, and the callback's percentiles."""
    from liveengine.engine import bench

    seconds = task.span(1.0, 0.05)
    voices = 256 if task.quick else 4096
    cases = [(kind, block) for kind in bench.STEPS for block in ((_USUAL,) if task.quick else BLOCKS)]
    for kind, block in task.each("voices per core", cases):
        name = f"engine.voices.{kind}" + ("" if block == _USUAL else f".{block}")
        yield Figure(name, round(bench.measure_voices(kind, voices, block, seconds), -1), "voices/core", "higher")
    yield from stretch.voices(task)
    found = bench.callback_percentiles(seconds=2 * seconds)
    for name in ("p50", "p99", "p999"):
        yield Figure(f"engine.callback_{name}_fraction", round(found[name], 4), "of a 64-frame block", "lower")
    yield Figure("engine.block_empty_us", round(bench.measure_empty(seconds=seconds) * 1e6, 2), "us", "lower")
