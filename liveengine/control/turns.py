"""Shares the turns of the loop: each gives one slice, however many clients want something. Runs on: event loop.

Whoever has something longer to do than a few microseconds, at somebody's request, asks here before each piece of it.
"""

import asyncio
from collections import deque

SLICE_S = 0.002


class Turns:
    """Lets those who share it work for about SLICE_S of each turn of the loop, one after the other."""

    def __init__(self) -> None:
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._end = 0.0  # of the present slice
        self._counting = False

    async def take(self) -> None:
        """Return at once while a slice lasts, else in a later turn, in order; call it before each piece of work."""
        loop = asyncio.get_running_loop()
        now = loop.time()
        if now < self._end:
            return
        if not self._counting:
            self._counting = True
            self._end = now + SLICE_S
            loop.call_soon(self._next)
            return
        waiting = loop.create_future()
        self._waiting.append(waiting)
        await waiting

    def _next(self) -> None:
        """Give the next turn to who has waited longest."""
        loop = asyncio.get_running_loop()
        while self._waiting:
            first = self._waiting.popleft()
            if not first.done():  # it may have left
                first.set_result(None)
                self._end = loop.time() + SLICE_S
                loop.call_soon(self._next)
                return
        self._counting = False
