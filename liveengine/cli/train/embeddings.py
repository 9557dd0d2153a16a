"""Teach the search words of your own, on a folder of sounds with captions. Runs on: the user's shell.

Captions stand in a CSV file whose first line names the columns (`file,caption`), or in a text beside each sound
(`kick.wav`, `kick.txt`), one in a line. The sounds need not be in the library. The library is searched with the new
model once you say so: `liveengine models use NAME`.
"""

import argparse
import asyncio
from pathlib import Path
from typing import Any

from liveengine import config
from liveengine.cli import connect, screen
from liveengine.cli.ingest import follow
from liveengine.errors import OutOfRange

EXAMPLES = """examples:
  liveengine train embeddings ~/my-sounds --name my-techno
  liveengine train embeddings ~/my-sounds --name my-techno --captions ~/captions.csv --base clap
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("folder", help="where the sounds lie")
    parser.add_argument("--name", required=True, help="what the model is called, such as my-techno")
    parser.add_argument("--captions", metavar="FILE", help="a CSV file (default: captions.csv in the folder, if any)")
    parser.add_argument("--base", choices=["auto", "traum-mini", "clap"], default="auto", help="what learns (auto)")
    parser.add_argument("--epochs", type=int, default=12, help="passes at most (default 12)")
    parser.add_argument("--seed", type=int, default=0, help="what everything random depends on (default 0)")
    parser.add_argument("--force", action="store_true", help="keep the model even if it is worse than its base")


def run(options: Any) -> int:
    """Train, and print what the model finds that its base does not; return 0."""
    if options.epochs < 1:
        raise OutOfRange(f"--epochs {options.epochs}: at least 1")
    return asyncio.run(_train(config.library_root(options.library), options))


async def _train(library: Path, options: Any) -> int:
    asked = {name: getattr(options, name) for name in ("name", "base", "epochs", "seed", "force")}
    asked["folder"] = str(Path(options.folder).expanduser().absolute())
    if options.captions:
        asked["captions"] = str(Path(options.captions).expanduser().absolute())
    async with connect.commands(library, make=True) as call:
        job = (await call("/embeddings/train", **asked))["job"]
        state = await follow(call, job, options.name, options.json, counted=False)
    screen.line(state) if options.json else _shown(state["result"])
    return 0


def _shown(result: dict[str, Any]) -> None:
    """Print the figures of the card: before and after."""
    names = {"own": "your captions, sounds held back", "general": "general queries"}
    rows = [
        (words, *(f"{result[part][when][f'recall_at_{k}']:.0%}" for k in (1, 5, 10) for when in ("before", "after")))
        for part, words in names.items()
    ]
    columns = ("found among the first", "1: before", "after", "5: before", "after ", "10: before", " after")
    screen.table(f"{result['id']}, {result['sounds']} sounds", columns, rows, right=columns[1:])
    for name, reason in result["left_out"].items():
        screen.console().print(f"left out: {name}: {reason}", markup=False)
    screen.console().print(f"search with it: liveengine models use {result['name']}", markup=False)
