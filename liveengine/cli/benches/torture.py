"""What is lost when what the music depends on is killed, stalled and changed while clips play. Runs on: bench."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Literal

from liveengine.cli.benches import Task
from liveengine.cli.figure import Figure, Found, Note
from liveengine.errors import DeviceMissing

SECONDS = 1900
ALL = False  # a row of a hundred blows takes minutes
BLOWS, QUICK = 100, 3


def run(task: Task) -> Iterator[Found]:
    """Strike each a hundred times, three times if it shall be quick; yield what each row of blows did."""
    from liveengine.cli.torture import blows

    rows: list[Callable[[int], Any]] = [
        blows.kill_daemon,
        blows.kill_worker,
        blows.kill_engine,
        partial(blows.kill_engine, stream="jack"),
        blows.kill_jack,
        blows.stall_jack,
        blows.change_rate,
        blows.change_block,
    ]
    for row in task.each("blows", rows):
        try:
            found = row(QUICK if task.quick else BLOWS).summary()
        except DeviceMissing as missing:
            yield Note(f"not measured: {missing}")
            continue
        name = f"torture.{found.pop('what').replace(' ', '_')}"
        yield from (Figure(f"{name}.{key}", value, _unit(key), _better(key)) for key, value in found.items())


def _unit(key: str) -> str:
    if "_ms" in key:
        return "ms"
    if key == "xruns":
        return "blocks"
    return "frames" if key in ("frames", "differing", "shift") else "blows"


def _better(key: str) -> Literal["higher", "lower"]:
    return "higher" if key in ("blows", "healed", "frames") else "lower"
