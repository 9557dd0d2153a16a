"""What the engine keeps of its promises while Python's lock is held in engine and daemon. Runs on: bench.

A server plays 64 clips through JACK. Each run is 10,000 cycles long, beside a null client: first five as it is, then
five with the lock held for 3 s, while other processes ingest and multiply matrices.
"""

from collections.abc import Iterator, Sequence
from statistics import median
from typing import TYPE_CHECKING

from liveengine.cli.benches import Task
from liveengine.cli.figure import Figure, Found, Note, Table
from liveengine.errors import DeviceMissing

if TYPE_CHECKING:
    from liveengine.cli.torture.hostage import Run

SECONDS = 160
CYCLES, SHORTEST = 10_000, 3_000
HOLD = 3.0  # seconds
COLUMNS = ["run", "cycles", "own late", "machine", "missed", "null late", "engine held", "daemon held"]
LEGEND = (
    "own late: callbacks that took longer than their block while the null client woke on time; machine: the same while "
    "it did not; missed: callbacks that the null client got and the engine did not; null late: its late wakes"
)


def run(task: Task) -> Iterator[Found]:
    """Run both measurements; yield the medians and every run."""
    from liveengine.cli.torture.hostage import BLOCK_NS, measure

    cycles = max(SHORTEST, round(task.span(CYCLES * BLOCK_NS / 1e9, 0.0) * 1e9 / BLOCK_NS))
    runs = 1 if task.quick else 5
    try:
        calm, held = measure(cycles, HOLD, runs, runs, task.each)
    except DeviceMissing as missing:
        yield Note(f"not measured: {missing}")
        return
    yield from _medians("jack64", calm)
    yield from _medians("busy", held)
    for part in ("engine", "daemon"):
        yield Figure(f"survival.{part}_held_s", round(min(one.held[part] for one in held), 2), "s", "higher")
    yield Table("as it is", COLUMNS[:6], [row[:6] for row in _rows(calm)])
    yield Table("lock held in engine and daemon, beside an ingest and matrix products", COLUMNS, list(_rows(held)))
    yield Note(LEGEND)


def _medians(name: str, runs: Sequence["Run"]) -> Iterator[Figure]:
    unit = f"in 10,000, median of {len(runs)}"
    for figure, counts in (
        ("xruns_own", [one.own for one in runs]),
        ("xruns_machine", [one.machine for one in runs]),
        ("callbacks_missed", [one.missed for one in runs]),
    ):
        value = median(1e4 * count / one.cycles for count, one in zip(counts, runs, strict=True))
        yield Figure(f"engine.{figure}_{name}", round(value, 2), unit, "lower")


def _rows(runs: Sequence["Run"]) -> Iterator[list[str | float]]:
    for number, one in enumerate(runs, 1):
        held = [f"{one.held[part]:.2f} s" for part in ("engine", "daemon")]
        yield [str(number), one.cycles, one.own, one.machine, one.missed, one.null_late, *held]
