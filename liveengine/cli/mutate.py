"""Make a variation of a stem, on its own grid; it becomes a stem of the library. Runs on: the user's shell.

What plays is mutated by a fader instead: `/track/1/mutation`, or in the drawer of a track in the browser remote.
"""

import argparse
import asyncio
from pathlib import Path
from typing import Any, get_args

from liveengine import config
from liveengine.cli import connect, screen
from liveengine.cli.generate import line
from liveengine.cli.ingest import follow
from liveengine.fabrik.mutating import KindName

EXAMPLES = """examples:
  liveengine mutate 12
  liveengine mutate 12 --kind slices --amount 0.8 --seed 3
  liveengine mutate 12 --kind style --style 40
"""
_NAMES = ("kind", "amount", "style", "seed")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("stem", type=int, help="its number")
    parser.add_argument(
        "--kind",
        choices=get_args(KindName),
        help="walk: around its code in the model of its category; style: the timbre of another stem; slices: moved, "
        "turned round, filtered; grains: scattered; auto: what suits it (default)",
    )
    parser.add_argument("--amount", type=float, help="0..1: how far from the stem (default 0.5)")
    parser.add_argument("--style", type=int, metavar="STEM", help="the stem whose timbre it takes on")
    parser.add_argument("--seed", type=int, help="the same seed, the same variation (default 0)")


def run(options: Any) -> int:
    """Mutate; print the new stem."""
    return asyncio.run(_mutate(config.library_root(options.library), options))


async def _mutate(library: Path, options: Any) -> int:
    named = {name: value for name in _NAMES if (value := getattr(options, name)) is not None}
    async with connect.commands(library) as call:
        job = (await call(f"/stem/{options.stem}/mutate", **named))["job"]
        result = (await follow(call, job, "mutate", options.json, counted=False))["result"]
        stem = await call(f"/stem/{result['stem']}")
    if options.json:
        screen.line(result)
    else:
        screen.console().print(f"{line(stem)}  by {result['kind']}", markup=False, highlight=False)
    return 0
