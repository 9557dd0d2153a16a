"""Searches in a library of many stems, from the sentence to the answer. Runs on: bench.

The stems are copies of a part of the starter kit, ingested as any file is (see `liveengine/stems/stock.py`).
"""

import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import soundfile

from liveengine.cli import shelf
from liveengine.cli.figure import Figure
from liveengine.ml.labels import Labels, parse, read

if TYPE_CHECKING:
    from liveengine.stems.library import Library

SEARCHES = 200
FILTER = "percussion"
PEAKS = 1024  # bytes of the waveform that each stem shows


async def measure(sizes: Mapping[str, int], seed: int, each: int) -> AsyncIterator[Figure]:
    """Copy `each` sounds of each category; yield by size what a search takes, and what start and database take."""
    from liveengine.stems import replica, stock

    with tempfile.TemporaryDirectory() as folder:
        kit, root = Path(folder) / "kit", Path(folder) / "stock"
        async with shelf.fill(_render(kit, each), kit) as shelved:
            await replica.copy(shelved.library.root, root)
        for name, count in sizes.items():
            async with shelf.opened(root) as library:
                await stock.fill(library, count, seed)
            began = time.perf_counter()
            async with shelf.opened(root) as library:
                yield Figure(f"search.start_s.{name}", round(time.perf_counter() - began, 3), "s", "lower")
                for what, value in (await _times(library)).items():
                    yield Figure(f"search.{what}.{name}", round(value, 3), "ms", "lower")
            size = (root / replica.DATABASE).stat().st_size / count - PEAKS
            yield Figure(f"search.database_mb_per_1000.{name}", round(size / 1e3, 3), "MB without waveforms", "lower")


async def _times(library: "Library") -> dict[str, float]:
    """Return milliseconds from a sentence to its answer, with and without a filter."""
    sentences = read().sentences()
    await library.finder.ready()
    found: dict[str, float] = {}
    for name, category in (("", None), ("filtered_", FILTER)):
        times = []
        for sentence in [*sentences[:5], *(sentences * SEARCHES)[:SEARCHES]]:  # the first ones load what is used
            began = time.perf_counter()
            await library.search(sentence, category=category)
            times.append(1e3 * (time.perf_counter() - began))
        found |= {f"{name}p{share}_ms": float(np.percentile(times[5:], share)) for share in (50, 99)}
    return found


def _render(folder: Path, each: int) -> Labels:
    """Write a few sounds of each category; return them as a set about which nothing is asked."""
    from liveengine.synth.kit import recipes, render

    counts: dict[str, int] = {}
    folder.mkdir()
    for recipe in recipes(0):
        counts[recipe.category] = counts.get(recipe.category, 0) + 1
        if counts[recipe.category] <= each:
            soundfile.write(folder / f"{recipe.name}.wav", render(recipe), recipe.rate)
    sounds = {path.stem: "kit kit" for path in folder.iterdir()}
    table = {"about": "the starter kit", "source": "liveengine demo", "suffix": ".wav", "sounds": sounds}
    return parse("kit", table, {"nouns": {}, "modifiers": {}})
