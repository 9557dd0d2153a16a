"""A library for as long as a bench lasts: labelled sounds go in as any file does, and are asked for. Runs on: bench.

Unless names are given, each sound is written anew under a name that says nothing, without chunks or tags, in an order
that has nothing to do with its name: what is measured is what is heard.
"""

import asyncio
import random
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import numpy as np
import soundfile

from liveengine import config
from liveengine.errors import JobFailure, NotFound
from liveengine.ml.labels import Labels
from liveengine.ml.relevance import Answers, Floats, from_vectors
from liveengine.sound.decode import read

if TYPE_CHECKING:
    from liveengine.stems.library import Library
    from liveengine.stems.model import Job, Match, Stem

_LETTERS = "vwyz"  # of names that say nothing: no word, no key and no tempo is spelt with these
_POLL_S = 0.05
MOST = 1000  # sounds that are taken of an answer


@dataclass(frozen=True)
class Shelf:
    """The library and which stem is which sound."""

    library: "Library"
    stems: dict[int, str]
    seconds: float  # that the ingest took, warm-up included
    first_s: float  # from opening an empty library to the first sentence's vector: what the model needs to start

    async def answers(self, labels: Labels) -> Answers:
        """Return what the library's own search answers, as a user gets it."""
        found = await self.found(labels)
        most = 10 + min(len(self.stems), MOST) // 5
        alike = {name: self._names(await self.library.similar(stem, top_k=most)) for stem, name in self.stems.items()}
        stems = {name: await self.library.get(stem) for stem, name in self.stems.items()}
        return Answers(found, alike, {name: stem.category for name, stem in stems.items()})

    async def found(self, labels: Labels) -> dict[str, list[str]]:
        """Return the sounds that the library's own search finds for each sentence, best first."""
        most = min(len(self.stems), MOST)
        return {text: self._names(await self.library.search(text, top_k=most)) for text in labels.sentences()}

    async def embed_s(self, most: int) -> float:
        """Return the seconds that the model takes for the vector of a file, the median of a few, one after another."""
        from liveengine.stems.embed import Sound

        times = []
        for number in list(self.stems)[:most]:
            stem = await self.library.get(number)
            began = time.perf_counter()
            await self.library.embedder.audio(Sound(stem.path))
            times.append(time.perf_counter() - began)
        return median(times)

    async def preprocess_s(self, most: int) -> float:
        """Return the seconds from handing in a file alone to its being found, the median of a few."""
        times = []
        for number in list(self.stems)[:most]:
            audio = read((await self.library.get(number)).path)
            with tempfile.TemporaryDirectory() as folder:
                soundfile.write(Path(folder) / "xvw.wav", 0.5 * audio.samples.T, audio.rate, subtype="PCM_24")
                began = time.perf_counter()
                await _ingest(self.library, Path(folder))
                times.append(time.perf_counter() - began)
        return median(times)

    async def measured(self, labels: Labels) -> Answers:
        """Return what the search answers by measurements alone, without what the model hears."""
        asking = self.library.asking
        usual = asking.by
        asking.by = replace(usual, weights={**usual.weights, "cosine": 0.0})
        try:
            return await self.answers(labels)
        finally:
            asking.by = usual

    def _names(self, matches: "list[Match]") -> list[str]:
        """Return the sounds in order, those that are folded behind the one that stands for them."""
        return [self.stems[stem] for match in matches for stem in (match.stem.id, *match.alike)]

    async def embedding(self, labels: Labels) -> Answers:
        """Return what the model's vectors alone answer, by the cosine."""
        texts: dict[str, Floats] = {}
        nouns = [text for spoken in labels.nouns.values() for text in spoken.values()]
        for text in (*labels.sentences(), *nouns):
            texts[text] = await self.library.vector(text)
        by_name = {name: stem for stem, name in self.stems.items()}
        rows = []
        for name in labels.sounds:
            vector = await self.library.finder.vector(by_name[name])
            assert vector is not None
            rows.append(vector)
        return from_vectors(labels, lambda asked: np.stack([texts[text] for text in asked]), np.stack(rows))


@asynccontextmanager
async def fill(
    labels: Labels, folder: Path, *, named: bool = False, whole: bool = True, words: Path | None = None
) -> AsyncIterator[Shelf]:
    """Lend a library with the sounds of a set, all of them if it must be `whole`.

    words: a library whose own lexicon this one has, too.

    Raises NotFound when the folder lacks some, JobFailure when one is not taken: it is silent, or twice there.
    """
    from liveengine.stems import replica as replicas

    check(labels, folder)
    async with AsyncExitStack() as stack:
        root = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        written = await asyncio.to_thread(_write, labels, folder, root / "in", named)
        if words is not None:
            replicas.words(words, root / "library")
        began = time.perf_counter()
        library = await stack.enter_async_context(opened(root / "library"))
        await library.vector("dark techno kick")
        first = time.perf_counter() - began
        state = await _ingest(library, root / "in")
        seconds = time.perf_counter() - began - first
        stems = {stem.id: written[stem.source.name] for stem in await _stems(library) if stem.source.name in written}
        if whole and (missing := set(written.values()) - set(stems.values())):
            raise JobFailure(
                f"{len(missing)} sounds did not get into the library ({state.state}): {sorted(missing)[0]}"
            )
        yield Shelf(library, stems, seconds, first)


@asynccontextmanager
async def replica(root: Path) -> AsyncIterator["Library"]:
    """Lend a copy of the library at `root`, which is not touched; its audio is not there. Raises NotFound."""
    from liveengine.stems import replica as replicas

    with tempfile.TemporaryDirectory() as folder:
        await replicas.copy(root, Path(folder))
        async with opened(Path(folder)) as library:
            yield library


@asynccontextmanager
async def opened(root: Path) -> AsyncIterator["Library"]:
    """Lend the library at `root`, with workers and without doors."""
    from liveengine.bus import Bus
    from liveengine.jobs.pool import Pool
    from liveengine.stems.library import Library

    settings = config.load(root)
    async with Pool(settings.library.workers) as pool:
        library = await Library.open(root, settings, pool, Bus())
        try:
            yield library
        finally:
            await library.close()


async def _ingest(library: "Library", folder: Path) -> "Job":
    job = await library.ingest([folder])
    while (state := await library.queue.get(job)).state in ("queued", "running"):
        await asyncio.sleep(_POLL_S)
    return state


def check(labels: Labels, folder: Path) -> None:
    """Raise NotFound with a remedy when the folder or some of its files are not there."""
    get = f"get them from {labels.source} and give their folder with --audio"
    if not folder.is_dir():
        raise NotFound(f"no folder {folder} with the sounds of {labels.name!r}; {get}")
    missing = [name for name in labels.sounds if not labels.file(folder, name).is_file()]
    if missing:
        lack = f"{len(missing)} of the {len(labels.sounds)} sounds of {labels.name!r}, the first {missing[0]!r}"
        raise NotFound(f"{folder} lacks {lack}; {get}")


def _write(labels: Labels, folder: Path, target: Path, named: bool) -> dict[str, str]:
    """Write the sounds below `target`; return file name -> sound."""
    order = list(labels.sounds)
    random.Random(0).shuffle(order)
    written = {}
    for number, name in enumerate(order):
        audio = read(labels.file(folder, name))
        says = name if named else f"x{_spelt(number)}"
        path = target / f"{says}.wav"
        path.parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(path, audio.samples.T, audio.rate, subtype="PCM_24")
        written[path.name] = name
    return written


def _spelt(number: int) -> str:
    return "".join(_LETTERS[number // len(_LETTERS) ** n % len(_LETTERS)] for n in range(6))


async def _stems(library: "Library") -> list["Stem"]:
    found: list[Stem] = []
    while page := await library.stems(limit=1000, offset=len(found)):
        found += page
    return found
