"""Who listens to which of Live's properties, and is told when one has changed. Runs on: event loop.

As AbletonOSC does it: the value comes at once, then at each change, to everybody who listens, the one who has set it
included; the newest value, at most 30 times a second. What moves by itself (the song's time) is looked at 20 times a
second while somebody listens. Each client has its own list, and a client that has not been heard of for longest is
forgotten when there are too many.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass
from typing import Any

from liveengine.bus import Bus, Event
from liveengine.control.quiet import Quiet
from liveengine.errors import Full, LiveEngineError

log = logging.getLogger(__name__)

MAX_CLIENTS = 64
MAX_LISTENED = 4_096  # of one client
INTERVAL_S = 1 / 30
POLL_S = 1 / 20
SLICE_S = 0.003  # of the loop, before it may do something else

Read = Callable[[], Coroutine[Any, Any, tuple[Any, ...]]]


@dataclass(eq=False)
class Listener:
    """One property that one client listens to."""

    tell: Callable[[tuple[Any, ...]], None]
    read: Read
    heard: tuple[str, ...]
    polled: bool
    known: tuple[Any, ...] | None = None  # what was told last


class Listeners:
    """All of them, by client and by what is pushed when they change."""

    def __init__(self, bus: Bus) -> None:
        self._loop = asyncio.get_running_loop()
        self._quiet = Quiet(log)
        self._clients: dict[Any, dict[tuple[Any, ...], Listener]] = {}
        self._by_address: dict[str, set[Listener]] = {}
        self._polled: set[Listener] = set()
        self._changed: dict[Listener, None] = {}
        self._task: asyncio.Task[None] | None = None
        self._leave = bus.subscribe(self._on_event)

    def __len__(self) -> int:
        return sum(map(len, self._clients.values()))

    def add(self, client: Any, key: tuple[Any, ...], listener: Listener) -> None:
        """Tell a client of a property from now on; a second time begins anew. Raises Full."""
        self.drop(client, key)
        listeners = self._clients.pop(client, {})
        self._clients[client] = listeners  # the newest client is the last one
        if len(listeners) >= MAX_LISTENED:
            raise Full(f"a client listens to at most {MAX_LISTENED} properties")
        if len(self._clients) > MAX_CLIENTS:
            self.forget(next(iter(self._clients)))
        listeners[key] = listener
        for address in listener.heard:
            self._by_address.setdefault(address, set()).add(listener)
        if listener.polled:
            self._polled.add(listener)
        self._mark([listener])

    def drop(self, client: Any, key: tuple[Any, ...]) -> None:
        """Tell a client of a property no more."""
        listener = self._clients.get(client, {}).pop(key, None)
        if listener is None:
            return
        self._changed.pop(listener, None)
        self._polled.discard(listener)
        for address in listener.heard:
            listening = self._by_address[address]
            listening.discard(listener)
            if not listening:
                del self._by_address[address]

    def forget(self, client: Any) -> None:
        """Tell a client of nothing any more."""
        for key in tuple(self._clients.get(client, ())):
            self.drop(client, key)
        self._clients.pop(client, None)

    async def close(self) -> None:
        """Tell nobody any more."""
        self._leave()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def _on_event(self, event: Event) -> None:
        if self._by_address and (listening := self._by_address.get(event.message()[0])) is not None:
            self._mark(listening)

    def _mark(self, listeners: Iterable[Listener]) -> None:
        self._changed.update(dict.fromkeys(listeners))
        if self._task is None or self._task.done():
            self._task = self._loop.create_task(self._run(), name="tell Live's clients")

    async def _run(self) -> None:
        """Tell what has changed, then wait; ends when nothing has changed and nothing moves by itself."""
        while self._changed or self._polled:
            self._changed.update(dict.fromkeys(self._polled))
            end = self._loop.time() + SLICE_S
            for listener in tuple(self._changed):
                if listener in self._changed:  # not dropped in the meantime
                    del self._changed[listener]
                    await self._look(listener)
                if self._loop.time() >= end:
                    await asyncio.sleep(0)
                    end = self._loop.time() + SLICE_S
            await asyncio.sleep(POLL_S if self._polled and not self._changed else INTERVAL_S)

    async def _look(self, listener: Listener) -> None:
        try:
            values = await listener.read()
            if values != listener.known:
                listener.known = values
                listener.tell(values)
        except LiveEngineError:
            listener.known = None  # such as the name of a clip that is gone: told again when there is one
        except Exception as error:
            self._quiet.warn("fault", "a listener met a fault", error=error)
