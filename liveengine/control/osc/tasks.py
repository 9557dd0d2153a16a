"""What is under way at the OSC door, and for whom. Runs on: event loop."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from liveengine.control.osc.peers import Peer


class Tasks:
    """Running tasks, each with the sender that waits for it; nobody waits for those of None."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._table: dict[asyncio.Task[None], Peer | None] = {}

    def __len__(self) -> int:
        return len(self._table)

    def start(self, work: Coroutine[Any, Any, None], peer: Peer | None) -> None:
        """Run `work` for `peer`."""
        task = self._loop.create_task(work)
        self._table[task] = peer
        task.add_done_callback(self._table.pop)

    def of(self, peer: Peer) -> list[asyncio.Task[None]]:
        """Return what runs for `peer`, without the task that asks."""
        current = asyncio.current_task() if self._table else None
        return [task for task, owner in self._table.items() if owner == peer and task is not current]

    async def close(self) -> None:
        """Cancel everything and wait for its end."""
        for task in self._table:
            task.cancel()
        await asyncio.gather(*self._table, return_exceptions=True)
