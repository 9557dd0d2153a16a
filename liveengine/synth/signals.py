"""Shapes, lengths and mixing of rendered signals. Runs on: any process, offline.

Inside the synthesiser time is the last axis: oscillators give `[frames]`, instruments `[channels, frames]`.
"""

import zlib
from typing import Any

import numpy as np
import numpy.typing as npt

Signal = npt.NDArray[np.floating[Any]]
Control = float | Signal
Rng = np.random.Generator
RATE = 48_000  # frames per second of every rendered sound


def child(seed: int, name: str) -> Rng:
    """A generator that depends on the seed and the name alone, never on other sounds."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, zlib.crc32(name.encode())])))


def length(seconds: float) -> int:
    """Frames in `seconds`, at least one."""
    return max(1, round(seconds * RATE))


def clock(frames: int) -> Signal:
    """Time of each frame in seconds, float32."""
    return np.arange(frames, dtype=np.float32) / np.float32(RATE)


def noise(frames: int, rng: Rng, channels: int = 1) -> Signal:
    """White Gaussian noise, `[channels, frames]`, RMS 1."""
    return rng.standard_normal((channels, frames), dtype=np.float32)


def wide(signal: Signal) -> Signal:
    """The signal with two channels."""
    return np.repeat(signal, 2, axis=0) if signal.shape[0] == 1 else signal


def fit(signal: Signal, frames: int) -> Signal:
    """The signal cut or zero-padded to `frames`."""
    missing = frames - signal.shape[-1]
    if missing <= 0:
        return signal[..., :frames]
    return np.pad(signal, [(0, 0)] * (signal.ndim - 1) + [(0, missing)])


def mix(*signals: Signal) -> Signal:
    """Sum of signals of different lengths and channel counts, as long and wide as the largest."""
    frames = max(s.shape[-1] for s in signals)
    channels = max(s.shape[0] for s in signals)
    total = np.zeros((channels, frames), np.float32)
    for signal in signals:
        total[:, : signal.shape[-1]] += signal
    return total


def pan(signal: Signal, position: float) -> Signal:
    """Two channels, `position` -1 (left) to 1 (right), constant power, unity in the middle."""
    angle = (position + 1.0) * np.pi / 4
    gains = np.array([[np.cos(angle)], [np.sin(angle)]], np.float32) * np.float32(np.sqrt(2))
    return wide(signal) * gains


def place(target: Signal, signal: Signal, start: int, gain: float = 1.0) -> None:
    """Add `signal` at frame `start` of the circle `target`; what passes the end goes on at its beginning."""
    frames = target.shape[-1]
    position, offset = start % frames, 0
    while offset < signal.shape[-1]:
        count = min(frames - position, signal.shape[-1] - offset)
        target[:, position : position + count] += signal[:, offset : offset + count] * np.float32(gain)
        position, offset = 0, offset + count


def normal(signal: Signal, peak: float = 1.0) -> Signal:
    """The signal scaled to an absolute peak; silence stays silence."""
    top = float(np.max(np.abs(signal), initial=0.0))
    return signal * np.float32(peak / top) if top > 0.0 else signal


def balanced(signal: Signal) -> Signal:
    """The signal with both channels equally loud (RMS)."""
    loud = np.sqrt(np.mean(signal**2, axis=1, keepdims=True))
    gains: Signal = (np.mean(loud) / np.maximum(loud, 1e-9)).astype(np.float32)
    return signal * gains


def landing(signal: Signal, seconds: float = 0.01) -> Signal:
    """The signal with a raised-cosine fade at its end, so that it ends at true zero."""
    count = min(length(seconds), signal.shape[-1])
    faded = signal.copy()
    faded[..., -count:] *= (0.5 + 0.5 * np.cos(np.linspace(0.0, np.pi, count))).astype(np.float32)
    faded[..., -1] = 0.0
    return faded


def cents(amount: float) -> float:
    """Frequency ratio of an interval in cents."""
    return float(2.0 ** (amount / 1200.0))


def linear(decibels: float) -> float:
    """Linear factor of a level in dB."""
    return float(10.0 ** (decibels / 20.0))
