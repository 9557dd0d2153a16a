"""The engine's count of frames by that of its JACK server. Runs on: event loop, the ticker process.

Both count the same blocks. The server's count has 32 bits and begins anew with each server.
"""

from typing import Any

from liveengine.engine.layout import NEVER

WRAP = 1 << 32  # frames
FAR = 1 << 19  # frames, some ten seconds: so many are not lost, the server is another one


class Count:
    """Reads from the engine's header by how much its count is ahead."""

    def __init__(self, header: Any) -> None:
        self._header = header
        self._seen = -1  # by how much it is ahead, as seen last ...
        self._known: int | None = None  # ... and as it was twice
        self._first = 0  # ... and as it was at first

    def frame(self, cycle: int) -> int | None:
        """Return the engine's number of the frame that the server counts as `cycle`; None when it plays elsewhere."""
        began, frame = int(self._header["clock_cycle"]), int(self._header["clock_frame"])
        if began == NEVER:
            return None
        found = cycle + self._apart((frame - began) % WRAP)
        return frame - _signed(frame - found)

    @property
    def drift(self) -> int:
        """Return by how many frames the engine has moved against the server since the first of these questions.

        Negative: it has lost them. With another server this begins anew.
        """
        if self._known is None:
            return 0
        if abs(_signed(self._known - self._first)) > FAR:
            self._first = self._known
        return _signed(self._known - self._first)

    def _apart(self, seen: int) -> int:
        """Return by how much the engine is ahead; what is seen once may be half of an update."""
        if self._known is None:
            self._known = self._first = seen
        elif seen == self._seen:
            self._known = seen
        self._seen = seen
        return self._known


def _signed(frames: int) -> int:
    return (frames + WRAP // 2) % WRAP - WRAP // 2
