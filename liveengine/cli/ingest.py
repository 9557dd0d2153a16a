"""Add audio files and folders to the library: WAV, FLAC, AIFF, OGG, MP3. Runs on: the user's shell.

Originals are never touched. A file that cannot be used goes to quarantine with the reason; the rest goes on.
"""

import argparse
import asyncio
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from liveengine import config
from liveengine.cli import connect, screen
from liveengine.errors import NotFound

EXAMPLES = """examples:
  liveengine ingest ~/samples
  liveengine ingest kick.wav "pads and drones/" --json
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("paths", nargs="+", metavar="PATH", help="files and folders")


def run(options: Any) -> int:
    """Ingest the paths; return 0 when the job is done, whatever went to quarantine."""
    paths = [str(Path(path).expanduser().absolute()) for path in options.paths]
    if missing := [path for path in paths if not Path(path).exists()]:
        raise NotFound(f"no such file or folder: {', '.join(missing)}")
    return asyncio.run(_ingest(config.library_root(options.library), paths, options.json))


async def _ingest(library: Path, paths: list[str], as_json: bool) -> int:
    async with connect.commands(library, make=True) as call:
        jobs: dict[int, str] = {}
        with leaving(jobs):
            for path in paths:
                jobs[(await call("/ingest", path=path))["job"]] = path
            for job, path in list(jobs.items()):
                state = await watch(call, job, Path(path).name, as_json)
                screen.line(state) if as_json else screen.console().print(summary(state))
                del jobs[job]
    return 0


async def follow(call: connect.Call, job: int, title: str, as_json: bool, counted: bool = True) -> dict[str, Any]:
    """Show the job's progress until it ends, counted or in per cent; return its last state.

    Whoever looks away (Ctrl-C) is told that it goes on, and how to end it.
    """
    with leaving([job]):
        return await watch(call, job, title, as_json, counted)


@contextmanager
def leaving(jobs: Collection[int]) -> Iterator[None]:
    """Tell whoever looks away which of these jobs go on, and how to end them; take out what has ended meanwhile."""
    try:
        yield
    except asyncio.CancelledError:
        for job in jobs:
            goes = f"job {job} goes on with the server, else with the next command on this library"
            screen.fault(f"liveengine: {goes}; `liveengine jobs --cancel {job}` ends it")
        raise


async def watch(call: connect.Call, job: int, title: str, as_json: bool, counted: bool = True) -> dict[str, Any]:
    """Show the job's progress as `follow` does, for one that says itself what goes on."""
    if as_json:
        return await connect.finished(call, job, lambda state: None)
    with screen.progress(counted) as display:
        row = display.add_task(title, total=None, text="", left=None)

        def show(state: dict[str, Any]) -> None:
            steps = {"completed": state["done"], "total": state["total"] or None}
            display.update(row, **steps, text=state["text"], left=state["seconds_left"])

        last = await connect.finished(call, job, show)
        total = last["total"] or display.tasks[row].total or 1
        display.update(row, completed=total, total=total)  # the last step may lie between two questions
        return last


def summary(state: dict[str, Any]) -> str:
    """Return one line for people on what an ingest job did."""
    result = state.get("result") or {}
    parts = [f"{result.get('added', 0)} added", f"{result.get('known', 0)} known already"]
    if failed := result.get("failed", 0) + result.get("vanished", 0):
        parts.append(f"{failed} failed (`liveengine jobs` names the reasons)")
    if result.get("quarantined"):
        parts.append(f"{result['quarantined']} in quarantine (`liveengine jobs` names the reasons)")
    return "Processing complete: " + ", ".join(parts)
