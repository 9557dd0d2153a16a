"""How fast a phase goes and how long it still takes, in words. Runs on: event loop."""

import time


class Pace:
    """The pace of one phase, from its start on."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._began = time.monotonic()

    def tell(self, done: int) -> str:
        """Return "9.1 files/s, 3 min 38 s left" for `done` files since the start."""
        rate = done / max(1e-3, time.monotonic() - self._began)
        left = clock((self._total - done) / rate) if rate > 0 else "?"
        return f"{rate:.1f} files/s, {left} left"


def clock(seconds: float) -> str:
    """Return a time as "3 min 05 s" or "12 s"."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"
