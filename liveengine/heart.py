"""Heartbeats: which child lives but does nothing any more. Runs on: supervisor."""

import time
from typing import Any

PAUSE_SECONDS = 1.0  # between two looks of ours; after a longer one it was us who did nothing

LIMITS = {"recorder": 3.0, "daemon": 8.0, "standby": 3.0}  # seconds without a beat; the tap ring holds ten


class Heart:
    """Watches the words `<name>_pid` and `<name>_beat_ns` of the shared header."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._pid = self._beat = 0  # as seen last
        self._left = 0  # the last beat of the process before this one
        self._since = self._looked = time.monotonic()

    def stopped(self, header: Any, pid: int) -> bool:
        """Tell if process `pid` has begun to beat and stopped for longer than its limit."""
        now = time.monotonic()
        found, beat = int(header[f"{self.name}_pid"]), int(header[f"{self.name}_beat_ns"])
        if found != self._pid:
            self._left = self._beat
        waits = found != pid or beat == self._left
        if (found, beat) != (self._pid, self._beat) or waits or now - self._looked > PAUSE_SECONDS:
            self._since = now
        self._pid, self._beat, self._looked = found, beat, now
        return now - self._since > LIMITS[self.name]
