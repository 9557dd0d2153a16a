"""How exactly launches land. Runs on: bench."""

from collections.abc import Iterator

from liveengine.cli.benches import Task
from liveengine.cli.figure import Figure

SECONDS = 5


def run(task: Task) -> Iterator[Figure]:
    """Launch through the kernel offline; yield the worst errors."""
    from liveengine.engine.timing import measure

    found = measure(20 if task.quick else 200, task.seed)
    yield Figure("timing.launch_error_frames_max", max(map(abs, found.errors)), "frames", "lower")
    yield Figure("timing.launch_blocks_at_once", found.at_once_blocks, "blocks", "lower")
