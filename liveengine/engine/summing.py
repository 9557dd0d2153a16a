"""The strips of several kernels summed to one master, as a single kernel would have. Runs on: worker process."""

from typing import Any

import numpy as np

from liveengine.engine.kernel import dsp, ramp, track
from liveengine.engine.kernel.jit import inner, realtime
from liveengine.engine.kernel.ring import load_acquire
from liveengine.engine.layout import SCRATCH_FRAMES, Memory
from liveengine.engine.positions import COMMITTED


@realtime
def aim(memory: Memory, gain: float, frames: int) -> None:
    """Let the gain of `memory`'s master move to `gain`, linear, within `frames` frames. RT-safe."""
    ramp.aim(memory.bank[load_acquire(memory.header, COMMITTED) & 1].master.gain, gain, frames)


@realtime
def total(memory: Memory, sound: Any, rows: Any, master: int, first: int, frames: int) -> float:
    """Make a master of the strips that lie in `sound`, float32[all rows, frames], and return the loudest sample.

    The strips, whose left rows `rows` names, are added in its order into the rows `master` and `master + 1`, from
    column `first` on; then come the gain and the limiter of `memory`'s master, which has no kernel of its own. The
    loudest sample is that before the limiter, linear. RT-safe.
    """
    control = dsp.flush_denormals()
    outlet = memory.bank[load_acquire(memory.header, COMMITTED) & 1].master
    loudest = 0.0
    done = 0
    while done < frames:
        count = min(frames - done, SCRATCH_FRAMES)
        add(sound, rows, master, first + done, count)
        loudest = max(loudest, float(track.let_out(memory.header, outlet, sound, master, first + done, count)))
        done += count
    dsp.restore(control)
    return loudest


@inner
def add(sound: Any, rows: Any, master: int, first: int, count: int) -> None:
    """Add strips, in their order, into two rows. RT-safe."""
    at, n = np.uint64(first), np.uint64(count)
    for side in range(2):
        into = np.uint64(master + side)
        for i in range(count):
            sound[into, np.uint64(first + i)] = np.float32(0.0)
        for k in range(rows.size):
            dsp.feed(sound, np.uint64(rows[k] + side), into, at, n, np.float32(1.0), np.float32(0.0), np.int32(0))
