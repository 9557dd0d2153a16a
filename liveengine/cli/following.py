"""Jobs as they go: bars on a terminal, a line for each tenth where there is none. Runs on: the user's shell."""

import asyncio
import sys
import time
from contextlib import ExitStack
from typing import Any, Protocol

from rich.progress import TaskID
from rich.text import Text

from liveengine.cli import connect, screen
from liveengine.cli.progress import clock
from liveengine.errors import Unavailable

Row = dict[str, Any]

OPEN = ("queued", "running")
POLL_S = 0.2
PATIENCE = 50  # times that a daemon may not answer in a row: it may be on its way back
COLOURS = {"warning": "yellow", "error": "red"}


class View(Protocol):
    """What is told of jobs."""

    def show(self, row: Row) -> None:
        """Show how a job is."""


async def jobs(call: connect.Call, kind: str | None, as_json: bool) -> int:
    """Follow all jobs (of a kind) until they have ended; return 1 if one of them failed."""
    last: dict[int, Row] = {}
    with ExitStack() as stack:
        view: View = _Json() if as_json else _Lines()
        if not as_json and sys.stdout.isatty():
            view = _Bars(stack)
        while True:
            rows = await _asked(call, kind, last)
            for row in rows:
                view.show(row)
                last[row["id"]] = row
            if not any(row["state"] in OPEN for row in last.values()):
                break
            await asyncio.sleep(POLL_S)
    if not last and not as_json:
        screen.console().print("no job waits or runs")
    return int(any(row["state"] in ("failed", "set_aside") for row in last.values()))


async def _asked(call: connect.Call, kind: str | None, last: dict[int, Row]) -> list[Row]:
    """Return the jobs that are open, and those that were a moment ago."""
    lost = 0
    while True:
        try:
            only = {} if kind is None else {"kind": kind}
            rows = [row for state in OPEN for row in await call("/jobs", state=state, **only)]
            there = {row["id"] for row in rows}
            ended = [job for job, row in last.items() if row["state"] in OPEN and job not in there]
            return sorted([*rows, *[await call(f"/job/{job}") for job in ended]], key=lambda row: int(row["id"]))
        except Unavailable:
            lost += 1
            if lost > PATIENCE:
                raise
            await asyncio.sleep(POLL_S)


def _title(row: Row) -> str:
    """Return a job's number, its kind and what it is about."""
    return f"{row['id']} {row['kind']} {row['about']}".rstrip()


class _Json:
    """A JSON document for each change."""

    def __init__(self) -> None:
        self._last: dict[int, Row] = {}

    def show(self, row: Row) -> None:
        if self._last.get(row["id"]) != row:
            self._last[row["id"]] = row
            screen.line(row)


class _Lines:
    """A line for each state and each tenth of a job."""

    def __init__(self) -> None:
        self._last: dict[int, tuple[str, int]] = {}

    def show(self, row: Row) -> None:
        tenth = 10 * row["done"] // row["total"] if row["total"] else 0
        if self._last.get(row["id"]) == (row["state"], tenth):
            return
        self._last[row["id"]] = row["state"], tenth
        left = f", {clock(row['seconds_left'])} left" if row["seconds_left"] else ""
        words = row["error"] or row["text"]
        steps = f" {row['done']}/{row['total']}" if row["total"] else ""
        line = f"job {_title(row)}: {row['state']}{steps}{left}{f' ({words})' if words else ''}"
        screen.console().print(line, markup=False)


class _Bars:
    """A bar for each job."""

    def __init__(self, stack: ExitStack) -> None:
        self._display = stack.enter_context(screen.progress())
        self._bars: dict[int, TaskID] = {}

    def show(self, row: Row) -> None:
        if row["id"] not in self._bars:
            self._bars[row["id"]] = self._display.add_task(_title(row), total=None, start=False, text="", left=None)
        bar = self._bars[row["id"]]
        if row["state"] != "queued":
            self._display.start_task(bar)
        words = {"queued": "waits", "running": row["text"]}.get(row["state"], row["error"] or row["state"])
        total = row["total"] or (1 if row["state"] == "done" else None)
        done = total if row["state"] == "done" else row["done"]
        self._display.update(bar, completed=done, total=total, text=words, left=row["seconds_left"])
        if row["state"] not in OPEN:
            self._display.stop_task(bar)


async def log(call: connect.Call, job: int, follow: bool, as_json: bool) -> int:
    """Print what was noted of a job, to its end if `follow`; return 1 if it failed."""
    after = 0
    while True:
        state = (await call(f"/job/{job}"))["state"]  # before the lines: then none of its last ones is missed
        for line in await call(f"/job/{job}/log", after=after):
            after = line["id"]
            screen.line(line) if as_json else _print(line)
        if not follow or state not in OPEN:
            return int(follow and state in ("failed", "set_aside"))
        await asyncio.sleep(POLL_S)


def _print(line: Row) -> None:
    at = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(line["at"]))
    text = Text(f"{at}  {line['text']}", style=COLOURS.get(line["level"], ""))
    screen.console().print(text)
