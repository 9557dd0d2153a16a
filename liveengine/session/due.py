"""When a launch that is asked for now will be heard. Runs on: event loop; pure."""

import math
from typing import NamedTuple

from liveengine.engine.engine import Snapshot

SOON_S = 0.02  # a boundary closer than this is left to pass: the record would reach the engine behind it


class Due(NamedTuple):
    """A moment to come."""

    beat: float
    seconds: float  # until it is heard, with the device's latency
    waits: bool  # for a boundary, or for a frame that was asked for; otherwise it is as soon as it can be
    near: bool = False  # the next boundary is too close: `beat` is that of the one behind it


def due(snapshot: Snapshot, quantum: float, latency: float = 0.0, frame: int | None = None) -> Due:
    """Return when what is launched now, on a grid of `quantum` beats or at an exact frame, is heard.

    `latency` is the device's, in seconds. While the transport stands, and with a quantum of 0, it is at once.
    """
    if frame is not None:
        return Due(snapshot.beat(frame), max(0.0, (frame - snapshot.frame) / snapshot.rate) + latency, True)
    beat = snapshot.beat()
    if not snapshot.running or quantum <= 0:
        return Due(beat, latency, False)
    per_beat = snapshot.frames_per_beat / snapshot.rate  # seconds
    boundary = math.ceil(beat / quantum - 1e-9) * quantum
    near = (boundary - beat) * per_beat < SOON_S
    while (boundary - beat) * per_beat < SOON_S:
        boundary += quantum
    return Due(boundary, (boundary - beat) * per_beat + latency, True, near)
