"""What floods and crowds cost: wrong packets, full doors of a server that plays, many clients. Runs on: bench."""

from collections.abc import Iterator

from liveengine.cli.benches import Task
from liveengine.cli.figure import Figure, Found, Note
from liveengine.errors import DeviceMissing

SECONDS = 180


def run(task: Task) -> Iterator[Found]:
    """A million mutated packets to the OSC door alone, floods of a server that plays, then clients that listen."""
    from liveengine.control.osc.measure import measure_stall

    wrong = measure_stall(20_000 if task.quick else 1_000_000, task.seed)
    yield Figure("control.osc_wrong_packets", wrong["packets"], "packets", "higher")
    yield Figure("control.osc_wrong_faults", wrong["faults"], "faults", "lower")
    yield Figure("control.osc_wrong_stall_ms", round(wrong["stall_ms"], 2), "ms", "lower")
    yield from _floods(task)
    yield from _crowd(task)


def _floods(task: Task) -> Iterator[Found]:
    from liveengine.cli.latency import floods, turns

    try:
        with turns.stage() as target:
            target.call("/track/1/clip/1/launch", quantum=0)
            for kind, count in (("osc", 100_000), ("websocket", 100_000), ("http", 4_000)):
                few = max(count // 50, 100) if task.quick else count
                found = floods.measure(target, kind, few, task.seed, *([0.0] if task.quick else []))
                what = f"ms of {found.wall_ms:.1f} that passed, at {found.sent:,} in {found.seconds:.0f} s"
                yield Figure(f"control.longest_turn_ms.{kind}", round(found.cpu_ms, 2), what, "lower")
                yield Figure(f"control.flood_late_blocks.{kind}", found.late, "of ours", "lower")
    except DeviceMissing as error:
        yield Note(f"no server to flood: {error}")


def _crowd(task: Task) -> Iterator[Found]:
    from liveengine.control.osc.crowd import measure_crowd

    for percent in (1,) if task.quick else (1, 10):
        found = measure_crowd(20, percent / 100, task.span(10.0, 1.0))
        name, what = f"control.crowd_{percent}", "% of 10,000 values change 30 times a second, for 20 clients"
        yield Figure(f"{name}_core", round(found["core"], 3), f"of a core; {percent} {what}", "lower")
        yield Figure(f"{name}_changes_per_s", round(found["changes_per_s"]), "changes/s", "higher")
        yield Figure(f"{name}_heard", round(found["heard"], 4), "of what each client is owed", "higher")
