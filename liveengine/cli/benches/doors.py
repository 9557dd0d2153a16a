"""Bad input at every door while clips play: how long the loop stood, what was logged, what was lost. Runs on: bench."""

from collections.abc import Iterator

from liveengine.cli.benches import Task
from liveengine.cli.figure import Figure, Found, Note, Table
from liveengine.cli.torture.doors import Row, Siege
from liveengine.errors import DeviceMissing

SECONDS = 900
ALL = False  # a million packets and clients that are waited for take minutes
QUICK = 0.01


def run(task: Task) -> Iterator[Found]:
    """Attack with everything, with a hundredth of it if it shall be quick; yield what each attack did."""
    from liveengine.cli.torture.doors import documented, siege

    share = QUICK if task.quick else 1.0
    rows: list[Row] = []
    wholes: list[Siege] = []
    lawless = siege.LAWLESS if documented.installed() else {}
    if not lawless:
        yield Note("no http.lawless: Schemathesis is not installed; `pip install 'liveengine[dev]'`")
    for attacks, stream in ((siege.ATTACKS | lawless, "null"), (siege.MIDI, "jack")):
        try:
            for found in siege.besiege(attacks, share, task.seed, stream):
                if isinstance(found, Row):
                    rows.append(found)
                    yield Figure(f"doors.{found.what}.turn_ms", found.turn_ms, f"ms; {found.sent:,} sent", "lower")
                else:
                    wholes.append(found)
        except DeviceMissing as missing:
            yield Note(f"no MIDI: {missing}")
    yield from _whole(rows, wholes)


def _whole(rows: list[Row], wholes: list[Siege]) -> Iterator[Found]:
    frames, harmless = sum(whole.frames for whole in wholes), sum(row.records for row in rows if row.harmless)
    yield Figure("doors.turn_ms", max(row.turn_ms for row in rows), "ms of the loop, the longest turn", "lower")
    yield Figure("doors.sent", sum(row.sent for row in rows), "packets, frames, requests and connections", "higher")
    yield Figure("doors.differing", sum(whole.differing for whole in wholes), f"of {frames:,} frames", "lower")
    yield Figure("doors.records", harmless, "records in the engine of what held no command", "lower")
    yield Figure("doors.late", sum(row.late for row in rows), "blocks that the engine took too long for", "lower")
    yield Figure("doors.files", max(0, *(row.files for row in rows)), "open files left behind", "lower")
    yield Figure("doors.grown_mib", round(sum(row.grown_mib for row in rows), 1), "MiB more memory", "lower")
    yield Figure("doors.lines", sum(row.lines for row in rows), "lines of log", "lower")
    columns = [
        "attack",
        "sent",
        "s",
        "turn ms",
        "turns > 10 ms",
        "records",
        "late",
        "xruns",
        "lines",
        "files",
        "MiB",
        "alike",
    ]
    yield Table("what each attack did", columns, [_cells(row) for row in rows])


def _cells(row: Row) -> list[str | float]:
    return [
        row.what, row.sent, row.seconds, row.turn_ms, row.long_turns, row.records, row.late, row.xruns,
        row.lines, row.files, row.grown_mib, "yes" if row.alike else "no",
    ]  # fmt: skip
