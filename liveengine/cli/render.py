"""Turn a prompt into a finished track: plan, stems, arrangement, mix, WAV. Runs on: the user's shell."""

import argparse
import asyncio
from pathlib import Path
from typing import Any

from liveengine import config
from liveengine.cli import connect, screen
from liveengine.cli.ingest import follow

EXAMPLES = """examples:
  liveengine render "driving industrial techno 138 bpm"
  liveengine render "dunkler Techno, 2 Minuten" --seed 7 --out track.wav
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("prompt", help="genre, mood, tempo, key, length")
    parser.add_argument("--seed", type=int, default=0, help="another seed, another choice of stems (default 0)")
    parser.add_argument(
        "--out", metavar="FILE", help="default: generated_tracks/track_YYYYMMDD_HHMMSS.wav in the library"
    )


def run(options: Any) -> int:
    """Render; print the path of the track."""
    return asyncio.run(_render(config.library_root(options.library), options))


async def _render(library: Path, options: Any) -> int:
    named: dict[str, Any] = {"prompt": options.prompt, "seed": options.seed}
    if options.out:
        named["path"] = str(Path(options.out).expanduser().absolute())
    async with connect.commands(library) as call:
        job = (await call("/render", **named))["job"]
        state = await follow(call, job, "render", options.json, counted=False)
    screen.line(state["result"]) if options.json else screen.console().print(state["result"]["track_path"])
    return 0
