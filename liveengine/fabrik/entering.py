"""What the Fabrik has made becomes stems: analysed, stored with its lineage, searchable. Runs on: event loop.

A batch is one transaction: all of it is in the library when `enter` returns, or nothing. What is known of a sound
that was made here counts before what the analysis hears.
"""

import asyncio
import contextlib
import os
import re
import time
import unicodedata
from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from liveengine.errors import BadAudio, NotFound
from liveengine.events import StemAdded
from liveengine.stems import describe, files, searched
from liveengine.stems.connect import Value
from liveengine.stems.embed import Embedder
from liveengine.stems.ingest.stages import Stages
from liveengine.stems.ingest.task import DONE, Claims, Outcome, Task
from liveengine.stems.library import Library
from liveengine.stems.lineage import Known, Lineage
from liveengine.stems.model import display
from liveengine.stems.parts import Parts
from liveengine.stems.placing import Placing
from liveengine.stems.rows import pack
from liveengine.stems.whole import whole

_LONGEST = 60  # signs of a file's name that the title gives
_OWN = 8  # hexadecimal digits that keep two files of one title apart


@dataclass(frozen=True)
class Made:
    """One finished file and what is known of it.

    `path` is a WAV on the library's disk (in `library.staging`, where a kill leaves nothing): it moves to its place, or
    is removed with what cannot enter.
    """

    path: Path
    category: str
    lineage: Lineage
    provenance: Literal["separated", "generated", "proposed"]
    tags: tuple[str, ...] = ()
    bpm: float | None = None
    bars: float | None = None
    key: str | None = None
    title: str = ""
    loop: bool | None = None  # None: a loop if it has bars, else what the analysis hears

    @property
    def known(self) -> Known:
        """Return what counts before the analysis."""
        loop = True if self.loop is None and self.bars is not None else self.loop
        return Known(self.category, self.title, self.tags, loop, self.bpm, self.bars, self.key)


async def enter(library: Library, made: Sequence[Made]) -> list[int]:
    """Take finished files into the library and return their stems, in order; those stand when this returns.

    A file whose bytes a stem has already is that stem, and goes. Raises BadAudio for a sound that cannot be used, such
    as silence, NotFound for a file that is not there, DiskFull; then nothing has entered. However it ends, no file is
    where it was.
    """
    if not made:
        return []
    async with heard(library, made) as batch:
        for fault in filter(None, batch.faults):
            raise fault
        return await batch.store(range(len(made)))


@contextlib.asynccontextmanager
async def heard(library: Library, made: Sequence[Made]) -> AsyncIterator["Batch"]:
    """Give finished files with all that their analysis says; nothing of them is stored yet, and what is not is removed.

    Raises NotFound for a file that is not there.
    """
    batch = Batch(library.parts, made)
    try:
        await batch.analyse()
        yield batch
    finally:
        batch.release()
        await removed(made)


async def removed(made: Iterable[Made]) -> None:
    """Remove those of the files that have not become stems: these lie elsewhere."""
    await whole(asyncio.to_thread(_remove, [one.path for one in made]))


def _remove(paths: Sequence[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)


class Batch:
    """Files on their way: what is heard of each, and what is wrong with it."""

    def __init__(self, parts: Parts, made: Sequence[Made]) -> None:
        self.made = made
        self.tasks: list[Task] = []  # of each file; files with the same bytes share one
        self.faults: list[BadAudio | NotFound | None] = []  # of each file
        self._parts = parts
        self._claims = Claims(parts.claimed)

    def release(self) -> None:
        """Let others work on this content; what is not stored by now is not."""
        self._claims.release_all()

    async def analyse(self) -> None:
        """Take each file through all stages."""
        tasks: dict[bytes, Task] = {}
        self.tasks = [await self._task(one, tasks) for one in self.made]
        # All claims in one order, before the stages: two batches never wait for each other. Position 0 owns them all.
        for task in sorted(tasks.values(), key=lambda task: task.mark):
            await self._claims.take(task.mark, task.position)
        stages = Stages(self._parts, 0, self._claims)
        ends = await asyncio.gather(*(stages.judged(task) for task in tasks.values()), return_exceptions=True)
        for task, end in zip(tasks.values(), ends, strict=True):
            if isinstance(end, BaseException):
                raise end
            task.outcome = end
        self.faults = [_fault(task) for task in self.tasks]

    def stem(self, place: int) -> int | None:
        """Return the stem that a file is; None as long as it is none."""
        outcome = self.tasks[place].outcome
        return None if outcome is None else outcome.stem

    async def store(self, places: Iterable[int]) -> list[int]:
        """Take some of the files, without fault, into the library, all or none, and return the stem of each."""
        chosen = list(places)
        return await whole(self._stored([self.made[at] for at in chosen], [self.tasks[at] for at in chosen]))

    async def _task(self, one: Made, tasks: dict[bytes, Task]) -> Task:
        try:
            digest = await asyncio.to_thread(files.digest, one.path)
            mark = await asyncio.to_thread(files.fingerprint, one.path)
        except FileNotFoundError:
            raise NotFound(f"{display(one.path)} is not there: it cannot become a stem") from None
        if digest not in tasks:
            own = self._parts.root / place(one, digest.hex())
            tasks[digest] = Task(one.path, 0, own=own, known=one.known, mark=mark, digest=digest)
        return tasks[digest]

    async def _stored(self, made: Sequence[Made], tasks: Sequence[Task]) -> list[int]:
        """Store the batch, let the search know and tell of it; return the stem of each."""
        fresh = {id(task): (task, one) for task, one in zip(tasks, made, strict=True) if task.outcome == DONE}
        placing = Placing(self._parts.root, self._parts.staging)
        try:
            wanted = {task.path: task.name for task, _ in fresh.values()}
            await asyncio.to_thread(placing.place, wanted)
            await self._written([*fresh.values()])
        except BaseException:
            await asyncio.to_thread(placing.undo)
            raise
        await asyncio.to_thread(placing.done)
        await self._shown([task for task, _ in fresh.values()])
        return [_stem(task) for task in tasks]

    async def _written(self, fresh: Sequence[tuple[Task, Made]]) -> None:
        """Store rows, lineages and vectors as one change."""
        stems: list[tuple[Task, int]] = []
        parents = {parent for _, one in fresh for parent, _ in one.lineage.parents}
        async with self._parts.db.transaction() as change:
            there = {row["id"] for row in await change.related(parents)}
            for task, one in fresh:
                stem = await change.add_stem(_row(self._parts.root, task, one, there))
                await change.add_lineage(stem, one.lineage, one.known)
                stems.append((task, stem))
            for ear in dict.fromkeys(task.ear for task, _ in stems):
                vectors = {stem: task.vector for task, stem in stems if task.ear is ear}
                packed = {stem: pack(vector) for stem, vector in vectors.items() if vector is not None}
                await change.add_embeddings(ear.model, ear.checksum, packed)
        for task, stem in stems:
            task.outcome = Outcome("done", stem=stem)

    async def _shown(self, tasks: Sequence[Task]) -> None:
        """Let the search know of the stems, and the clients of those that are not mere proposals."""
        ears: dict[Embedder, list[Task]] = {}
        for task in tasks:
            ears.setdefault(task.ear, []).append(task)
        for ear, heard in ears.items():
            vectors = {_stem(task): task.vector for task in heard if task.vector is not None}
            await searched.enter(self._parts, vectors, ear)
        rows = {row["id"]: row for row in await self._parts.db.reading.related(_stem(task) for task in tasks)}
        for stem, row in rows.items():
            if row["provenance"] != "proposed":  # which is none of the library's until it is kept
                self._parts.bus.publish(StemAdded(stem, row["title"], row["category"]))


def place(one: Made, digest: str) -> Path:
    """Return where the file of a stem lies, relative to the data root: generated ones by names for people."""
    name = Path(f"{one.title or one.path.stem}.wav")
    if one.provenance == "separated":
        return files.copy_of(name, one.category, digest)
    plain = unicodedata.normalize("NFKD", name.stem.replace("ß", "ss")).encode("ascii", "ignore").decode()
    words = re.sub(r"[^A-Za-z0-9#.]+", "_", plain).strip("_.")[:_LONGEST] or "stem"
    return Path("generated_stems", one.category, f"{words}-{digest[:_OWN]}.wav")


def _fault(task: Task) -> BadAudio | NotFound | None:
    """Return what is wrong with a file that has gone through the stages."""
    end = task.outcome
    if end is None or end.state in ("done", "duplicate"):
        return None
    if end.state == "vanished":
        return NotFound(f"{display(task.path)} is not there: it cannot become a stem")
    return BadAudio(end.reason or f"{display(task.path)} cannot be used")


def _stem(task: Task) -> int:
    assert task.outcome is not None
    assert task.outcome.stem is not None
    return task.outcome.stem


def _row(root: Path, task: Task, one: Made, there: Collection[int]) -> dict[str, Value]:
    """Return the columns of a stem, whose parent is the first of its lineage that is still there."""
    now = time.time()
    own = os.fsencode(task.name)
    return {
        "path": os.fsencode(task.name.relative_to(root)),
        "source": own,
        **describe.row(task.facts, task.said),
        "mark": task.mark,
        "hash": task.digest,
        "provenance": one.provenance,
        "parent": next((parent for parent, _ in one.lineage.parents if parent in there), None),
        "created_at": now,
        "updated_at": now,
    }
