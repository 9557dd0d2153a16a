"""What a voice leaves that is cut: its next sample, on its way to silence. Runs on: audio thread (RT-safe).

However many voices are cut at once, their strip's sound goes on where it was and moves to silence on a line, so that no
step is heard.
"""

from typing import Any

import numpy as np

from liveengine.engine.kernel import ramp
from liveengine.engine.kernel.jit import inner
from liveengine.engine.kernel.voice import hear
from liveengine.engine.kernel.work import Work
from liveengine.engine.layout import FADE_MIN


@inner
def leave(work: Work, n: int) -> None:
    """Let what voice `n` would sound like in this frame go to silence on its strip. RT-safe."""
    out = work.last
    out[0, 0] = np.float32(0.0)
    out[1, 0] = np.float32(0.0)
    hear(work, n, out, 0, 0, 1)
    strip = work.strips[work.voices[n].track]
    begin(strip.rest_left, out[0, 0])
    begin(strip.rest_right, out[1, 0])
    work.bank.resting = FADE_MIN


@inner
def begin(rest: Any, sample: float) -> None:
    """Add a sample to a rest. RT-safe."""
    ramp.hold(rest, ramp.value(rest) + sample)
    ramp.aim(rest, 0.0, FADE_MIN)


@inner
def sound_all(work: Work, out: Any, first: int, count: int) -> None:
    """Add every strip's rest to its rows. RT-safe."""
    if work.bank.resting == 0:
        return
    for s in range(work.strips.size):
        strip = work.strips[s]
        if (strip.rest_left.left | strip.rest_right.left) != 0:
            strip.sounding = 1
            sound(strip.rest_left, out, 2 + 2 * s, first, count)
            sound(strip.rest_right, out, 3 + 2 * s, first, count)
    work.bank.resting = max(work.bank.resting - count, 0)


@inner
def sound(rest: Any, out: Any, row: int, first: int, count: int) -> None:
    """Add a rest to a row. RT-safe."""
    count = min(count, rest.left)
    for i in range(count):
        out[row, first + i] += np.float32(rest.target - rest.step * (rest.left - i))
    ramp.advance(rest, count)
