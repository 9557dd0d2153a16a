"""A whole session whose device and clocks are the test's: time goes on as it renders."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from liveengine.sync.master import Sync
from tests.session.stage import RATE, Stage, stage

LOOK = 160  # frames at 8 kHz: 20 ms
LATENCY = 40  # frames
BEGIN_NS = 10_000_000_000


class Band:
    """The session, its master, and the time."""

    def __init__(self, live: Stage) -> None:
        self.live = live
        self.frame = 0
        self.sync = Sync(live.session.core, live.session.transport, live.session.timebase, lambda: self.ns)
        live.registry.add(self.sync)
        live.session.watch(self.sync.look)
        live.shared.memory.header["latency"] = LATENCY
        self.look()

    @property
    def ns(self) -> int:
        """Return what time it is, in ns."""
        return BEGIN_NS + self.frame * 1_000_000_000 // RATE

    def look(self) -> None:
        """Render 20 ms, and let the session look."""
        header = self.live.shared.memory.header
        header["clock_ns"], header["clock_frame"] = self.ns, self.frame
        self.live.render(LOOK)
        self.frame += LOOK

    def play(self, seconds: float) -> None:
        """Let so much time go by."""
        for _ in range(round(seconds * RATE / LOOK)):
            self.look()

    def heard(self) -> float:
        """Return the beat that leaves the speaker now."""
        return self.live.engine.snapshot().beat(self.frame - LATENCY)


@asynccontextmanager
async def band(root: Path) -> AsyncIterator[Band]:
    async with stage(root) as live:
        made = Band(live)
        yield made
        await made.sync.close()
