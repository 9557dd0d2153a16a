"""Shares the turns of the loop: however many clients want something at once, each turn gives them a slice. Runs on:
event loop.
"""

import asyncio
from collections import deque

SLICE_S = 0.002


class Turns:
    """Lets those who share it work for about SLICE_S of each turn of the loop, one after the other."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._end = 0.0  # of the present slice
        self._counting = False

    async def take(self) -> None:
        """Return at once while a slice lasts, else in a later turn, in order; call it before each piece of work."""
        now = self._loop.time()
        if now < self._end:
            return
        if not self._counting:
            self._counting = True
            self._end = now + SLICE_S
            self._loop.call_soon(self._next)
            return
        waiting = self._loop.create_future()
        self._waiting.append(waiting)
        await waiting

    def _next(self) -> None:
        """Give the next turn to who has waited longest."""
        while self._waiting:
            first = self._waiting.popleft()
            if not first.done():  # it may have left
                first.set_result(None)
                self._end = self._loop.time() + SLICE_S
                self._loop.call_soon(self._next)
                return
        self._counting = False
