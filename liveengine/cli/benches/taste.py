"""How much earlier simulated users find what they want after twenty feedbacks. Runs on: bench."""

from collections.abc import Iterator

from liveengine.cli.benches import Task
from liveengine.cli.figure import Figure

SECONDS = 15


def run(task: Task) -> Iterator[Figure]:
    """Let users with a hidden taste give twenty feedbacks; yield how mean ranks have moved."""
    from liveengine.stems import users

    found = users.measure(users.synthetic(task.seed), 8 if task.quick else 60, task.seed)
    yield Figure("taste.gain", round(found["gain"], 3), "share of the mean rank", "higher")
    yield Figure("taste.harm", round(found["harm"], 4), "share of the mean rank", "lower")
    yield Figure("taste.cost", round(found["cost"], 3), "share of the mean rank", "lower")
    yield Figure("taste.users_gaining", round(found["users_gaining"], 3), "share of users", "higher")
