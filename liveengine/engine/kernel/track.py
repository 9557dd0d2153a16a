"""The mixer at work: strips, buses, master and cue bus, their meters and limiters. Runs on: audio thread (RT-safe)."""

import math
from typing import Any

import numpy as np

from liveengine.engine.kernel import dsp, ramp
from liveengine.engine.kernel.guard import guard
from liveengine.engine.kernel.jit import inner, part
from liveengine.engine.kernel.strip import plain
from liveengine.engine.kernel.work import Work, audition

RELEASE_SECONDS = 0.1  # of the limiters: after this time 1/e of the reduction is left


@inner
def feed(out: Any, row: int, into: int, first: int, count: int, gain: Any) -> None:
    """Add a strip's two rows, with a ramped gain, to two others. RT-safe."""
    at, n = np.uint64(first), np.uint64(count)
    target, step, left = np.float32(gain.target), np.float32(gain.step), np.int32(gain.left)
    for side in range(np.uint64(2)):
        dsp.feed(out, np.uint64(row) + side, np.uint64(into) + side, at, n, target, step, left)


@inner
def fade(out: Any, row: int, into: int, first: int, count: int, gain: Any) -> None:
    """Apply a strip's ramped gain to a row and, unless `into` is -1, add the result to another. RT-safe."""
    r, at, n = np.uint64(row), np.uint64(first), np.uint64(count)
    target, step, left = np.float32(gain.target), np.float32(gain.step), np.int32(gain.left)
    if into >= 0:
        dsp.strip(out, r, np.uint64(into), at, n, target, step, left)
    elif left > 0 or target != 1.0:
        dsp.scale(out, r, at, n, target, step, left)


@inner
def measure(meter: Any, out: Any, row: int, first: int, count: int) -> None:
    """Take two rows into account for peak and sum of squares (which `finish` turns into the RMS). RT-safe."""
    for side in range(2):
        peak, energy = dsp.measure(out, np.uint64(row + side), np.uint64(first), np.uint64(count))
        meter.peak[side] = max(meter.peak[side], peak)
        meter.rms[side] += energy


@part
def mix(work: Work, out: Any, first: int, count: int) -> None:
    """Apply every strip's gain and add it to where it goes: tracks first, then the buses that they feed. RT-safe."""
    for s in range(work.strips.size):
        strip = work.strips[s]
        if strip.sounding != 0:
            sound(work, s, out, first, count)
        if (strip.left.left | strip.right.left | strip.listen.left) != 0:
            ramp.advance(strip.left, min(count, strip.left.left))
            ramp.advance(strip.right, min(count, strip.right.left))
            ramp.advance(strip.listen, min(count, strip.listen.left))
        if strip.routed != 0:
            pass_on(work, s, count)


@inner
def sound(work: Work, s: int, out: Any, first: int, count: int) -> None:
    """Let a strip be heard: before its fader on the cue bus, behind it where it goes. RT-safe."""
    strip = work.strips[s]
    guard(work, s, out, first, count)
    row = 2 + 2 * s
    cue = out.shape[0] - 2
    into = -1 if strip.routed != 0 else 0
    if s == audition(work):
        into = cue
    if strip.listen.target > 0.0 or strip.listen.left > 0:
        feed(out, row, cue, first, count, strip.listen)
    if strip.listen.target > 0.0 or strip.listen.left > 0 or into == cue:
        work.bank.cue.sounding = 1
    fade(out, row, into, first, count, strip.left)
    fade(out, row + 1, into + 1 if into >= 0 else -1, first, count, strip.right)
    if into < 0:
        spread(work, s, out, first, count)
    measure(strip.meter, out, row, first, count)


@inner
def spread(work: Work, s: int, out: Any, first: int, count: int) -> None:
    """Add a strip to the master and the buses as its feeds say. RT-safe."""
    for d in range(work.feeds.shape[1]):
        gain = work.feeds[s, d].gain
        if gain.target > 0.0 or gain.left > 0:
            into = 0
            if d > 0:
                bus = audition(work) + d
                work.strips[bus].sounding = 1
                into = 2 + 2 * bus
            feed(out, 2 + 2 * s, into, first, count, gain)


@inner
def pass_on(work: Work, s: int, count: int) -> None:
    """Let a strip's feeds move by `count` frames. RT-safe."""
    for d in range(work.feeds.shape[1]):
        gain = work.feeds[s, d].gain
        ramp.advance(gain, min(count, gain.left))
    work.strips[s].routed = 0 if plain(work, s) else 1


@part
def master(work: Work, out: Any, first: int, count: int) -> None:
    """Apply the gains and limiters of the master and of the cue bus. RT-safe."""
    let_out(work.header, work.bank.master, out, 0, first, count)
    if work.bank.cue.sounding != 0 or work.bank.cue.limiter < 1.0:  # it lets go in silence, too: at any block size
        let_out(work.header, work.bank.cue, out, out.shape[0] - 2, first, count)
    else:
        ramp.advance(work.bank.cue.gain, min(count, work.bank.cue.gain.left))


@inner
def let_out(header: Any, outlet: Any, out: Any, row: int, first: int, count: int) -> Any:
    """Apply an outlet's gain and its limiter to its two rows, and measure them. RT-safe.

    Return the largest magnitude before the limiter.
    """
    at, n = np.uint64(first), np.uint64(count)
    gain = outlet.gain
    fade(out, row, -1, first, count, gain)
    fade(out, row + 1, -1, first, count, gain)
    ramp.advance(gain, min(count, gain.left))
    loud = max(peak_of(out, row, first, count), peak_of(out, row + 1, first, count))
    ceiling = np.float32(header[0].ceiling)
    if outlet.limiter < 1.0 or loud > ceiling:
        release = math.exp(-1.0 / (RELEASE_SECONDS * max(header[0].rate, 1)))
        outlet.limiter = dsp.limit(out, np.uint64(row), at, n, ceiling, release, outlet.limiter)
    measure(outlet.meter, out, row, first, count)
    return loud


@inner
def peak_of(out: Any, row: int, first: int, count: int) -> Any:
    """Return the largest magnitude of a row. RT-safe."""
    peak, _ = dsp.measure(out, np.uint64(row), np.uint64(first), np.uint64(count))
    return peak


@inner
def still(meter: Any) -> None:
    """Clear a meter. RT-safe."""
    for channel in range(2):
        meter.peak[channel] = 0.0
        meter.rms[channel] = 0.0


@inner
def begin(work: Work) -> None:
    """Clear the meters at the start of a block. RT-safe."""
    still(work.bank.master.meter)
    still(work.bank.cue.meter)
    work.bank.cue.sounding = 0
    for s in range(work.strips.size):
        if work.strips[s].sounding != 0:
            work.strips[s].sounding = 0
            still(work.strips[s].meter)


@inner
def average(meter: Any, frames: int) -> None:
    """Turn the sums of squares into RMS values. RT-safe."""
    for channel in range(2):
        meter.rms[channel] = math.sqrt(meter.rms[channel] / max(frames, 1))


@inner
def finish(work: Work, frames: int) -> None:
    """Turn the meters' sums into RMS values at the end of a block. RT-safe."""
    average(work.bank.master.meter, frames)
    average(work.bank.cue.meter, frames)
    for s in range(work.strips.size):
        if work.strips[s].sounding != 0:
            average(work.strips[s].meter, frames)
