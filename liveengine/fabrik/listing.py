"""What models there are, as commands; and taking one away. Runs on: event loop, folders in threads."""

import asyncio
import difflib
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

from pydantic import Field

from liveengine.command import command
from liveengine.errors import BadArgument, NotFound
from liveengine.fabrik import models
from liveengine.fabrik.models import ModelInfo, Used
from liveengine.stems.library import Library

Name = Annotated[str, Field(min_length=1, max_length=100, description="what /models calls it")]
Force = Annotated[bool, Field(description="even if something uses it, other than the search")]


class ModelCommands:
    """The library's models."""

    def __init__(self, library: Library) -> None:
        self._library = library

    @command("/models", query=True)
    async def models(self) -> list[ModelInfo]:
        """List every model: shipped, fetched, trained, or to be had; with its size, state and who uses it."""
        return await asyncio.to_thread(models.rows, self._library.root, self._used())

    @command("/models/remove", role="admin")
    async def remove(self, name: Name, force: Force = False) -> None:
        """Take a trained or fetched model off the disk; the one that the search uses or waits for stays."""
        one = removable(await self.models(), name)
        allowed(one, force)
        await asyncio.to_thread(taken_away, one, self._library.root)

    def _used(self) -> Used:
        search, coming = self._library.embedder, self._library.handover.coming
        taking_over = (coming.model, coming.checksum) if coming else ("", "")
        wanted = self._library.parts.config.separate.model
        return Used((search.model, search.checksum), taking_over, wanted)


def chosen(rows: Iterable[ModelInfo], name: str) -> ModelInfo:
    """Return the model of a name, that is here; raise NotFound with a guess."""
    here = {row.name: row for row in rows if row.state != "missing"}
    if name not in here:
        near = difflib.get_close_matches(name, here, 1)
        hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(here) or 'none'}"
        raise NotFound(f"no model {name!r} is here; {hint}")
    return here[name]


def removable(rows: Sequence[ModelInfo], name: str) -> ModelInfo:
    """Return the model of a name; raise NotFound, or BadArgument for one that came with the program."""
    if any(row.name == name and row.origin != "shipped" for row in rows):
        return chosen([row for row in rows if row.origin != "shipped"], name)
    raise BadArgument(f"{chosen(rows, name).name} came with the program and stays")


def allowed(one: ModelInfo, force: bool) -> None:
    """Raise BadArgument for a model that the search uses, and without `force` for one that anything does."""
    users = ", ".join(one.used_by)
    if any(user.startswith("search") for user in one.used_by):
        raise BadArgument(f"{one.name} is used by: {users}; choose another first: `liveengine models use auto`")
    if users and not force:
        raise BadArgument(f"{one.name} is used by: {users}; with force it is removed all the same")


def taken_away(one: ModelInfo, root: Path) -> None:
    """Remove a model's folder: out of sight at once, then from the disk. Raises BadArgument where it is not ours."""
    folder = Path(one.folder)
    if not folder.resolve().is_relative_to((root / "models").resolve()):
        raise BadArgument(f"{one.name} lies in {folder}, which belongs to another program: remove it there")
    hidden = folder.with_name(f".{folder.name}.gone")
    shutil.rmtree(hidden, ignore_errors=True)
    folder.rename(hidden)
    shutil.rmtree(hidden, ignore_errors=True)
