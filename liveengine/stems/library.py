"""The stem library: files, facts, vectors and the queue, behind one object. Runs on: event loop."""

import asyncio
import logging
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from liveengine.bus import Bus
from liveengine.config import Config
from liveengine.errors import BadArgument, NotFound
from liveengine.events import Changed
from liveengine.lexicon.dictionary import dictionary
from liveengine.stems import bulk, columns, context, ingest, origins, reanalyse, search, searched, select
from liveengine.stems.budget import Budget
from liveengine.stems.categories import resolve
from liveengine.stems.columns import Filter
from liveengine.stems.db import Database
from liveengine.stems.edits import Edits, Then
from liveengine.stems.embed import DIM, Embedder
from liveengine.stems.feedback import SILENCE, Hearing, Kind
from liveengine.stems.finder import Finder
from liveengine.stems.fitting import Playing
from liveengine.stems.handover import Handover
from liveengine.stems.lock import Lock
from liveengine.stems.mixing import Mix
from liveengine.stems.model import Match, Stem, display
from liveengine.stems.narrowing import narrow
from liveengine.stems.opinions import Opinions, Search
from liveengine.stems.parts import Parts
from liveengine.stems.placing import cleaned
from liveengine.stems.profile import Axis, Profiles
from liveengine.stems.queue import Queue
from liveengine.stems.reader import Row
from liveengine.stems.rows import measured, stem_of, there
from liveengine.stems.search import MOST, Answer, checked
from liveengine.stems.vectors import Floats
from liveengine.stems.watch import Watch, ingesting
from liveengine.stems.work import Work

if TYPE_CHECKING:
    from liveengine.jobs.pool import Pool

log = logging.getLogger(__name__)

FOLDERS = (
    "raw_construction_kits",
    "stereo_tracks_for_analysis",
    "processed_database/stems",
    "processed_database/quarantine",
    "generated_tracks",
    "generated_stems",
    "models",
)


class Library:
    """Everything the daemon knows of stems. Made by `Library.open`, ended by `close`."""

    def __init__(self, parts: Parts, chooses: bool) -> None:
        self.root = parts.root
        self.bus = parts.bus
        self.db = parts.db
        self._parts = parts
        self.finder = parts.finder
        self.budget = parts.budget
        self.asking = search.Search(parts)
        self.queue = Queue(parts.db, parts.bus, parts.pool, lambda: parts.budget.jobs)
        self.handover = Handover(parts, self.queue, chooses)
        self.taste = Opinions(parts.db, parts.finder, lambda: self.embedder)
        self.handover.taken = self.taste.renew
        self.asking.order, self.asking.choose = self.taste.order, self.taste.choose
        self.asking.last = lambda: self.taste.last
        self.profiles = Profiles(parts.finder)
        self.edits = Edits(parts.db, lambda name: resolve(name, parts.root))
        self._wanted = parts.wanted
        self.found: Callable[[Sequence[int]], None] = lambda stems: None  # hears of what a client has searched for
        self._exit = AsyncExitStack()

    @classmethod
    async def open(cls, root: Path, config: Config, pool: "Pool", bus: Bus, embedder: Embedder | None = None) -> Self:
        """Open or create the library at `root` and go on with the jobs that were under way.

        `embedder` replaces the one that the settings choose. Raises LibraryLocked naming the process that has it,
        OtherVersion, Damaged, Busy, DiskFull, ModelMissing or, for a mistake in the user's lexicon, BadConfig.
        """
        async with AsyncExitStack() as stack:
            stack.callback(Lock.take(root).release)
            for folder in FOLDERS:
                (root / folder).mkdir(parents=True, exist_ok=True)
            db = await Database.open(root / "processed_database" / "stems.db")
            stack.push_async_callback(db.close)
            words = await asyncio.to_thread(dictionary, root)
            lexicon = await asyncio.to_thread(columns.checksum, root)
            finder = Finder(DIM, words=words)
            stack.push_async_callback(finder.close)
            chosen = embedder if embedder is not None else await asyncio.to_thread(select.embedder, config, pool, root)
            parts = Parts(root, config, bus, pool, db, chosen, finder, Budget(config), words, lexicon)
            await cleaned(parts)
            library = cls(parts, chooses=embedder is None)
            await library.handover.begin()
            stale = await searched.load(parts)
            stack.push_async_callback(searched.save, parts)
            stack.push_async_callback(library.taste.close)
            await library.taste.open()
            stack.push_async_callback(library.queue.close)
            await library._register()
            await library.handover.open()
            stack.push_async_callback(library.handover.close)
            await searched.begin(library.queue, stale)
            library._exit = stack.pop_all()
        return library

    async def _register(self) -> None:
        """Let the queue know how the library's own jobs are done."""
        parts, register = self._parts, self.queue.register
        await register(
            "ingest",
            lambda work: ingest.Ingest(parts, work).run(),
            lambda job: ingest.forget_names(parts, job),
            role="ingest",
        )
        await register(bulk.KIND, lambda work: bulk.run(self, work), role="ingest")
        await register("reanalyse", lambda work: reanalyse.run(parts, work), role="ingest")
        await register(searched.KIND, self._placed, role="admin")

    async def _placed(self, work: Work) -> dict[str, Any]:
        result = await searched.run(self._parts, work)
        self.taste.renew()  # likes on the axes count from here on
        return result

    @property
    def embedder(self) -> Embedder:
        """The model that the library is searched with."""
        return self._parts.embedder

    async def close(self) -> None:
        """Stop the queue (its jobs go on at the next start), close files, give the lock back."""
        await self._exit.aclose()

    # --- stems

    async def get(self, stem: int) -> Stem:
        """Return a stem; raise UnknownStem. One that is known by name only is analysed next."""
        return stem_of(await self._row(stem), self.root)

    async def measured(self, stem: int) -> tuple[Stem, dict[str, Any]]:
        """Return the same and everything measured of it, with sources and confidences; raise UnknownStem."""
        row = await self._row(stem)
        return stem_of(row, self.root), measured(row)

    async def _row(self, stem: int) -> Row:
        row = there(await self.db.reading.stem(stem), stem)
        if row["state"] == "named":
            self._wanted[stem] = None
        return row

    async def stems(
        self,
        category: str | None = None,
        limit: int = 100,
        offset: int = 0,
        tags: Sequence[str] = (),
        favourite: bool = False,
    ) -> list[Stem]:
        """Return stems by id: of one category or all, that carry every tag."""
        wanted = self.category(category)
        rows = await self.db.reading.stems(wanted, tags, min(max(limit, 0), MOST), max(offset, 0), favourite)
        return [stem_of(row, self.root) for row in rows]

    async def children(self, stem: int) -> list[int]:
        """Return the stems that were made from a stem; raise UnknownStem."""
        await self.get(stem)
        return await self.db.reading.children(stem)

    async def profile(self, stem: int) -> dict[str, Axis]:
        """Return a stem's semantic profile, empty for one that is known by name only; see `Profiles.of`."""
        return await self.profiles.of(stem, self.embedder)

    async def counts(self) -> dict[str, int]:
        """Return how many stems each category holds."""
        return await self.db.reading.counts()

    async def edit(
        self, stems: Sequence[int], batch: int | None = None, then: Then | None = None, **wanted: Any
    ) -> None:
        """Store what the user says of stems, all or none; see `Edits.change`. A favourite is told to the taste."""
        await self.edits.change(stems, wanted, batch, then)
        if (value := wanted.get("favourite")) is not None:
            await self._favour(stems, value)
        await self.refresh(stems)

    async def edit_many(self, stems: Sequence[int], wanted: Mapping[str, Any]) -> int:
        """Queue the job that edits very many stems as one batch; return its id."""
        asked = {"stems": list(stems), "wanted": dict(wanted)}
        return (await self.queue.add(bulk.KIND, asked, len(stems), now=True)).job

    async def reset(self, stems: Sequence[int], *fields: str) -> None:
        """Take the user's edits of these fields away: what the analysis says counts again."""
        await self.edits.reset(stems, fields)
        await self.refresh(stems)

    async def undo(self, batch: int, most: int) -> list[int]:
        """Take a batch of edits back, for at most so many stems, and return those."""
        found = await self.edits.undo(batch, most)
        for value in (False, True):
            marked = [stem for stem, old in found.items() if "favourite" in old and (old["favourite"] == "1") is value]
            await self._favour(marked, value)
        await self.refresh(found)
        return list(found)

    async def _favour(self, stems: Sequence[int], value: bool) -> None:
        """Tell the taste and the search of favourites, those that are known by name only, too."""
        await self.taste.liked(stems, value)
        for stem in stems:
            await self.finder.mark(stem, "favourite", value)

    async def undo_many(self, batch: int, stems: int) -> int:
        """Queue the job that takes a batch of very many stems back; return its id."""
        return (await self.queue.add(bulk.KIND, {"undo": batch}, stems, now=True)).job

    async def refresh(self, stems: Iterable[int]) -> None:
        """Let the search know what the database says of these stems."""
        await searched.refresh(self._parts, stems)

    async def reanalyse(self, stems: Sequence[int]) -> int:
        """Queue the job that measures stems anew, all where none is named; return its id. Edits of the user stay."""
        return (await self.queue.add("reanalyse", {"stems": list(stems)}, len(stems), now=bool(stems))).job

    async def favourite(self, stem: int, value: bool | None = None) -> bool:
        """Set or clear the favourite mark, or return it; a change is published, and told to the taste as a like.

        Raises UnknownStem.
        """
        known = await self.get(stem)
        if value is None:
            return known.favourite
        await self.edit([stem], favourite=value)
        self.bus.publish(Changed(f"/stem/{stem}/favourite", value))
        return value

    async def noted(self, what: Sequence[tuple[Kind, int]], hearing: Hearing = SILENCE) -> None:
        """Note what was done with stems, such as ("played", 12), and for how long they were heard; see `Opinions`."""
        await self.taste.noted(what, hearing)
        await self.finder.played([stem for kind, stem in what if kind == "played"])

    async def delete(self, stem: int) -> None:
        """Forget a stem and remove the library's own copy; the file it came from stays. Raises UnknownStem."""
        known = await self.get(stem)
        async with self.db.transaction() as change:
            await change.delete_stem(stem)
        await self.finder.remove(stem)
        self._parts.wanted.pop(stem, None)
        if known.state == "ready":
            known.path.unlink(missing_ok=True)

    # --- search

    async def search(
        self,
        prompt: str,
        top_k: int = 10,
        category: str | None = None,
        min_similarity: float = 0.0,
        *,
        loop: bool | None = None,
        tempo: float | None = None,
        key: str | None = None,
        exclude: Iterable[int] = (),
        personal: bool = True,
    ) -> list[Match]:
        """Return the stems that answer the sentence best: with `personal` in the order of taste and discovery.

        Similarity is 0..1, 0.7 = what a user would call right (see `rank`). `tempo` and `key` keep what fits (see
        `columns.Filter`). Raises BadArgument or OutOfRange.
        """
        wanted = narrow(self.root, category, loop, tempo, key, exclude=exclude)
        mix = Mix(checked(prompt, top_k), personal=personal)
        return (await self.asking.mix(mix, top_k, wanted, min_similarity)).matches

    async def find(
        self, prompt: str, top_k: int, wanted: Filter, min_similarity: float = 0.0, this: int | None = None
    ) -> Answer:
        """Return the same with what was understood and how good it is. Raises BadArgument or OutOfRange.

        `this` is the stem that "like this one" speaks of; without it the one that the user has opened or heard last.
        Raises UnknownStem if the sentence speaks of one that is not there.
        """
        return await self._answer(Mix(checked(prompt, top_k), this=this), top_k, wanted, min_similarity)

    async def mix(self, mix: Mix, top_k: int, wanted: Filter, least: float = 0.0) -> Answer:
        """Return the stems that answer a sentence, examples and sliders together best.

        Raises BadArgument when nothing is asked, UnknownStem, NotFound or BadAudio for an example.
        """
        if mix.empty:
            raise BadArgument("nothing is asked; give a prompt, a stem or a file as an example, or move a slider")
        checked(mix.text or "-", top_k)
        return await self._answer(mix, top_k, wanted, least)

    async def _answer(self, mix: Mix, top_k: int, wanted: Filter, least: float) -> Answer:
        found = await self.asking.mix(mix, top_k, wanted, least)
        return replace(found, matches=await origins.told(self.db.reading, found.matches)) if wanted.proposed else found

    async def fitting(
        self, playing: Playing, prompt: str | None, top_k: int, category: str | None = None
    ) -> list[Match]:
        """Return the stems that fit what plays, and answer the sentence if there is one; see `context.fits`."""
        text = prompt and checked(prompt, top_k)
        wanted = Filter(self.category(category))
        return await context.fits(self.asking, self.finder, playing, text, wanted, top_k)

    @property
    def parts(self) -> Parts:
        """Return what the library's jobs work with."""
        return self._parts

    @property
    def staging(self) -> Path:
        """Return the folder for files that are not the library's yet; emptied at start."""
        return self._parts.staging

    async def path(self, start: int, end: int, steps: int, category: str | None = None) -> list[Match]:
        """Return stems that lead from one to another, each nearer to the end; raise UnknownStem or BadArgument."""
        if start == end:
            raise BadArgument(f"the way from stem {start} to itself has no steps; name two stems")
        return await self.asking.between((start, end), steps, self.category(category))

    async def similar(self, stem: int, top_k: int = 10, category: str | None = None) -> list[Match]:
        """Return the stems that sound most like this one, best first; raise UnknownStem."""
        return await self.asking.similar(stem, top_k, self.category(category))

    def answered(self, address: str, arguments: Mapping[str, Any], matches: Sequence[Match]) -> None:
        """Hear that a client has searched, with what and what it was answered; nothing waits for the disk."""
        stems = [match.stem.id for match in matches]
        given = {name: value for name, value in arguments.items() if value is not None}
        self.taste.answered(Search(address, given, len(stems)), stems)
        self.found(stems)

    async def vector(self, text: str) -> Floats:
        """Return the vector [512] of a sentence in the current model's space, as a search for it has it."""
        asked = checked(text, 1)
        return await self.asking.vector(await self.asking.read(asked))

    def category(self, name: str | None) -> str | None:
        """Return a category's own name for it or one of its aliases; raise BadArgument naming the known ones."""
        return None if name is None else resolve(name, self.root)

    # --- what lives beside the stems

    async def save_session(self, record: Mapping[str, Any]) -> None:
        """Store the session record; on disk when this returns."""
        async with self.db.transaction() as change:
            await change.save_session(record)

    async def load_session(self) -> dict[str, Any] | None:
        """Return the session record, None if there is none; raise Damaged if it is not what was written."""
        return await self.db.reading.session()

    async def add_track(
        self, path: Path, prompt: str, plan: Mapping[str, Any], duration: float, stems: Sequence[tuple[int, str]]
    ) -> int:
        """Record a generated track with its (stem, section) pairs; return its id."""
        inside = path.relative_to(self.root) if path.is_relative_to(self.root) else path
        async with self.db.transaction() as change:
            return await change.add_track(os.fsencode(inside), prompt, plan, duration, stems)

    async def scrub(self) -> dict[str, list[int]]:
        """Return per table the rows that no longer are what was written; empty when all is well."""
        return await self.db.reading.scrub()

    # --- ingest

    async def ingest(self, paths: Sequence[Path | str]) -> int:
        """Queue files and folders and return the job's id; its end is one JobDone or JobFailed.

        Files are waited for; a folder, which may hold very many, lets what is waited for go first.
        Raises NotFound for a path that is not there.
        """
        absolute = [Path(path).absolute() for path in paths]
        if missing := [path for path in absolute if not os.path.lexists(path)]:
            raise NotFound(f"no such file or folder: {display(missing[0])}")
        few = not any(map(os.path.isdir, absolute))
        accepted = await self.queue.add("ingest", {"paths": [str(path) for path in absolute]}, now=few)
        return accepted.job

    def watch(self) -> Watch:
        """Return what takes in the new files of the watched folders while it runs."""
        chosen = self._parts.config.ingest
        folders = [self.root / folder for folder in chosen.watch]
        take = ingesting(self.db, self.queue)
        return Watch(self.db, folders, self.root / "processed_database", chosen.watch_s, take)

    async def faults(self, job: int, limit: int) -> list[Row]:
        """Return the files of a job that could not be used: path, state, reason; raise UnknownJob."""
        await self.queue.get(job)
        return await self.db.reading.job_faults(job, limit)
