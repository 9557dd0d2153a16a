"""How much earlier simulated users find what they want after twenty feedbacks. Runs on: bench."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from liveengine import config
from liveengine.cli import shelf
from liveengine.cli.benches import Task
from liveengine.cli.figure import Figure, Found, Note

if TYPE_CHECKING:
    from liveengine.stems.users import Sounds

SECONDS = 60
LEAST = 60  # stems of a category that users can have a taste in
MOST = 10_000  # stems of the user's library that are looked at
PAGE = 1_000


def run(task: Task) -> Iterator[Found]:
    """Let users with a hidden taste give twenty feedbacks; yield how mean ranks have moved.

    Silent users say nothing, they load and play; untimed: how long they play does not count.
    """
    from liveengine.stems import users

    many = 8 if task.quick else 60
    sounds = users.synthetic(task.seed)
    yield from _figures("taste", users.measure(sounds, many, task.seed))
    silent: tuple[tuple[str, users.Way], ...] = (("silent", "times"), ("silent_untimed", "counts"))
    for name, way in silent:
        gain = users.measure(sounds, many, task.seed, way)["gain"]
        yield Figure(f"taste.{name}_gain", round(gain, 3), "share of the mean rank", "higher")
    root = config.library_root(task.library)
    if not (root / "processed_database" / "stems.db").is_file():
        yield Note("no library of your own is measured: `--library DIR` names one")
        return
    own = asyncio.run(_own(root))
    if len(set(own.categories)) <= users.OWN:
        yield Note(f"{root} has fewer than {users.OWN + 1} categories of {LEAST} stems: too few for a taste")
        return
    yield from _figures("taste.own", users.measure(own, many, task.seed))


def _figures(name: str, found: dict[str, float]) -> Iterator[Figure]:
    yield Figure(f"{name}.gain", round(found["gain"], 3), "share of the mean rank", "higher")
    yield Figure(f"{name}.harm", round(found["harm"], 4), "share of the mean rank", "lower")
    yield Figure(f"{name}.cost", round(found["cost"], 3), "share of the mean rank", "lower")
    yield Figure(f"{name}.users_gaining", round(found["users_gaining"], 3), "share of users", "higher")


async def _own(root: Path) -> "Sounds":
    """Return the sounds of the user's library in its large categories, as its search model hears them."""
    import numpy as np

    from liveengine.stems.five import COLUMNS
    from liveengine.stems.users import Sounds

    async with shelf.replica(root) as library:
        ids: list[int] = []
        while len(ids) < MOST and (page := await library.stems(limit=PAGE, offset=len(ids))):
            ids += [stem.id for stem in page]
        seen = await library.finder.look(ids, COLUMNS)
    named = np.array(seen.categories)
    kept = np.array([int((named == name).sum()) >= LEAST for name in named], np.bool_)
    return Sounds(named[kept], seen.vectors[kept], seen.places[kept])
