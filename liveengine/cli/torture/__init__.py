"""Kill, stall and change what the music depends on, again and again; count what was lost. Runs on: the user's shell.

`python -m liveengine.cli.torture kill_engine 100 --stream jack` prints one JSON line. Each run starts a server of its
own on a library of its own, lets clips play, strikes, and at the end compares every frame of the master with the
offline render of the session's journal.
"""

from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np


@dataclass
class Outcome:
    """What a row of blows did."""

    what: str
    blows: int = 0
    healed: int = 0  # after which it played on by itself
    hangs: int = 0  # after which it did not within `PATIENCE_S`
    noticed_ms: list[float] = field(default_factory=list)  # from the blow until the shared memory says so
    gap_ms: list[float] = field(default_factory=list)  # without sound, or without control where the daemon was struck
    shift: list[int] = field(default_factory=list)  # frames by which the playhead was off afterwards
    xruns: int = 0  # cycles that the device lost meanwhile: it had to wait for us, or we for a processor
    frames: int = 0  # compared with the offline render
    differing: int = 0  # of them

    def summary(self) -> dict[str, Any]:
        """Return it with percentiles in the place of the lists."""
        plain = asdict(self)
        for name in ("noticed_ms", "gap_ms"):
            values = plain.pop(name)
            if values:
                marks = zip(("p50", "p99", "max"), np.percentile(values, (50, 99, 100)), strict=True)
                plain |= {f"{name}_{mark}": round(float(value), 1) for mark, value in marks}
        plain["shift"] = max(map(abs, self.shift), default=0)
        return plain
