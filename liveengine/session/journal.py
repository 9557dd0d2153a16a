"""Everything pushed and everything that happened, line by line, to play it again. Runs on: event loop, writer thread.

One JSON array per line of `<library>/journal/<start time>.jsonl`:
`["start", {place, rate, frame, ...}]`, `["load", segment, {key, stem, path, frames, channels, loop, markers}]` (a
pattern has a negative key, and `at`, `beats`, `tempo`; a rendered loop has `variant`), `["push", [fields of a command
record]]`, `["report", [kind, track, slot, segment, token, frame, beat, aux]]`, and `["lost", n]` where reports or lines
are missing: then it cannot be replayed. Replay obeys it: each record that took effect is pushed again with the frame at
which it did, and what the engine shed, being short of time, is shed again at the same frame.

One life of the engine may fill several files: a long one, or one that has seen several daemons. A daemon that begins
takes what the rings still hold, since the one before it may have been killed before it wrote that; lines may thus come
twice, and are told apart by their token.
"""

import asyncio
import json
import logging
import math
import time
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from liveengine.engine.again import obeyed
from liveengine.engine.engine import Engine, Report
from liveengine.engine.layout import COMMAND, NEVER
from liveengine.engine.ops import Happened
from liveengine.errors import Unavailable

log = logging.getLogger(__name__)

FILE_BYTES = 8 << 20  # then another file is begun
FILES = 64  # the oldest beyond are removed; each daemon begins one
WAITING = 200_000  # lines kept in memory while the disk does not answer; the oldest beyond are lost and counted

_FIELDS = tuple(name for name in COMMAND.names or () if not name.startswith("_") and name not in ("due", "waits"))


class Incomplete(Unavailable):
    """What a journal says is not all that happened."""

    code = "journal_incomplete"


class Journal:
    """Takes lines from any thread without waiting, writes them in the background."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._waiting: deque[tuple[str, Any]] = deque(maxlen=WAITING)
        self._file: Path | None = None
        self._start: dict[str, Any] = {}
        self._lock = asyncio.Lock()
        self._failing = False
        self.lost = 0  # lines ...
        self._told = 0  # ... and how many of them the journal speaks of

    @property
    def path(self) -> Path | None:
        """Return the file that is written now; None before the first line."""
        return self._file

    def begin(self, start: dict[str, Any]) -> None:
        """Note the state at which the journal begins; first line of each file."""
        self._start = start

    def pushed(self, record: bytes) -> None:
        """Take a command record as it goes into the ring."""
        self._add("push", record)

    def loaded(self, segment: int, facts: dict[str, Any]) -> None:
        """Take note of what lies in a segment from now on."""
        self._add("load", (segment, facts))

    def reported(self, report: Report) -> None:
        """Take a report of the engine."""
        self._add("report", report)

    def recall(self, engine: Engine) -> list[Report]:
        """Take what both rings still hold, and return its reports, oldest first; those not read yet count as read."""
        memory = engine.memory
        engine.reports()
        header = memory.header[0]
        for record in _last(memory.commands, int(header["command_write"]), len(memory.commands)):
            self.pushed(record.tobytes())
        count = len(memory.events) - len(memory.events) // 4  # the engine may be writing over the oldest ones
        events = _last(memory.events, int(header["event_read"]), count).tolist()
        reports = [Report(Happened(kind), *rest[:7]) for kind, *rest in events]
        for report in reports:
            self.reported(report)
        return reports

    def missed(self, reports: int) -> None:
        """Take note that so many reports of the engine were lost."""
        self._add("lost", (reports,))

    async def flush(self) -> None:
        """Write what waits, on another thread; what the disk refuses is lost, counted, and told once."""
        async with self._lock:
            if not self._waiting:
                return
            try:
                await asyncio.to_thread(self._write)
            except OSError as error:
                if not self._failing:
                    log.warning("the journal cannot be written, and has gaps from now on: %s", error)
                self._failing = True
            else:
                self._failing = False

    def _add(self, kind: str, what: Any) -> None:
        if len(self._waiting) == WAITING:
            self.lost += 1
        self._waiting.append((kind, what))

    def _write(self) -> None:
        lines = []
        lost = self.lost
        note = _line("lost", (lost - self._told,)) if lost > self._told else ""
        while self._waiting:
            kind, what = self._waiting.popleft()
            lines.append(_line(kind, what))
        try:
            if self._file is None or self._file.stat().st_size > FILE_BYTES:
                self._file = self._next()
            with self._file.open("a", encoding="utf-8") as file:
                file.write("\n" * self._failing + note + "".join(lines))  # the write before may have been cut short
        except OSError:
            self.lost += len(lines)
            raise
        self._told = lost

    def _next(self) -> Path:
        self._folder.mkdir(parents=True, exist_ok=True)
        stamp = time.strftime("%Y%m%d_%H%M%S")
        names = (f"{stamp}.jsonl", *(f"{stamp}_{number:03d}.jsonl" for number in range(2, 1000)))
        path = next(self._folder / name for name in names if not (self._folder / name).exists())
        try:
            path.write_text(json.dumps(["start", self._start]) + "\n", "utf-8")
        except OSError:
            path.unlink(missing_ok=True)
            raise
        for old in sorted(self._folder.glob("*.jsonl"))[:-FILES]:
            old.unlink(missing_ok=True)
        return path


def _line(kind: str, what: Any) -> str:
    if kind == "push":
        record = np.frombuffer(what, COMMAND, 1)[0]
        row: list[Any] = ["push", [_plain(record[name].item()) for name in _FIELDS]]
    elif kind == "report":
        row = ["report", [_plain(value) for value in what]]
    else:
        row = [kind, *what]
    return json.dumps(row, separators=(",", ":")) + "\n"


def _plain(value: float) -> float | None:
    return None if isinstance(value, float) and math.isnan(value) else value


def _last(ring: npt.NDArray[np.void], write: int, count: int) -> npt.NDArray[np.void]:
    """Return a copy of the last `count` records, or fewer, before position `write` of a ring."""
    found: npt.NDArray[np.void] = ring[np.arange(max(0, write - count), write) & (len(ring) - 1)]
    return found


def _rows(paths: Iterable[Path]) -> Iterator[list[Any]]:
    """Give the rows of journals, file after file; a last line that a kill cut short is left out."""
    for path in paths:
        for line in path.read_text("utf-8").splitlines():
            try:
                yield json.loads(line)
            except ValueError:
                continue


def life(folder: Path) -> list[Path]:
    """Return the files of the engine's latest life, in the order in which they were written."""
    found = [(path, start(path).get("place")) for path in sorted(folder.glob("*.jsonl"))]
    return [path for path, place in found if place == found[-1][1]]


def start(*paths: Path) -> dict[str, Any]:
    """Return the state at which a journal begins."""
    return next((dict(row[1]) for row in _rows(paths) if row[0] == "start"), {})


def loads(*paths: Path) -> list[tuple[int, dict[str, Any]]]:
    """Return (segment, facts) of everything that was loaded, in order."""
    return [(int(row[1]), dict(row[2])) for row in _rows(paths) if row[0] == "load"]


def records(*paths: Path) -> npt.NDArray[np.void]:
    """Return what took effect, see `engine.again.obeyed`: replayed on an engine in the same first state with the same
    buffers, it gives the same samples.

    `paths` are the files of one life of the engine, in the order in which they were written. Raises Incomplete.
    """
    pushed: dict[int, np.void] = {}
    reports = []
    token = _FIELDS.index("token")
    for kind, row, *_ in _rows(paths):
        if kind == "push":
            pushed[row[token]] = _record(row)
        elif kind == "report":
            reports.append(Report(Happened(row[0]), *row[1:8]))
        elif kind == "lost":
            raise Incomplete(
                f"{row} reports of the engine or lines are missing in the journal from {paths[0].name} on (its ring or "
                f"the disk was full); it cannot be replayed"
            )
    return obeyed(pushed, reports)


def _record(values: list[Any]) -> np.void:
    record: np.void = np.zeros(1, COMMAND)[0]
    record["frame"] = NEVER
    for name, value in zip(_FIELDS, values, strict=True):
        record[name] = math.nan if value is None else value
    return record
