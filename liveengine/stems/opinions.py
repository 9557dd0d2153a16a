"""What users think of stems: said, shown, and what is learnt from it. Runs on: event loop.

An opinion is on disk when it is said; what is learnt is renewed beside, a moment later, from all opinions. One user is
current; their opinions order the matches.
"""

import asyncio
import json
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from liveengine.stems import discovery, feedback, taste
from liveengine.stems.db import Database, Transaction
from liveengine.stems.feedback import KINDS, SILENCE, Hearing, Kind
from liveengine.stems.finder import Finder
from liveengine.stems.five import COLUMNS
from liveengine.stems.rows import there
from liveengine.stems.taste import Centre, Opinion, Taste
from liveengine.stems.vectors import Floats, Mask, unpack
from liveengine.stems.wishes import Shortlist

log = logging.getLogger(__name__)

MOST = 400  # stems that are learnt from, those with the newest opinions
SAMPLE = 256  # stems of a category that give its centre
USER = "default"
DISCOVERY = 0.4  # share of the matches that was never heard before
SEARCHES = 1_000  # that are remembered
UNTIL = "plays.until"  # setting: up to where what was heard is stored
WRITE_S = 5.0  # what searches found is written this long after them at the latest


class Model(Protocol):
    """Which model's vectors are learnt from."""

    @property
    def model(self) -> str:
        """Its name."""

    @property
    def checksum(self) -> str:
        """Of its weights."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A stem with what the current user has said and shown of it."""

    stem: int
    category: str
    title: str
    value: float  # -1..1, see `feedback.value`
    counts: Mapping[Kind, int]
    seconds: float  # heard


@dataclass(frozen=True, slots=True)
class Search:
    """A search as it was asked."""

    address: str
    arguments: Mapping[str, Any]
    matches: int


class Opinions:
    """The current user's opinions and taste, what was heard, and what searches have found."""

    def __init__(self, db: Database, finder: Finder, model: Callable[[], Model]) -> None:
        """`model` names the model whose vectors the finder holds."""
        self.current = Taste()
        self.user = USER
        self.strength = 1.0  # 0 = the taste is left out of the order
        self.discovery = DISCOVERY
        self.wanted: Callable[[Sequence[int]], None] = lambda stems: None  # hears of what was liked or kept
        self._last: dict[str, int] = {}  # user -> the stem that was opened or heard last
        self._db = db
        self._model = model
        self._finder = finder
        self._heard: set[int] = set()
        self._found: Counter[int] = Counter()
        self._searches: list[tuple[str, str, str, int, float]] = []
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._stale = False

    async def open(self) -> None:
        """Take what is stored."""
        self.user = await self._db.reading.setting("taste.user") or USER
        self.strength = _share(await self._db.reading.setting("taste.strength"), 1.0)
        self.discovery = _share(await self._db.reading.setting("taste.discovery"), DISCOVERY)
        self._heard = set(await self._db.reading.heard())
        await self.learn()

    async def close(self) -> None:
        """Write what waits."""
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        await self.flush()

    # --- opinions

    async def said(self, stem: int, kind: Kind, value: bool | None) -> bool:
        """Set, take back or return what was said of a stem: `like` and `reject` exclude each other.

        Raises UnknownStem.
        """
        there(await self._db.reading.stem(stem), stem)
        if value is None:
            return await self._db.reading.opinion(self.user, stem, kind) > 0
        async with self._db.transaction() as change:
            await self._say(change, stem, kind, value)
        if value and kind == "like":
            self.wanted([stem])
        self.renew()
        return value

    async def liked(self, stems: Sequence[int], value: bool) -> None:
        """Hear that stems became favourites, or are none any more: a like, or none."""
        if not stems:
            return
        async with self._db.transaction() as change:
            for stem in stems:
                await self._say(change, stem, "like", value)
        if value:
            self.wanted(stems)
        self.renew()

    async def _say(self, change: Transaction, stem: int, kind: Kind, value: bool) -> None:
        for one in ("like", "reject") if value else (kind,):
            await change.unnote(self.user, stem, one)
        if value:
            await change.note(self.user, stem, kind)

    async def reset(self, stem: int | None = None) -> int:
        """Forget the current user's opinions, all or those of one stem; return how many there were."""
        async with self._db.transaction() as change:
            forgotten = await change.unnote(self.user, stem)
        await self.learn()
        return forgotten

    async def switch(self, user: str) -> None:
        """Make another user the current one; a new name begins without opinions."""
        await self._set("taste.user", user)
        self.user = user
        await self.learn()

    async def set_strength(self, value: float) -> None:
        """Set how much the taste moves matches, 0..1."""
        await self._set("taste.strength", value)
        self.strength = value

    async def set_discovery(self, value: float) -> None:
        """Set which share of the matches was never heard before, 0..1."""
        await self._set("taste.discovery", value)
        self.discovery = value

    # --- what is learnt

    def renew(self) -> None:
        """Learn anew, beside: when it is under way already, once more after that."""
        self._stale = True
        self._start("learn", self._renew)

    async def settled(self) -> None:
        """Wait until what was said so far is learnt."""
        if (task := self._tasks.get("learn")) is not None:
            await task

    async def _renew(self) -> None:
        while self._stale:
            self._stale = False
            await self.learn()

    async def learn(self) -> None:
        """Learn from all opinions that there are; the taste is replaced when it is ready."""
        told = await self._told()
        centres = {name: await self._centre(name) for name in {opinion.category for opinion in told}}
        known = {name: middle for name, middle in centres.items() if middle is not None}
        self.current = await asyncio.to_thread(taste.learnt, told, known)

    async def ranked(self, category: str | None = None, most: int | None = None) -> list[Ranked]:
        """Return every stem that the current user has an opinion of, the most wanted first; of one category or all.

        most: only the stems with the newest opinions, those of which something was said before the others.
        """
        counts: dict[int, dict[Kind, int]] = {}
        told: dict[int, tuple[str, str]] = {}
        seconds: dict[int, float] = {}
        for row in await self._db.reading.opinions(self.user, most, category):
            counts.setdefault(row["stem"], {})[row["kind"]] = row["count"]
            told[row["stem"]] = row["category"], row["title"]
            seconds[row["stem"]] = seconds.get(row["stem"], 0.0) + row["seconds"]
        found = [
            Ranked(stem, *told[stem], feedback.value(kinds, seconds[stem]), kinds, seconds[stem])
            for stem, kinds in counts.items()
        ]
        return sorted(found, key=lambda one: (-one.value, one.stem))

    async def counts(self) -> dict[str, int]:
        """Return how many stems the current user has each kind of opinion of."""
        found = await self._db.reading.opinion_counts(self.user)
        return {kind: found.get(kind, 0) for kind in KINDS}

    async def heard_s(self) -> float:
        """Return how many seconds of stems the current user has heard."""
        return await self._db.reading.heard_seconds(self.user)

    async def _told(self) -> list[Opinion]:
        values = {one.stem: one.value for one in await self.ranked(most=MOST) if one.value}
        seen = await self._finder.look(list(values), COLUMNS)
        return [
            Opinion(stem, category, vector, places, values[stem])
            for stem, category, vector, places in zip(
                seen.stems.tolist(), seen.categories, seen.vectors, seen.places, strict=True
            )
            if vector.any()
        ]

    async def _centre(self, category: str) -> Centre | None:
        model = self._model()
        rows = await self._db.reading.some_vectors(model.model, model.checksum, category, SAMPLE)
        return taste.centre(unpack(*(row["vector"] for row in rows))) if rows else None

    # --- what the search asks

    def order(self, found: Shortlist) -> Floats:
        """Return what a shortlist is sorted by, the largest first: its scores, moved by the current user's taste."""
        if not self.strength or not self.current.centres:
            return found.scores
        preference = self.current.preference(found.categories, found.vectors, found.places)
        return taste.reranked(found.scores, preference, self.strength)

    def choose(self, scores: Floats, stems: Sequence[int], most: int) -> Sequence[int]:
        """Return the positions of the stems that are shown: as many never heard before as the dial asks for."""
        positions: list[int] = discovery.pick(scores, self.heard(stems), most, self.discovery).tolist()
        return positions

    # --- what was heard and found

    @property
    def last(self) -> int | None:
        """Return the stem that the current user has opened or heard last, in this run."""
        return self._last.get(self.user)

    def touched(self, stem: int) -> None:
        """Hear that the current user has opened a stem or listens to it."""
        self._last[self.user] = stem

    def heard(self, stems: Iterable[int]) -> Mask:
        """Return for each stem whether it was ever played."""
        return np.array([int(stem) in self._heard for stem in stems], np.bool_)

    async def noted(self, what: Sequence[tuple[Kind, int]], hearing: Hearing = SILENCE) -> None:
        """Store what was done with stems and for how long they were heard, all at once; those that are gone are left
        out. A play alone changes no taste until there is more.
        """
        async with self._db.transaction() as change:
            for kind, stem in what:
                if kind == "played":
                    await change.played(stem)
                await change.note(self.user, stem, kind)
            for stem, seconds in hearing.seconds.items():
                await change.note_heard(self.user, stem, seconds)
            if hearing.until is not None:
                await change.set_setting(UNTIL, hearing.until)
        played = [stem for kind, stem in what if kind == "played"]
        self._heard.update(played)
        for stem in played:
            self.touched(stem)
        if kept := [stem for kind, stem in what if kind == "kept"]:
            self.wanted(kept)
        if {kind for kind, _ in what} - {"played"}:
            self.renew()

    async def until(self) -> Any:
        """Return what the last `Hearing` said of where it ended; None where there was none."""
        return await self._db.reading.setting(UNTIL)

    def answered(self, search: Search, stems: Iterable[int]) -> None:
        """Count what a search has answered with, and remember the search; written a little later.

        Of a sentence that is being typed, searched for again and again, the last form is remembered.
        """
        self._found.update(stems)
        arguments = json.dumps(search.arguments, ensure_ascii=False)
        if self._searches and _grows(self._searches[-1], search):
            self._searches.pop()
        self._searches.append((self.user, search.address, arguments, search.matches, time.time()))
        self._start("write", self._later)

    async def flush(self) -> None:
        """Write what searches have found."""
        found, self._found = self._found, Counter()
        searches, self._searches = self._searches, []
        if found or searches:
            async with self._db.transaction() as change:
                await change.add_found(found)
                await change.add_searches(searches, SEARCHES)

    async def clear_history(self) -> int:
        """Forget the current user's searches, written or not; return how many there were."""
        await self.flush()
        async with self._db.transaction() as change:
            return await change.clear_searches(self.user)

    async def _later(self) -> None:
        while self._found or self._searches:
            await asyncio.sleep(WRITE_S)
            await self.flush()

    def _start(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        task = self._tasks.get(name)
        if task is None or task.done():
            self._tasks[name] = asyncio.create_task(_logged(work, name), name=f"taste: {name}")

    async def _set(self, key: str, value: Any) -> None:
        async with self._db.transaction() as change:
            await change.set_setting(key, value)


def _grows(last: tuple[str, str, str, int, float], search: Search) -> bool:
    """Tell if a search is the last one with more, or less, of its sentence typed."""
    before, now = json.loads(last[2]).get("prompt"), search.arguments.get("prompt")
    if last[1] != search.address or not before or not now or before == now:
        return False
    return bool(now.startswith(before) or before.startswith(now))


async def _logged(work: Callable[[], Awaitable[None]], name: str) -> None:
    try:
        await work()
    except Exception:
        log.exception("the taste could not %s", name)  # a full disk, as a rule; the search goes on without


def _share(stored: Any, otherwise: float) -> float:
    return float(stored) if isinstance(stored, int | float) and 0 <= stored <= 1 else otherwise
