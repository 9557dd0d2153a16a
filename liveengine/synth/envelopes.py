"""Curves over time: decays, gates, slow motion. Runs on: any process, offline. All are float32 `[frames]`."""

import numpy as np

from .signals import RATE, Rng, Signal, clock, length


def decay(frames: int, seconds: float) -> Signal:
    """Exponential fall from 1, -60 dB after `seconds`."""
    made: Signal = np.exp(clock(frames) * np.float32(-6.9078 / max(seconds, 1e-4)))
    return made


def attack(frames: int, seconds: float) -> Signal:
    """Raised-cosine rise from 0 to 1 over `seconds`, then 1."""
    ramp = np.clip(clock(frames) / np.float32(max(seconds, 1e-5)), 0.0, 1.0)
    made: Signal = np.float32(0.5) - np.float32(0.5) * np.cos(np.float32(np.pi) * ramp)
    return made


def gate(frames: int, seconds: float, release: float) -> Signal:
    """1 for `seconds`, then an exponential release (-60 dB after `release`) that ends at zero."""
    after = np.maximum(clock(frames) - np.float32(seconds), 0.0)
    fall = np.exp(after * np.float32(-6.9078 / max(release, 1e-4)))
    made: Signal = fall * np.clip((frames - 1 - np.arange(frames)) / 96.0, 0.0, 1.0).astype(np.float32)
    return made


def contour(frames: int, rise: float, fall: float, sustain: float) -> Signal:
    """Attack over `rise` seconds, then an exponential fall to the level `sustain`."""
    delay = length(rise)
    body = np.ones(frames, np.float32)
    body[delay:] = decay(max(frames - delay, 0), fall) if delay < frames else body[delay:]
    return attack(frames, rise) * (np.float32(sustain) + np.float32(1.0 - sustain) * body)


def wave(frames: int, cycles: float, start: float = 0.0) -> Signal:
    """Sine LFO, -1 to 1, `cycles` over the whole length, beginning at `start` cycles."""
    steps = np.arange(frames, dtype=np.float32) * np.float32(2 * np.pi * cycles / frames)
    made: Signal = np.sin(steps + np.float32(2 * np.pi * start))
    return made


def wander(frames: int, detail: int, rng: Rng) -> Signal:
    """Smooth random motion, about -1 to 1, that closes upon itself: the first `detail` Fourier terms."""
    spectrum = np.zeros(frames // 2 + 1, np.complex64)
    terms = min(detail, len(spectrum) - 1)
    phases = rng.uniform(0, 2 * np.pi, terms)
    spectrum[1 : terms + 1] = np.exp(1j * phases) / np.sqrt(np.arange(1, terms + 1))
    curve = np.fft.irfft(spectrum, frames).astype(np.float32)
    return curve / np.float32(max(float(np.max(np.abs(curve))), 1e-12))


def pump(frames: int, beats: int, depth: float, recovery: float = 0.7) -> Signal:
    """Gain of a sidechain ducked on each of `beats` beats: 1 - depth at the beat, back at `recovery` of it."""
    position = np.arange(frames, dtype=np.float64) * (beats / frames) % 1.0
    rise = np.clip(position / recovery, 0.0, 1.0) ** 1.5
    dip = np.clip((position - 1.0) * frames / beats / RATE / 0.006 + 1.0, 0.0, 1.0)  # 6 ms before the beat
    return (1.0 - depth * np.maximum(1.0 - rise, dip)).astype(np.float32)
