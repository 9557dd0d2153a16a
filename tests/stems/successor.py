"""A model of another name; `python -m tests.stems.successor ROOT SECONDS` hands a library over to it."""

import asyncio
import hashlib
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from liveengine import config
from liveengine.bus import Bus
from liveengine.jobs.pool import Pool
from liveengine.stems.embed import DIM, Reads, Sound
from liveengine.stems.library import Library
from liveengine.stems.vectors import Floats

SETTINGS = config.load(overrides={"library": {"workers": 1, "embedder": "mini"}})


class Successor:
    """An embedder that hears the name of the file and takes `seconds` for each sound, once `go` is set."""

    def __init__(self, seconds: float = 0.0, checksum: str = "1") -> None:
        self.model, self.checksum = "successor", checksum
        self.reads: Reads = "words"
        self.taught = frozenset[str]()
        self.ear: Path | None = None
        self.seconds = seconds
        self.go = asyncio.Event()
        self.go.set()
        self.asked = 0  # sounds
        self.together = 0  # at the same time
        self._now = 0

    async def warm(self) -> None:
        return None

    async def text(self, query: str) -> Floats:
        return vector(query)

    def directions(self, concepts: Sequence[str]) -> Floats:
        return np.zeros((len(concepts), DIM), np.float32)

    async def audio(self, sound: Sound) -> Floats:
        self.asked += 1
        self._now += 1
        self.together = max(self.together, self._now)
        await self.go.wait()
        await asyncio.sleep(self.seconds)
        self._now -= 1
        return vector(sound.path.name)

    async def votes(self, vector: Floats) -> Mapping[str, float] | None:
        return None


def vector(name: str) -> Floats:
    seed = int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest())
    drawn = np.random.default_rng(seed).standard_normal(DIM)
    return np.asarray(drawn / np.linalg.norm(drawn), np.float32)


async def main(root: Path, seconds: float) -> None:
    async with Pool(1) as pool:
        library = await Library.open(root, SETTINGS, pool, Bus(), Successor(seconds))
        for job in await library.queue.all():
            await library.queue.wait(job.id)
        await library.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), float(sys.argv[2])))
