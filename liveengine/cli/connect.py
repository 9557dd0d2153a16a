"""Reach the commands: through the running daemon, else in this process without doors. Runs on: the user's shell."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from liveengine import config
from liveengine.cli import remote
from liveengine.command import Registry
from liveengine.errors import JobFailure, NotFound, Unavailable

Call = Callable[..., Awaitable[Any]]
Show = Callable[[dict[str, Any]], None]

_POLL_S = 0.1
_PATIENCE = 100  # times that a daemon may not answer in a row, ten seconds


@asynccontextmanager
async def commands(library: Path, make: bool = False) -> AsyncIterator[Call]:
    """Give `call(address, **named)`; with no daemon running, the same parts start here, under the library's lock.

    NotFound when the folder does not exist: only with `make` is a mistyped path turned into a new library.
    """
    if not make and not library.is_dir():
        raise NotFound(f"no library at {library}; `liveengine ingest PATH` or `liveengine demo` makes one there")
    if (run := remote.running(library)) is not None:
        async with AsyncExitStack() as stack:
            yield _Line(library, await stack.enter_async_context(remote.WebSocket.open(run)), stack).call
    else:
        from liveengine.daemon import factory

        async with factory(library, config.load(library)) as registry:
            yield registry.call


def alone(*owners: object) -> Call:
    """Return `call(address, ...)` for commands that need no daemon, nor anything that it holds."""
    registry = Registry()
    for owner in owners:
        registry.add(owner)
    return registry.call


class _Line:
    """A connection that is made anew when the daemon was."""

    def __init__(self, library: Path, socket: remote.WebSocket, stack: AsyncExitStack) -> None:
        self._library = library
        self._socket = socket
        self._stack = stack

    async def call(self, address: str, *args: Any, **named: Any) -> Any:
        """Run the command; raise Unavailable when the daemon ends meanwhile or is not there."""
        if self._socket.closed:
            if (run := remote.running(self._library)) is None:
                raise Unavailable(f"no server runs on {self._library} any more; `liveengine serve` starts one")
            self._socket = await self._stack.enter_async_context(remote.WebSocket.open(run))
        return await self._socket.call(address, *args, **named)


async def finished(call: Call, job: int, show: Show) -> dict[str, Any]:
    """Wait for a job, showing each state; return its last state or raise JobFailure with its reason.

    A daemon that dies is started anew within a second or two and goes on with the job: it is waited for.
    """
    lost = 0
    while True:
        try:
            state: dict[str, Any] = await call(f"/job/{job}")
        except Unavailable:
            lost += 1
            if lost > _PATIENCE:
                raise
            await asyncio.sleep(_POLL_S)
            continue
        lost = 0
        show(state)
        if state["state"] == "done":
            return state
        if state["state"] == "cancelled":
            raise JobFailure(
                f"job {job} ({state['kind']}) was cancelled; `liveengine jobs --retry {job}` goes on with it"
            )
        if state["state"] in ("failed", "set_aside"):
            raise JobFailure(f"job {job} ({state['kind']}) failed: {state['error'] or 'no reason given'}")
        await asyncio.sleep(_POLL_S)
