import asyncio
import contextlib
import os
import random
from collections import Counter
from pathlib import Path

from liveengine.bus import Bus, Event
from liveengine.config import Config
from liveengine.events import JobFailed
from liveengine.jobs.pool import Pool
from liveengine.stems.library import Library
from tests.stems import hostile

COUNT = 2_000
RESTLESS = 20  # files that change or vanish while they are taken in


async def unrest(folder: Path, rng: random.Random) -> None:
    """Let files grow, shrink, vanish and come back until cancelled."""
    whole = hostile.sound(rng, 4_000)
    while True:
        path = folder / f"restless {rng.randrange(RESTLESS)}.wav"
        with contextlib.suppress(FileNotFoundError):
            match rng.randrange(4):
                case 0:
                    path.unlink()
                case 1:
                    os.truncate(path, rng.randrange(len(whole)))
                case 2:
                    path.write_bytes(whole[: rng.randrange(len(whole))])
                case _:
                    path.write_bytes(hostile.sound(rng))
        await asyncio.sleep(0.001)


async def test_2000_hostile_files_end_each_with_a_reason_and_none_ends_the_scan(
    tmp_path: Path, settings: Config
) -> None:
    kit = tmp_path / "library" / "raw_construction_kits"  # the job keeps the paths of a folder that nobody watches yet
    ends = hostile.write(kit, COUNT, seed=4)
    rng = random.Random(0)
    for number in range(RESTLESS):
        (kit / f"restless {number}.wav").write_bytes(hostile.sound(rng))
    events: list[Event] = []
    bus = Bus()
    bus.subscribe(events.append)
    async with Pool(2) as pool:
        library = await Library.open(tmp_path / "library", settings, pool, bus)
        changing = asyncio.create_task(unrest(kit, rng))
        job = await library.queue.wait(await library.ingest([kit]))
        changing.cancel()
        rows = await library.db.reading._all("SELECT * FROM job_files")
        stems = await library.stems(limit=1000)
        aside = await library.db.reading.quarantine(10_000, 0)
        assert await library.scrub() == {}
        await library.close()
    assert (job.state, job.total) == ("done", len(rows))
    assert not [event for event in events if isinstance(event, JobFailed)]
    ended = {os.fsdecode(row["path"]): row for row in rows}
    assert {path: ended[path]["state"] for path, may in ends.items() if ended[path]["state"] not in may} == {}
    assert len(ended) - len(ends) <= RESTLESS
    assert [path for path, row in ended.items() if row["state"] != "done" and not row["reason"]] == []
    assert all(row["reason"].isprintable() for row in rows if row["reason"])
    tally = Counter(row["state"] for row in rows)
    assert tally["done"] == len(stems) == len({stem.hash for stem in stems}) > 400
    assert all(stem.state == "ready" and stem.path.is_file() for stem in stems)
    assert len(list((tmp_path / "library" / "processed_database" / "stems").rglob("*.wav"))) == len(stems)
    assert list((tmp_path / "library" / "processed_database" / "staging").iterdir()) == []
    assert len(aside) > 500
