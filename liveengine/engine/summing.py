"""Sums of what threads or kernels make, and the master over them, as one kernel has it. Runs on: worker process."""

from typing import Any

import numpy as np

from liveengine.engine.kernel import dsp, ramp, track
from liveengine.engine.kernel.jit import loop, realtime
from liveengine.engine.kernel.ring import load_acquire
from liveengine.engine.layout import SCRATCH_FRAMES
from liveengine.engine.memory import Memory
from liveengine.engine.positions import COMMITTED


@loop
def silence(sound: Any, row: Any, first: Any, count: Any) -> None:
    """Begin a sum: nothing in `count` columns of a row from `first` on. RT-safe."""
    for i in range(count):
        sound[row, first + i] = np.float32(0.0)


@realtime
def aim(memory: Memory, gain: float, frames: int) -> None:
    """Let the gain of `memory`'s master move to `gain`, linear, within `frames` frames. RT-safe."""
    ramp.aim(memory.bank[load_acquire(memory.header, COMMITTED) & 1].master.gain, gain, frames)


@realtime
def total(memory: Memory, sound: Any, first: int, frames: int) -> float:
    """Make a master of the sum of all strips, float32[2, all frames], and return the loudest sample.

    From column `first` on come the gain and the limiter of `memory`'s master, which has no kernel of its own. The
    loudest sample is that before the limiter, linear. RT-safe.
    """
    control = dsp.flush_denormals()
    outlet = memory.bank[load_acquire(memory.header, COMMITTED) & 1].master
    loudest = 0.0
    done = 0
    while done < frames:
        count = min(frames - done, SCRATCH_FRAMES)
        loudest = max(loudest, float(track.let_out(memory.header, outlet, sound, 0, first + done, count)))
        done += count
    dsp.restore(control)
    return loudest
