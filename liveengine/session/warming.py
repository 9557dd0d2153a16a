"""The worker of mutation made ready, before somebody turns a fader up and waits for it. Runs on: event loop."""

import asyncio
import logging
from collections.abc import Iterator
from pathlib import Path

from liveengine.jobs.pool import Pool
from liveengine.session.core import Core

log = logging.getLogger(__name__)

CARD = "card.json"  # of a category's model
BY_MODEL = frozenset({"auto", "walk", "style"})  # kinds of variations that ask one


class Warming:
    """Has each worker prepare once: its libraries, and the models of what plays."""

    def __init__(self, core: Core, pool: Pool, models: Path) -> None:
        """`models` is the folder of the category models."""
        self._core = core
        self._pool = pool
        self._models = models
        self._prepared: set[tuple[int, str]] = set()  # by process, the categories; "" = its libraries
        self._wanted: set[str] = set()
        self._task: asyncio.Task[None] | None = None

    def touch(self, track: int) -> None:
        """Have what a track's next variation needs prepared; returns at once."""
        self._wanted |= {"", *self._categories(track)}
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._work(), name="warm mutation")

    async def done(self) -> None:
        """Wait until all that was asked for is prepared."""
        if self._task is not None:
            await asyncio.wait([self._task])

    async def close(self) -> None:
        """Prepare nothing more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def _categories(self, track: int) -> Iterator[str]:
        """Yield the categories of what a track plays, of all its clips where it plays nothing."""
        strip = self._core.track(track)
        if strip.mutation.kind not in BY_MODEL:
            return
        slot = strip.playing or strip.queued
        for place in [strip.slots[slot - 1]] if slot else strip.slots:
            if place.clip is not None:
                yield place.clip.category

    async def _work(self) -> None:
        while missing := self._missing():
            self._wanted.clear()
            there = await asyncio.to_thread(self._there, missing)
            if not there and "" not in missing:
                continue
            payload = {"prepare": there, "models": str(self._models), "rate": self._core.engine.rate}
            try:
                await self._pool.run("mutate", payload, now=True)
            except Exception as error:
                log.warning("the worker of mutation is not prepared: %s", error)
                return
            for pid in self._pids():
                self._prepared |= {(pid, category) for category in ("", *there)}

    def _missing(self) -> set[str]:
        """Return what is wanted and not prepared in each process."""
        pids = self._pids()
        self._prepared = {(pid, category) for pid, category in self._prepared if pid in pids}
        every = {category for _, category in self._prepared}
        ready = {category for category in every if all((pid, category) in self._prepared for pid in pids)}
        return self._wanted - ready

    def _there(self, categories: set[str]) -> list[str]:
        """Return the categories that have a model."""
        return sorted(name for name in categories if name and (self._models / name / CARD).exists())

    def _pids(self) -> list[int]:
        return [worker.pid for worker in self._pool.lanes["mutate"].workers if worker.alive]
