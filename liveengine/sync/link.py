"""Ableton Link as a master: tempo, beat and start/stop shared with all who are on the net. Runs on: event loop.

The package is an extra (`pip install liveengine[link]`; its licence is the GPL) and is imported when it is chosen. Link
has threads of its own; asking it takes microseconds. Its clock is CLOCK_MONOTONIC_RAW, whose distance to ours is taken
anew with each look.
"""

import asyncio
import importlib
import time
from typing import Any

from liveengine.errors import MasterMissing
from liveengine.sync.line import Line, Reading


class LinkMaster:
    """A peer of the Link session; without another peer nothing is followed, and our tempo is the session's."""

    def __init__(self, quantum: float, start_stop: bool) -> None:
        self.quantum = quantum  # beats: the phase within them is shared
        self._start_stop = start_stop
        self._link: Any = None
        self._clock: Any = None
        self._playing = False
        self._epoch = 0

    async def open(self, tempo: float) -> None:
        """Join the session, or begin one at our tempo; raises MasterMissing when the package is not installed."""
        await asyncio.to_thread(self._open, tempo)

    def _open(self, tempo: float) -> None:
        try:
            module = importlib.import_module("link")
        except ImportError:
            raise MasterMissing(
                "Ableton Link is an extra that is not installed: pip install 'liveengine[link]' (licence: GPL)"
            ) from None
        self._link = module.Link(tempo)
        self._link.startStopSyncEnabled = self._start_stop
        self._link.enabled = True
        self._clock = self._link.clock()

    @property
    def start_stop(self) -> bool:
        """Whether starts and stops are shared."""
        return self._start_stop

    @start_stop.setter
    def start_stop(self, value: bool) -> None:
        self._start_stop = value
        if self._link is not None:
            self._link.startStopSyncEnabled = value

    def reading(self, now_ns: float) -> Reading:
        """Return what the session says."""
        peers = int(self._link.numPeers())
        if peers == 0:
            self._playing = False
            return Reading(grid=self.quantum, epoch=self._epoch)
        state = self._link.captureAppSessionState()
        before = time.monotonic_ns()
        micros = self._clock.micros()
        apart = (before + time.monotonic_ns()) / 2.0 - micros * 1e3  # ns, from Link's clock to ours
        tempo = float(state.tempo())
        line = Line(micros * 1e3 + apart, float(state.beatAtTime(micros, self.quantum)), 60e9 / tempo)
        playing = bool(state.isPlaying()) if self._start_stop else None
        since = float(state.timeForIsPlaying()) * 1e3 + apart
        if playing and not self._playing:
            self._epoch += 1
        self._playing = bool(playing)
        return Reading(line, playing, self.quantum, self._epoch, line.at(since), since, locked=True, peers=peers)

    def tempo(self, tempo: float) -> None:
        """Have the session go at our tempo."""
        state = self._link.captureAppSessionState()
        if abs(state.tempo() - tempo) > 1e-3:
            state.setTempo(tempo, self._clock.micros())
            self._link.commitAppSessionState(state)

    def running(self, running: bool) -> None:
        """Tell the session that we start or stop, where that is shared."""
        state = self._link.captureAppSessionState()
        if self._start_stop and bool(state.isPlaying()) != running:
            state.setIsPlaying(running, self._clock.micros())
            self._link.commitAppSessionState(state)

    async def close(self) -> None:
        """Leave the session."""
        link, self._link = self._link, None
        if link is not None:
            await asyncio.to_thread(_leave, link)


def _leave(link: Any) -> None:
    link.enabled = False
