"""A sentence to matches: read, embed, rank everything, fold, tell why. Runs on: event loop and search thread.

What is asked becomes vectors on the loop; all that follows is done on the search thread in one go, for the way there
takes longer than most of the steps. SQL is asked for the stems that are shown, and for nothing else.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np

from liveengine.errors import BadArgument, OutOfRange
from liveengine.stems import asking, likeness, mixing, path, query, rank, understood
from liveengine.stems.columns import Filter
from liveengine.stems.fold import folded
from liveengine.stems.mixing import Mix
from liveengine.stems.model import Match
from liveengine.stems.parts import Parts
from liveengine.stems.query import Query
from liveengine.stems.rank import Ranking
from liveengine.stems.reasons import asked_columns, reasons
from liveengine.stems.rows import stem_of
from liveengine.stems.shelf import Question, Shelf
from liveengine.stems.vectors import Floats
from liveengine.stems.wishes import Shortlist, Spread, Wishes, joined

ALTERNATIVES = 4  # things of which any will do that are asked for one by one
NEAREST = 1_000  # stems by what the model hears, of which those most like another are taken
AROUND = 2_000  # stems between two others that a path is looked for in
MOST = 1_000  # matches or rows in one answer
MORE = 64  # stems of a shortlist beyond four times what is asked for: some will be folded, some reordered

Found = TypeVar("Found")
Order = Callable[[Shortlist], Floats]
Choose = Callable[[Floats, Sequence[int], int], Sequence[int]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came, and how the query was taken."""

    matches: list[Match]
    understood: list[str]
    unknown: list[str]
    told: dict[str, Any]  # all that was understood, as data and as a sentence in each language
    verdict: str  # good, weak or none: how well the best match answers
    ms: float
    this: int | None = None  # the stem that "like this one" was taken to speak of


def by_score(shortlist: Shortlist) -> Floats:
    """Return the scores as they are: the order for who has no taste."""
    return shortlist.scores


def the_best(scores: Floats, stems: Sequence[int], most: int) -> Sequence[int]:
    """Return the positions of the first: what is shown to who does not mind what was heard before."""
    return range(min(most, len(stems)))


@dataclass(frozen=True, slots=True)
class Pick:
    """A stem that is shown."""

    stem: int
    similarity: float
    alike: tuple[int, ...] = ()
    places: tuple[float, ...] = ()  # in the columns that the reasons speak of


@dataclass(frozen=True, slots=True)
class One:
    """One of the things of which any will do, or all that is asked."""

    asked: Query
    vector: Floats
    reach: tuple[float, float] | None  # see `mixing.heard`
    by: Ranking


@dataclass(frozen=True, slots=True)
class Sought:
    """A query as the search thread takes it."""

    asked: Query
    each: Sequence[One]
    wanted: Filter


class Search:
    """Answers queries on the stems of one library."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self.by = rank.ranking()  # the weights
        self.order: Order = by_score  # what a shortlist is sorted by, largest first; similarity stays the relevance
        self.choose: Choose = the_best  # which of the sorted stems are shown
        self.last: Callable[[], int | None] = lambda: None  # the stem that the user has opened or heard last

    # --- on the event loop

    async def mix(self, mix: Mix, top_k: int, wanted: Filter, least: float = 0.0) -> Answer:
        """Return the stems that answer a sentence, examples and sliders together best; none below `least`.

        Raises UnknownStem for an example that is not there, NotFound or BadAudio for a file.
        """
        began = time.perf_counter()
        read, this = await self._read(mix)
        asked, matches, best = await self._steady(lambda: self._answered(mix, read, (top_k, least), wanted))
        ms = 1e3 * (time.perf_counter() - began)
        told = understood.told(asked, self._parts.words.lexicon) | {"unheard": self._parts.finder.mute}
        return Answer(matches, asked.understood, asked.unknown, told, self.by.told(best), ms, this)

    async def scored(self, mix: Mix, most: int, wanted: Filter) -> tuple[Shortlist, list[float]]:
        """Return the best `most` stems as they answer a mix, neither folded nor reordered, and each one's similarity.

        Raises as `mix` does.
        """
        read, _ = await self._read(mix)
        _, found = await self._steady(lambda: self.ranked(mix, read, most, wanted))
        return found, [self.by.shown(score) for score in found.scores.tolist()]

    async def warm(self) -> None:
        """Load now what the first sentence would wait for; raises what the model's loading raises."""
        await self.read("")
        await self._parts.embedder.warm()

    async def read(self, text: str) -> Query:
        """Return what a sentence asks; what the first one needs is built beside the loop."""
        if not self._parts.words.warmed:
            await asyncio.to_thread(self._parts.words.warm)
        return query.read(text, self._parts.words, self._parts.embedder.taught)

    async def _read(self, mix: Mix) -> tuple[Query, int | None]:
        """Return what a sentence asks, and the stem that "like this one" speaks of in it."""
        read = await self.read(mix.text or "")
        this = await self._pointed(mix) if read.this else None
        return (mixing.pointed(read, mix, this) if read.this else read), this

    async def _pointed(self, mix: Mix) -> int | None:
        """Return the stem that "like this one" speaks of: the one that the client names, else the last one that the
        user has opened or heard, unless there are other examples; None where nobody knows which.
        """
        if mix.this is not None or mix.like or mix.file is not None:
            return mix.this
        last = self.last()
        return None if last is None or await self._parts.finder.vector(last) is None else last

    async def _steady(self, work: Callable[[], Awaitable[Found]]) -> Found:
        """Return what the work gives with the model in use; once more where another one took its place meanwhile."""
        while True:
            embedder = self._parts.embedder
            found = await work()
            if embedder is self._parts.embedder:
                return found

    async def _answered(
        self, mix: Mix, read: Query, most: tuple[int, float], wanted: Filter
    ) -> tuple[Query, list[Match], float]:
        """Return the whole query, its matches and the best similarity of all; most: see `_picked`."""
        sought = await self._sought(mix, read, wanted)

        def work(shelf: Shelf) -> tuple[Query, list[Match], float]:
            asked, found = _shortlist(shelf, sought, 4 * most[0] + MORE)
            picks, best = self._picked(found, most, mix.personal)
            named = [Pick(*one) for one in shelf.named.search(read, most[0], wanted)]
            shown = [pick for pick in merged(picks, named)[: most[0]] if pick.similarity >= most[1]]
            return asked, self._matches(asked, shown), best

        return await self._parts.finder.ask(work)

    async def ranked(self, mix: Mix, read: Query, most: int, wanted: Filter) -> tuple[Query, Shortlist]:
        """Return the whole query and the best `most` stems, as they answer it: neither folded nor reordered."""
        sought = await self._sought(mix, read, wanted)
        return await self._parts.finder.ask(lambda shelf: _shortlist(shelf, sought, most))

    async def _sought(self, mix: Mix, read: Query, wanted: Filter) -> Sought:
        """Return the whole query with the vector of each thing that it asks for."""
        sounds = await mixing.examples(self._parts, read, mix)
        asked = mixing.wished(read, mix, sounds)
        own = frozenset(sound.stem for sound in sounds if sound.stem is not None)
        each = []
        for one in _alternatives(asked):
            said = await self.sentence(mix.text or "", one)
            by = self.by.guessing(one) if self._strange(one) and not sounds else self.by
            vector, reach = mixing.heard(self.by, self._parts.embedder, said, mix.text_weight, sounds)
            each.append(One(one, vector, reach, by))
        return Sought(asked, each, replace(wanted, exclude=wanted.exclude | own))

    def _strange(self, asked: Query) -> bool:
        """Return whether the model at hand, which knows the words of the lexicon, cannot know any word of it."""
        return self._parts.embedder.reads == "words" and bool(asked.unknown) and not (asked.wanted or asked.taught)

    async def vector(self, asked: Query) -> Floats:
        """Return the vector [512] of a query in the current model's space; all zero if it says nothing it knows."""
        return await asking.vector(asked, self._parts.embedder, self.by.weights)

    async def sentence(self, text: str, asked: Query) -> Floats | None:
        """Return the vector of a sentence; None where there is none beside its examples."""
        if not text or (asked.like and not asked.positive):
            return None
        return await self.vector(asked)

    async def between(self, ends: tuple[int, int], steps: int, category: str | None) -> list[Match]:
        """Return the stems that lead from one to another; similarity is the cosine with the first. See `path.between`.

        Raises UnknownStem.
        """

        async def work() -> list[Pick]:
            sounds = {one.stem: one.vector for one in await mixing.of_stems(self._parts, dict.fromkeys(ends, 1.0), ())}
            first, last = sounds[ends[0]], sounds[ends[1]]
            wanted = Filter(category, exclude=frozenset(ends))
            found = (await self._parts.finder.shortlist(first + last, Wishes(), wanted, AROUND)).heard()
            way = path.between(first, last, found.vectors, steps)
            near = np.clip(found.vectors[way] @ first, 0.0, 1.0).tolist()
            return [Pick(*pair) for pair in zip(found.stems[way].tolist(), near, strict=True)]

        return await self.matches(Query(), await self._steady(work))

    async def similar(self, stem: int, top_k: int, category: str | None) -> list[Match]:
        """Return the stems most like one, best first; similarity is 1 for itself, see `likeness.scores`.

        Raises UnknownStem.
        """

        async def work() -> list[Pick]:
            names = likeness.asked_columns()
            one = (await mixing.of_stems(self._parts, {stem: 1.0}, names))[0]
            wanted = Filter(category, exclude=frozenset({stem}))
            nearest = await self._parts.finder.shortlist(one.vector, Wishes(), wanted, max(NEAREST, top_k), names)
            found = nearest.heard()
            near = likeness.scores(list(one.places.values()), found.cosines, found.told, self.by.likeness)
            order = np.argsort(-near, kind="stable")[:top_k]
            pairs = zip(found.stems[order].tolist(), near[order].clip(0, 1).tolist(), strict=True)
            return [Pick(*pair) for pair in pairs]

        return await self.matches(Query(), await self._steady(work))

    async def matches(self, asked: Query, picks: Sequence[Pick]) -> list[Match]:
        """Return what is shown, fetched, with the reasons; what is gone meanwhile is left out."""
        return await self._parts.finder.ask(lambda _: self._matches(asked, picks))

    # --- on the search thread

    def _picked(self, found: Shortlist, most: tuple[int, float], personal: bool) -> tuple[list[Pick], float]:
        """Return which stems of a shortlist to show, best first, and the best similarity of all.

        most: so many of them, and none below this similarity; personal: in the order of the user's taste, with what
        was never heard among them.
        """
        top_k, least = most
        if not len(found):
            return [], 0.0
        best = self.by.shown(float(found.scores[0]))
        if least > 0.0:
            found = found.first(sum(self.by.shown(score) >= least for score in found.scores.tolist()))
        if not len(found):
            return [], best
        order_by, choose = (self.order, self.choose) if personal else (by_score, the_best)
        by = order_by(found)
        order = np.argsort(-by, kind="stable")
        groups = folded(found.names[order], found.vectors[order], self.by.fold["cosine"])
        heads = order[[group[0] for group in groups]]
        groups = [groups[place] for place in choose(by[heads], found.stems[heads].tolist(), top_k)]
        stems, scores, told = (part[order].tolist() for part in (found.stems, found.scores, found.told))
        picks = []
        for first, *rest in groups:
            alike = tuple(stems[place] for place in rest)
            picks.append(Pick(stems[first], self.by.shown(scores[first]), alike, tuple(told[first])))
        return picks, best

    def _matches(self, asked: Query, picks: Sequence[Pick]) -> list[Match]:
        """Return what is shown, fetched, with the reasons; what is gone meanwhile is left out."""
        names, rows = asked_columns(asked), self._parts.db.shown.among([pick.stem for pick in picks])
        matches = []
        for pick in picks:
            if (row := rows.get(pick.stem)) is not None:
                stem = stem_of(row, self._parts.root)
                why = reasons(asked, stem, dict(zip(names, pick.places, strict=False)))
                matches.append(Match(stem, pick.similarity, tuple(why), pick.alike))
        return matches


def _shortlist(shelf: Shelf, sought: Sought, most: int) -> tuple[Query, Shortlist]:
    """Return the query as it is told, and the best `most` stems: each by what it answers best of the things asked."""
    asked, names, found = sought.asked, asked_columns(sought.asked), []
    for one in sought.each:
        wishes = rank.wishes(one.asked, one.reach, one.by, _spread(shelf, one.asked))
        found.append(shelf.shortlist(Question(one.vector, wishes, sought.wanted, most, names)))
    every, among = joined(found), _spread(shelf, asked)
    if asked.stands:
        stood = _among(among, list(asked.stands), np.array([list(asked.stands.values())], np.float32))
        asked = replace(asked, stands=dict(zip(asked.stands, stood[0].tolist(), strict=True)))
    return asked, replace(every, told=_among(among, names, every.told))


def _spread(shelf: Shelf, asked: Query) -> Spread:
    """Return where places on the axes stand among the stems of the category that is asked for most."""
    main = max(asked.categories, key=lambda name: asked.categories[name], default=None)
    return shelf.spread(main) if main and asked.axes else {}


def _among(own: Spread, names: Sequence[str], told: Floats) -> Floats:
    """Return places in columns [n, names] as they are among the sounds of this library that are asked for."""
    found = told.copy()
    for column, name in enumerate(names):
        if name in own:
            known = ~np.isnan(told[:, column])
            found[known, column] = own[name][np.rint(254.0 * told[known, column]).astype(np.intp)]
    return found


def _alternatives(asked: Query) -> list[Query]:
    """Return what any will do of ("kick or tom"), each to be asked for by itself; else the query alone."""
    if not 1 < len(asked.either) <= ALTERNATIVES:
        return [asked]
    return [replace(one, axes=asked.axes) for one in asked.either]


def checked(prompt: str, top_k: int) -> str:
    """Return a prompt without the space around it; raise BadArgument or OutOfRange for what cannot be searched by."""
    text = prompt.strip()
    if not text:
        raise BadArgument("the prompt is empty; say what you hear, such as 'dark techno kick'")
    if len(text) > query.LONGEST:
        raise OutOfRange(f"the prompt has {len(text)} signs, {query.LONGEST} are the most; say it in a sentence or two")
    if not 1 <= top_k <= MOST:
        raise OutOfRange(f"top_k = {top_k}: ask for 1 to {MOST} matches")
    return text


def merged(picks: Sequence[Pick], named: Sequence[Pick]) -> list[Pick]:
    """Return both as one list: each named stem before the first pick that is less similar; the picks keep their order,
    which is the user's taste and discovery.
    """
    found = list(picks)
    for pick in named:
        found.insert(next((at for at, one in enumerate(found) if one.similarity < pick.similarity), len(found)), pick)
    return found
