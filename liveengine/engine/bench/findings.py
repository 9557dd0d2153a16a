"""What a sound check means: errors, latency, jitter, drift, load. Pure functions. Runs on: anywhere."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from liveengine.engine.bench.soundcheck import SoundCheck

_MEDIAN = 33  # callbacks
Values = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Recording:
    """How what another client heard lies against the engine's own frames."""

    errors: list[int]  # frames by which an impulse is off the place where the one before it puts it
    dropped: int  # frames that the server skipped meanwhile, in whole blocks


@dataclass(frozen=True)
class Steadiness:
    """How evenly the callbacks come."""

    seconds: Values  # of the clock, at each callback
    jitter_us: Values  # by which each woke behind (or, negative, before) the even grid
    grid_us: Values  # by which the even grid is behind the nominal rate
    drift_ppm: float  # by which the stream counts faster than CLOCK_MONOTONIC


def launch_errors(check: SoundCheck) -> list[int]:
    """Return for each launch at a beat the frames between where it was due and where it was heard."""
    return [launch.heard - launch.due for launch in check.launches if launch.due is not None]


def recording(check: SoundCheck) -> Recording:
    """Compare the distances between the impulses of a recording with those that the engine's frames give.

    A server that missed a cycle of its own goes on some blocks later: such jumps are counted apart.
    """
    if len(check.recorded) != len(check.launches):
        return Recording([], 0)
    offsets = np.array(check.recorded) - np.array([launch.heard for launch in check.launches])
    jumps = np.diff(offsets, prepend=offsets[:1])
    slipped = (jumps % check.block == 0) & (check.xruns > 0)
    return Recording(np.where(slipped, 0, jumps).tolist(), int(np.abs(jumps[slipped]).sum()))


def at_once_ms(check: SoundCheck) -> Values:
    """Return for each launch at once the milliseconds from the command to the callback's turn for its first sample."""
    ends = check.first + np.cumsum(check.trace[:, 2])
    found = []
    for launch in check.launches:
        if launch.due is None:
            row = int(np.searchsorted(ends, launch.heard, side="right"))
            inside = launch.heard - (ends[row] - check.trace[row, 2])
            found.append((check.trace[row, 0] - launch.pushed_ns) / 1e6 + 1e3 * inside / check.rate)
    return np.array(found)


def _deviation(check: SoundCheck) -> tuple[Values, Values]:
    """Return the seconds by the clock, and how far behind the nominal rate each callback woke, in seconds."""
    wakes = (check.trace[:, 0] - check.trace[0, 0]) / 1e9
    frames = np.cumsum(check.trace[:, 2]) - check.trace[:, 2]
    return wakes, wakes - frames / check.rate


def _stretches(check: SoundCheck, behind: Values) -> npt.NDArray[np.int64]:
    """Return for each callback the number of the stretch that it belongs to; a new one begins where time is lost.

    A server that missed a cycle starts afresh some time later. A median over a few callbacks keeps such a lasting step
    and drops a single late wake.
    """
    padded = np.pad(behind, _MEDIAN // 2, mode="edge")
    smooth = np.median(np.lib.stride_tricks.sliding_window_view(padded, _MEDIAN), axis=1)
    steps = np.abs(np.diff(smooth, prepend=smooth[:1])) > 0.1 * check.block / check.rate
    return np.cumsum(steps)


def steadiness(check: SoundCheck) -> Steadiness:
    """Fit an even grid through the callbacks' wakes: one rate for all, with a start of its own for each stretch."""
    seconds, behind = _deviation(check)
    stretch = _stretches(check, behind)
    centred_time, centred = np.empty_like(seconds), np.empty_like(behind)
    for number in range(int(stretch[-1]) + 1):
        here = stretch == number
        centred_time[here] = seconds[here] - np.median(seconds[here])
        centred[here] = behind[here] - np.median(behind[here])
    near = np.abs(centred) <= np.percentile(np.abs(centred), 99)  # late wakes do not bend the grid
    slope = float((centred_time[near] @ centred[near]) / (centred_time[near] @ centred_time[near]))
    return Steadiness(seconds, (centred - slope * centred_time) * 1e6, centred_time * slope * 1e6, -slope * 1e6)


def load(check: SoundCheck) -> Values:
    """Return each callback's time from wake to return as a share of its block."""
    return (check.trace[:, 1] - check.trace[:, 0]) / 1e9 * check.rate / check.trace[:, 2]
