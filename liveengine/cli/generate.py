"""Make new stems of a category with the model that was trained on it. Runs on: the user's shell.

They are fitted (on the beat, closed, at their level), analysed, and in the library when the command ends, found by
every search. `all` makes some of each category that has a model.
"""

import argparse
import asyncio
from pathlib import Path
from typing import Any

from liveengine import config
from liveengine.cli import connect, screen
from liveengine.cli.ingest import follow
from liveengine.enough import LEAST
from liveengine.units import counted

EXAMPLES = """examples:
  liveengine generate kick --count 4
  liveengine generate kick --mode interpolate --stems 3 9 --count 4
  liveengine generate hihat --tempo 138 --bars 2 --seed 7
  liveengine generate synth --mode hybrid --stems 21 --amount 0.7
  liveengine generate percussion --mode hybrid --other hihat --amount 0.4
  liveengine generate all --count 2
"""
_NAMES = ("count", "other", "amount", "tempo", "bars", "seed")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("category", help="kick, snare, hihat, ... or all")
    parser.add_argument(
        "--mode",
        choices=["random", "interpolate", "hybrid", "walk"],
        default="random",
        help="random: from all that the category is like (default); interpolate: between two stems; hybrid: the rhythm "
        "of one with another timbre; walk: around one",
    )
    parser.add_argument("--stems", nargs="+", metavar="STEM", help="the stems to begin with; none: it chooses")
    parser.add_argument("--count", type=int, default=1, help="how many, 1 to 64, of all to 16 each (default 1)")
    parser.add_argument("--other", metavar="CATEGORY", help="the other half of a hybrid")
    parser.add_argument("--amount", type=float, help="0..1: the way to the second stem, or how far from the first")
    parser.add_argument("--tempo", type=float, metavar="BPM", help="make loops of this tempo")
    parser.add_argument("--bars", type=int, help="make loops of so many bars")
    parser.add_argument("--seed", type=int, help="the same seed and model give the same sound")


def run(options: Any) -> int:
    """Generate; print the new stems and what could not be made."""
    return asyncio.run(_generate(config.library_root(options.library), options))


async def _generate(library: Path, options: Any) -> int:
    every = options.category == "all"
    named = {name: getattr(options, name) for name in _NAMES if getattr(options, name) is not None}
    named |= {"mode": options.mode, **({} if every else {"category": options.category})}
    if options.stems:
        named["stems"] = ",".join(options.stems)
    async with connect.commands(library) as call:
        job = (await call("/generate/all" if every else "/generate", **named))["job"]
        result = (await follow(call, job, "generate", options.json))["result"]
        stems = [await call(f"/stem/{stem}") for stem in result["stems"]]
    if options.json:
        screen.line(result)
        return 0
    for stem in stems:
        screen.console().print(line(stem), markup=False, highlight=False)
    for reason in result["failed"]:
        screen.console().print(f"not made: {reason}", markup=False, highlight=False)
    if lacking := result["lacking"]:
        text = f"no model yet: {', '.join(lacking)}; `liveengine train all` teaches those with {LEAST} stems"
        screen.console().print(text, markup=False, highlight=False)
    return 0


def line(stem: dict[str, Any]) -> str:
    """Return one line for people."""
    parts = [f"{stem['id']:>5}  {stem['title']}", stem["category"]]
    if stem["loop"] and stem["bpm"]:
        parts.append(f"{stem['bpm']:g} BPM, {counted(stem['bars'], 'bar')}")
    else:
        parts.append(f"{stem['duration']:.2f} s")
    return "  ".join(parts)
