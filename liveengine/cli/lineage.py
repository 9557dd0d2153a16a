"""Show what a stem was made from and what was made of it, as a tree or a picture. Runs on: the user's shell.

Each line names what was done (separate, generate, mutate, propose, dream), with which model and seed, and how much of
each parent is in its child.
"""

import argparse
import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from liveengine import config
from liveengine.cli import connect, screen

if TYPE_CHECKING:
    from rich.tree import Tree

EXAMPLES = """examples:
  liveengine lineage 12
  liveengine lineage 12 --output lineage.svg
  liveengine lineage 12 --output lineage.png --dark
"""
_DONE = {
    "separate": "separated from",
    "generate": "generated from",
    "mutate": "mutated from",
    "propose": "proposed from",
    "dream": "dreamt from",
}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("stem", type=int, help="its number")
    parser.add_argument("--output", type=Path, metavar="FILE", help="draw it into this SVG or PNG file")
    parser.add_argument("--dark", action="store_true", help="draw on dark paper")


def run(options: Any) -> int:
    """Print the tree, draw it where that is asked for. Raises UnknownStem, Unavailable without matplotlib."""
    told = asyncio.run(_ask(config.library_root(options.library), options.stem))
    if options.output is not None:
        from liveengine.cli import descent

        descent.draw(told, options.output, dark=options.dark)
    if options.json:
        screen.line(told | ({} if options.output is None else {"picture": str(options.output)}))
        return 0
    screen.console().print(tree(told))
    if options.output is not None:
        screen.console().print(f"picture: {options.output}", markup=False)
    return 0


async def _ask(root: Path, stem: int) -> dict[str, Any]:
    async with connect.commands(root) as call:
        return whole(await call(f"/stem/{stem}/lineage"))


def whole(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return the lineage with the whole tracks that parts were separated from: no stems, their numbers are below 0."""
    tracks: dict[str, int] = {}
    found = list(told["parents"])
    known = {one["of"] for one in found}
    for one in [{**told, "generation": 0}, *told["parents"]]:
        terms = one.get("terms") or {}
        if one["made_by"] == "separate" and one["stem"] not in known and terms.get("track"):
            number = tracks.setdefault(terms.get("hash") or terms["track"], -1 - len(tracks))
            found.append(
                {"stem": number, "of": one["stem"], "generation": one["generation"] + 1, "share": 1.0, "there": True}
                | {"title": terms["track"], "category": "whole track", "provenance": "original", "made_by": ""}
            )
    return {**told, "parents": found}


def tree(told: Mapping[str, Any]) -> "Tree":
    """Return the lineage as lines: the stem, what it was made from, what was made of it."""
    from rich.text import Text
    from rich.tree import Tree

    found = Tree(Text(name(told), style="bold"))
    if told["parents"]:
        _grow(found.add(Text(how(told))), told["stem"], told["parents"], shares=True)
    elif told["made_by"]:
        found.add(Text(how(told).replace(" from", "", 1)))
    else:
        found.add(Text("made by nobody here: it came in as a file"))
    if told["children"]:
        _grow(found.add(Text("what was made of it")), told["stem"], told["children"], shares=False)
    return found


def _grow(branch: "Tree", stem: int, relatives: Sequence[Mapping[str, Any]], *, shares: bool) -> None:
    """Add those who belong to a stem, and theirs; each is named with all below it once."""
    from rich.text import Text

    seen = {stem}

    def grow(branch: "Tree", of: int) -> None:
        for one in relatives:
            if one["of"] != of:
                continue
            told = f"{one['share']:.0%} of {name(one)}" if shares else f"{name(one)}: {how(one)} it, {one['share']:.0%}"
            below = branch.add(Text(told))
            if one["stem"] not in seen:
                seen.add(one["stem"])
                grow(_made(below, one, relatives) if shares else below, one["stem"])

    grow(branch, stem)


def _made(below: "Tree", one: Mapping[str, Any], relatives: Sequence[Mapping[str, Any]]) -> "Tree":
    """Return the branch for a parent's own parents: how it was made comes before them."""
    from rich.text import Text

    return below.add(Text(how(one))) if any(other["of"] == one["stem"] for other in relatives) else below


def name(one: Mapping[str, Any]) -> str:
    """Return a stem's number, title and what it is, or that it is gone; a whole track has no number."""
    if one["stem"] < 0:
        return f"{one['title']} ({one['category']})"
    if not one.get("there", True):
        return f"{one['stem']}  {one['title']} (deleted)"
    return f"{one['stem']}  {one['title']} ({one['provenance']} {one['category']})"


def how(one: Mapping[str, Any]) -> str:
    """Return how a stem was made: what was done, in which mode, with which model and seed."""
    terms = one.get("terms") or {}
    said = [f"{key} {value:.3g}" if isinstance(value, float) else f"{key} {value}" for key, value in _plain(terms)]
    parts = [*said, f"with {one['model']}" if one.get("model") else "", f"seed {one['seed']}" if _seeded(one) else ""]
    more = ", ".join(part for part in parts if part)
    done = _DONE.get(one["made_by"], "made from")
    return f"{done.removesuffix(' from')} ({more}) from" if more else done


def _seeded(one: Mapping[str, Any]) -> bool:
    return one.get("seed") is not None


def _plain(terms: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Return the terms that one may read at a glance."""
    wanted = ("mode", "kind", "amount", "style", "part")
    return [(key, terms[key]) for key in wanted if isinstance(terms.get(key), (str, int, float))]
