"""Turn a Demucs checkpoint (*.th) into files that are safe to load. Runs on: the user's shell.

A checkpoint is a pickle, which may run whatever its author likes. Its checksum is looked at first; then it is read in a
process without network that can write nowhere else, by a reader that knows tensors, numbers and three networks.
"""

import argparse
import asyncio
import re
from pathlib import Path
from typing import Any

from liveengine import config
from liveengine.cli import screen
from liveengine.errors import BadArgument
from liveengine.jobs.pool import Pool

EXAMPLES = """examples:
  liveengine models convert ~/Downloads/955717e8-8726e21a.th --name htdemucs
  liveengine models convert my-model.th --sha256 3f1c0a96e2d1...
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("file", help="the checkpoint; its name ends with its checksum, as in 955717e8-8726e21a.th")
    parser.add_argument("--sha256", metavar="HEX", help="its SHA-256, or the beginning, where its name does not say it")
    parser.add_argument("--name", help="what the model is called from now on (default: the file's name)")


def run(options: Any) -> int:
    """Convert it; return 0."""
    path = Path(options.file).expanduser().absolute()
    name = options.name or path.stem.partition("-")[0]
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", name):
        raise BadArgument(f"{name!r} is no name for a model: give --name, of letters, digits, _ . and -, at most 64")
    target = config.library_root(options.library) / "models" / "demucs" / name
    payload = {"path": str(path), "target": str(target), "sha256": options.sha256}
    card = asyncio.run(_convert(payload, options.json))
    if options.json:
        screen.line(card | {"folder": str(target)})
    else:
        screen.console().print(
            f"{card['id']} is in {target}: `liveengine separate TRACK` uses it from now on, unless separate.model "
            "names another",
            markup=False,
        )
        if card["made_of"]["checked"] == "own name":
            screen.console().print(
                f"Its checksum is what {path.name} says of itself, and is none of Demucs' own: nobody vouches for "
                "where it comes from. It was read as any stranger's file, sealed",
                markup=False,
            )
    return 0


async def _convert(payload: dict[str, Any], quiet: bool) -> dict[str, Any]:
    with screen.progress(quiet=quiet) as display:
        row = display.add_task("convert", total=None, text="")

        def show(done: int, total: int, text: str) -> None:
            display.update(row, completed=done, total=total, text=text)

        async with Pool(1) as pool:
            return await pool.run("convert", payload, progress=show)
