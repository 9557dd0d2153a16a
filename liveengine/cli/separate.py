"""Take a whole track apart into vocals, drums, bass and other. Runs on: the user's shell.

The parts become stems of the library, which share tempo and key; with --output they are written into a folder as
vocals.wav, drums.wav, bass.wav and other.wav, and the library stays as it is.
"""

import argparse
import asyncio
from pathlib import Path
from typing import Any

from liveengine import config
from liveengine.cli import connect, screen
from liveengine.cli.ingest import follow
from liveengine.errors import NotFound

EXAMPLES = """examples:
  liveengine separate track.wav
  liveengine separate track.wav --output parts/
  liveengine separate track.flac --separator htdemucs --scene 2
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("track", help="an audio file: WAV, FLAC, AIFF, OGG, MP3")
    parser.add_argument(
        "--separator", metavar="NAME", help="signal, or a Demucs model of the library (default: the best)"
    )
    parser.add_argument("--output", metavar="DIR", help="write the four files there, and leave the library as it is")
    parser.add_argument("--scene", type=int, help="load the parts into free slots of this scene of the running server")


def run(options: Any) -> int:
    """Separate; tell where the parts are."""
    path = Path(options.track).expanduser().absolute()
    if not path.exists():
        raise NotFound(f"no such file: {path}")
    return asyncio.run(_separate(config.library_root(options.library), path, options))


async def _separate(library: Path, path: Path, options: Any) -> int:
    asked: dict[str, Any] = {"path": str(path)}
    for name in ("separator", "scene"):
        if (value := getattr(options, name)) is not None:
            asked[name] = value
    if options.output:
        asked["output"] = str(Path(options.output).expanduser().absolute())
    async with connect.commands(library, make=True) as call:
        job = (await call("/separate", **asked))["job"]
        state = await follow(call, job, path.name, options.json)
    screen.line(state["result"]) if options.json else _tell(state["result"])
    return 0


def _tell(result: dict[str, Any]) -> None:
    """Say in words what came of it."""
    show = screen.console().print
    if "files" in result:
        for part, file in result["files"].items():
            show(f"{part:<8}{file}", markup=False, soft_wrap=True)
    else:
        for part, stem in result["stems"].items():
            show(f"{part:<8}stem {stem}", markup=False)
    for part, why in result.get("left_out", {}).items():
        show(f"{part:<8}left out: {why}", markup=False)
    if result.get("known"):
        show("this track was separated before, by the same separator")
    else:
        tempo = f"{result['tempo']:.4g} BPM" if result["tempo"] else "no clear tempo"
        key = result["key"] or "no clear key"
        show(f"{tempo}, {key}; the parts sum up to the track but for {result['sum_db']:.0f} dB", soft_wrap=True)
    show(f"{result['separator']}: {result['says']}", markup=False)
