"""Take whole tracks apart into vocals, drums, bass and other. Runs on: the user's shell.

The parts become stems of the library, those of a track share tempo and key; with --output they are written into a
folder as vocals.wav, drums.wav, bass.wav and other.wav, and the library stays as it is. Each track gives one stem of
each part, and a model of a part (`liveengine train category drums`) needs eight.
"""

import argparse
import asyncio
from pathlib import Path
from typing import Any

from liveengine import config
from liveengine.cli import connect, screen
from liveengine.cli.ingest import leaving, watch
from liveengine.errors import BadArgument, JobFailure, LiveEngineError, NotFound

EXAMPLES = """examples:
  liveengine separate track.wav
  liveengine separate ~/tracks/*.wav
  liveengine separate track.wav --output parts/
  liveengine separate track.flac --separator htdemucs --scene 2
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("tracks", nargs="+", metavar="TRACK", help="audio files: WAV, FLAC, AIFF, OGG, MP3")
    parser.add_argument(
        "--separator", metavar="NAME", help="signal, or a Demucs model of the library (default: the best)"
    )
    parser.add_argument("--output", metavar="DIR", help="write the four files of one track there")
    parser.add_argument("--scene", type=int, help="load the parts of one track into this scene of the server")


def run(options: Any) -> int:
    """Separate; tell where the parts are."""
    paths = [Path(track).expanduser().absolute() for track in options.tracks]
    if missing := [str(path) for path in paths if not path.exists()]:
        raise NotFound(f"no such file: {', '.join(missing)}")
    if len(paths) > 1 and (options.output or options.scene):
        raise BadArgument("--output and --scene take one track: their places have no room for the parts of several")
    return asyncio.run(_separate(config.library_root(options.library), paths, options))


async def _separate(library: Path, paths: list[Path], options: Any) -> int:
    """Separate one after the other; one that cannot be leaves the others alone, and its code is returned."""
    asked, jobs, code = _asked(options), dict[int, Path](), 0
    async with connect.commands(library, make=True) as call:
        with leaving(jobs):
            for path in paths:
                try:
                    jobs[(await call("/separate", path=str(path), **asked))["job"]] = path
                except LiveEngineError as error:
                    code = _failed(path, error, len(paths))
            for job, path in list(jobs.items()):
                try:
                    result = (await watch(call, job, path.name, options.json))["result"]
                except JobFailure as error:
                    code = _failed(path, error, len(paths))
                else:
                    screen.line(result) if options.json else _tell(result)
                del jobs[job]
    return code


def _failed(path: Path, error: LiveEngineError, tracks: int) -> int:
    """Tell why one of several tracks is not separated and return the exit code; raise the error of the only one."""
    if tracks == 1:
        raise error
    screen.fault(f"liveengine: {path.name}: {error}")
    return error.exit_code


def _asked(options: Any) -> dict[str, Any]:
    asked: dict[str, Any] = {}
    for name in ("separator", "scene"):
        if (value := getattr(options, name)) is not None:
            asked[name] = value
    if options.output:
        asked["output"] = str(Path(options.output).expanduser().absolute())
    return asked


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
