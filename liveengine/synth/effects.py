"""Saturation, grit, rooms, echoes, chorus. Runs on: any process, offline. `[channels, frames]` in and out."""

import numpy as np

from .envelopes import decay
from .filters import around, chain, fast, highpass, lowpass, through
from .signals import RATE, Rng, Signal, clock, fit, length, linear, normal, wide


def saturate(signal: Signal, drive: float, bias: float = 0.0, circular: bool = False) -> Signal:
    """Soft clipping by `drive` dB at twice the rate (less aliasing), peak 1; `bias` adds even harmonics."""
    if drive <= 0.0:
        return signal
    frames, lead = signal.shape[-1], 1024
    size = fast(frames + 2 * lead)
    given = normal(signal)
    given = around(given, size, lead) if circular else np.pad(given, [(0, 0), (lead, size - lead - frames)])
    up = np.fft.irfft(np.fft.rfft(given, axis=-1) * 2, size * 2, axis=-1).astype(np.float32)
    shaped = np.tanh(up * np.float32(linear(drive)) + np.float32(bias)) - np.float32(np.tanh(bias))
    spectrum = np.fft.rfft(shaped, axis=-1)[..., : size // 2 + 1] * np.float32(0.5)
    made = np.fft.irfft(spectrum, size, axis=-1)[..., lead : lead + frames].astype(np.float32)
    return normal(through(made, highpass(12.0), circular))


def fold(signal: Signal, amount: float) -> Signal:
    """Wave folding: a sine of the signal, `amount` full folds; bright and hollow."""
    made: Signal = np.sin(signal * np.float32(np.pi / 2 * (1 + 2 * amount)))
    return made


def crush(signal: Signal, bits: float, hold: int = 1) -> Signal:
    """Fewer bits and every `hold`-th frame held: the grit of old samplers."""
    steps = np.float32(2 ** (bits - 1))
    index = np.arange(signal.shape[-1]) // hold * hold
    made: Signal = np.rint(signal[..., index] * steps) / steps
    return made


def hall(seconds: float, dark: float, rng: Rng, predelay: float = 0.0) -> Signal:
    """Impulse response of a room, `[2, frames]`, energy 1: shaped noise whose highs die first.

    `seconds` to -60 dB; `dark` is the cutoff in Hz of what lasts.
    """
    frames = length(seconds)
    raw = rng.standard_normal((2, frames), dtype=np.float32)
    late = through(raw, chain(highpass(120.0), lowpass(dark))) * decay(frames, seconds)
    early = through(raw[:, ::-1], lowpass(min(dark * 3.0, 16_000.0))) * decay(frames, seconds * 0.35)
    response = late + early * np.float32(0.5)
    response *= np.clip(clock(frames) / np.float32(0.004 + seconds * 0.008), 0.0, 1.0)
    response /= np.float32(np.sqrt(np.mean(np.sum(response**2, axis=1))))
    return np.pad(response, [(0, 0), (length(predelay) if predelay > 0 else 0, 0)])


def folded(signal: Signal, frames: int) -> Signal:
    """The signal laid round a circle of `frames`: what passes the end is added at the beginning."""
    turns = -(-signal.shape[-1] // frames)
    made: Signal = fit(signal, turns * frames).reshape(signal.shape[0], turns, frames).sum(axis=1)
    return made


def convolve(signal: Signal, response: Signal, circular: bool = False) -> Signal:
    """The signal in a room; circular: same length, the tail goes round; else longer by the response."""
    frames = signal.shape[-1]
    total = frames + response.shape[-1]
    size = fast(total)
    product = np.fft.rfft(wide(signal), size, axis=-1) * np.fft.rfft(response, size, axis=-1)
    made = np.fft.irfft(product, size, axis=-1)[:, :total].astype(np.float32)
    return folded(made, frames) if circular else made


def room(signal: Signal, seconds: float, dark: float, level: float, rng: Rng, *, circular: bool = False) -> Signal:
    """Dry signal plus `level` (linear, by energy) of a room, two channels."""
    if level <= 0.0 or seconds <= 0.0:
        return signal
    wet = convolve(signal, hall(seconds, dark, rng, min(0.02, seconds * 0.01)), circular)
    return fit(wide(signal), wet.shape[-1]) + wet * np.float32(level)


def echo(signal: Signal, seconds: float, feedback: float, level: float, circular: bool = False) -> Signal:
    """Ping-pong echo with darkening repeats; circular, the repeats go round."""
    if level <= 0.0:
        return signal
    repeats = min(12, int(np.log(0.003) / np.log(max(feedback, 0.05))) + 1)
    frames = signal.shape[-1]
    total = frames + length(seconds) * repeats
    size = fast(total)
    hertz = np.fft.rfftfreq(size, 1 / RATE)
    turn = chain(highpass(200.0), lowpass(3200.0))(hertz) * np.exp(-2j * np.pi * hertz * seconds)
    left = turn / (1.0 - (feedback * turn) ** 2)
    dry = np.fft.rfft(wide(signal), size, axis=-1)
    wet = dry * (1.0 + np.stack([left, left * feedback * turn]).astype(np.complex64) * np.float32(level))
    made = np.fft.irfft(wet, size, axis=-1)[:, :total].astype(np.float32)
    return folded(made, frames) if circular else made


def chorus(signal: Signal, depth: float, cycles: float, circular: bool = False) -> Signal:
    """Dry plus two delayed copies whose delay swings by `depth` seconds, `cycles` times over the length."""
    if depth <= 0.0:
        return signal
    dry = wide(signal)
    frames = dry.shape[-1]
    time = np.arange(frames)
    out = dry.copy()
    for channel in range(2):
        swing = np.sin(2 * np.pi * (time * (cycles / frames) + 0.25 * channel))
        read = time - (0.008 + depth * (1.0 + swing)) * RATE
        whole = np.floor(read).astype(np.int64)
        part = (read - whole).astype(np.float32)
        whole = whole % frames if circular else np.clip(whole, 0, frames - 1)
        row = dry[channel]
        low = row[whole]
        out[channel] += low + (row[(whole + 1) % frames] - low) * part
    return out * np.float32(0.7)


def width(signal: Signal, amount: float) -> Signal:
    """Side level scaled by `amount`: 0 is mono, 1 unchanged."""
    if signal.shape[0] == 1:
        return signal
    middle = signal.mean(axis=0, keepdims=True)
    made: Signal = middle + (signal - middle) * np.float32(amount)
    return made


def cloud(signal: Signal, frames: int, rng: Rng, *, grain: float, count: int, pitches: tuple[float, ...]) -> Signal:
    """Granular cloud `[2, frames]`: `count` windowed grains of `grain` seconds from anywhere, round the loop."""
    out = np.zeros((2, frames), np.float32)
    source = signal.mean(axis=0)
    for _ in range(count):
        size = length(grain * float(rng.uniform(0.5, 1.5)))
        ratio = float(rng.choice(pitches))
        start = float(rng.uniform(0, max(1.0, len(source) - size * ratio - 2)))
        read = start + np.arange(size) * ratio
        piece = np.interp(read, np.arange(len(source)), source).astype(np.float32)
        piece = normal(piece) * np.hanning(size).astype(np.float32) * np.float32(rng.uniform(0.2, 1.0))
        angle = float(rng.uniform(0, np.pi / 2))
        target = (int(rng.integers(frames)) + np.arange(size)) % frames
        out[0, target] += piece * np.float32(np.cos(angle))
        out[1, target] += piece * np.float32(np.sin(angle))
    return out
