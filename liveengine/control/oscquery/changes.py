"""What comes and goes in the tree while the daemon runs: the properties of clips. Runs on: event loop.

Tracks, buses and slots are as many as the engine was started with, and an address holds numbers, never names: so
nothing is renamed, and what changes is whether a slot holds a clip. An exchanged clip is the same nodes with other
values: PATH_CHANGED alone.
"""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from typing import Any

from liveengine.bus import Event
from liveengine.control.oscquery.tree import Tree
from liveengine.errors import UnknownAddress
from liveengine.events import ClipCleared, ClipLoaded

Announce = Callable[[str, str], None]


class Changes:
    """Compares, after each load and clear, what there was with what there is."""

    def __init__(self, tree: Tree, announce: Announce) -> None:
        """`announce(command, path)` tells the clients."""
        self._tree = tree
        self._announce = announce
        self._there: dict[str, frozenset[str]] = {}  # by place: the nodes that come and go with a clip
        self._doubtful: dict[str, None] = {}
        self._task: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Note what there is, before anybody hears of changes."""
        self._there.clear()
        self._doubtful.clear()
        if self._task is not None:
            self._task.cancel()
        self._start(self._note())

    def look(self, event: Event) -> None:
        """Compare again when a clip came or went."""
        if isinstance(event, ClipLoaded | ClipCleared):
            self._doubtful[_parent(event.message()[0])] = None
            if self._task is None or self._task.done():
                self._start(self._compare())

    async def close(self) -> None:
        """Compare no more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        self._task = asyncio.get_running_loop().create_task(work)

    async def _note(self) -> None:
        for place in self._tree.places(_parent(ClipLoaded.ADDRESS)):
            await self._tree.turns.take()
            self._there[place] = frozenset(self._tree.readable(place))
        await self._compare()

    async def _compare(self) -> None:
        """Take the places one by one; a session that is cleared has many at once."""
        while self._doubtful:
            await self._tree.turns.take()
            place = next(iter(self._doubtful))
            del self._doubtful[place]
            with contextlib.suppress(UnknownAddress):
                self._one(place)

    def _one(self, place: str) -> None:
        before, now = self._there.get(place, frozenset()), frozenset(self._tree.readable(place))
        self._there[place] = now
        for path in sorted(before - now):
            self._announce("PATH_REMOVED", path)
        for path in sorted(now - before):
            self._announce("PATH_ADDED", path)
        self._announce("PATH_CHANGED", place)


def _parent(address: str) -> str:
    return address.rpartition("/")[0]
