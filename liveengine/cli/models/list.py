"""List every model: size, state, who uses it, and how to get what is missing. Runs on: the user's shell."""

import argparse
import asyncio
from pathlib import Path
from typing import Any

from liveengine import config
from liveengine.cli import connect, remote, screen
from liveengine.fabrik import models

SHORT = 8  # digits of a checksum


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments: none."""


def run(options: Any) -> int:
    """Print the table; return 0."""
    library = config.library_root(options.library)
    rows = every(library)
    if options.json:
        screen.line({"models": rows, "folder": str(library / "models")})
        return 0
    columns = ("model", "kind", "size", "checksum", "state", "used by")
    cells = [
        (r["name"], f"{r['origin']} {r['kind']}", size(r["size"]), r["checksum"][:SHORT], r["state"], users(r))
        for r in rows
    ]
    screen.table("", columns, cells, right=("size",), whole=("model", "size", "checksum"))
    for row in rows:
        screen.console().print(_told(row), markup=False)
    return 0


def every(library: Path) -> list[dict[str, Any]]:
    """Return all models as rows: the running daemon tells, else the folders."""
    if remote.running(library) is not None:
        return asyncio.run(_asked(library))
    settings = config.load(library)
    found = models.rows(library, embedder=settings.library.embedder, separator=settings.separate.model)
    return [one.model_dump() for one in found]


async def _asked(library: Path) -> list[dict[str, Any]]:
    async with connect.commands(library) as call:
        found: list[dict[str, Any]] = await call("/models")
        return found


def size(count: int) -> str:
    """Return bytes as people read them."""
    if not count:
        return ""
    return f"{count / 1e6:.0f} MB" if count >= 1e7 else f"{count / 1e6:.1f} MB"


def users(row: dict[str, Any]) -> str:
    """Return who uses a model that is here."""
    return ", ".join(row["used_by"]) or "nobody" * (row["state"] != "missing")


def _told(row: dict[str, Any]) -> str:
    """Return a line on a model, with the command that brings it where it is needed."""
    licence = f" ({row['licence']})"
    needs = f"; needs {row['needs']}" if row["needs"] != "nothing" else ""
    obtain = f"; get it: {row['obtain']}" if row["obtain"] else ""
    return f"{row['name']}: {row['what']}{licence}{needs}{obtain}"
