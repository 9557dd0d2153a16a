"""Band-limited sources: sines, scanned wavetables, modal banks, spread spectra. Runs on: any process, offline."""

from collections.abc import Callable

import numpy as np

from .envelopes import decay
from .signals import RATE, Control, Rng, Signal, clock, length

TABLE = 2048  # points of one cycle
TOP = 18_000.0  # Hz, nothing periodic is made above


def phase(frequency: Control, frames: int, start: float = 0.0) -> Signal:
    """Running phase in cycles, 0 to 1, float64, of a constant or moving frequency in Hz."""
    if isinstance(frequency, (int, float)):
        cycles = start + np.arange(frames) * (frequency / RATE)
    else:
        cycles = start + np.cumsum(frequency, dtype=np.float64) / RATE
        cycles -= float(frequency[0]) / RATE
    made: Signal = cycles - np.floor(cycles)
    return made


def sine(cycles: Signal) -> Signal:
    """Sine of a phase in cycles; float32 is four times as fast and exact enough once the phase is wrapped."""
    made: Signal = np.sin((cycles - np.rint(cycles)).astype(np.float32) * np.float32(2 * np.pi))
    return made


def shape(name: str, count: int, width: float = 0.5) -> Signal:
    """Amplitudes of the first `count` harmonics of saw, square, pulse (of `width`), triangle, organ or hollow."""
    k = np.arange(1, count + 1, dtype=np.float64)
    odd = k % 2
    if name == "saw":
        return 1.0 / k
    if name == "square":
        return odd / k * 1.3
    if name == "pulse":
        return np.asarray(np.sin(np.pi * k * width) / k * 1.2)
    if name == "triangle":
        return odd / k**2 * np.where(k % 4 == 1, 1.0, -1.0)
    if name == "sine":
        return np.where(k == 1, 1.0, 0.0)
    if name == "organ":
        return np.where(np.isin(k, (1, 2, 3, 4, 6, 8, 12)), 1.0 / np.sqrt(k), 0.0)
    if name == "hollow":
        return odd / k**1.5
    if name == "glass":
        return np.where(np.isin(k, (1, 4, 9, 13, 21)), 1.0 / k**0.7, 0.0)
    raise ValueError(f"no waveform {name!r}; known: saw square pulse triangle sine organ hollow glass")


def tables(spectra: Signal) -> Signal:
    """One cycle per row from complex or real harmonic amplitudes `[rows, harmonics]`, with one guard point."""
    rows, count = spectra.shape
    bins = np.zeros((rows, TABLE // 2 + 1), np.complex64)
    used = min(count, TABLE // 2 - 1)
    bins[:, 1 : used + 1] = spectra[:, :used] * (-0.5j * TABLE)
    cycle = np.fft.irfft(bins, TABLE, axis=1).astype(np.float32)
    return np.concatenate([cycle, cycle[:, :1]], axis=1)


def scan(table: Signal, cycles: Signal, position: Control = 0.0) -> Signal:
    """Read the rows of `tables` at a phase and a moving row position, linear in both: an exact moving filter."""
    point = cycles * TABLE
    index = point.astype(np.int64)
    between = (point - index).astype(np.float32)
    flat = table.ravel()
    if table.shape[0] == 1:
        low = flat.take(index)
        return low + (flat.take(index + 1) - low) * between
    place = np.clip(position, 0.0, table.shape[0] - 1.001)
    row = np.floor(place).astype(np.int64) if isinstance(place, np.ndarray) else int(place)
    blend = np.asarray(place - row, np.float32)
    index = index + row * (TABLE + 1)
    low = flat.take(index)
    low += (flat.take(index + 1) - low) * between
    high = flat.take(index + TABLE + 1)
    high += (flat.take(index + TABLE + 2) - high) * between
    made: Signal = low + (high - low) * blend
    return made


def modes(frequencies: Signal, levels: Signal, decays: Signal, frames: int, rng: Rng, *, bend: Control = 1.0) -> Signal:
    """Sum of decaying sines (Hz, linear, seconds to -60 dB): struck bodies. `bend` multiplies every pitch."""
    total = np.zeros(frames, np.float32)
    starts = rng.uniform(0.0, 0.15, len(frequencies))
    glide = np.cumsum(bend, dtype=np.float64) / RATE if isinstance(bend, np.ndarray) else None
    for hertz, level, seconds, start in zip(frequencies, levels, decays, starts, strict=True):
        if hertz >= TOP:
            continue
        count = min(frames, length(float(seconds) * 1.4))
        if glide is None:
            cycles = phase(float(hertz), count, float(start))
        else:
            cycles = glide[:count] * float(hertz) + float(start)
        total[:count] += sine(cycles) * decay(count, float(seconds)) * np.float32(level)
    return total


def spread(frames: int, partials: list[tuple[float, float, float]], rng: Rng, channels: int = 2) -> Signal:
    """Partials (Hz, level, bandwidth Hz) as Gaussian bands of random phase: an ensemble that loops seamlessly.

    `[channels, frames]`, channels independent. Source: P. O. Nasca, the PADsynth algorithm.
    """
    width = RATE / frames  # Hz per bin
    magnitude = np.zeros(frames // 2 + 1, np.float64)
    for hertz, level, band in partials:
        if not 0.0 < hertz < TOP:
            continue
        sigma = max(band / width, 0.35)
        first = max(1, int(hertz / width - 4 * sigma))
        last = min(len(magnitude) - 1, int(hertz / width + 4 * sigma) + 2)
        bump = np.exp(-0.5 * ((np.arange(first, last) - hertz / width) / sigma) ** 2)
        magnitude[first:last] += level * bump / np.sqrt(np.sum(bump**2) + 1e-12)
    turns = rng.uniform(0, 2 * np.pi, (channels, len(magnitude)))
    spectrum = (magnitude * np.exp(1j * turns) * (frames / 2)).astype(np.complex64)
    return np.fft.irfft(spectrum, frames, axis=-1).astype(np.float32)


def coloured(frames: int, gain: Callable[[Signal], Signal], rng: Rng, channels: int = 1) -> Signal:
    """Noise whose spectrum follows `gain(Hz)`, RMS 1, seamless as a loop."""
    frequencies = np.fft.rfftfreq(frames, 1 / RATE)
    weights = gain(np.maximum(frequencies, 1.0))
    weights[0] = 0.0
    spectrum = np.fft.rfft(rng.standard_normal((channels, frames), dtype=np.float32), axis=-1) * weights
    made = np.fft.irfft(spectrum, frames, axis=-1).astype(np.float32)
    return made / np.float32(np.sqrt(np.mean(made**2)) + 1e-12)


def supersaw(hertz: float, frames: int, voices: int, detune: float, rng: Rng, *, bright: float = 1.0) -> Signal:
    """`[2, frames]`: detuned saws (spread in cents) alternating between left and right."""
    count = max(1, int(TOP / hertz))
    table = tables(shape("saw", count)[None, :] * (bright ** np.arange(count))[None, :])
    offsets = np.linspace(-detune, detune, voices) if voices > 1 else np.zeros(1)
    out = np.zeros((2, frames), np.float32)
    for number, offset in enumerate(offsets):
        part = scan(table, phase(hertz * 2 ** (float(offset) / 1200), frames, float(rng.random())))
        side = 0.5 + 0.4 * (number % 2 * 2 - 1) * (1.0 if voices > 1 else 0.0)
        out[0] += part * np.float32(np.sqrt(1 - side))
        out[1] += part * np.float32(np.sqrt(side))
    return out / np.float32(np.sqrt(voices))


def drift(frames: int, amount: float, rng: Rng) -> Signal:
    """Pitch ratio of an analog oscillator: slow random drift of about `amount` cents."""
    time = clock(frames)
    slow, fast = rng.uniform(0.3, 0.9), rng.uniform(2.0, 4.0)
    curve = np.sin(time * np.float32(6.28 * slow) + np.float32(rng.uniform(0, 6.28)))
    curve += np.float32(0.3) * np.sin(time * np.float32(6.28 * fast))
    made: Signal = np.exp2(curve * np.float32(amount / 1200))
    return made
