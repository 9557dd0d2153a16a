"""JACK's transport as a master: whether it rolls and where it is; the tempo stays ours. Runs on: event loop.

Its bars and beats are not asked for: few clients set them, and no two alike. A process of its own asks, see roller.py.
"""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any

from liveengine.errors import DeviceMissing
from liveengine.sync.helper import AGAIN_S, Helper, cancelled
from liveengine.sync.line import ABSOLUTE, Line, Reading
from liveengine.systems import jack_server

JUMP_S = 0.02  # between two looks: what lies further from where it should be is a jump
OPEN_S = 10.0  # within which the server must have answered
STALE_NS = 500_000_000  # without a line: the process hangs


class JackMaster:
    """Follows the transport of the JACK server that runs."""

    def __init__(self, tempo: Callable[[], float]) -> None:
        """`tempo` gives ours, in beats per minute."""
        self._tempo = tempo
        self._helper = Helper(self._said, "liveengine.sync.roller")
        self._task: asyncio.Task[None] | None = None
        self._come = asyncio.Event()  # the first line, or the end of the process
        self._last: tuple[float, float] | None = None  # ns and seconds of the last line
        self._beat = 0.0  # then
        self._rolling = False
        self._reading = Reading(grid=ABSOLUTE)

    async def open(self, *, wait: bool = True) -> None:
        """Begin to follow; with `wait`, raises DeviceMissing when no server answers."""
        self._task = asyncio.create_task(self._keep_reading(), name="jack transport")
        if not wait:
            return
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(OPEN_S):
                await self._come.wait()
        if self._last is None:
            await self.close()
            raise DeviceMissing("no JACK server answers; start one, or choose another /sync/source")

    def reading(self, now_ns: float) -> Reading:
        """Return what the transport says; without a server there is no line, and one is looked for."""
        if self._last is None or now_ns - self._last[0] > STALE_NS:
            return Reading(grid=ABSOLUTE, epoch=self._reading.epoch)
        return self._reading

    def tempo(self, tempo: float) -> None:
        """JACK's transport takes no tempo from us."""

    def running(self, running: bool) -> None:
        """Start or stop the server's transport."""
        if running != self._rolling:
            self._helper.say("start" if running else "stop")

    async def close(self) -> None:
        """Let the server go."""
        task, self._task = self._task, None
        await cancelled(task)

    async def _keep_reading(self) -> None:
        while True:
            if await asyncio.to_thread(jack_server):
                await self._helper.run()
            self._last, self._rolling = None, False
            self._come.set()
            await asyncio.sleep(AGAIN_S)

    def _said(self, line: Any) -> None:
        """Take what a roller says."""
        ns, seconds, rolling = line
        self._take(float(ns), seconds, rolling)
        self._come.set()

    def _take(self, ns: float, seconds: float, rolling: bool) -> None:
        per_beat = 60e9 / self._tempo()
        before = self._reading
        epoch, began, since = before.epoch, before.position, before.since_ns
        then, there = self._last or (ns, seconds)
        passed = seconds - there
        if not self._rolling or abs(passed - (ns - then) * 1e-9) > JUMP_S:
            self._beat = seconds * 1e9 / per_beat
            if rolling:
                epoch, began, since = epoch + 1, self._beat, ns
        else:  # counted on from there, so that another tempo moves nothing that was
            self._beat += passed * 1e9 / per_beat
        self._last, self._rolling = (ns, seconds), rolling
        line = Line(ns, self._beat, per_beat)
        self._reading = Reading(line, rolling, ABSOLUTE, epoch, began, since, locked=True, peers=1)
