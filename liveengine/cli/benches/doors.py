"""Bad input at every door while clips play: how long the loop stood, what was logged, what was lost. Runs on: bench."""

from collections.abc import Iterator

from liveengine.cli.benches import Task
from liveengine.cli.figure import Figure, Found, Table
from liveengine.cli.torture.doors import Row

SECONDS = 900
ALL = False  # a million packets and clients that are waited for take minutes
QUICK = 0.01


def run(task: Task) -> Iterator[Found]:
    """Attack with everything, with a hundredth of it if it shall be quick; yield what each attack did."""
    from liveengine.cli.torture.doors.siege import besiege

    rows: list[Row] = []
    for found in besiege(share=QUICK if task.quick else 1.0, seed=task.seed):
        if isinstance(found, Row):
            rows.append(found)
            name = f"doors.{found.what}"
            yield Figure(f"{name}.turn_ms", found.turn_ms, f"ms of the loop, of {found.sent:,} sent", "lower")
            continue
        yield Figure("doors.turn_ms", max(row.turn_ms for row in rows), "ms of the loop, the longest turn", "lower")
        yield Figure("doors.differing", found.differing, f"of {found.frames:,} frames", "lower")
        yield Figure("doors.xruns", sum(row.xruns for row in rows), "blocks that the stream missed", "lower")
        yield Figure("doors.files", max(0, *(row.files for row in rows)), "open files left behind", "lower")
        yield Figure("doors.lines", sum(row.lines for row in rows), "lines of log", "lower")
        yield Figure(
            "doors.records", sum(row.records for row in rows if row.harmless), "records of no command", "lower"
        )
    columns = ["attack", "sent", "s", "turn ms", "turns > 10 ms", "records", "xruns", "lines", "files", "MiB", "alike"]
    yield Table("what each attack did", columns, [_cells(row) for row in rows])


def _cells(row: Row) -> list[str | float]:
    return [
        row.what, row.sent, row.seconds, row.turn_ms, row.long_turns, row.records, row.xruns, row.lines, row.files,
        row.grown_mib, "yes" if row.alike else "no",
    ]  # fmt: skip
