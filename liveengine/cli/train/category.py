"""Learn the character of a category from the library's stems. Runs on: the user's shell.

A variational autoencoder learns what the kicks, basses or pads of your library have in common; generating and mutating
start from it. It takes minutes, and music goes on meanwhile. What was broken off goes on where it was; the same stems
and the same seed make the same model. At least 8 stems are needed, 50 and more are better.
"""

import argparse
import asyncio
from typing import Any

from liveengine import config
from liveengine.cli import connect, screen
from liveengine.cli.ingest import follow

EXAMPLES = """examples:
  liveengine train category kick
  liveengine train category kick --seed 7 --epochs 60
  liveengine train category hihat --most 200 --json
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("category", help="kick, snare, hihat, bass, percussion, fx, synth, vocal, atmo ...")
    common(parser)


def common(parser: argparse.ArgumentParser) -> None:
    """Declare what one category and all of them take."""
    parser.add_argument("--seed", type=int, help="the same seed and stems, the same model (default 0)")
    parser.add_argument("--epochs", type=int, help="at most so many passes over the stems (default 16)")
    parser.add_argument("--most", type=int, metavar="STEMS", help="at most so many stems, drawn by lot (default 400)")
    parser.add_argument("--generated", action="store_true", help="learn from stems that were generated, too")


def run(options: Any) -> int:
    """Train one category; return 0 when its model stands."""
    return asyncio.run(train(options, "/train", category=options.category))


async def train(options: Any, address: str, **asked: Any) -> int:
    """Ask for a training and follow it to its end; say what came of it."""
    given = {name: getattr(options, name) for name in ("seed", "epochs", "most")}
    asked |= {name: value for name, value in given.items() if value is not None}
    if options.generated:
        asked["generated"] = True
    async with connect.commands(config.library_root(options.library)) as call:
        job = (await call(address, **asked))["job"]
        state = await follow(call, job, address[1:], options.json, counted=False)
    result = state["result"]
    screen.line(result) if options.json else tell(result)
    return 0


def tell(result: dict[str, Any]) -> None:
    """Say in words what was learnt and what was not."""
    columns = ("category", "stems", "epochs", "best", "error dB", "minutes", "model")
    rows = [
        (name, *(one[part] for part in ("stems", "epochs", "kept_epoch")), _error(one), one["minutes"], one["id"])
        for name, one in result["models"].items()
    ]
    if rows:
        screen.table("", columns, rows, right=columns[1:6])
    show = screen.console().print
    for name, one in result["models"].items():
        for skipped in one["skipped"]:
            show(f"{name}: stem {skipped['stem']} is left out: {skipped['why']}", markup=False, soft_wrap=True)
        if one["note"]:
            show(f"{name}: {one['note']}", markup=False, soft_wrap=True)
        show(f"`liveengine train plot {name}` draws how it went", markup=False)
    for name, why in result["failed"].items():
        show(f"{name} is not learnt: {why}", markup=False, soft_wrap=True)


def _error(card: dict[str, Any]) -> str:
    """Return how far the levels of stems that were held back are missed."""
    return f"{80 * card['loss']['reconstruction'] ** 0.5:.1f}"
