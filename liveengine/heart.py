"""Heartbeats: which child lives but does nothing any more. Runs on: supervisor."""

import time
from typing import Any

PAUSE_SECONDS = 1.0  # between two looks of ours; after a longer one it was us who did nothing

LIMITS = {"recorder": 3.0, "daemon": 8.0, "standby": 3.0}  # seconds without a beat; the tap ring holds ten


class Heart:
    """Watches the words `<name>_pid` and `<name>_beat_ns` of the shared header."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._seen = (0, 0)  # pid and beat
        self._since = self._looked = time.monotonic()

    def stopped(self, header: Any, pid: int) -> bool:
        """Tell if process `pid` has begun to beat and stopped for longer than its limit."""
        now = time.monotonic()
        beat = (int(header[f"{self.name}_pid"]), int(header[f"{self.name}_beat_ns"]))
        if beat != self._seen or beat[0] != pid or now - self._looked > PAUSE_SECONDS:
            self._seen, self._since = beat, now
        self._looked = now
        return now - self._since > LIMITS[self.name]
