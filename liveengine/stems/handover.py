"""Which model the library is searched with, and which one takes over. Runs on: event loop."""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from typing import Any

from liveengine.bus import Event
from liveengine.config import store
from liveengine.errors import BadArgument
from liveengine.events import JobDone
from liveengine.stems import reembed, searched, select
from liveengine.stems.embed import Embedder
from liveengine.stems.model import Job
from liveengine.stems.parts import Parts
from liveengine.stems.queue import Queue
from liveengine.stems.work import Work

log = logging.getLogger(__name__)

KIND = "reembed"


class Handover:
    """Keeps the model in use, while it is there, until every stem has a vector of the one that the settings choose."""

    def __init__(self, parts: Parts, queue: Queue, chooses: bool) -> None:
        """`parts.embedder` is the chosen model; `chooses` is False where it is given and no setting is asked again."""
        self.coming: Embedder | None = None  # the model that takes over when every stem has its vector
        self.taken: Callable[[], None] = lambda: None  # hears that another model is in use now
        self._parts = parts
        self._queue = queue
        self._chooses = chooses
        self._swapped = False  # a model was replaced while the library was open
        self._tasks: set[asyncio.Task[None]] = set()
        self._end: Callable[[], None] = lambda: None

    async def begin(self) -> None:
        """Stay with the model in use while the chosen one lacks vectors, if it still is there."""
        parts = self._parts
        used, chosen = await parts.db.reading.setting(reembed.IN_USE), parts.embedder
        if used and used != {"model": chosen.model, "checksum": chosen.checksum} and await self.missing(chosen):
            before = await asyncio.to_thread(select.known, used["model"], used["checksum"], parts.pool, parts.root)
            if before is not None:
                parts.embedder, self.coming = before, chosen
                return
        await reembed.in_use(parts)

    async def open(self) -> None:
        """Go on with the job of an earlier run, or begin one if stems lack vectors."""
        await self._queue.register(KIND, self._run, role="admin")
        self._end = self._parts.bus.subscribe(self._heard)
        await self._complete()

    async def close(self) -> None:
        """Begin nothing more."""
        self._end()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def missing(self, model: Embedder) -> int:
        """Return how many stems have no vector of a model."""
        return await self._parts.db.reading.count_without(model.model, model.checksum)

    async def ask(self) -> int:
        """Queue the job for the model that the settings choose now, or find it under way; return its id.

        A job for another model ends: what it has embedded stays. Until every stem has a vector, the library is searched
        with the model that it has. Raises ModelMissing.
        """
        parts = self._parts
        chosen = self.coming or parts.embedder
        if self._chooses:
            chosen = await asyncio.to_thread(select.embedder, parts.config, parts.pool, parts.root)
        for job in await parts.db.reading.open_jobs():
            if job.kind == KIND and (found := await self._replaced(job, chosen)) is not None:
                return found
        self.coming = None if _same(chosen, parts.embedder) else chosen
        return await self._begin(self.coming or parts.embedder)

    async def use(self, model: str) -> int:
        """Choose the search model by its name, for now and for every start; return the id of the job that embeds.

        Until every stem has its vector the library is searched with the model that it has. Raises ModelMissing.
        """
        parts = self._parts
        if model not in select.OWN:
            await asyncio.to_thread(select.named, model, parts.root)
        chosen = parts.config.library.model_copy(update={"embedder": model})
        config = parts.config.model_copy(update={"library": chosen})
        await asyncio.to_thread(select.embedder, config, parts.pool, parts.root)  # what cannot be is not stored
        await asyncio.to_thread(store, parts.root, "library.embedder", model)
        parts.config = config
        return await self.ask()

    async def _replaced(self, job: Job, target: Embedder) -> int | None:
        """Return a job that makes vectors of this model; end one that makes others, and return None."""
        if (job.payload.get("model"), job.payload.get("checksum")) == (target.model, target.checksum):
            return job.id
        with contextlib.suppress(BadArgument):  # it has ended meanwhile
            await self._queue.cancel(job.id)
        return None

    async def _begin(self, target: Embedder) -> int:
        return (await self._queue.add(KIND, {"model": target.model, "checksum": target.checksum})).job

    async def _run(self, work: Work) -> dict[str, Any]:
        target = self.coming or self._parts.embedder
        before = self._parts.embedder
        result = await reembed.run(self._parts, target, work)
        self.coming = None
        if target is not before:
            self._swapped = True
            self.taken()
            await searched.begin(self._queue, len(await searched.stale(self._parts)))
        return result

    async def _complete(self) -> None:
        """Begin the job if stems lack vectors and nobody has cancelled that before."""
        target = self.coming or self._parts.embedder
        if not (missing := await self.missing(target)):
            return
        jobs = [job for job in await self._queue.all() if job.kind == KIND]
        if any(job.state in ("queued", "running") for job in jobs):
            return
        if any(job.state == "cancelled" and job.payload.get("checksum") == target.checksum for job in jobs):
            log.warning("%d stems have no vector of %s; /stems/reembed makes them", missing, target.model)
        else:
            await self._begin(target)

    def _heard(self, event: Event) -> None:
        """See to what an ingest brought in that had begun with the model before."""
        if self._swapped and isinstance(event, JobDone) and event.kind == "ingest":
            task = asyncio.create_task(self._complete(), name="complete the vectors")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)


def _same(first: Embedder, second: Embedder) -> bool:
    return (first.model, first.checksum) == (second.model, second.checksum)
