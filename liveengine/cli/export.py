"""Write stems as WAV or FLAC files with all that is known of them inside. Runs on: the user's shell.

WAV files carry acid, smpl, cue, bext and LIST INFO chunks, FLAC files comments: samplers and DAWs find tempo, key, loop
and slices there. What you corrected counts. A file that is there already is never replaced.
"""

import argparse
import asyncio
from pathlib import Path
from typing import Any

from liveengine import config
from liveengine.cli import connect, screen
from liveengine.cli.ingest import follow
from liveengine.units import counted

EXAMPLES = """examples:
  liveengine export 3,8,12-20 --folder ~/Music/for-the-set
  liveengine export "dunkle Techno-Kicks" --limit 20 --format flac
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("which", metavar="STEMS", help="numbers such as 3,5,8-12, or a sentence to search")
    parser.add_argument("--folder", metavar="DIR", help="default: exported_stems in the library")
    parser.add_argument("--format", choices=["wav", "flac"], default="wav", help="default wav, 24 bits")
    parser.add_argument("--limit", type=int, default=100, help="matches of a sentence (default 100)")


def run(options: Any) -> int:
    """Export; print the folder and what could not be written."""
    return asyncio.run(_export(config.library_root(options.library), options))


async def _export(library: Path, options: Any) -> int:
    named: dict[str, Any] = {"which": options.which, "format": options.format, "limit": options.limit}
    if options.folder:
        named["folder"] = str(Path(options.folder).expanduser().absolute())
    async with connect.commands(library) as call:
        job = (await call("/stems/export", **named))["job"]
        state = await follow(call, job, "export", options.json)
    result = state["result"]
    if options.json:
        screen.line(result)
    else:
        for stem, reason in result["failed"].items():
            screen.console().print(f"stem {stem}: {reason}", markup=False)
        screen.console().print(f"{counted(len(result['files']), 'file')} in {result['folder']}", markup=False)
    return 0 if result["files"] or not result["failed"] else 1
