"""Let the library dream: learn from what was kept, and add a few new stems around that. Runs on: the user's shell.

What you like, keep and play for long is learnt from more, what you reject is left out. What a dream adds is tagged
`dreamt`; with `--lessons` it only says what it would learn.
"""

import argparse
import asyncio
from pathlib import Path
from typing import Any

from liveengine import config
from liveengine.cli import connect, screen
from liveengine.cli.ingest import follow

EXAMPLES = """examples:
  liveengine dream --lessons
  liveengine dream
  liveengine dream --categories kick bass --most 8 --seed 7
"""
RANKED = 10  # stems that are named as what is wanted most


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "--categories", nargs="+", metavar="CATEGORY", help="kick, bass, ... (default: those of which enough was kept)"
    )
    parser.add_argument("--most", type=int, default=16, help="how many stems to add at most (default 16)")
    parser.add_argument("--seed", type=int, default=0, help="the same seed, the same dream (default 0)")
    parser.add_argument("--lessons", action="store_true", help="only say what it would learn from")


def run(options: Any) -> int:
    """Dream and tell of it; return 0."""
    return asyncio.run(_dream(config.library_root(options.library), options))


async def _dream(library: Path, options: Any) -> int:
    chosen = {"categories": ", ".join(options.categories)} if options.categories else {}
    async with connect.commands(library) as call:
        if options.lessons:
            lessons = await call("/dream/lessons", **chosen)
            ranked = await call("/stems/ranked", limit=RANKED)
            screen.line({"lessons": lessons, "ranked": ranked}) if options.json else show_lessons(lessons, ranked)
            return 0
        job = (await call("/dream", **chosen, most=options.most, seed=options.seed))["job"]
        state = await follow(call, job, "dream", options.json, counted=False)
        if options.json:
            screen.line(state["result"])
        else:
            show(state["result"], {stem: await call(f"/stem/{stem}/lineage") for stem in state["result"]["stems"]})
    return 0


def show_lessons(lessons: list[dict[str, Any]], ranked: list[dict[str, Any]]) -> None:
    """Print what a dream would learn, and the stems that are wanted most."""
    screen.table("what a dream would learn", ("category", "from"), [(one["category"], one["words"]) for one in lessons])
    rows = [
        (one["stem"], f"{one['value']:+.2f}", one["category"], f"{one['seconds']:.0f}", one["title"]) for one in ranked
    ]
    columns = ("stem", "value", "category", "seconds heard", "name")
    screen.table("the most wanted first", columns, rows, right=("stem", "value", "seconds heard"))


def show(result: dict[str, Any], lineages: dict[int, dict[str, Any]]) -> None:
    """Print what was learnt from, what was made and of what, and what is missing."""
    rows = [
        (one["category"], one["learnt"], one["candidates"], len(one["stems"]), _left(one))
        for one in result["categories"]
    ]
    columns = ("category", "learnt from", "made", "added", "left out")
    screen.table("dreamt", columns, rows, right=("made", "added"))
    made = [(stem, line["category"], line["title"], _line(line)) for stem, line in lineages.items()]
    if made:
        screen.table("new stems", ("stem", "category", "name", "made from"), made, right=("stem",))
    console = screen.console()
    for missing in result["missing"]:
        console.print(f"not dreamt of: {missing}", markup=False)
    if not made:
        console.print("nothing was good and new enough; keep and like more, or dream with another --seed")


def _left(one: dict[str, Any]) -> str:
    names = {"poor": "poor", "alike": "like what is there", "spare": "to spare"}
    parts = [f"{one[name]} {word}" for name, word in names.items() if one[name]]
    return ", ".join([*parts, *([f"{len(one['faults'])} failed"] if one["faults"] else [])])


def _line(line: dict[str, Any]) -> str:
    parents = [f"{one['title']} {one['share']:.0%}" for one in line["parents"] if one["generation"] == 1]
    how = str(line["terms"].get("mode", ""))
    return f"{how}: {', '.join(parents)}" if how and parents else how or ", ".join(parents)
