"""Sounds for the library's tests: made by the project's own synthesiser, nothing is downloaded."""

from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from liveengine import config
from liveengine.bus import Bus
from liveengine.jobs.pool import Pool
from liveengine.stems.library import Library
from liveengine.synth.kit import recipes, render

Tone = Callable[..., Path]


def chosen(workers: int) -> config.Config:
    """The shipped settings with so many workers and the model that needs no weights."""
    return config.load(overrides={"library": {"workers": workers, "embedder": "mini"}})


@pytest.fixture
def settings() -> config.Config:
    """The settings with one worker."""
    return chosen(1)


@asynccontextmanager
async def opened(root: Path, settings: config.Config, *sources: Path) -> AsyncIterator[Library]:
    """Open a library with a pool of its own; first it takes in the sources."""
    async with Pool(settings.library.workers) as pool:
        library = await Library.open(root, settings, pool, Bus())
        try:
            if sources:
                await library.queue.wait(await library.ingest(list(sources)))
            yield library
        finally:
            await library.close()


@pytest.fixture
def tone() -> Tone:
    """Write a decaying sine: `tone(path, hertz, seconds)`."""

    def write(path: Path, hertz: float = 110.0, seconds: float = 0.3) -> Path:
        time = np.arange(round(seconds * 22_050)) / 22_050
        samples: NDArray[np.float64] = 0.5 * np.sin(2 * np.pi * hertz * time) * np.exp(-4 * time)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as stream:
            soundfile.write(stream, samples, 22_050, format="WAV")
        return path

    return write


def write_recipes(folder: Path, most: int, categories: Collection[str] = ()) -> list[Path]:
    """Render the first one-shots and the first loops of categories of the starter kit into `folder/<category>/`."""
    paths, counts = [], dict[tuple[str, bool], int]()
    for recipe in recipes(0):
        if categories and recipe.category not in categories:
            continue
        kind = (recipe.category, recipe.one_shot)
        counts[kind] = counts.get(kind, 0) + 1
        if counts[kind] <= most:
            path = folder / recipe.category / f"{recipe.name}.wav"
            path.parent.mkdir(parents=True, exist_ok=True)
            soundfile.write(path, render(recipe), recipe.rate, subtype="PCM_24")
            paths.append(path)
    return paths
