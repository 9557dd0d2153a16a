"""Work that a cancellation must not cut in two. Runs on: event loop."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

T = TypeVar("T")


async def whole(work: Awaitable[T]) -> T:
    """Return the work's result; whoever cancels the caller meanwhile waits until the work has ended.

    SQLite's thread ends a statement whether or not anybody waits for it: only then is it known what is true.
    """
    task = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        if not task.cancelled():
            task.exception()  # nobody else looks at it
        raise cancelled
    return task.result()
