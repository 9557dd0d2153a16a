"""Keeps the session record in the library up to date. Runs on: event loop."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

log = logging.getLogger(__name__)

DEBOUNCE_S = 0.1
RETRY_S = 5.0  # after a write that failed


class Keeper:
    """Writes the record a little after the last change, one write at a time."""

    def __init__(self, record: Callable[[], dict[str, Any]], save: Callable[[dict[str, Any]], Awaitable[None]]) -> None:
        self._record = record
        self._save = save
        self._timer: asyncio.TimerHandle | None = None
        self._writing = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._changes = 0
        self._kept = 0
        self._closed = False

    def touch(self, soon: bool = False) -> None:
        """Note a change; it is written within `DEBOUNCE_S`, or at once when it shall be `soon`."""
        self._changes += 1
        loop = asyncio.get_running_loop()
        if self._timer is not None and soon:
            self._timer.cancel()
            self._timer = None
        if self._timer is None:
            self._timer = loop.call_later(0.0 if soon else DEBOUNCE_S, self._begin)

    async def keep(self) -> None:
        """Write what is not written yet; on disk when this returns. A failed write is logged and tried again later."""
        async with self._writing:
            changes = self._changes
            if changes == self._kept:
                return
            try:
                await self._save(self._record())
            except Exception:
                log.exception("the session record could not be written; it is tried again in %g s", RETRY_S)
                if self._timer is None and not self._closed:
                    self._timer = asyncio.get_running_loop().call_later(RETRY_S, self._begin)
            else:
                self._kept = changes

    async def close(self) -> None:
        """Write the last change."""
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        await self.keep()

    def _begin(self) -> None:
        self._timer = None
        task = asyncio.get_running_loop().create_task(self.keep(), name="keep session")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
