"""Reach the commands: through the running daemon, else in this process without doors. Runs on: the user's shell."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from liveengine import config
from liveengine.cli import remote
from liveengine.errors import JobFailure, NotFound

Call = Callable[..., Awaitable[Any]]
Show = Callable[[dict[str, Any]], None]

_POLL_S = 0.1


@asynccontextmanager
async def commands(library: Path, make: bool = False) -> AsyncIterator[Call]:
    """Give `call(address, **named)`; with no daemon running, the same parts start here, under the library's lock.

    NotFound when the folder does not exist: only with `make` is a mistyped path turned into a new library.
    """
    if not make and not library.is_dir():
        raise NotFound(f"no library at {library}; `liveengine ingest PATH` or `liveengine demo` makes one there")
    if (run := remote.running(library)) is not None:
        async with remote.WebSocket.open(run) as socket:
            yield socket.call
    else:
        from liveengine.daemon import factory

        async with factory(library, config.load(library)) as registry:
            yield registry.call


async def finished(call: Call, job: int, show: Show) -> dict[str, Any]:
    """Wait for a job, showing each state; return its last state or raise JobFailure with its reason."""
    while True:
        state: dict[str, Any] = await call(f"/job/{job}")
        show(state)
        if state["state"] == "done":
            return state
        if state["state"] in ("failed", "cancelled", "quarantined"):
            raise JobFailure(f"job {job} ({state['kind']}) {state['state']}: {state['error'] or 'no reason given'}")
        await asyncio.sleep(_POLL_S)
