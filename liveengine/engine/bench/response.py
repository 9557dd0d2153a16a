"""What the interpolators and the limiter do to sound, measured through the whole kernel offline. Runs on: by hand.

An impulse that is played 64 times slower comes out as the interpolator's own curve, 64 points per frame of its source;
the Fourier transform of that curve is the response of the interpolator, its images above half the source's rate
included.
"""

import functools
import math

import numpy as np
import numpy.typing as npt

from liveengine.engine.engine import Engine
from liveengine.engine.kernel.sinc import BETA, TAPS
from liveengine.engine.kernel.track import RELEASE_SECONDS
from liveengine.engine.memory import Capacity, on_heap
from liveengine.engine.ops import Op, Tier
from liveengine.engine.streams.offline import render

RATE = 48_000
CEILING = 1.0
POINTS = 64  # of an interpolator's curve per frame of its source
_SPAN = 128  # frames of the impulse's buffer
_FRAMES_PER_BEAT = 24_000.0
_EDGE = 64  # frames at either end of a sine that are not looked at
_BLOCK = 512

Values = npt.NDArray[np.float64]


def play(sound: npt.NDArray[np.float32], frames: int, step: float = 1.0, tier: Tier = Tier.LINEAR) -> Values:
    """Return `frames` of the master's left side while a buffer plays once, `step` frames of it per frame."""
    memory = on_heap(Capacity(tracks=1, voices=4, pool_bytes=4 * len(sound) + 4096), RATE, CEILING, _FRAMES_PER_BEAT)
    engine = Engine(memory)
    segment = engine.segments.allocate(len(sound), 1, 1)
    engine.segments.view(segment)[0] = sound
    engine.segments.ready(segment, len(sound))
    speed = 0.0 if step == 1.0 else step * _FRAMES_PER_BEAT
    engine.push(Op.LAUNCH, track=0, slot=1, segment=segment, source_frames_per_beat=speed, tier=tier)
    return render(memory, frames, _BLOCK)[0].astype(np.float64)


@functools.cache
def curve(tier: Tier) -> tuple[Values, Values]:
    """Return the interpolator's curve: frames of the source from its centre, and value, `POINTS` per frame."""
    impulse = np.zeros(_SPAN, np.float32)
    impulse[_SPAN // 2] = 0.5
    found = 2.0 * play(impulse, (_SPAN - 1) * POINTS, 1.0 / POINTS, tier)
    return np.arange(len(found)) / POINTS - _SPAN // 2, found


def response(times: Values, values: Values, frequencies: Values) -> Values:
    """Return the magnitude of a curve's Fourier transform; frequencies in cycles per frame of the source."""
    turns = np.exp(-2j * np.pi * np.outer(frequencies, times))
    return np.abs(turns @ values) / POINTS


def linear_theory(frequencies: Values) -> Values:
    """Return the response of straight lines: a triangle's transform, sinc(f)**2."""
    return np.sinc(frequencies) ** 2


def cubic_theory(frequencies: Values) -> Values:
    """Return the response of 4-point Hermite cubics with slopes by central differences.

    Keys, "Cubic convolution interpolation for digital image processing", 1981, with a = -1/2.
    """
    f = np.where(frequencies == 0.0, 1e-6, frequencies)
    once, twice, four = np.sinc(f), np.sinc(2.0 * f), np.sinc(4.0 * f)
    square = (np.pi * f) ** 2
    found = 3.0 / square * (once**2 - twice) - (3.0 * twice**2 - 2.0 * twice - four) / square
    return np.where(np.abs(f) < 1e-3, 1.0, np.abs(found))


def sinc_theory(frequencies: Values) -> Values:
    """Return the response of a sinc under a Kaiser window: the window's transform, summed over the sinc's band.

    Kaiser, "Nonrecursive digital filter design using the I0-sinh window function", 1974, has the transform.
    """
    steps = 8192  # per cycle
    edge = float(np.max(np.abs(frequencies))) + 0.5
    grid = np.arange(-math.ceil(edge * steps), math.ceil(edge * steps) + 1) / steps
    root = np.sqrt((BETA**2 - (np.pi * TAPS * grid) ** 2).astype(complex))
    root[root == 0.0] = 1e-9
    window = (TAPS * np.sinh(root) / (np.i0(BETA) * root)).real
    sums = np.concatenate(([0.0], np.cumsum((window[1:] + window[:-1]) / 2.0 / steps)))
    upper, lower = (np.interp(frequencies + side, grid, sums) for side in (0.5, -0.5))
    return np.abs(upper - lower)


THEORIES = {Tier.LINEAR: linear_theory, Tier.CUBIC: cubic_theory, Tier.SINC: sinc_theory}


def sine(tier: Tier, step: float, frequency: float, frames: int = 4096) -> tuple[float, float]:
    """Return a sine's gain when it is played at `step`, and the level of all else that comes out, both in dB of it.

    `frequency` is in cycles per frame of the source. All else are images, aliases and noise; a sine that would come out
    above half the engine's rate is nothing but alias.
    """
    source = 0.5 * np.sin(2.0 * np.pi * frequency * np.arange(int(frames * step) + 2 * _EDGE + 8))
    found = play(source.astype(np.float32), frames + 2 * _EDGE, step, tier)[_EDGE:-_EDGE]
    level = 0.0
    if frequency * step < 0.5:
        angle = 2.0 * np.pi * frequency * step * np.arange(len(found))
        basis = np.stack((np.sin(angle), np.cos(angle)), axis=1)
        parts = np.linalg.lstsq(basis, found, rcond=None)[0]
        found = found - basis @ parts
        level = float(np.hypot(*parts))
    return decibels(level / 0.5), decibels(math.sqrt(2.0) * float(found.std()) / 0.5)


def limited(levels: Values) -> Values:
    """Return the peak that the limiter lets out for sines of these peaks, linear; the theory is min(level, ceiling)."""
    wave = np.sin(2.0 * np.pi * np.arange(960) / 96)  # its peak lies on a frame
    return np.array([np.abs(play((level * wave).astype(np.float32), 960)).max() for level in levels])


@functools.cache
def release(over: float = 4.0, seconds: float = 0.5) -> tuple[Values, Values, Values]:
    """Return, after a burst `over` times the ceiling: seconds, the limiter's gain measured, and in theory.

    The theory: the distance to 1 shrinks by 1/e within `RELEASE_SECONDS`.
    """
    burst, quiet = 480, int(seconds * RATE)
    sound = np.concatenate((np.full(burst, over * CEILING), np.full(quiet, 0.125 * CEILING)))
    found = play(sound.astype(np.float32), burst + quiet)[burst:] / (0.125 * CEILING)
    times = np.arange(1, quiet + 1) / RATE
    return times, found, 1.0 - (1.0 - 1.0 / over) * np.exp(-times / RELEASE_SECONDS)


def difference(tier: Tier, frequencies: Values) -> float:
    """Return the level in dB of the largest difference between a tier's response and its theory."""
    measured = response(*curve(tier), frequencies)
    return decibels(float(np.abs(measured - THEORIES[tier](frequencies)).max()))


def decibels(ratio: float) -> float:
    """Return an amplitude's ratio in decibels, -200 at least."""
    return 20.0 * math.log10(max(ratio, 1e-10))
