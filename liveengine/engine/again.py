"""What took effect, as records that make it happen again at the same frames. Runs on: event loop, bench."""

import math
from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt

from liveengine.engine.engine import Report
from liveengine.engine.layout import COMMAND, Happened, Op


def obeyed(pushed: Mapping[int, np.void], reports: Iterable[Report]) -> npt.NDArray[np.void]:
    """Return COMMAND records for `streams.offline.replay`: those of `pushed`, by token, that took effect, in that order
    and with their exact frames, and among them a SHED record for each voice that gave way.

    Left out is what was superseded, refused or cancelled, and what gives buffers back. A report that comes twice counts
    once.
    """
    happened: dict[tuple[int, ...], np.void] = {}
    for report in reports:
        if report.kind == Happened.TOOK and report.aux != Op.RETIRE and report.token in pushed:
            happened.setdefault((report.token,), _exactly(pushed[report.token], report.frame))
        elif report.kind == Happened.SHED:
            happened.setdefault((report.token, report.frame, report.aux), _shed(report))
    return np.array(list(happened.values()), COMMAND)


def _exactly(record: np.void, frame: int) -> np.void:
    """Return a copy of a record that takes effect at `frame`, whatever it waited for."""
    copy: np.void = record.copy()
    copy["frame"], copy["quantum"], copy["beat"] = frame, 0.0, math.nan
    return copy


def _shed(report: Report) -> np.void:
    """Return the record that lets a voice give way as it did."""
    record: np.void = np.zeros(1, COMMAND)[0]
    record["op"], record["beat"] = Op.SHED, math.nan
    record["track"], record["start"] = report.track, report.token
    record["frame"], record["value"] = report.frame, report.aux
    return record
