"""Checked calls, run in their order. Runs on: event loop.

What does not wait runs at once, for SLICE_S in one turn of the loop; what is left stands in line. A call may not
overtake one that came before it: each begins after all earlier ones have begun. What the calls of one bundle push is
handed to the engine as one, unless they take longer than HELD_S or one of them waits.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from typing import Any

from liveengine.caller import Caller, caller
from liveengine.command import when
from liveengine.control.osc.check import Call
from liveengine.control.osc.peers import Peer
from liveengine.control.osc.tasks import Tasks
from liveengine.errors import Full

SLICE_S = 0.002
HELD_S = 0.05
MAX_WAITING = 1024  # commands under way that could not answer at once
_IN_LINE = 64  # packets; more are left in the sockets

Together = Callable[[], AbstractContextManager[None]]
Finish = Callable[[Call, Peer, Any, Exception | None], None]


@dataclass
class _Work:
    """The calls of one packet."""

    calls: list[Call]
    peer: Peer
    who: Caller | None
    at: int = 0
    held: ExitStack = field(default_factory=ExitStack)  # holds back what is pushed to the engine ...
    release: float = 0.0  # ... until this time at the latest
    done: deque[tuple[Call, Any, Exception | None]] = field(default_factory=deque)  # and not answered yet

    @property
    def waits(self) -> bool:
        return any(call.waits for call in self.calls)


class Runner:
    """Runs calls and hands each result to `finish(call, peer, result, error)`."""

    def __init__(self, tasks: Tasks, together: Together, begin: Callable[[Call, Peer], None], finish: Finish) -> None:
        """`together()` holds back what is pushed to the engine; `begin` hears of a call before it runs."""
        self._tasks = tasks
        self._together = together
        self._begin = begin
        self._finish = finish
        self._loop = asyncio.get_running_loop()
        self._line: deque[_Work] = deque()
        self._unstarted = 0  # tasks that have not run yet
        self._coming = False

    def busy(self) -> bool:
        """Return whether enough stands in line."""
        return len(self._line) >= _IN_LINE

    def close(self) -> None:
        """Run nothing more."""
        for work in self._line:
            work.held.close()
        self._line.clear()

    def run(self, calls: list[Call], peer: Peer) -> None:
        """Run the calls of a packet after all that came before; at once if there is nothing."""
        if len(calls) == 1 and not self._line and not self._unstarted and not calls[0].waits:
            self._finish(calls[0], peer, *self._start(calls[0], peer, caller.get()))
        elif calls:
            self._line.append(_Work(calls, peer, caller.get()))
            if not self._coming:
                self._advance()

    def _advance(self) -> None:
        """Run what stands in line until the slice is over."""
        self._coming = False
        end = self._loop.time() + SLICE_S
        while self._line:
            work = self._line[0]
            if work.waits:
                self._line.popleft()
                self._wait(work)
            elif self._unstarted or not self._step(work, end):
                break
            else:
                self._line.popleft()
            if self._loop.time() >= end:
                break
        if self._line:
            self._coming = True
            self._loop.call_soon(self._advance)

    def _step(self, work: _Work, end: float) -> bool:
        """Run calls of a packet until `end`, and answer those that have run; return whether it is all done."""
        if not work.done:
            if not work.at:
                work.held.enter_context(self._together())
                work.release = self._loop.time() + HELD_S
            self._start_some(work, end)
            if work.at == len(work.calls) or self._loop.time() >= work.release:
                work.held.close()
            if self._loop.time() >= end:
                return False
        while work.done:
            call, result, error = work.done.popleft()
            self._finish(call, work.peer, result, error)
            if self._loop.time() >= end:
                break
        return work.at == len(work.calls) and not work.done

    def _start_some(self, work: _Work, end: float) -> None:
        while work.at < len(work.calls):
            call = work.calls[work.at]
            work.at += 1
            work.done.append((call, *self._start(call, work.peer, work.who)))
            if self._loop.time() >= end:
                return

    def _wait(self, work: _Work) -> None:
        if len(self._tasks) >= MAX_WAITING:
            busy = Full(f"{MAX_WAITING} commands are under way; try again later")
            for call in work.calls:
                self._finish(call, work.peer, None, busy)
        else:
            self._unstarted += 1
            self._tasks.start(self._run_waiting(work), work.peer)

    async def _run_waiting(self, work: _Work) -> None:
        self._unstarted -= 1
        caller.set(work.who)  # this context is the task's own
        end = self._loop.time() + SLICE_S
        for call in work.calls:
            result, error = self._start(call, work.peer, work.who)
            if error is None and call.waits:
                when.set(call.frame)  # for the coroutine's body
                try:
                    result = await result
                except Exception as raised:
                    error = raised
            self._finish(call, work.peer, result, error)
            if self._loop.time() >= end:
                await asyncio.sleep(0)
                end = self._loop.time() + SLICE_S

    def _start(self, call: Call, peer: Peer, who: Caller | None) -> tuple[Any, Exception | None]:
        self._begin(call, peer)
        token, before = when.set(call.frame), caller.set(who)
        try:
            return call.run(), None
        except Exception as error:
            return None, error
        finally:
            when.reset(token)
            caller.reset(before)
