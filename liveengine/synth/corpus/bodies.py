"""Bodies that ring when struck: banks of modes, skins, bars, plates, bursts of noise. Runs on: any process, offline."""

import numpy as np
import numpy.typing as npt

from ..envelopes import attack, decay
from ..filters import bandpass, chain, fast, highpass, lowpass, through
from ..oscillators import TOP
from ..signals import RATE, Rng, Signal, clock, length, noise, normal

STEP = 256  # frames of one row of a bank
FALL = 6.9078  # nepers of 60 dB

# zeros of the Bessel functions relative to the first: the modes of an ideal circular membrane
MEMBRANE = (1.0, 1.594, 2.136, 2.296, 2.653, 2.918, 3.156, 3.501, 3.6, 3.652, 4.06, 4.154, 4.48, 4.61, 4.832, 4.903)
LOADED = (1.0, 2.0, 3.01, 4.01, 4.69, 5.63)  # a skin with a paste of iron, as a tabla's. Source: C. V. Raman (1934)
KETTLE = (1.0, 1.5, 1.98, 2.44, 2.91, 3.37)  # preferred modes of timpani over air. Source: T. Rossing (1982)
BAR = (1.0, 2.756, 5.404, 8.933, 13.344)  # a bar with free ends
TUNED = (1.0, 3.98, 9.2, 16.1)  # a bar cut out below, as of a marimba
TUBE = (1.0, 2.76, 5.4, 8.93, 13.34, 18.64)
CHURCH = (0.5, 1.0, 1.183, 1.506, 2.0, 2.514, 2.662, 3.011, 4.166, 5.433, 6.796)


def bank(
    hertz: npt.ArrayLike, levels: npt.ArrayLike, seconds: npt.ArrayLike, frames: int, rng: Rng, *, soft: float = 0.2
) -> Signal:
    """Sum of decaying sines (Hz, linear, seconds to -60 dB), `[frames]`; `soft` turns of random phase at the start.

    One matrix product: a decaying sine at frame `row * STEP + column` is a product of a power for the row and one for
    the column.
    """
    pitch = np.atleast_1d(np.asarray(hertz, np.float64))
    heard = (pitch > 0.0) & (pitch < TOP)
    level = np.broadcast_to(np.asarray(levels, np.float64), pitch.shape)[heard]
    falls = np.broadcast_to(np.asarray(seconds, np.float64), pitch.shape)[heard]
    turn = (2j * np.pi * pitch[heard] - FALL / np.maximum(falls, 1e-4)) / RATE
    start = level * np.exp(2j * np.pi * rng.uniform(0.0, soft, len(level)))
    rows = start * np.exp(turn * (np.arange(-(-frames // STEP)) * STEP)[:, None])
    columns = np.exp(turn[:, None] * np.arange(STEP))
    left = np.concatenate([rows.real, rows.imag], axis=1).astype(np.float32)
    right = np.concatenate([columns.imag, columns.real], axis=0).astype(np.float32)
    made: Signal = (left @ right).ravel()[:frames]
    return made


def glide(signal: Signal, amount: float, seconds: float) -> Signal:
    """`[frames]` played `1 + amount` times as fast at first, slowing down to its own speed within some `seconds`."""
    pace = 1.0 + amount * np.exp(-clock(len(signal)).astype(np.float64) / max(seconds, 1e-4))
    read = np.cumsum(pace) - pace[0]
    made: Signal = np.interp(read, np.arange(len(signal)), signal).astype(np.float32)
    return made


def skin(
    root: float,
    seconds: float,
    rng: Rng,
    *,
    modes: tuple[float, ...] = MEMBRANE,
    bright: float = 0.5,
    damping: float = 0.7,
    bend: float = 0.1,
    bend_seconds: float = 0.03,
    detune: float = 0.01,
) -> Signal:
    """A struck skin, `[frames]`, peak 1: `bright` is the level of each mode above the last, `damping` its exponent
    of how much faster high modes die; `bend` the fall of the pitch from the blow.
    """
    ratios = np.asarray(modes) * np.exp(rng.normal(0.0, detune, len(modes)))
    levels = bright ** np.arange(len(modes)) * rng.uniform(0.4, 1.0, len(modes))
    levels[0] = 1.0
    falls = seconds * ratios**-damping
    frames = length(seconds * 1.1 + 0.02)
    made = bank(ratios * root, levels, falls, frames, rng, soft=0.05)
    if len(modes) > 4:  # a real skin has countless small modes above those of the ideal one
        small = plate((root * 2.5, min(root * 40.0, 9000.0)), 60, seconds * 0.7, frames, rng, slope=damping)
        made = made + small * np.float32(np.exp(rng.uniform(np.log(0.002), np.log(0.08))))
    return normal(glide(made, bend, bend_seconds) * attack(frames, 0.0005))


def plate(
    span: tuple[float, float],
    count: int,
    seconds: float,
    frames: int,
    rng: Rng,
    *,
    slope: float = 0.4,
    tilt: float = 0.0,
) -> Signal:
    """Dense inharmonic modes in a span of Hz, `[frames]`: cymbals, sheets, scrap.

    `slope` is the exponent by which highs die first, `tilt` the one by which they are louder.
    """
    low, high = span
    hertz = low * np.exp(rng.uniform(0.0, np.log(high / low), count))
    falls = seconds * rng.uniform(0.35, 1.1, count) * (hertz / low) ** -slope
    return bank(hertz, rng.uniform(0.15, 1.0, count) * (hertz / low) ** tilt, falls, frames, rng, soft=1.0)


def blow(hertz: float, q: float, seconds: float, rng: Rng, rise: float = 0.0003) -> Signal:
    """A short burst of noise round a pitch, `[1, frames]`, peak 1: stick, finger, beater, spark."""
    frames = length(seconds * 1.2 + rise + 0.002)
    made = through(noise(frames, rng), bandpass(hertz, q)) * decay(frames, seconds) * attack(frames, rise)
    return normal(made)


def hiss(low: float, high: float, seconds: float, rng: Rng, *, rise: float = 0.0005, channels: int = 1) -> Signal:
    """Noise between two Hz that falls twofold, fast and slow, `[channels, frames]`, peak 1: wires, breath, spray."""
    frames = length(seconds * 1.15 + rise + 0.005)
    made = through(noise(frames, rng, channels), chain(highpass(low), lowpass(high)))
    fall = 0.5 * decay(frames, seconds * 0.4) + 0.5 * decay(frames, seconds)
    return normal(made * fall * attack(frames, rise))


def spray(bands: list[tuple[float, float, float]], frames: int, rng: Rng, channels: int = 1) -> Signal:
    """Noise in bands (centre Hz, level, seconds) each with its own fall, `[channels, frames]`, peak 1."""
    size = fast(frames)
    spectrum = np.fft.rfft(noise(size, rng, channels), axis=-1)
    hertz = np.fft.rfftfreq(size, 1 / RATE)
    total = np.zeros((channels, frames), np.float32)
    for center, level, seconds in bands:
        gain = bandpass(center, 1.2)(hertz).astype(np.complex64)
        total += np.fft.irfft(spectrum * gain, size, axis=-1)[:, :frames] * decay(frames, seconds) * np.float32(level)
    return normal(total)
