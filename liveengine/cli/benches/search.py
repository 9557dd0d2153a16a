"""How fast and how right stems are found among 1,000 to 100,000 vectors. Runs on: bench."""

from collections.abc import Iterator

from liveengine.cli.benches import Task
from liveengine.cli.figure import Figure

SECONDS = 60


def run(task: Task) -> Iterator[Figure]:
    """Search among synthetic vectors; yield latency and recall."""
    from liveengine.stems.measure import measure_search

    sizes = {"1k": 1_000} if task.quick else {"1k": 1_000, "20k": 20_000, "100k": 100_000}
    for name in task.each("searching", list(sizes)):
        found = measure_search(sizes[name], seed=task.seed)
        yield Figure(f"search.p50_ms.{name}", round(found["p50_ms"], 3), "ms", "lower")
        yield Figure(f"search.filtered_p50_ms.{name}", round(found["filtered_p50_ms"], 3), "ms", "lower")
        yield Figure(f"search.recall_at_10.{name}", round(found["recall_at_10"], 4), "", "higher")
