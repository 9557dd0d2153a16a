"""Measure this machine and print the figures. Runs on: the user's shell.

Figures are for comparison within one run: machines differ, and a shared one is noisy.
"""

import argparse
import importlib.metadata
import os
import platform
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any, Literal

from liveengine import __version__
from liveengine.cli import screen

EXAMPLES = """examples:
  liveengine bench timing
  liveengine bench start engine --json
  liveengine bench all
"""

_LIBRARIES = ("numpy", "numba", "llvmlite", "hnswlib", "fastapi", "uvicorn", "websockets")


@dataclass(frozen=True)
class Figure:
    """One measured value and which direction is better."""

    figure: str
    value: float
    unit: str
    better: Literal["higher", "lower"]


def _start(seed: int) -> Iterator[Figure]:
    from liveengine.cli.measure import start

    yield Figure("start.ready_s", round(median(start() for _ in range(5)), 3), "s", "lower")


def _timing(seed: int) -> Iterator[Figure]:
    from liveengine.engine.timing import measure

    found = measure(200, seed)
    yield Figure("timing.launch_error_frames_max", max(map(abs, found.errors)), "frames", "lower")
    yield Figure("timing.launch_blocks_at_once", found.at_once_blocks, "blocks", "lower")


def _engine(seed: int) -> Iterator[Figure]:
    from liveengine.engine import bench

    for kind in bench.STEPS:
        yield Figure(f"engine.voices.{kind}", round(bench.measure_voices(kind), -1), "voices/core", "higher")
    found = bench.callback_percentiles()
    yield Figure("engine.callback_p999_fraction", round(found["p999"], 4), "of a 64-frame block", "lower")
    yield Figure("engine.block_empty_us", round(bench.measure_empty() * 1e6, 2), "us", "lower")


def _survival(seed: int) -> Iterator[Figure]:
    from liveengine.engine.measure import measure_gil_hold, measure_xruns_jack

    held = [measure_gil_hold(3.0)["missed"] for _ in range(3)]
    yield Figure("engine.callbacks_missed_gil_3s", median(held), "callbacks", "lower")
    runs = [measure_xruns_jack(64, 64, 20.0) for _ in range(5)]
    unit = "in 10,000 cycles"
    yield Figure("engine.xruns_own_jack64", median(run["own_per_10000"] for run in runs), unit, "lower")
    machine = median(1e4 * run["machine"] / run["cycles"] for run in runs)
    yield Figure("engine.xruns_machine_jack64", round(machine, 2), unit, "lower")


def _search(seed: int) -> Iterator[Figure]:
    from liveengine.stems.measure import measure_search

    for name, count in (("1k", 1_000), ("20k", 20_000), ("100k", 100_000)):
        found = measure_search(count, seed=seed)
        yield Figure(f"search.p50_ms.{name}", round(found["p50_ms"], 3), "ms", "lower")
        yield Figure(f"search.filtered_p50_ms.{name}", round(found["filtered_p50_ms"], 3), "ms", "lower")
        yield Figure(f"search.recall_at_10.{name}", round(found["recall_at_10"], 4), "", "higher")


def _control(seed: int) -> Iterator[Figure]:
    from liveengine.control.measure import measure_osc

    found = measure_osc(4.0)
    yield Figure("control.osc_messages_per_s", round(found["messages_per_s"]), "messages/s", "higher")
    yield Figure("control.osc_round_trip_p50_ms", round(found["p50_ms"], 3), "ms", "lower")
    yield Figure("control.osc_round_trip_p99_ms", round(found["p99_ms"], 3), "ms", "lower")


BENCHES: dict[str, Callable[[int], Iterator[Figure]]] = {
    "start": _start,
    "timing": _timing,
    "engine": _engine,
    "survival": _survival,
    "search": _search,
    "control": _control,
}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "names", nargs="+", choices=[*BENCHES, "all"], metavar="NAME", help=f"{', '.join(BENCHES)}, all"
    )
    parser.add_argument("--seed", type=int, default=0, help="seed of the generated data (default 0)")


def machine(seed: int) -> dict[str, Any]:
    """Return what a reader must know to compare: machine, versions, seed."""
    return {
        "machine": f"{_processor()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}",
        "liveengine": __version__,
        "python": platform.python_version(),
        **{name: importlib.metadata.version(name) for name in _LIBRARIES},
        "seed": seed,
    }


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:  # noqa: PTH123  # a device, not a file
            return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or "unknown processor"


def run(options: Any) -> int:
    """Run the benches and print each figure as it is measured."""
    chosen = list(BENCHES) if "all" in options.names else options.names
    facts = machine(options.seed)
    if options.json:
        screen.line(facts)
    else:
        screen.console().print(", ".join(f"{name} {value}" for name, value in facts.items()))
    found: list[Figure] = []
    for name in chosen:
        for figure in BENCHES[name](options.seed):
            found.append(figure)
            if options.json:
                screen.line(asdict(figure))
    if not options.json:
        rows = [(f.figure, f"{f.value:,.6g}", f.unit, f"{f.better} is better") for f in found]
        screen.table("", ("figure", "value", "unit", ""), rows, right=("value",))
    return 0
