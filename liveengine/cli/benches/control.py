"""How many OSC messages a second go through the registry, and how long one takes. Runs on: bench."""

from collections.abc import Iterator

from liveengine.cli.benches import Task
from liveengine.cli.figure import Figure

SECONDS = 6


def run(task: Task) -> Iterator[Figure]:
    """Send for a few seconds; yield rate and round trip."""
    from liveengine.control.measure import measure_osc

    found = measure_osc(task.span(4.0, 0.5))
    yield Figure("control.osc_messages_per_s", round(found["messages_per_s"]), "messages/s", "higher")
    yield Figure("control.osc_round_trip_p50_ms", round(found["p50_ms"], 3), "ms", "lower")
    yield Figure("control.osc_round_trip_p99_ms", round(found["p99_ms"], 3), "ms", "lower")
