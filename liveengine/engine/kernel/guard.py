"""What no strip may pass on: samples that are no numbers, or louder than any sound. Runs on: audio thread (RT-safe).

Voices have their own guard; this one is for what many of them, or a bus, add up to.
"""

from typing import Any

import numpy as np

from liveengine.engine.kernel import dsp
from liveengine.engine.kernel.anchor import beat_at
from liveengine.engine.kernel.jit import inner
from liveengine.engine.kernel.work import Work, report
from liveengine.engine.ops import Happened

MUTED = int(Happened.MUTED)


@inner
def guard(work: Work, s: int, out: Any, first: int, count: int) -> None:
    """Silence the broken samples of a strip's two rows, one by one, and report when that begins. RT-safe."""
    strip = work.strips[s]
    broken = 0
    for side in range(2):
        row, at, n = np.uint64(2 + 2 * s + side), np.uint64(first), np.uint64(count)
        peak, _ = dsp.measure(out, row, at, n)
        if dsp.bits(peak) >= dsp.BROKEN:
            dsp.mend(out, row, at, n)
            broken = 1
    if broken > strip.broken:
        report(work, MUTED, s, 0, -1, 0, work.bank.frame, beat_at(work.bank, work.bank.frame), 0)
    strip.broken = broken
