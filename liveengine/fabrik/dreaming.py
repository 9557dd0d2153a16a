"""The library dreams: it learns anew from what was kept, and adds a few new stems around that. Runs on: event loop.

Category by category: the model is taught with the stems that are wanted counting more and the rejected left out, three
times as many sounds as asked for are made in several ways, each is analysed and heard as any stem, and those enter that
are good, to the user's taste, and like nothing that is there. A kill costs the category that was under way what it had
not stored; the same dream makes the same sounds again, and what has entered is known by its bytes.
"""

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import BaseModel, Field

from liveengine.caller import Role
from liveengine.command import Accepted, Text, command
from liveengine.errors import Full, NothingFits
from liveengine.fabrik import orders
from liveengine.fabrik.lessons import Lesson, lessons
from liveengine.fabrik.making import Maker
from liveengine.fabrik.night import Night
from liveengine.fabrik.training import tidied
from liveengine.stems.library import Library
from liveengine.stems.work import Work

KIND = "dream"  # of the job
MOST = 64  # stems of one dream
Most = Annotated[int, Field(ge=1, le=MOST, description="how many stems it adds at most")]
Seed = Annotated[int, Field(ge=0, le=2**31 - 1, description="the same seed and the same feedback give the same dream")]


class LessonInfo(BaseModel):
    """What a dream would learn of a category now."""

    category: str
    wanted: list[int] = Field(description="stems that it is dreamt around, the most wanted first")
    unwanted: list[int] = Field(description="stems that are left out")
    whole: bool = Field(description="too little is wanted: all of the category is dreamt of")
    words: str


class Dreaming:
    """Dreams of the library."""

    ROLE: Role = "ingest"  # as for a training: it replaces models

    def __init__(self, library: Library, maker: Maker, room: int) -> None:
        """`room` is how many dreamt stems the library holds at most that nobody has liked or kept."""
        self._library = library
        self._maker = maker
        self._room = room

    async def register(self) -> None:
        """Go on with a dream that was under way before a restart."""
        queue = self._library.queue
        await queue.register(KIND, self._run, lambda job: tidied(self._library, job), role=self.ROLE, alone=True)

    @command("/dream")
    async def dream(self, categories: Text | None = None, most: Most = 16, seed: Seed = 0) -> Accepted:
        """Learn anew from what was kept and add new stems around it, tagged `dreamt`; categories: "kick, bass"."""
        chosen = self._chosen(categories)
        await self._lessons(chosen)  # what is missing is told at once
        if not await self._left():
            raise self._full()
        asked = {"categories": chosen, "most": most, "seed": seed}
        return await self._library.queue.add(KIND, asked)

    @command("/dream/lessons", query=True)
    async def ahead(self, categories: Text | None = None) -> list[LessonInfo]:
        """Tell what a dream would learn now, category by category, and where too little was kept."""
        found, _ = await self._lessons(self._chosen(categories))
        names = LessonInfo.model_fields
        return [LessonInfo(**{name: getattr(one, name) for name in names}) for one in found]

    def _chosen(self, categories: str | None) -> list[str]:
        names = [name.strip() for name in (categories or "").split(",") if name.strip()]
        return list(dict.fromkeys(self._library.category(name) or "" for name in names))

    async def _lessons(self, chosen: Sequence[str]) -> tuple[list[Lesson], list[str]]:
        """Return what is learnt, and what is missing. Raises NothingFits where nothing can be dreamt of."""
        found, missing = lessons(await self._library.taste.ranked(), await self._library.db.reading.learnable(), chosen)
        if not found:
            why = "; ".join(missing) or "nothing was liked, kept or played for a while yet"
            raise NothingFits(f"there is nothing to dream of: {why}. Play and like stems, or name larger categories")
        return found, missing

    async def _left(self) -> int:
        """Return for how many more dreamt stems there is room."""
        return max(0, self._room - await self._library.db.reading.dreamt())

    def _full(self) -> Full:
        return Full(
            f"the library holds the {self._room} dreamt stems that nobody has liked or kept which are the most "
            "(dream.stems): like what you want, delete what you do not"
        )

    # --- the job

    async def _run(self, work: Work) -> dict[str, Any]:
        place = work.job.place or await self._begun(work)
        found = [Lesson.read(one) for one in place["lessons"]]
        night = Night(self._library, self._maker, work, place, self._left)
        for number, lesson in enumerate(found):
            if lesson.category not in place["done"]:
                others = [one for one in found if one is not lesson]
                place["done"][lesson.category] = await night.of(lesson, others, (number, len(found)))
                await work.stored(place)
        work.report(len(found), len(found), "dreamt")
        done = [place["done"][one.category] for one in found]
        return {
            "categories": done,
            "stems": [stem for one in done for stem in one["stems"]],
            "missing": place["missing"],
        }

    async def _begun(self, work: Work) -> dict[str, Any]:
        """Settle what is dreamt of: what is said of stems during a dream is for the next one."""
        asked = work.job.payload
        found, missing = await self._lessons(asked["categories"])
        if not (most := min(asked["most"], await self._left())):
            raise self._full()
        weights = {one.category: 1.0 + sum(max(0.0, weight) for weight in one.weights.values()) for one in found}
        counts = orders.shared(weights, most)
        place = {
            "lessons": [one.told() for one in found if one.category in counts],
            "missing": missing,
            "counts": counts,
            "done": {},
        }
        await work.stored(place)
        return place
