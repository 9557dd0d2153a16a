"""Commands to explore with: suggestions while typing, the history. Runs on: event loop."""

import json
from typing import Annotated, Any

from pydantic import BaseModel, Field

from liveengine.command import command
from liveengine.errors import NotFound
from liveengine.stems import suggest
from liveengine.stems.commands import Found, Limit, Offset, StemCommands
from liveengine.stems.library import Library
from liveengine.stems.suggest import Suggestion

Typed = Annotated[str, Field(max_length=512, description="what is typed so far")]
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
    """Find without knowing the word: suggestions, what was searched before."""

    def __init__(self, library: Library, stems: StemCommands) -> None:
        self._library = library
        self._again = {"/stems/search": stems.search}

    @command("/stems/suggest", query=True)
    async def suggest(self, text: Typed = "", limit: Few = 8) -> list[Suggested]:
        """Complete what is being typed: earlier searches, words of the lexicon, titles of stems."""
        reading = self._library.db.reading
        beginning = text.strip()
        words = suggest.completed(text, suggest.vocabulary(self._library.root), limit)
        titles = await reading.titles(beginning, limit) if beginning else []
        groups = (
            [Suggestion(row["prompt"], "search") for row in await reading.prompts(beginning, limit)],
            [Suggestion(word, "word") for word in words],
            [Suggestion(row["title"], "stem", row["id"]) for row in titles],
        )
        return [Suggested(text=s.text, kind=s.kind, stem=s.stem) for s in suggest.merged(groups, limit)]

    @command("/stems/history", query=True)
    async def history(self, limit: Limit = 50, offset: Offset = 0) -> list[Past]:
        """List what was searched for, newest first."""
        await self._library.taste.flush()
        rows = await self._library.db.reading.searches(limit, offset)
        return [Past(**{**dict(row), "arguments": json.loads(row["arguments"])}) for row in rows]

    @command("/stems/history/{search}/repeat")
    async def repeat(self, search: SearchId) -> list[Found]:
        """Search once more for what was searched for then."""
        row = await self._library.db.reading.search(search)
        if row is None:
            raise NotFound(f"no search {search} is remembered; /stems/history lists them")
        return await self._again[row["address"]](**json.loads(row["arguments"]))

    @command("/stems/history/clear")
    async def clear(self) -> int:
        """Forget what was searched for; returns how many searches there were."""
        return await self._library.taste.clear_history()
