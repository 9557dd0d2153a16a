"""The tracks that were rendered: listed, told in full, forgotten. Runs on: event loop."""

import json
import os
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, Field

from liveengine.command import command
from liveengine.errors import UnknownRender
from liveengine.stems.commands import Limit, Offset
from liveengine.stems.library import Library
from liveengine.stems.model import display
from liveengine.stems.reader import Row

RenderId = Annotated[int, Field(ge=1, le=2**63 - 1, description="rendered track")]


class Rendered(BaseModel):
    """A track that was rendered."""

    id: int
    filename: str
    path: str
    prompt: str
    duration: float = Field(description="seconds")
    created_at: float = Field(description="seconds since 1970")
    there: bool = Field(description="whether its file is still where it was written")


class RenderedStem(BaseModel):
    """A stem of a rendered track, and where it plays."""

    stem: int
    section: str


class RenderedFacts(Rendered):
    """A rendered track with its plan and its stems."""

    arrangement_plan: dict[str, Any]
    stems: list[RenderedStem]


class Renders:
    """Knows what was rendered."""

    def __init__(self, library: Library) -> None:
        self._library = library

    @command("/renders", query=True)
    async def renders(self, limit: Limit = 100, offset: Offset = 0) -> list[Rendered]:
        """List the rendered tracks, newest first."""
        return [self._of(row) for row in await self._library.db.reading.tracks(limit, offset)]

    @command("/render/{render}", query=True)
    async def rendered(self, render: RenderId) -> RenderedFacts:
        """Tell everything that is known of a rendered track: prompt, plan, stems."""
        row = await self._library.db.reading.track(render)
        if row is None:
            raise UnknownRender(f"no rendered track {render}; /renders names them all")
        stems = await self._library.db.reading.track_stems(render)
        return RenderedFacts(
            **self._of(row).model_dump(),
            arrangement_plan=json.loads(row["plan"]),
            stems=[RenderedStem(stem=one["stem"], section=one["section"]) for one in stems],
        )

    @command("/render/{render}/delete", role="admin")
    async def delete(self, render: RenderId) -> None:
        """Forget a rendered track; its file stays."""
        async with self._library.db.transaction() as change:
            if not await change.delete_track(render):
                raise UnknownRender(f"no rendered track {render}; /renders names them all")

    def _of(self, row: Row) -> Rendered:
        path = self._library.root / Path(os.fsdecode(row["path"]))
        return Rendered(
            id=row["id"],
            filename=display(path.name),
            path=display(path),
            prompt=row["prompt"],
            duration=row["duration"],
            created_at=row["created_at"],
            there=path.is_file(),
        )
