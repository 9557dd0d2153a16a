"""Everything pushed and everything that happened, line by line, to play it again. Runs on: event loop, writer thread.

One JSON array per line of `<library>/journal/<start time>.jsonl`:
`["start", {rate, frame, ...}]`, `["load", segment, {key, stem, path, frames, channels}]`, `["push", [fields of a
command record]]`, `["report", [kind, track, slot, segment, token, frame, beat, aux]]`. Replay obeys it: each record
that took effect is pushed again with the frame at which it did.
"""

import asyncio
import json
import logging
import math
import time
from collections import deque
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from liveengine.engine.engine import Report
from liveengine.engine.layout import COMMAND, NEVER, Happened, Op

log = logging.getLogger(__name__)

FILE_BYTES = 64 << 20  # then another file is begun
FILES = 8  # the oldest beyond are removed
WAITING = 200_000  # lines kept in memory while the disk does not answer; the oldest beyond are lost and counted

_FIELDS = tuple(name for name in COMMAND.names or () if not name.startswith("_") and name not in ("due", "waits"))


class Journal:
    """Takes lines from any thread without waiting, writes them in the background."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._waiting: deque[tuple[str, Any]] = deque(maxlen=WAITING)
        self._file: Path | None = None
        self._start: dict[str, Any] = {}
        self._lock = asyncio.Lock()
        self._failing = False
        self.lost = 0  # lines

    @property
    def path(self) -> Path | None:
        """Return the file that is written now; None before the first line."""
        return self._file

    def begin(self, start: dict[str, Any]) -> None:
        """Note the state at which the journal begins; first line of each file."""
        self._start = start

    def pushed(self, record: np.void) -> None:
        """Take a command record as it goes into the ring."""
        self._add("push", record.tobytes())

    def loaded(self, segment: int, facts: dict[str, Any]) -> None:
        """Take note of what lies in a segment from now on."""
        self._add("load", (segment, facts))

    def reported(self, report: Report) -> None:
        """Take a report of the engine."""
        self._add("report", report)

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
        while self._waiting:
            kind, what = self._waiting.popleft()
            lines.append(_line(kind, what))
        try:
            if self._file is None or self._file.stat().st_size > FILE_BYTES:
                self._file = self._next()
            with self._file.open("a", encoding="utf-8") as file:
                file.write("".join(lines))
        except OSError:
            self.lost += len(lines)
            raise

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


def _rows(path: Path) -> list[list[Any]]:
    """Return the rows of a journal; a last line that a kill cut short is left out."""
    rows = []
    for line in path.read_text("utf-8").splitlines():
        try:
            rows.append(json.loads(line))
        except ValueError:
            continue
    return rows


def start(path: Path) -> dict[str, Any]:
    """Return the state at which a journal begins."""
    return next((dict(row[1]) for row in _rows(path) if row[0] == "start"), {})


def loads(path: Path) -> list[tuple[int, dict[str, Any]]]:
    """Return (segment, facts) of everything that was loaded, in order."""
    return [(int(row[1]), dict(row[2])) for row in _rows(path) if row[0] == "load"]


def records(path: Path) -> npt.NDArray[np.void]:
    """Return the COMMAND records that took effect, in the order and with the exact frames in which they did.

    Pushed in this order into an engine in the same first state with the same buffers, they give the same samples.
    Records that were superseded, refused or cancelled are not among them, nor those that give buffers back.
    """
    pushed: dict[int, np.void] = {}
    taken: list[np.void] = []
    token = _FIELDS.index("token")
    for row in _rows(path):
        if row[0] == "push":
            pushed[row[1][token]] = _record(row[1])
        elif row[0] == "report" and row[1][0] == Happened.TOOK and row[1][7] != Op.RETIRE:
            record = pushed.get(row[1][4])
            if record is not None:
                record["frame"], record["quantum"], record["beat"] = row[1][5], 0.0, math.nan
                taken.append(record)
    return np.array(taken, COMMAND)


def _record(values: list[Any]) -> np.void:
    record: np.void = np.zeros(1, COMMAND)[0]
    record["frame"] = NEVER
    for name, value in zip(_FIELDS, values, strict=True):
        record[name] = math.nan if value is None else value
    return record
