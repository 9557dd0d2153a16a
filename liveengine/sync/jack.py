"""JACK's transport as a master: whether it rolls and where it is; the tempo stays ours. Runs on: event loop.

Its bars and beats are not asked for: few clients set them, and no two alike. A client of our own asks, so that the
engine's is left alone; asking reads shared memory and waits for nobody. Opening and closing may block on the server and
have a thread for themselves.
"""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import Any

from liveengine.engine.streams.jack import library
from liveengine.errors import DeviceMissing
from liveengine.sync.line import ABSOLUTE, Line, Reading

NAME = "liveengine-sync"
JUMP_S = 0.02  # between two looks: what lies further from where it should be is a jump
AGAIN_NS = 2e9  # between two attempts to find a server that is gone


class JackMaster:
    """Follows the transport of the JACK server that runs."""

    def __init__(self, tempo: Callable[[], float]) -> None:
        """`tempo` gives ours, in beats per minute."""
        self._tempo = tempo
        self._client: Any = None
        self._gone = threading.Event()
        self._opening: asyncio.Task[None] | None = None
        self._tried_ns = 0.0
        self._last: tuple[float, float] | None = None  # ns and seconds of the last look while it rolled
        self._rolling = False
        self._reading = Reading(grid=ABSOLUTE)

    async def open(self) -> None:
        """Become a client of the server; raises DeviceMissing."""
        self._client = await asyncio.to_thread(self._open)

    def _open(self) -> Any:
        jack = library()
        try:
            client = jack.Client(NAME, no_start_server=True)
        except jack.JackOpenError:
            raise DeviceMissing("no JACK server answers; start one, or choose another /sync/source") from None
        self._gone.clear()
        client.set_shutdown_callback(lambda status, reason: self._gone.set())
        client.activate()
        return client

    def reading(self, now_ns: float) -> Reading:
        """Return what the transport says; without a server there is no line, and one is looked for."""
        if self._gone.is_set() or self._client is None:
            self._seek(now_ns)
            self._last, self._rolling = None, False
            return Reading(grid=ABSOLUTE, epoch=self._reading.epoch)
        state, position = self._client.transport_query_struct()
        self._reading = self._read(state == library().ROLLING, position)
        return self._reading

    def _read(self, rolling: bool, position: Any) -> Reading:
        ns, seconds = float(position.usecs) * 1e3, position.frame / max(int(position.frame_rate), 1)
        per_beat = 60e9 / self._tempo()
        before, epoch = self._reading, self._reading.epoch
        expected = self._last[1] + (ns - self._last[0]) * 1e-9 if self._last and self._rolling else None
        began, since = before.position, before.since_ns
        if rolling and (expected is None or abs(seconds - expected) > JUMP_S):
            epoch, began, since = epoch + 1, seconds * 1e9 / per_beat, ns
        self._last, self._rolling = (ns, seconds), rolling
        line = Line(ns, seconds * 1e9 / per_beat, per_beat)
        return Reading(line, rolling, ABSOLUTE, epoch, began, since, locked=True, peers=1)

    def _seek(self, now_ns: float) -> None:
        """Look for a server, now and then."""
        if now_ns - self._tried_ns > AGAIN_NS and (self._opening is None or self._opening.done()):
            self._tried_ns = now_ns
            self._opening = asyncio.get_running_loop().create_task(self._reopen(), name="jack transport")

    async def _reopen(self) -> None:
        await self._leave()
        with contextlib.suppress(DeviceMissing):
            await self.open()

    async def _leave(self) -> None:
        client, self._client = self._client, None
        if client is not None:  # libjack may never come back from a server that is gone: the thread is left to itself
            threading.Thread(target=_close, args=(client,), name="leave jack", daemon=True).start()

    def tempo(self, tempo: float) -> None:
        """JACK's transport takes no tempo from us."""

    def running(self, running: bool) -> None:
        """Start or stop the server's transport."""
        if self._client is not None and not self._gone.is_set() and running != self._rolling:
            self._client.transport_start() if running else self._client.transport_stop()

    async def close(self) -> None:
        """Leave the server."""
        if self._opening is not None:
            self._opening.cancel()
        await self._leave()


def _close(client: Any) -> None:
    client.close(ignore_errors=True)
