"""26 hours of sound, rendered twice in different blocks and compared; --seconds: of sound. Runs on: bench."""

from collections.abc import Iterator

from liveengine.cli import screen
from liveengine.cli.benches import Task
from liveengine.cli.figure import Figure, Note

SECONDS = 3600
ALL = False
HOURS = 26.0


def run(task: Task) -> Iterator[Figure | Note]:
    """Render 64 voices on 16 tracks; yield what differs, what is broken, and how memory grows."""
    from liveengine.engine.bench.soak import soak

    hours = task.span(HOURS * 3600, 120.0) / 3600
    with screen.progress(quiet=task.silent) as display:
        bar = display.add_task("minutes of sound", text="")
        found = soak(hours, seed=task.seed, tell=lambda done, total: display.update(bar, completed=done, total=total))
    blocks = " and ".join(str(block) for block in found.blocks)
    yield Figure("soak.hours", round(found.minutes / 60, 3), f"hours of sound in blocks of {blocks}", "higher")
    yield Figure("soak.differing_minutes", len(found.differing), "minutes", "lower")
    yield Figure("soak.broken_samples", found.broken, "samples", "lower")
    yield Figure("soak.memory_growth", max(found.mib_per_hour), "MiB per hour of sound", "lower")
    yield Figure("soak.speed", round(found.minutes * 60 / found.seconds, 1), "times real time", "higher")
    if found.differing:
        yield Note(f"the sound depends on the block size from minute {found.differing[0]} on")
