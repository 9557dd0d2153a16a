"""The benches of overload and endurance, in small."""

from liveengine.cli import benches
from liveengine.cli.benches import Task
from liveengine.cli.figure import Figure


def values(bench: str, seconds: float) -> dict[str, float]:
    task = Task(seconds=seconds, quick=True, silent=True)
    return {one.figure: one.value for one in benches.find(bench).run(task) if isinstance(one, Figure)}


def test_a_minute_of_soak_differs_nowhere_and_holds_no_broken_sample() -> None:
    found = values("soak", 60.0)
    assert found["soak.hours"] > 0.01
    assert (found["soak.differing_minutes"], found["soak.broken_samples"]) == (0, 0)


def test_what_played_under_strain_plays_again_alike() -> None:
    found = values("overload", 1.0)
    assert found["overload.null.replay_differing"] == 0
    assert found["overload.null.voices"] > 64
