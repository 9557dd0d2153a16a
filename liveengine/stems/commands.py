"""The library's commands, for every door. Runs on: event loop."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any

from pydantic import BaseModel, Field

from liveengine.command import Accepted, Prompt, StemId, command
from liveengine.stems import explain
from liveengine.stems.library import Library
from liveengine.stems.model import Match, Provenance, Stem, StemState, display
from liveengine.stems.narrowing import Favourite, Key, Loop, Proposals, Seconds, Tempo, Unheard, narrow
from liveengine.stems.search import MOST, Answer

TopK = Annotated[int, Field(ge=1, le=MOST, description="how many matches")]
Similarity = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False, description="the least similarity, 0..1")]
Limit = Annotated[int, Field(ge=1, le=MOST, description="how many rows")]
Offset = Annotated[int, Field(ge=0, le=2**31, description="how many rows to leave out")]
Category = Annotated[str, Field(min_length=1, max_length=64, description="kick, snare, hihat, bass, ... or an alias")]
FilePath = Annotated[str, Field(min_length=1, max_length=4096, description="a file or folder on the daemon's machine")]


class StemInfo(BaseModel):
    """A stem as the doors show it."""

    id: int
    title: str
    filename: str
    category: str
    path: str  # the library's own copy
    bpm: float | None
    key: str | None
    duration: float  # seconds
    loop: bool
    bars: float | None
    tags: list[str]
    favourite: bool
    state: StemState  # named: known by its name, to be analysed
    provenance: str  # original, separated, generated or proposed


class Found(StemInfo):
    """A match: a stem, how well it answers, 0..1, and why."""

    similarity: float
    reasons: list[str]
    alike: list[int]  # near-duplicates that are shown as this one
    proposed: bool  # made for a search and not kept yet


class Answered(BaseModel):
    """Matches, and how the query was taken."""

    matches: list[Found]
    understood: list[str]
    unknown: list[str]
    # All that was understood, as data and as a sentence in each language (en, de); `unheard` stems have no vector yet.
    told: dict[str, Any]
    verdict: str  # good, weak or none
    ms: float


class Reason(BaseModel):
    """One part of a stem's quality: its number, and what that means."""

    name: str
    kind: str  # technical or creative
    score: float  # 0..1
    value: float
    unit: str
    words: str


class Axis(BaseModel):
    """Where a stem stands on an axis of its semantic profile."""

    place: float  # 0..1 by measurement, 1 = most energy, brightest mood, roughest texture, most movement, widest space
    percentile: float  # 0..1, share of the library that lies below
    heard: float  # 0..1, nearer to the sentences of the high end than to those of the low end, by the search model


class StemFacts(StemInfo):
    """A stem with everything that is known of it."""

    rate: int  # frames per second
    channels: int
    frames: int
    loudness: float | None  # LUFS
    peak: float | None  # dBFS
    hash: str
    parent: int | None  # the stem it was separated or generated from
    root: int | None  # MIDI note of a one-shot
    downbeat: float | None  # seconds from the start to the first beat of a bar
    quality: float | None  # 0..1; the facts say why
    licence: str | None
    pack: str | None
    creator: str | None
    rating: int | None  # stars, 0..5
    plays: int
    source: str
    transients: list[int]  # frames
    created_at: float
    updated_at: float
    edits: dict[str, Any]  # what the user corrected, which counts
    reasons: list[Reason]  # of the quality, the worst first
    profile: dict[str, Axis]  # energy, mood, texture, movement, space
    facts: dict[str, Any]  # measurements, with all candidates, their sources and confidences


class StemCommands:
    """Search, browse, mark, ingest."""

    def __init__(self, library: Library) -> None:
        self._library = library

    @command("/stems/search", query=True)
    async def search(  # noqa: PLR0917  # what a client leaves out narrows nothing
        self,
        prompt: Prompt,
        top_k: TopK = 10,
        category: Category | None = None,
        min_similarity: Similarity = 0.0,
        loop: Loop | None = None,
        tempo: Tempo | None = None,
        key: Key | None = None,
        min_length: Seconds | None = None,
        max_length: Seconds | None = None,
        provenance: Provenance | None = None,
        favourite: Favourite = False,
        unheard: Unheard = False,
        this: StemId | None = None,
        proposals: Proposals = False,
    ) -> list[Found]:
        """Find stems by meaning, in English or German, the best for this user first."""
        given = {name: value for name, value in locals().items() if name != "self"}
        return [found_of(match) for match in (await self._asked("/stems/search", given)).matches]

    @command("/stems/find", query=True)
    async def find(  # noqa: PLR0917  # what a client leaves out narrows nothing
        self,
        prompt: Prompt,
        top_k: TopK = 10,
        category: Category | None = None,
        min_similarity: Similarity = 0.0,
        loop: Loop | None = None,
        tempo: Tempo | None = None,
        key: Key | None = None,
        min_length: Seconds | None = None,
        max_length: Seconds | None = None,
        provenance: Provenance | None = None,
        favourite: Favourite = False,
        unheard: Unheard = False,
        this: StemId | None = None,
        proposals: Proposals = False,
    ) -> Answered:
        """Find stems by meaning and tell what was understood and how good the answer is.

        `this` is the stem that "like this one, but darker" speaks of; without it the one opened or heard last.
        """
        given = {name: value for name, value in locals().items() if name != "self"}
        return answered(await self._asked("/stems/find", given))

    async def _asked(self, address: str, given: Mapping[str, Any]) -> Answer:
        """Answer a search, and remember it as it was asked."""
        rest = dict(given)
        prompt, top_k, least, this = (rest.pop(name) for name in ("prompt", "top_k", "min_similarity", "this"))
        found = await self._library.find(prompt, top_k, narrow(self._library.root, **rest), least, this)
        self._library.answered(address, {**given, "this": found.this}, found.matches)
        return found

    @command("/stems/list", query=True)
    async def stems(self, category: Category | None = None, limit: Limit = 100, offset: Offset = 0) -> list[StemInfo]:
        """List stems, of one category or all, oldest first."""
        return [StemInfo(**info(stem)) for stem in await self._library.stems(category, limit, offset)]

    @command("/stems/categories", query=True)
    async def categories(self) -> dict[str, int]:
        """Tell how many stems each category holds."""
        return await self._library.counts()

    @command("/stems/reembed", role="admin")
    async def reembed(self) -> Accepted:
        """Give every stem a vector of the current search model."""
        return Accepted(job=await self._library.handover.ask())

    @command("/stem/{stem}", query=True)
    async def stem(self, stem: StemId) -> StemFacts:
        """Tell everything that is known of a stem."""
        known, facts = await self._library.measured(stem)
        self._library.taste.touched(stem)
        return StemFacts(
            **info(known),
            rate=known.rate,
            channels=known.channels,
            frames=known.frames,
            loudness=known.loudness,
            peak=known.peak,
            hash=known.hash,
            parent=known.parent,
            root=known.root,
            downbeat=known.downbeat,
            quality=known.quality,
            licence=known.licence,
            pack=known.pack,
            creator=known.creator,
            rating=known.rating,
            plays=known.plays,
            source=display(known.source),
            transients=list(known.transients),
            created_at=known.created_at,
            updated_at=known.updated_at,
            edits=await self._library.edits.of(stem),
            reasons=[Reason(**asdict(part)) for part in explain.parts(facts.get("quality"))],
            profile={name: Axis(**asdict(axis)) for name, axis in (await self._library.profile(stem)).items()},
            facts=facts,
        )

    @command("/stem/{stem}/similar", query=True)
    async def similar(self, stem: StemId, top_k: TopK = 10, category: Category | None = None) -> list[Found]:
        """Find the stems that sound most like this one."""
        return [found_of(match) for match in await self._library.similar(stem, top_k, category)]

    @command("/stem/{stem}/favourite", role="play")
    async def favourite(self, stem: StemId, value: bool | None = None) -> bool:
        """Mark a stem as favourite."""
        return await self._library.favourite(stem, value)

    @command("/stem/{stem}/delete", role="admin")
    async def delete(self, stem: StemId) -> None:
        """Remove a stem and the library's own copy; the file it came from stays."""
        await self._library.delete(stem)

    @command("/ingest", role="ingest")
    async def ingest(self, path: FilePath) -> Accepted:
        """Add a file or folder to the library; originals are never touched."""
        return Accepted(job=await self._library.ingest([path]))


def answered(found: Answer) -> Answered:
    """Return an answer as the doors show it."""
    return Answered(
        matches=[found_of(match) for match in found.matches],
        understood=found.understood,
        unknown=found.unknown,
        told=found.told,
        verdict=found.verdict,
        ms=round(found.ms, 3),
    )


def info(stem: Stem) -> dict[str, Any]:
    """Return a stem's fields as the doors show them."""
    return {
        "id": stem.id,
        "title": stem.title,
        "filename": stem.filename,
        "category": stem.category,
        "path": display(stem.path),
        "bpm": stem.bpm,
        "key": stem.key,
        "duration": stem.duration,
        "loop": stem.loop,
        "bars": stem.bars,
        "tags": list(stem.tags),
        "favourite": stem.favourite,
        "state": stem.state,
        "provenance": stem.provenance,
    }


def found_of(match: Match) -> Found:
    """Return a match as the doors show it."""
    return Found(
        **info(match.stem),
        similarity=round(match.similarity, 4),
        reasons=list(match.reasons),
        alike=list(match.alike),
        proposed=match.stem.provenance == "proposed",
    )
