"""How fast files become stems: named, decoded and embedded, with every fact; eight seconds each. Runs on: bench.

Per core: stems by the seconds of CPU that all processes together spend on them, after warm-up. The first phase is timed
by the clock, with one worker, and so is the first stem of all, for which the worker must load everything.
"""

import asyncio
import os
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

from liveengine.bus import Bus, Event
from liveengine.cli import packs
from liveengine.cli.benches import Task
from liveengine.cli.figure import Figure, Found, Note
from liveengine.events import StemsNamed
from liveengine.jobs.pool import Pool
from liveengine.stems import mini
from liveengine.stems.library import Library

SECONDS = 60
STEMS, STEMS_QUICK = 96, 8
NAMES, NAMES_QUICK = 4_096, 512
WARM = 4


def run(task: Task) -> Iterator[Found]:
    """Yield named files per second, and stems per second per core for decode and embedding, and for everything."""
    with tempfile.TemporaryDirectory(prefix="liveengine-ingest-") as place:
        for step in task.each("ingesting", (_first, _names, _hearing, _facts)):
            yield from step(Path(place), task)


def _first(folder: Path, task: Task) -> Iterator[Found]:
    stem = packs.stems(folder / "first", 1, task.seed)
    yield Figure("ingest.first_stem_s", round(asyncio.run(_begun(folder, stem)), 2), "s", "lower")


def _names(folder: Path, task: Task) -> Iterator[Found]:
    names = NAMES_QUICK if task.quick else NAMES
    packs.hollow(folder / "names", names, task.seed)
    yield Figure("ingest.named_per_s", round(names / asyncio.run(_name(folder, names)), 1), "files/s", "higher")


def _hearing(folder: Path, task: Task) -> Iterator[Found]:
    yield from _heard(packs.stems(folder / "stems", (STEMS_QUICK if task.quick else STEMS) + WARM, task.seed))


def _facts(folder: Path, task: Task) -> Iterator[Found]:
    paths = sorted((folder / "stems").iterdir(), key=lambda path: path.stem[-5:])  # as they were made
    cpu, wall = asyncio.run(_ingest(folder, paths))
    yield Figure("ingest.stems_per_s_per_core", round((len(paths) - WARM) / cpu, 2), "stems/s", "higher")
    yield Figure("ingest.stems_per_s_one_worker", round((len(paths) - WARM) / wall, 2), "stems/s", "higher")


@asynccontextmanager
async def _library(root: Path) -> AsyncIterator[tuple[Library, Pool, list[Event]]]:
    """Open an empty library with one worker."""
    from liveengine import config

    events: list[Event] = []
    bus = Bus()
    bus.subscribe(events.append)
    async with Pool(1) as pool:
        library = await Library.open(root, config.load(overrides={"library": {"workers": 1}}), pool, bus)
        try:
            yield library, pool, events
        finally:
            await library.close()


async def _begun(folder: Path, stem: list[Path]) -> float:
    """Return the seconds from the order to the end of a stem with every fact, in a worker that begins with it."""
    async with _library(folder / "begun") as (library, _, _):
        began = time.perf_counter()
        await library.queue.wait(await library.ingest(stem))
        return time.perf_counter() - began


async def _name(folder: Path, names: int) -> float:
    """Return the seconds from the order to the moment when every file can be found by its name."""
    packs.stems(folder / "warm", 1, seed=1)
    async with _library(folder / "named") as (library, _, events):
        await library.queue.wait(await library.ingest([folder / "warm"]))
        began = time.perf_counter()
        job = await library.ingest([folder / "names"])
        while sum(event.stems for event in events if isinstance(event, StemsNamed)) <= names:  # one was there before
            await asyncio.sleep(0.002)
        took = time.perf_counter() - began
        await library.queue.cancel(job)
        return took


async def _ingest(folder: Path, paths: list[Path]) -> tuple[float, float]:
    """Return the seconds of CPU of all processes, and of the clock, for all but the first WARM stems."""
    async with _library(folder / "library") as (library, pool, _):
        await library.queue.wait(await library.ingest(paths[:WARM]))
        cpu, wall = _cpu(pool), time.perf_counter()
        job = await library.queue.wait(await library.ingest(paths[WARM:]))
        assert job.result["added"] == len(paths) - WARM, job.result
        return _cpu(pool) - cpu, time.perf_counter() - wall


def _cpu(pool: Pool) -> float:
    """Return the CPU seconds that this process and the workers have used."""
    ticks = 0
    for pid in pool.pids()["work"]:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])  # utime, stime
    return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")


def _heard(paths: list[Path]) -> Iterator[Found]:
    """Yield how fast the shipped model hears files: decode, spectra, vector."""
    from liveengine.ml import hear, listen, spectrum
    from liveengine.sound.decode import read

    folder = next(iter(mini.folders(Path())), None)
    if folder is None:
        yield Note("models/traum-mini is not there, so decode + embed is not measured (liveengine train embedder)")
        return
    began = 0.0
    for number, path in enumerate(paths):
        if number == WARM:
            began = time.thread_time()
        audio = read(path)
        hear.ear(str(folder)).hear(spectrum.measure(listen.mono(audio.samples, audio.rate)))
    took = time.thread_time() - began
    yield Figure("ingest.decode_embed_per_s_per_core", round((len(paths) - WARM) / took, 2), "stems/s", "higher")
