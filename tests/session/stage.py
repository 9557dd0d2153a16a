"""A whole session on shared memory without a device: the test renders, then lets the session hear the reports."""

import json
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import soundfile

from liveengine import config
from liveengine.bus import Bus, Event
from liveengine.command import Registry
from liveengine.engine import shared
from liveengine.engine.engine import Engine
from liveengine.engine.shared import Shared
from liveengine.engine.streams import offline
from liveengine.jobs.pool import Pool
from liveengine.session.journal import Journal
from liveengine.session.session import Session
from liveengine.stems import packing
from liveengine.stems.columns import Known
from liveengine.stems.library import Library
from liveengine.stems.shelf import Entry

RATE = 8_000  # frames per second
BEAT = 4_000  # frames, at 120 beats per minute
BAR = 4 * BEAT
BLOCK = 100

Sound = npt.NDArray[np.float32]


def settings(**engine: Any) -> config.Config:
    return config.load(
        None,
        {
            "audio": {"stream": "null", "block": 128, "rate": RATE},
            "engine": {"tracks": 12, "voices": 48, "pool_mib": 16, "ceiling_db": 0.0, **engine},
            "session": {"tempo": 120.0, "scenes": 12},
            "library": {"workers": 1, "embedder": "mini", "max_minutes": 1.0},
        },
    )


class Stage:
    """Library, engine memory and session, and what was published."""

    def __init__(self, chosen: config.Config, library: Library, pool: Pool, bus: Bus, memory: Shared) -> None:
        self.config, self.library, self.pool, self.bus, self.shared = chosen, library, pool, bus, memory
        self.events: list[Event] = []
        bus.subscribe(self.events.append)
        self.heard: list[Sound] = []
        self.daemon()

    def daemon(self) -> None:
        """Begin a new daemon's session on the same memory, as after a kill."""
        self.journal = Journal(self.library.root / "journal")
        self.engine = Engine(self.shared.memory, self.journal.pushed, self.shared)
        self.session = Session(self.engine, self.library, self.pool, self.bus, self.config, self.shared, self.journal)
        self.registry = Registry()
        for owner in self.session.owners:
            self.registry.add(owner)

    async def call(self, address: str, *args: Any, **named: Any) -> Any:
        return await self.registry.call(address, *args, **named)

    def render(self, frames: int, block: int = BLOCK) -> Sound:
        """Play on, let the session hear of it, return the master [2, frames]."""
        pieces = []
        while frames > 0:
            count = min(frames, 2_000)
            pieces.append(offline.render(self.shared.memory, count, block)[:2].copy())
            self.hear()
            frames -= count
        self.heard.extend(pieces)
        return np.concatenate(pieces, axis=1)

    def hear(self) -> None:
        for report in self.engine.reports():
            self.session.on_report(report)
        self.session.look(self.engine.snapshot())

    def said(self, kind: type[Event]) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]

    async def stem(
        self,
        samples: Sequence[float] | Sound,
        category: str = "kick",
        *,
        bpm: float | None = 120.0,
        loop: bool = True,
        rate: int = RATE,
        **given: Any,
    ) -> int:
        """Write a mono file into the library and return the stem's id."""
        number = int(time.time_ns())
        path = self.library.root / "processed_database" / "stems" / f"{number}.wav"
        data = np.asarray(samples, np.float32)
        soundfile.write(path, data, rate, "FLOAT")
        seconds = len(data) / rate
        row: dict[str, Any] = {
            "path": str(path.relative_to(self.library.root)).encode(),
            "source": str(path).encode(),
            "title": f"{category} {number}",
            "category": category,
            "tags": json.dumps([category]),
            "bpm": bpm if loop else None,
            "key": None,
            "duration": seconds,
            "rate": rate,
            "channels": 1,
            "frames": len(data),
            "loop": int(loop),
            "bars": round(seconds * bpm / 240, 3) if loop and bpm else None,
            "loudness": -18.0,
            "peak": -6.0,
            "transients": b"",
            "peaks": b"",
            "hash": number.to_bytes(16, "big"),
            "provenance": "original",
            "facts": packing.pack({}),
            "created_at": 0.0,
            "updated_at": 0.0,
        }
        row |= given
        async with self.library.db.transaction() as change:
            stem = await change.add_stem(row)
        vector = np.random.default_rng(stem).normal(size=512).astype(np.float32)
        vector /= np.linalg.norm(vector)
        await self.library.finder.put([Entry(stem, vector, Known(category, row["bpm"], row["key"], loop, seconds))])
        return stem


@asynccontextmanager
async def stage(root: Path, chosen: config.Config | None = None, pool: Pool | None = None) -> AsyncIterator[Stage]:
    """Lend a session; with a pool of their own several have their workers one after the other."""
    chosen = chosen or settings()
    bus = Bus()
    memory = shared.create(chosen)
    try:
        async with Pool(1) if pool is None else nullcontext(pool) as workers:
            library = await Library.open(root, chosen, workers, bus)
            try:
                made = Stage(chosen, library, workers, bus, memory)
                yield made
                await made.session.close()
            finally:
                await library.close()
    finally:
        memory.unlink()
