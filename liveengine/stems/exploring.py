"""Commands to explore with: mixed queries, the way between two sounds, suggestions, history. Runs on: event loop."""

import asyncio
import json
from typing import Annotated, Any

from pydantic import BaseModel, Field

from liveengine.caller import require
from liveengine.command import Prompt, Registry, StemId, command
from liveengine.errors import NotFound, UnknownAddress
from liveengine.stems import files, suggest
from liveengine.stems.columns import Filter
from liveengine.stems.commands import (
    Answered,
    Category,
    FilePath,
    Found,
    Limit,
    Offset,
    Similarity,
    TopK,
    answered,
    found_of,
)  # fmt: skip
from liveengine.stems.five import AXES
from liveengine.stems.library import Library
from liveengine.stems.mixing import HEAVIEST, Mix, weighted
from liveengine.stems.suggest import Suggestion

Typed = Annotated[str, Field(max_length=512, description="what is typed so far")]
Steps = Annotated[int, Field(ge=1, le=32, description="how many stems between the two")]
Like = Annotated[str, Field(min_length=1, max_length=512, description="stems with weights, such as 42, 17:-0.5")]
Place = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False, description="0..1")]
Weight = Annotated[float, Field(ge=-HEAVIEST, le=HEAVIEST, allow_inf_nan=False, description="how much it counts")]
Few = Annotated[int, Field(ge=1, le=50, description="how many")]
SearchId = Annotated[int, Field(ge=1, le=2**63 - 1, description="a search of the history")]


class Suggested(BaseModel):
    """What the sentence may become."""

    text: str
    kind: str = Field(description="search: asked before; word: of the lexicon; stem: a title")
    stem: int | None = None


class Past(BaseModel):
    """A search of the history."""

    id: int
    user: str
    address: str
    arguments: dict[str, Any]
    matches: int
    at: float = Field(description="seconds since 1970")


class ExploreCommands:
    """Find without knowing the word: by examples and sliders, along a way, by what was searched before."""

    def __init__(self, library: Library, registry: Registry) -> None:
        """`registry` has the commands that searches were made with."""
        self._library = library
        self._registry = registry

    @command("/stems/suggest", query=True)
    async def suggest(self, text: Typed = "", limit: Few = 8) -> list[Suggested]:
        """Complete what is being typed: earlier searches, words of the lexicon, titles of stems."""
        reading = self._library.db.reading
        beginning, user = text.strip(), self._library.taste.user
        known = await asyncio.to_thread(suggest.vocabulary, self._library.root)  # the first time it reads the lexicon
        words = suggest.completed(text, known, limit)
        titles = await reading.titles(beginning, limit) if beginning else []
        groups = (
            [Suggestion(row["prompt"], "search") for row in await reading.prompts(user, beginning, limit)],
            [Suggestion(word, "word") for word in words],
            [Suggestion(row["title"], "stem", row["id"]) for row in titles],
        )
        return [Suggested(text=s.text, kind=s.kind, stem=s.stem) for s in suggest.merged(groups, limit)]

    @command("/stems/mix", query=True)
    async def mix(  # noqa: PLR0917  # what a client leaves out is not asked
        self,
        prompt: Prompt | None = None,
        like: Like | None = None,
        file: FilePath | None = None,
        energy: Place | None = None,
        mood: Place | None = None,
        texture: Place | None = None,
        movement: Place | None = None,
        space: Place | None = None,
        prompt_weight: Weight = 1.0,
        file_weight: Weight = 1.0,
        slider_weight: Weight = 1.0,
        top_k: TopK = 10,
        category: Category | None = None,
        min_similarity: Similarity = 0.0,
    ) -> Answered:
        """Find stems by a sentence, stems and an audio file as examples, and sliders, each with its weight.

        `like` names stems, "42, 17:-0.5": as many as wanted, a weight below 0 leads away. The sliders go from calm,
        dark, smooth, still and close at 0 to energetic, bright, rough, moving and wide at 1.
        """
        if file is not None:
            require("a file of this machine", "ingest")
        places = zip(AXES, (energy, mood, texture, movement, space), strict=True)
        mixed = Mix(
            prompt,
            prompt_weight,
            weighted(like or ""),
            None if file is None else files.named(file),
            file_weight,
            {axis: place for axis, place in places if place is not None},
            slider_weight,
        )
        found = await self._library.mix(mixed, top_k, Filter(self._library.category(category)), min_similarity)
        asked: dict[str, Any] = {"prompt": prompt, "like": like, "file": file, "top_k": top_k, "category": category}
        asked |= dict(mixed.sliders) | {"prompt_weight": prompt_weight, "file_weight": file_weight}
        asked |= {"slider_weight": slider_weight, "min_similarity": min_similarity}
        if mixed.file is None or not mixed.file.is_relative_to(self._library.root / ".uploads"):  # those are not kept
            self._library.answered("/stems/mix", asked, found.matches)
        return answered(found)

    @command("/stems/path", query=True)
    async def path(self, start: StemId, end: StemId, steps: Steps = 5, category: Category | None = None) -> list[Found]:
        """Find stems that lead from one to another, each a step nearer to the end; similarity is that to the start."""
        return [found_of(match) for match in await self._library.path(start, end, steps, category)]

    @command("/stems/history", query=True)
    async def history(self, limit: Limit = 50, offset: Offset = 0) -> list[Past]:
        """List what the current user searched for, newest first."""
        await self._library.taste.flush()
        rows = await self._library.db.reading.searches(self._library.taste.user, limit, offset)
        return [Past(**{**dict(row), "arguments": json.loads(row["arguments"])}) for row in rows]

    @command("/stems/history/{search}/repeat")
    async def repeat(self, search: SearchId) -> list[Found]:
        """Search once more for what was searched for then; what fits is what fits what plays now."""
        row = await self._library.db.reading.search(self._library.taste.user, search)
        if row is None:
            raise NotFound(f"no search {search} is remembered; /stems/history lists them")
        try:
            again, _ = self._registry.find(row["address"])
        except UnknownAddress as error:
            raise NotFound(
                f"{row['address']} cannot be repeated here: it needs a running daemon; `liveengine serve` starts one"
            ) from error
        found = await again.method(**again.bind((), (), json.loads(row["arguments"])))
        return found.matches if isinstance(found, Answered) else list(found)

    @command("/stems/history/clear", role="arrange")
    async def clear(self) -> int:
        """Forget what the current user searched for; returns how many searches there were."""
        return await self._library.taste.clear_history()
