"""Tracks and the master: gain, pan, mute, solo, meters, limiter. Runs on: audio thread (RT-safe)."""

import math
from typing import Any

import numpy as np

from liveengine.engine import dsp, ramp
from liveengine.engine.jit import inner
from liveengine.engine.work import Work

RELEASE_SECONDS = 0.1  # of the limiter: after this time 1/e of the reduction is left


@inner
def settle(work: Work, track: Any, frames: int) -> None:
    """Let a track's two gains move to what its gain, pan, mute and solo now ask for. RT-safe.

    Balance law: the centre leaves both sides untouched, and moving away turns the other side down along a cosine.
    """
    heard = track.mute == 0 and (work.bank.solos == 0 or track.solo != 0)
    gain = track.gain if heard else 0.0
    ramp.aim(track.left, gain * side(track.pan), frames)
    ramp.aim(track.right, gain * side(-track.pan), frames)


@inner
def side(away: float) -> float:
    """Return the gain of one side when the pan is `away` from it, 0..1. RT-safe."""
    return 0.0 if away >= 1.0 else math.cos(max(away, 0.0) * (math.pi / 2))


@inner
def strip(out: Any, row: int, master: int, first: int, count: int, gain: Any) -> None:
    """Apply a track's ramped gain to a row and add it to the master's row. RT-safe."""
    r, m, at = np.uint64(row), np.uint64(master), np.uint64(first)
    n = min(count, gain.left)
    target, step = np.float32(gain.target), np.float32(gain.step)
    if n > 0:
        dsp.strip(out, r, m, at, np.uint64(n), target, step, np.int32(gain.left))
    if n < count:
        dsp.strip(out, r, m, at + np.uint64(n), np.uint64(count - n), target, np.float32(0.0), np.int32(0))


@inner
def meter(record: Any, out: Any, row: int, channel: int, first: int, count: int) -> None:
    """Take a row into account for peak and sum of squares (which `finish` turns into the RMS). RT-safe."""
    peak, energy = dsp.measure(out, np.uint64(row), np.uint64(first), np.uint64(count))
    record.peak[channel] = max(record.peak[channel], peak)
    record.rms[channel] += energy


@inner
def mix(work: Work, out: Any, first: int, count: int) -> None:
    """Apply every track's gain and sum the tracks into the master. RT-safe."""
    for t in range(work.tracks.size):
        track = work.tracks[t]
        if track.sounding != 0:
            row = 2 + 2 * t
            strip(out, row, 0, first, count, track.left)
            strip(out, row + 1, 1, first, count, track.right)
            meter(track, out, row, 0, first, count)
            meter(track, out, row + 1, 1, first, count)
        ramp.advance(track.left, min(count, track.left.left))
        ramp.advance(track.right, min(count, track.right.left))


@inner
def master(work: Work, out: Any, first: int, count: int) -> None:
    """Apply the master's gain and the limiter. RT-safe."""
    bank = work.bank
    gain = bank.master_gain
    at = np.uint64(first)
    n = min(count, gain.left)
    target, step = np.float32(gain.target), np.float32(gain.step)
    for row in range(np.uint64(2)):
        if n > 0:
            dsp.scale(out, row, at, np.uint64(n), target, step, np.int32(gain.left))
        if n < count and target != 1.0:
            dsp.scale(out, row, at + np.uint64(n), np.uint64(count - n), target, np.float32(0.0), np.int32(0))
    ramp.advance(gain, n)
    loud = max(peak_of(out, 0, first, count), peak_of(out, 1, first, count))
    ceiling = np.float32(work.header[0].ceiling)
    if bank.limiter < 1.0 or loud > ceiling:
        release = math.exp(-1.0 / (RELEASE_SECONDS * max(work.header[0].rate, 1)))
        bank.limiter = dsp.limit(out, at, np.uint64(count), ceiling, release, bank.limiter)
    for channel in range(2):
        peak, energy = dsp.measure(out, np.uint64(channel), at, np.uint64(count))
        bank.master_peak[channel] = max(bank.master_peak[channel], peak)
        bank.master_rms[channel] += energy


@inner
def peak_of(out: Any, row: int, first: int, count: int) -> Any:
    """Return the largest magnitude of a row. RT-safe."""
    peak, _ = dsp.measure(out, np.uint64(row), np.uint64(first), np.uint64(count))
    return peak


@inner
def begin(work: Work) -> None:
    """Clear the meters at the start of a block. RT-safe."""
    bank = work.bank
    for channel in range(2):
        bank.master_peak[channel] = 0.0
        bank.master_rms[channel] = 0.0
    for t in range(work.tracks.size):
        track = work.tracks[t]
        track.sounding = 0
        for channel in range(2):
            track.peak[channel] = 0.0
            track.rms[channel] = 0.0


@inner
def finish(work: Work, frames: int) -> None:
    """Turn the sums of squares into RMS values at the end of a block. RT-safe."""
    bank = work.bank
    for channel in range(2):
        bank.master_rms[channel] = math.sqrt(bank.master_rms[channel] / max(frames, 1))
    for t in range(work.tracks.size):
        track = work.tracks[t]
        if track.sounding != 0:
            for channel in range(2):
                track.rms[channel] = math.sqrt(track.rms[channel] / max(frames, 1))
