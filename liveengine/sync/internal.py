"""Nobody is followed: our own clock, and where it was nudged. Runs on: event loop."""

from liveengine.sync.line import ABSOLUTE, Line, Reading

DONE_NS = 60_000.0  # so near to where it was nudged it is there


class Internal:
    """Follows nothing but a nudge: our own line of beats, shifted."""

    def __init__(self) -> None:
        self._line: Line | None = None

    def nudge(self, ours: Line, ahead_ns: float) -> None:
        """Have our beats, as they are, come so much earlier; further nudges add up."""
        line = self._line or ours
        self._line = line._replace(ns=line.ns - ahead_ns)

    def ends(self, error_ns: float, running: bool) -> bool:
        """Return whether a nudge is over, and forget it then."""
        if self._line is None or (running and abs(error_ns) > DONE_NS):
            return False
        self._line = None
        return True

    def reading(self, now_ns: float) -> Reading:
        """Return where we were nudged to; nothing to follow without that."""
        return Reading(self._line, None, ABSOLUTE, locked=True)

    def tempo(self, tempo: float) -> None:
        """A tempo that is set ends a nudge."""
        self._line = None

    def running(self, running: bool) -> None:
        """A start or stop ends a nudge."""
        self._line = None

    async def close(self) -> None:
        """End a nudge."""
        self._line = None
