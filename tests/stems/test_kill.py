"""A daemon that is killed with -9 again and again while it ingests ends with what one run would have made."""

import asyncio
import os
import random
import signal
import sys
from collections import Counter
from pathlib import Path

import numpy as np

from liveengine.bus import Bus
from liveengine.config import Config
from liveengine.jobs.pool import Pool
from liveengine.stems.library import Library
from tests.stems import hostile
from tests.stems.conftest import Tone

CHILD = """
import asyncio, sys
from pathlib import Path
from liveengine import config
from liveengine.bus import Bus
from liveengine.events import JobProgressed
from liveengine.jobs.pool import Pool
from liveengine.stems.library import Library

async def main():
    settings = config.load(overrides={"library": {"workers": 1, "embedder": "mini"}})
    bus = Bus()
    bus.subscribe(lambda event: isinstance(event, JobProgressed) or print(event.message()[0], flush=True))
    async with Pool(1) as pool:
        library = await Library.open(Path(sys.argv[1]), settings, pool, bus)
        if not await library.queue.all():
            await library.ingest([sys.argv[2]])
        await library.queue.wait(1)

asyncio.run(main())
"""
GOOD, BAD, TWINS = 40, 12, 6
KILLS = (("/stems/named", 0.0), ("/stem/added", 0.0), ("/stem/quarantined", 0.05))  # after what


async def killed(root: Path, kit: Path, after: str, seconds: float) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", CHILD, str(root), str(kit), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    async with asyncio.timeout(60):
        while (line := await process.stdout.readline()).strip() != after.encode():
            assert line, f"it ended before {after}"
    await asyncio.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    await process.wait()


def filled(kit: Path, tone: Tone) -> None:
    rng = random.Random(1)
    for number in range(GOOD):
        tone(kit / f"{number % 7}" / f"kick {number}.wav", 50 + 3 * number)
        if number < TWINS:
            (kit / f"{number % 7}" / f"twin {number}.wav").write_bytes(
                (kit / f"{number}" / f"kick {number}.wav").read_bytes()
            )
        if number < BAD:
            (kit / f"{number % 7}" / f"page {number}.wav").write_bytes(b"<!doctype html>" + rng.randbytes(20))
    (kit / "silent.wav").write_bytes(hostile.wav(np.zeros(4_000)))


async def test_killed_at_every_stage_it_goes_on_and_does_nothing_twice(
    tmp_path: Path, settings: Config, tone: Tone
) -> None:
    root, kit = tmp_path / "library", tmp_path / "kit"
    filled(kit, tone)
    for after, seconds in KILLS:
        await killed(root, kit, after, seconds)
    async with Pool(1) as pool:
        library = await Library.open(root, settings, pool, Bus())
        job = await library.queue.wait(1)
        stems = await library.stems(limit=1000)
        rows = await library.db.reading._all("SELECT * FROM job_files")
        aside = await library.db.reading.quarantine(1000, 0)
        vectors = await library.db.reading._all("SELECT * FROM embeddings")
        assert await library.scrub() == {}
        assert len(library.finder) == GOOD
        await library.close()
    assert (job.state, job.attempts) == ("done", 1)  # each time it had got somewhere
    assert Counter(row["state"] for row in rows) == {"done": GOOD, "duplicate": TWINS, "quarantined": BAD + 1}
    assert all(row["attempts"] == 1 for row in rows)  # nothing that had an end was done again
    assert len(stems) == len({stem.hash for stem in stems}) == len(vectors) == GOOD
    assert {stem.state for stem in stems} == {"ready"}
    assert len(aside) == len({row["hash"] for row in aside}) == BAD + 1
    copies = {path for path in (root / "processed_database" / "stems").rglob("*") if path.is_file()}
    assert copies == {stem.path for stem in stems}
    assert os.listdir(root / "processed_database" / "staging") == []  # noqa: PTH208
