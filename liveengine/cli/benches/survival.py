"""What the audio thread keeps of its promises while Python's lock is held, beside an idle client. Runs on: bench."""

from collections.abc import Iterator
from statistics import median

from liveengine.cli.benches import Task
from liveengine.cli.figure import Figure

SECONDS = 240


def run(task: Task) -> Iterator[Figure]:
    """Run both measurements several times; yield the medians."""
    from liveengine.engine.bench.beside import busy
    from liveengine.engine.bench.callbacks import measure_gil_hold, measure_xruns_jack

    seconds = task.span(20.0, 1.0)
    held = [
        measure_gil_hold(min(3.0, seconds))["missed"] for _ in task.each("lock held", range(1 if task.quick else 3))
    ]
    yield Figure("engine.callbacks_missed_gil_3s", median(held), "callbacks", "lower")
    runs = [measure_xruns_jack(64, 64, seconds) for _ in task.each("cycles", range(1 if task.quick else 5))]
    unit = "in 10,000 cycles"
    yield Figure("engine.xruns_own_jack64", median(run["own_per_10000"] for run in runs), unit, "lower")
    machine = median(1e4 * run["machine"] / run["cycles"] for run in runs)
    yield Figure("engine.xruns_machine_jack64", round(machine, 2), unit, "lower")
    with busy() as names:
        runs = [
            measure_xruns_jack(64, 64, seconds, hold=min(3.0, seconds))
            for _ in task.each(f"lock held beside {' and '.join(names)}", range(1 if task.quick else 5))
        ]
    yield Figure("engine.xruns_own_busy", median(run["own_per_10000"] for run in runs), unit, "lower")
    machine = median(1e4 * run["machine"] / run["cycles"] for run in runs)
    yield Figure("engine.xruns_machine_busy", round(machine, 2), unit, "lower")
