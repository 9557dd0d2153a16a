"""Log lines that cannot flood: at most one of a kind in ten seconds, with the count. Runs on: event loop."""

import logging
import time
from collections import Counter

INTERVAL_S = 10.0


class Quiet:
    """Counts what happens by kind and logs each kind rarely."""

    def __init__(self, log: logging.Logger) -> None:
        self._log = log
        self._last: dict[str, float] = {}
        self.counts: Counter[str] = Counter()

    def warn(self, kind: str, text: str, *values: object, error: BaseException | None = None) -> None:
        """Count one `kind`; log the text, with the number so far, unless one was logged in the last ten seconds."""
        self.counts[kind] += 1
        now = time.monotonic()
        if now - self._last.get(kind, -INTERVAL_S) >= INTERVAL_S:
            self._last[kind] = now
            self._log.warning(f"{text} (%s: %d so far)", *values, kind, self.counts[kind], exc_info=error)
