"""Show the job queue; cancel or retry a job. Runs on: the user's shell."""

import argparse
import asyncio
from pathlib import Path
from typing import Any

from liveengine import config
from liveengine.cli import connect, screen

EXAMPLES = """examples:
  liveengine jobs
  liveengine jobs --cancel 12
  liveengine jobs --retry 12
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--cancel", type=int, metavar="JOB", help="stop this job")
    parser.add_argument("--retry", type=int, metavar="JOB", help="run this failed job again")


def run(options: Any) -> int:
    """Print the queue after the wish, if any, was carried out."""
    return asyncio.run(_jobs(config.library_root(options.library), options))


async def _jobs(library: Path, options: Any) -> int:
    async with connect.commands(library) as call:
        if options.cancel:
            await call(f"/job/{options.cancel}/cancel")
        if options.retry:
            await call(f"/job/{options.retry}/retry")
        rows = await call("/jobs")
        for row in rows:
            row["faults"] = await call(f"/job/{row['id']}/faults") if row["kind"] == "ingest" else []
    if options.json:
        screen.line({"jobs": rows})
    else:
        columns = ("job", "kind", "state", "done", "total", "reason")
        cells = [(r["id"], r["kind"], r["state"], r["done"], r["total"], r["error"] or "") for r in rows]
        screen.table("", columns, cells, right=("job", "done", "total"))
        faults = [(row["id"], f["state"], f["path"], f["reason"]) for row in rows for f in row["faults"]]
        if faults:
            screen.table("files that were left out", ("job", "state", "file", "reason"), faults, right=("job",))
    return 0
