"""What took effect, as records that make it happen again at the same frames. Runs on: event loop, bench."""

import math
from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt

from liveengine.engine.engine import Report
from liveengine.engine.layout import COMMAND
from liveengine.engine.ops import Happened, Op

_SILENT = {Op.RETIRE, Op.PRESS, Op.CLIP, Op.UNCLIP, Op.CANCEL}  # what comes of them is told


def obeyed(pushed: Mapping[int, np.void], reports: Iterable[Report]) -> npt.NDArray[np.void]:
    """Return COMMAND records for `streams.offline.replay`: those of `pushed`, by token, that took effect, in that order
    and with their exact frames, and among them what the engine did by itself: a LAUNCH or STOP for each that came of a
    press or a follow action, a SHED for each voice that gave way.

    Left out is what was superseded, refused or cancelled, and what makes no sound. A report that comes twice counts
    once.
    """
    past = _Past(pushed)
    once = {(report.kind, report.token, report.frame, report.aux): report for report in reports}
    happened = [past.take(report) for report in once.values()]
    return np.array([record for record in happened if record is not None], COMMAND)


class _Past:
    """The clips and what waits, as they were while the reports came."""

    def __init__(self, pushed: Mapping[int, np.void]) -> None:
        self._pushed = pushed
        self._clips: dict[tuple[int, int], np.void] = {}
        self._waiting: dict[int, np.void] = {}  # launches, by token, as later records changed them

    def take(self, report: Report) -> np.void | None:
        """Return the record that makes a report's event happen again; None if there is none."""
        if report.kind == Happened.SHED:
            return _shed(report)
        if report.kind == Happened.QUEUED and report.aux == Op.LAUNCH:
            record = self._record(report)
            if record is not None:
                self._waiting[report.token] = record
        elif report.kind == Happened.CANCELLED:
            self._waiting.pop(report.token, None)
        elif report.kind == Happened.TOOK:
            record = self._waiting.pop(report.token, None)
            record = self._record(report) if record is None else record
            if record is not None:
                self._note(record)
                return None if report.aux in _SILENT else _exactly(record, report.frame)
        return None

    def _record(self, report: Report) -> np.void | None:
        """Return a copy of the record that a report is about; one that the engine made itself comes from its clip."""
        if report.token >= 0:
            record = self._pushed.get(report.token)
            return None if record is None else record.copy()
        if report.aux == Op.LAUNCH:
            clip = self._clips.get((report.track, report.slot))
            return None if clip is None else _made(clip, Op.LAUNCH, report)
        return _made(np.zeros(1, COMMAND)[0], Op.STOP, report)

    def _note(self, record: np.void) -> None:
        """Follow what a record changes of the clips and of what waits."""
        place = (int(record["track"]), int(record["slot"]))
        match record["op"]:
            case Op.CLIP:
                self._clips[place] = record
            case Op.UNCLIP:
                self._clips.pop(place, None)
            case Op.CLIP_GAIN:
                for other in (*self._waiting.values(), *self._clips.values()):
                    if _means(record, other):
                        other["gain"] = record["value"]
            case Op.WARP:
                for other in self._waiting.values():
                    if _means(record, other):
                        other["warp"], other["tier"], other["pitch"] = record["warp"], record["tier"], record["pitch"]


def _means(record: np.void, other: np.void) -> bool:
    """Tell whether a record is meant for another one's track and slot."""
    return bool(record["track"] in (-1, other["track"])) and bool(
        record["slot"] <= 0 or record["slot"] == other["slot"]
    )


def _made(clip: np.void, op: Op, report: Report) -> np.void:
    record: np.void = clip.copy()
    record["op"], record["token"], record["track"], record["slot"] = op, report.token, report.track, report.slot
    return record


def _exactly(record: np.void, frame: int) -> np.void:
    """Return a copy of a record that takes effect at `frame`, whatever it waited for, and that nothing follows."""
    copy: np.void = record.copy()
    copy["frame"], copy["quantum"], copy["beat"], copy["follow_beats"] = frame, 0.0, math.nan, 0.0
    return copy


def _shed(report: Report) -> np.void:
    """Return the record that lets a voice give way as it did."""
    record: np.void = np.zeros(1, COMMAND)[0]
    record["op"], record["beat"] = Op.SHED, math.nan
    record["track"], record["start"] = report.track, report.token
    record["frame"], record["value"] = report.frame, report.aux
    return record
