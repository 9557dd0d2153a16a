"""Tells people that the engine had too much to do, and when that is over. Runs on: event loop."""

import logging

from liveengine.bus import Bus
from liveengine.engine.engine import Report, Snapshot
from liveengine.engine.ops import Happened
from liveengine.events import Overloaded, Relieved

log = logging.getLogger(__name__)

_CUT = -1  # as a tier: the voice fades
_APART = 1.0  # seconds between two events


class Overload:
    """Turns what the engine sheds, voice by voice, into one event a second at most."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._tiers: dict[int, int] = {}  # by token: the tier before it lost quality, of the voices that play in less
        self._lost: set[int] = set()  # tokens, since the last event
        self._faded: set[int] = set()
        self._silent = 0  # voices that were cut since the strain began
        self._told: int | None = None  # the frame of the last event, while the strain lasts

    def report(self, report: Report) -> None:
        """Take one report of the engine."""
        if report.kind == Happened.STOPPED:
            self._tiers.pop(report.token, None)
        elif report.kind == Happened.SHED and report.aux == _CUT:
            self._faded.add(report.token)
        elif report.kind == Happened.SHED:
            self._step(report.token, report.aux)

    def look(self, snapshot: Snapshot) -> None:
        """Publish what has gathered, unless the last event was a moment ago."""
        if self._told is not None and snapshot.frame - self._told < _APART * snapshot.rate:
            return
        if self._lost or self._faded:
            log.warning("too much to do: %d voices lost quality, %d faded", len(self._lost), len(self._faded))
            self._bus.publish(Overloaded(len(self._lost), len(self._faded)))
            self._told = snapshot.frame
            self._silent += len(self._faded)
            self._lost.clear()
            self._faded.clear()
        elif self._told is not None and not self._tiers:
            silent = f", but for {self._silent} that were cut: launch them again" if self._silent else ""
            log.info("every voice plays as it should again%s", silent)
            self._bus.publish(Relieved(self._silent))
            self._told, self._silent = None, 0

    def _step(self, token: int, tier: int) -> None:
        """A voice goes on in another tier: the first step is one down from what it had."""
        if token not in self._tiers:
            self._tiers[token] = tier + 1
            self._lost.add(token)
        elif tier >= self._tiers[token]:
            del self._tiers[token]
