"""Take a model off the disk that was trained or fetched. Runs on: the user's shell.

What uses it is named, and asked for.
"""

import argparse
import asyncio
import sys
from pathlib import Path
from typing import Any

from liveengine import config
from liveengine.cli import connect, remote, screen
from liveengine.cli.models.list import every, size, users
from liveengine.errors import BadArgument
from liveengine.fabrik import listing
from liveengine.fabrik.models import ModelInfo

EXAMPLES = """examples:
  liveengine models remove my-techno
  liveengine models remove clap && liveengine models fetch clap
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("name", help="what `liveengine models` calls it")
    parser.add_argument("--yes", action="store_true", help="do not ask")


def run(options: Any) -> int:
    """Remove it; return 0, or 1 where the answer is no."""
    library = config.library_root(options.library)
    rows = [ModelInfo(**row) for row in every(library)]
    one = listing.removable(rows, options.name)
    if not (options.yes or options.json) and not _agreed(one):
        return 1
    force = bool(options.yes or not options.json)
    if remote.running(library) is not None:
        asyncio.run(_asked(library, one.name, force))
    else:
        listing.allowed(one, force)
        listing.taken_away(one, library)
    if options.json:
        screen.line({"removed": one.name, "bytes": one.size})
    else:
        screen.console().print(f"{one.name} is removed: {size(one.size)} are free again", markup=False)
    return 0


def _agreed(one: ModelInfo) -> bool:
    told = f"{one.name} ({size(one.size)}) is used by: {users(one.model_dump())}."
    if not sys.stdin.isatty():
        if one.used_by:
            raise BadArgument(f"{told} Repeat with --yes to remove it all the same")
        return True
    return input(f"{told} Remove it? [y/N] ").strip().lower() in ("y", "yes", "j", "ja")


async def _asked(library: Path, name: str, force: bool) -> None:
    async with connect.commands(library) as call:
        await call("/models/remove", name=name, force=force)
