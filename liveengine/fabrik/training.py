"""Models of categories, learnt from the library's stems: asked for, queued, listed. Runs on: event loop.

A worker does the learning, the daemon only names the stems. A model appears whole and takes the place of an older one
in one step; what is under way is kept beside it, and goes on after a kill: with the stems that it began with, whatever
has come since.
"""

import asyncio
import json
import random
import shutil
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from liveengine.caller import Role
from liveengine.command import Accepted, command
from liveengine.enough import LEAST, enough
from liveengine.errors import LiveEngineError, TooFew
from liveengine.jobs.lane import Steps
from liveengine.stems.commands import Category
from liveengine.stems.library import Library
from liveengine.stems.model import Stem
from liveengine.stems.rows import stem_of
from liveengine.stems.work import Work

KIND = "train"
FOLDER = Path("models", "vae")  # of the library
CARD = "card.json"  # of a model
HIDDEN = ".{}.{}.training"  # category and job: what is under way
MOST = 400  # stems: more take longer than they are worth
ROOMLESS = ("disk_full", "model_missing")  # what is wrong with the machine, not with a category

Seed = Annotated[int, Field(ge=0, le=2**31 - 1, description="the same seed and stems, the same model")]
Epochs = Annotated[int, Field(ge=1, le=1_000, description="at most so many passes over the stems")]
Most = Annotated[int, Field(ge=LEAST, le=5_000, description="at most so many stems, drawn by lot")]
Generated = Annotated[bool, Field(description="true: learn from stems that were generated, too")]


class Training:
    """Has categories learnt."""

    ROLE: Role = "ingest"

    def __init__(self, library: Library, terms: Mapping[str, Any] | None = None) -> None:
        """`terms` are how it is taught, where that is not as ever: fields of ml/vae/teach.Terms."""
        self._library = library
        self._terms = dict(terms or {})

    async def register(self) -> None:
        """Let the library's queue know how to train; take away what a kill has left of jobs that are over."""
        reading = self._library.db.reading
        jobs = [*await reading.open_jobs(), *await reading.jobs(1_000, "set_aside", None)]
        await asyncio.to_thread(_cleaned, self._library.root / FOLDER, {job.id for job in jobs})
        await self._library.queue.register(KIND, self._run, lambda job: tidied(self._library, job), role=self.ROLE)

    @command("/train")
    async def train(
        self,
        category: Category,
        seed: Seed = 0,
        epochs: Epochs | None = None,
        most: Most = MOST,
        generated: Generated = False,
    ) -> Accepted:
        """Learn the character of a category from its stems; the music goes on. At least 8 stems are needed."""
        name = self._library.category(category)
        assert name is not None
        stems = await chosen(self._library, name, most=most, generated=generated)
        enough(name, len(stems))
        return await self._add([name], seed, epochs, most, generated)

    @command("/train/all")
    async def train_all(
        self, seed: Seed = 0, epochs: Epochs | None = None, most: Most = MOST, generated: Generated = False
    ) -> Accepted:
        """Learn the character of every category that has enough stems, one after the other."""
        counts = await self._library.counts()
        names = sorted(name for name, count in counts.items() if count >= LEAST)
        if not names:
            told = ", ".join(f"{name} {count}" for name, count in sorted(counts.items())) or "none"
            raise TooFew(f"no category has the {LEAST} stems that are needed to learn from (there are: {told})")
        return await self._add(names, seed, epochs, most, generated)

    async def _add(
        self, categories: Sequence[str], seed: int, epochs: int | None, most: int, generated: bool
    ) -> Accepted:
        payload = {"categories": categories, "seed": seed, "epochs": epochs, "most": most, "generated": generated}
        return await self._library.queue.add(KIND, payload)

    async def _run(self, work: Work) -> dict[str, Any]:
        """Return the cards by category; a category that cannot be learnt is told of, unless it is the only one."""
        names = work.job.payload["categories"]
        place: dict[str, Any] = work.job.place or {"models": {}}
        failed: dict[str, str] = {}  # of this try: another one may find them better
        for number, name in enumerate(names):
            if name in place["models"]:
                continue  # learnt before the daemon was started anew
            try:
                place["models"][name] = await self._learn(work, place, name, (number, len(names)))
            except LiveEngineError as error:
                if len(names) == 1 or error.code in ROOMLESS:
                    raise
                work.note(str(error), "warning")
                failed[name] = str(error)
            await work.stored(place)
        return {"models": place["models"], "failed": failed}

    async def _learn(self, work: Work, place: dict[str, Any], name: str, part: tuple[int, int]) -> dict[str, Any]:
        """Return the card of a category's model; `part` is (its number, of how many)."""
        number, count = part
        asked = work.job.payload

        def report(done: int, total: int, text: str) -> None:
            work.report(number * total + done, count * total, f"{name}: {text}")

        terms = self._terms | ({} if asked["epochs"] is None else {"epochs": asked["epochs"]})
        lesson = Teaching(name, asked["seed"], most=asked["most"], generated=asked["generated"], terms=terms)
        return await taught(self._library, work, place, lesson, report)


@dataclass(frozen=True, slots=True)
class Teaching:
    """What is asked of the teaching of a category.

    `weights` say how often a stem is learnt from, others once in each epoch: 0 leaves one out, and a generated stem
    takes part only if it is named, or with `generated`. `terms`: see `Training`.
    """

    category: str
    seed: int = 0
    weights: Mapping[int, float] = field(default_factory=dict)
    most: int = MOST
    generated: bool = False
    terms: Mapping[str, Any] = field(default_factory=dict)


async def taught(library: Library, work: Work, place: dict[str, Any], asked: Teaching, report: Steps) -> dict[str, Any]:
    """Teach a category as a part of a job, and return the card of its model.

    `place` is what the job stores; while this goes on it names the stems, and it is stored with every epoch that is
    kept. What the same job has taught before a kill is not taught again. Raises TooFew, and what the worker does.
    """
    target = library.root / FOLDER / asked.category
    mark = f"job {work.job.id} of {work.job.created_at!r}"
    if (card := await asyncio.to_thread(_card, target)).get("asked") == mark:
        return card
    kept = target.with_name(HIDDEN.format(asked.category, work.job.id))
    try:
        stems = await _pupils(library, work, place, asked)
        enough(asked.category, len(stems))
        order = {
            "asked": mark,
            "category": asked.category,
            "target": str(target),
            "kept": str(kept),
            "stems": [told(stem, asked.weights.get(stem.id, 1.0)) for stem in stems],
            "seed": asked.seed,
            "terms": dict(asked.terms),
        }
        async with work.keeping(lambda: _changed(kept), lambda _: place):
            card = await work.do(KIND, order, report)
    except BaseException as error:
        await asyncio.to_thread(mended, target)
        if isinstance(error, LiveEngineError) and error.code not in ROOMLESS:
            place.pop("teaching", None)
            await asyncio.to_thread(shutil.rmtree, kept, True)
            await work.stored(place)  # it begins anew, with the stems that there are then
        raise
    place.pop("teaching", None)
    return card


async def _pupils(library: Library, work: Work, place: dict[str, Any], asked: Teaching) -> list[Stem]:
    """Return the stems that are learnt from: those that it began with."""
    under_way = place.get("teaching") or {}
    if under_way.get("category") != asked.category:
        ids = await chosen(library, asked.category, most=asked.most, generated=asked.generated, weights=asked.weights)
        under_way = place["teaching"] = {"category": asked.category, "stems": ids}
        await work.stored(place)
    return await stems_of(library, under_way["stems"])


async def stems_of(library: Library, ids: Sequence[int]) -> list[Stem]:
    """Return the stems with these ids that are there, by id; a thread puts them together."""
    rows = await library.db.reading.stems_among(ids)
    stems = await asyncio.to_thread(lambda: [stem_of(row, library.root) for row in rows])
    return sorted(stems, key=lambda one: one.id)


async def chosen(
    library: Library,
    category: str,
    *,
    most: int = MOST,
    generated: bool = False,
    weights: Mapping[int, float] | None = None,
) -> list[int]:
    """Return the stems of a category that are learnt from, by id, at most so many, drawn always alike.

    What the Fabrik has generated is left out, unless `generated`, or it has a weight; a weight of 0 leaves a stem out,
    and another one has it drawn before all without.
    """
    given = weights or {}
    found = [
        stem
        for stem, made in await library.db.reading.analysed(category)
        if given.get(stem, 0.0 if made and not generated else 1.0) > 0.0
    ]
    if len(found) > most:
        named = [stem for stem in found if stem in given][:most]
        rest = [stem for stem in found if stem not in given]
        found = named + random.Random(category).sample(rest, most - len(named))
    return sorted(found)


async def tidied(library: Library, job: int) -> None:
    """Take away what a job that is cancelled was teaching: asked for again, it begins anew."""
    found = await library.queue.get(job)
    models, names = library.root / FOLDER, HIDDEN.format("*", job)
    for left in await asyncio.to_thread(lambda: list(models.glob(names))):
        await asyncio.to_thread(shutil.rmtree, left, True)
    if found.place and found.place.pop("teaching", None):
        async with library.db.transaction() as change:
            await change.place_job(job, found.place)


def mended(target: Path) -> None:
    """Bring a model back that a kill took in the midst of an exchange; see ml/vae/place.py."""
    old = target.with_name(f".{target.name}.old")
    if target.exists():
        shutil.rmtree(old, ignore_errors=True)
    elif old.exists():
        old.rename(target)


def _cleaned(models: Path, going_on: Collection[int]) -> None:
    """Bring models back, and take away what was under way but for these jobs."""
    for left in models.glob(".*.old"):
        mended(models / left.name[1:-4])
    keep = {str(job) for job in going_on}
    for left in (*models.glob(".*.new"), *models.glob(HIDDEN.format("*", "*"))):
        if left.suffix == ".new" or left.name.split(".")[-2] not in keep:
            shutil.rmtree(left, ignore_errors=True)


def _card(model: Path) -> dict[str, Any]:
    """Return what a model says of itself, but for what it has learnt of which stems; nothing where there is none."""
    try:
        card: dict[str, Any] = json.loads((model / CARD).read_bytes())
    except (OSError, ValueError):
        return {}
    return {name: value for name, value in card.items() if name not in ("learnt", "titles")}


def _changed(kept: Path) -> int:
    """Return when something was last kept of a training, in nanoseconds; 0 for never."""
    try:
        return (kept / "epoch.safetensors").stat().st_mtime_ns
    except OSError:
        return 0


def told(stem: Stem, often: float = 1.0) -> dict[str, Any]:
    """Return what the worker needs of a stem; `source` is what near relatives share."""
    source = f"stem {stem.parent}" if stem.parent is not None else stem.pack or str(stem.source.parent)
    return {
        "stem": stem.id, "path": str(stem.path), "beats": beats(stem), "source": source, "often": often,
        "title": stem.title,
    }  # fmt: skip


def beats(stem: Stem) -> float | None:
    """Return how many beats a stem goes round in; None for one that is played once, or whose tempo nobody knows."""
    if not stem.loop:
        return None
    if stem.bars:
        return float(max(1, round(stem.bars * 4.0)))
    return float(max(1, round(stem.duration * stem.bpm / 60.0))) if stem.bpm else None
