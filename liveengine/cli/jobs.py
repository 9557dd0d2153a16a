"""Show the job queue; follow it, read what was noted of a job, cancel or retry one. Runs on: the user's shell."""

import argparse
import asyncio
import time
from pathlib import Path
from typing import Any, get_args

from liveengine import config
from liveengine.cli import connect, screen
from liveengine.stems.model import JobState

EXAMPLES = """examples:
  liveengine jobs
  liveengine jobs --state failed --kind train
  liveengine jobs --follow
  liveengine jobs --log 12 --follow
  liveengine jobs --cancel 12
  liveengine jobs --retry 12
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--cancel", type=int, metavar="JOB", help="stop this job")
    parser.add_argument("--retry", type=int, metavar="JOB", help="run this failed job again")
    parser.add_argument("--log", type=int, metavar="JOB", help="what was noted of this job: tries, progress, warnings")
    parser.add_argument("--follow", action="store_true", help="go on until all jobs, or the one of --log, have ended")
    parser.add_argument("--state", choices=get_args(JobState), help="only the jobs in this state")
    parser.add_argument("--kind", help="only the jobs of this kind: ingest, separate, train, generate, ...")
    parser.add_argument("--limit", type=int, default=100, metavar="N", help="the newest N jobs (100)")


def run(options: Any) -> int:
    """Print the queue, or a job's log, after the wish, if any, was carried out; 1 if a job that was followed failed."""
    return asyncio.run(_jobs(config.library_root(options.library), options))


async def _jobs(library: Path, options: Any) -> int:
    from liveengine.cli import following

    async with connect.commands(library) as call:
        if options.cancel:
            await call(f"/job/{options.cancel}/cancel")
        if options.retry:
            await call(f"/job/{options.retry}/retry")
        if options.log:
            return await following.log(call, options.log, options.follow, options.json)
        narrowed = {name: value for name in ("state", "kind") if (value := getattr(options, name))}
        if options.follow:
            return await following.jobs(call, narrowed.get("kind"), options.json)
        rows = await call("/jobs", limit=options.limit, **narrowed)
        for row in rows:
            row["faults"] = await call(f"/job/{row['id']}/faults") if row["kind"] == "ingest" else []
    if options.json:
        screen.line({"jobs": rows})
    else:
        _print(rows)
    return 0


def _print(rows: list[dict[str, Any]]) -> None:
    if not rows:
        screen.console().print("no job: what is taken in, separated, taught, made or rendered would be told here")
        return
    columns = ("job", "kind", "state", "done", "asked", "took", "left", "about")
    right = ("job", "done", "took", "left")
    screen.table("", columns, [_cells(row) for row in rows], right=right, whole=columns[:-1])
    faults = [(row["id"], f["state"], f["path"], f["reason"]) for row in rows for f in row["faults"]]
    if faults:
        screen.table("files that were left out", ("job", "state", "file", "reason"), faults, right=("job",))


def _cells(row: dict[str, Any]) -> tuple[Any, ...]:
    from liveengine.cli.progress import clock

    share = 1.0 if row["state"] == "done" else row["done"] / row["total"] if row["total"] else 0.0
    told = ": ".join(part for part in (row["about"], row["error"] or "") if part)
    times = (_when(row["created_at"]), clock(row["seconds"]), clock(row["seconds_left"]))
    return row["id"], row["kind"], row["state"], f"{share:.0%}", *times, told


def _when(at: float) -> str:
    """Return the time of day, or the day where it was another one."""
    then = time.localtime(at)
    return time.strftime("%H:%M" if then[:3] == time.localtime()[:3] else "%Y-%m-%d", then)
