"""Ten million random records into a kernel with bounds checks: what they break. Runs on: bench."""

import sys
from collections.abc import Iterator

from liveengine.cli import screen
from liveengine.cli.benches import Task
from liveengine.cli.figure import Figure, Found, Note, Table

SECONDS = 90
RECORDS, QUICK = 10_000_000, 200_000


def run(task: Task) -> Iterator[Found]:
    """Push them on all cores; yield how many there were, what happened, and what was found."""
    from liveengine.engine.bench.fuzz import fuzz

    count = QUICK if task.quick else RECORDS
    with screen.progress(quiet=task.silent or not sys.stderr.isatty()) as display:
        bar = display.add_task("compiling with bounds checks", total=count, text="")
        what = "random records"
        found = fuzz(count, task.seed, tell=lambda done: display.update(bar, completed=done, description=what))
    yield Figure("fuzz.records", found.records, "random records", "higher")
    yield Figure("fuzz.faults", len(found.faults), "processes ended by what they found", "lower")
    yield from (Note(fault) for fault in found.faults)
    yield Table("what the records did", ["event", "times"], [[name, count] for name, count in found.happened.items()])
