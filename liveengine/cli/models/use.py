"""Search with another model; every stem is heard with it first. Runs on: the user's shell."""

import argparse
import asyncio
from pathlib import Path
from typing import Any

from liveengine import config
from liveengine.cli import connect, screen
from liveengine.cli.ingest import follow
from liveengine.units import counted

EXAMPLES = """examples:
  liveengine models use my-techno
  liveengine models use auto
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("name", help="auto, mini, clap, or what you called a model of your own")


def run(options: Any) -> int:
    """Choose it and wait until the library is searched with it; return 0."""
    return asyncio.run(_use(config.library_root(options.library), options.name, options.json))


async def _use(library: Path, name: str, as_json: bool) -> int:
    async with connect.commands(library) as call:
        job = (await call("/embeddings/use", name=name))["job"]
        state = await follow(call, job, f"hearing with {name}", as_json)
    if as_json:
        screen.line(state)
    else:
        result = state["result"]
        screen.console().print(
            f"the library is searched with {result['model']}: {counted(result['embedded'], 'stem')} heard anew",
            markup=False,
        )
    return 0
