"""Places for work of two priorities: what the stage needs now never waits behind what may wait. Runs on: event loop."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass

LOOK_S = 0.25  # how often waiters look again where the number of places changes by itself


@dataclass(frozen=True)
class Here:
    """The job of the queue that the caller belongs to, as far as its work must know of it."""

    now: bool  # somebody waits for it
    note: Callable[[str], None]  # a warning for its log


# None outside of jobs, where somebody always waits.
HERE: ContextVar[Here | None] = ContextVar("HERE", default=None)


def urgent(kind: bool = False) -> bool:
    """Return whether the stage, or a person, waits for what the caller does; `kind`: it always waits for such work."""
    here = HERE.get()
    return here is None or here.now or kind


def within() -> bool:
    """Return whether the caller belongs to a job of the queue."""
    return HERE.get() is not None


def noted(text: str) -> None:
    """Write a warning into the log of the job that the caller belongs to, if any."""
    if (here := HERE.get()) is not None:
        here.note(text)


class Places:
    """Places that are taken in order, `now` before the others.

    Where others hold all of them, one more opens for `now`: it waits for none that may wait itself.
    """

    def __init__(self, count: Callable[[], int], look_s: float | None = None) -> None:
        """`count()` is the number of places; looked at again every `look_s` seconds, and when one is given back."""
        self._count, self._look_s = count, look_s
        self._taken = {True: 0, False: 0}  # by `now`
        self._lines: dict[bool, deque[object]] = {True: deque(), False: deque()}
        self._sleepers: set[asyncio.Future[None]] = set()

    @property
    def taken(self) -> int:
        """Return how many places are taken."""
        return self._taken[True] + self._taken[False]

    @asynccontextmanager
    async def place(self, now: bool = False) -> AsyncIterator[None]:
        """Wait for a place and hold it."""
        await self.take(now)
        try:
            yield
        finally:
            self.give(now)

    async def take(self, now: bool) -> None:
        """Wait for a place; `give` it back."""
        line, me = self._lines[now], object()
        line.append(me)
        try:
            while line[0] is not me or not self._free(now):
                await self._changed()
            self._taken[now] += 1
        finally:
            line.remove(me)
            self._wake()

    def give(self, now: bool) -> None:
        """Give a place back."""
        self._taken[now] -= 1
        self._wake()

    def _free(self, now: bool) -> bool:
        count = max(1, self._count())
        if now:
            return self.taken < count + min(1, self._taken[False])
        return self.taken < count and not self._lines[True]

    def _wake(self) -> None:
        for sleeper in self._sleepers:
            if not sleeper.done():
                sleeper.set_result(None)

    async def _changed(self) -> None:
        sleeper: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._sleepers.add(sleeper)
        try:
            async with asyncio.timeout(self._look_s):
                await sleeper
        except TimeoutError:
            pass
        finally:
            self._sleepers.discard(sleeper)
