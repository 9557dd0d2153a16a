"""Commands that correct what is known of stems, one or many. Runs on: event loop."""

import re
from typing import Annotated, Any

from pydantic import BaseModel, Field

from liveengine.command import Accepted, StemId, command
from liveengine.errors import BadArgument, NotFound
from liveengine.events import Changed, StemsEdited
from liveengine.stems.columns import Filter
from liveengine.stems.edits import FIELDS
from liveengine.stems.library import Library
from liveengine.stems.model import Provenance, Stem
from liveengine.stems.search import MOST
from liveengine.units import TEMPO_MAX, TEMPO_MIN

Bpm = Annotated[float, Field(ge=TEMPO_MIN, le=TEMPO_MAX, allow_inf_nan=False, description="beats per minute")]
Line = Annotated[str, Field(min_length=1, max_length=200, description="one line of text")]
Tags = Annotated[str, Field(max_length=2000, description="words with commas between; +word adds one, -word takes one")]
Stars = Annotated[int, Field(ge=0, le=5, description="stars")]
Note = Annotated[int, Field(ge=0, le=127, description="MIDI note; 60 = middle C")]
Seconds = Annotated[float, Field(ge=0, le=3600, allow_inf_nan=False, description="seconds from the start")]
Factor = Annotated[float, Field(gt=0, le=16, allow_inf_nan=False, description="the tempo is multiplied by it")]
Which = Annotated[
    str, Field(min_length=1, max_length=20_000, description="ids such as 3,5,8-12, or a sentence to search")
]
Limit = Annotated[int, Field(ge=1, le=MOST, description="how many matches of a sentence")]
_IDS = re.compile(r"\s*\d+(?:\s*-\s*\d+)?(?:[\s,]+\d+(?:\s*-\s*\d+)?)*\s*")
_MOST_IDS = 100_000


class Edited(BaseModel):
    """How many stems an edit changes, and the job that does it where they are very many; None: it is done."""

    stems: int
    job: int | None = None


class EditCommands:
    """Correct, rate, undo."""

    ROLE = "ingest"

    def __init__(self, library: Library) -> None:
        self._library = library

    @command("/stem/{stem}/title")
    async def title(self, stem: StemId, value: Line | None = None) -> str:
        """Name a stem."""
        return (await self._set(stem, "title", value)).title

    @command("/stem/{stem}/category")
    async def category(self, stem: StemId, value: Line | None = None) -> str:
        """Say what a stem is: kick, snare, hihat, bass, ... or an alias."""
        return (await self._set(stem, "category", value)).category

    @command("/stem/{stem}/tags")
    async def tags(self, stem: StemId, value: Tags | None = None) -> list[str]:
        """Give a stem its tags; with +word and -word some are added and taken."""
        return list((await self._set(stem, "tags", None if value is None else value.split(","))).tags)

    @command("/stem/{stem}/bpm")
    async def bpm(self, stem: StemId, value: Bpm | None = None) -> float | None:
        """Say how fast a stem is."""
        return (await self._set(stem, "bpm", value)).bpm

    @command("/stem/{stem}/half")
    async def half(self, stem: StemId) -> float | None:
        """Halve the tempo of a stem: the analysis took every off-beat for a beat."""
        return await self._times(stem, 0.5)

    @command("/stem/{stem}/double")
    async def double(self, stem: StemId) -> float | None:
        """Double the tempo of a stem: the analysis heard only every second beat."""
        return await self._times(stem, 2.0)

    @command("/stem/{stem}/key")
    async def key(self, stem: StemId, value: Line | None = None) -> str | None:
        """Say in which key a stem is: Am, C, F#m, Bb."""
        return (await self._set(stem, "key", value)).key

    @command("/stem/{stem}/loop")
    async def loop(self, stem: StemId, value: bool | None = None) -> bool:
        """Say whether a stem is a loop or a one-shot."""
        return (await self._set(stem, "loop", value)).loop

    @command("/stem/{stem}/root")
    async def root(self, stem: StemId, value: Note | None = None) -> int | None:
        """Say which MIDI note a one-shot sounds."""
        return (await self._set(stem, "root", value)).root

    @command("/stem/{stem}/downbeat")
    async def downbeat(self, stem: StemId, value: Seconds | None = None) -> float | None:
        """Say where the first beat of a bar lies."""
        return (await self._set(stem, "downbeat", value)).downbeat

    @command("/stem/{stem}/licence")
    async def licence(self, stem: StemId, value: Line | None = None) -> str | None:
        """Say under which licence a stem may be used."""
        return (await self._set(stem, "licence", value)).licence

    @command("/stem/{stem}/pack")
    async def pack(self, stem: StemId, value: Line | None = None) -> str | None:
        """Say to which pack a stem belongs."""
        return (await self._set(stem, "pack", value)).pack

    @command("/stem/{stem}/creator")
    async def creator(self, stem: StemId, value: Line | None = None) -> str | None:
        """Say who made a stem."""
        return (await self._set(stem, "creator", value)).creator

    @command("/stem/{stem}/provenance")
    async def provenance(self, stem: StemId, value: Provenance | None = None) -> str:
        """Say how a stem came about: original, separated or generated."""
        return (await self._set(stem, "provenance", value)).provenance

    @command("/stem/{stem}/parent")
    async def parent(self, stem: StemId, value: StemId | None = None) -> int | None:
        """Say from which stem a stem was made."""
        return (await self._set(stem, "parent", value)).parent

    @command("/stem/{stem}/children", query=True)
    async def children(self, stem: StemId) -> list[int]:
        """Name the stems that were made from a stem."""
        return await self._library.children(stem)

    @command("/stem/{stem}/rating", role="play")
    async def rating(self, stem: StemId, value: Stars | None = None) -> int | None:
        """Give a stem 0 to 5 stars."""
        return (await self._set(stem, "rating", value)).rating

    @command("/stem/{stem}/reset")
    async def reset(self, stem: StemId, field: Line | None = None) -> Edited:
        """Take the edits of a stem away, or of one field: what the analysis says counts again."""
        fields = FIELDS if field is None else ("bpm", "bars") if field == "bpm" else (field,)
        await self._library.reset([stem], *fields)
        self._library.bus.publish(StemsEdited(1))
        return Edited(stems=1)

    @command("/stem/{stem}/analyse")
    async def analyse(self, stem: StemId) -> Accepted:
        """Measure a stem anew; what you have corrected stays."""
        await self._library.get(stem)
        return Accepted(job=await self._library.reanalyse([stem]))

    @command("/stems/analyse")
    async def analyse_all(self) -> Accepted:
        """Measure every stem anew, with what this version knows; what you have corrected stays."""
        return Accepted(job=await self._library.reanalyse([]))

    @command("/stems/edit")
    async def edit(
        self,
        which: Which,
        *,
        category: Line | None = None,
        tags: Tags | None = None,
        bpm: Bpm | None = None,
        factor: Factor | None = None,
        key: Line | None = None,
        loop: bool | None = None,
        rating: Stars | None = None,
        favourite: bool | None = None,
        licence: Line | None = None,
        pack: Line | None = None,
        creator: Line | None = None,
        limit: Limit = 100,
    ) -> Edited:
        """Change many stems in one step, all or none: ids, or the matches of a search."""
        given = {
            "category": category, "tags": None if tags is None else tags.split(","), "bpm": bpm, "factor": factor,
            "key": key, "loop": loop, "rating": rating, "favourite": favourite, "licence": licence, "pack": pack,
            "creator": creator,
        }  # fmt: skip
        wanted: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
        if not wanted:
            raise BadArgument(f"nothing to change; name one of {', '.join(given)}")
        stems = await chosen(self._library, which, limit)
        if len(stems) > MOST:
            return Edited(stems=len(stems), job=await self._library.edit_many(stems, wanted))
        await self._library.edit(stems, **wanted)
        self._library.bus.publish(StemsEdited(len(stems)))
        return Edited(stems=len(stems))

    @command("/stems/undo")
    async def undo(self) -> Edited:
        """Take the last edit back, of one stem or of many; up to 100 of them."""
        batch, count = await self._library.edits.newest()
        if count > MOST:
            return Edited(stems=count, job=await self._library.undo_many(batch, count))
        stems = await self._library.undo(batch, count)
        self._library.bus.publish(StemsEdited(len(stems)))
        return Edited(stems=len(stems))

    async def _set(self, stem: int, name: str, value: Any) -> Stem:
        if value is None:
            return await self._library.get(stem)
        await self._library.edit([stem], **{name: value})
        changed = await self._library.get(stem)
        shown = getattr(changed, name)
        self._library.bus.publish(Changed(f"/stem/{stem}/{name}", list(shown) if name == "tags" else shown))
        return changed

    async def _times(self, stem: int, factor: float) -> float | None:
        await self._library.edit([stem], factor=factor)
        changed = await self._library.get(stem)
        self._library.bus.publish(Changed(f"/stem/{stem}/bpm", changed.bpm))
        return changed.bpm


async def chosen(library: Library, which: str, limit: int) -> list[int]:
    """Return the stems of a list of ids and ranges, or those that answer a sentence at least weakly.

    Raises NotFound where no stem does, BadArgument for ranges that name none or too many.
    """
    if (found := ids(which)) is None:
        answer = await library.find(which, limit, Filter(), library.asking.by.verdict["weak"])
        if not answer.matches:
            raise NotFound(f"no stem answers {which[:60]!r}; say it otherwise, or name stems such as 3,8,20-40")
        return [match.stem.id for match in answer.matches]
    return found


def ids(which: str) -> list[int] | None:
    """Return the stems of a list of ids and ranges such as 3,5,8-12; None for what is no such list.

    Raises BadArgument for ranges that name none or too many.
    """
    if not _IDS.fullmatch(which):
        return None
    found: list[int] = []
    for first, last in re.findall(r"(\d{1,18})(?:\s*-\s*(\d{1,18}))?", which):
        end = int(last or first)
        if end < int(first):
            raise BadArgument(f"{first}-{last} runs backwards and names no stem; write {last}-{first}")
        if len(found) + end - int(first) >= _MOST_IDS:
            raise BadArgument(f"{which[:60]!r} names more than {_MOST_IDS:,} stems; name them in parts")
        found += range(int(first), end + 1)
    return found
