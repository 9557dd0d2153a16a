"""Sounds with known properties, made with NumPy alone."""

import numpy as np

RATE = 44_100
Array = np.ndarray


def silence(seconds: float, rate: int = RATE) -> Array:
    return np.zeros(round(seconds * rate), np.float32)


def tone(hertz: float, seconds: float, harmonics: int = 1, rate: int = RATE) -> Array:
    time = np.arange(round(seconds * rate)) / rate
    made = sum(np.sin(2 * np.pi * hertz * h * time) / h for h in range(1, harmonics + 1))
    return np.asarray(made / np.abs(made).max() * 0.5, np.float32)


def chord(notes: list[int], seconds: float) -> Array:
    return np.asarray(sum(tone(440 * 2 ** ((n - 69) / 12), seconds, 5) for n in notes) / len(notes), np.float32)


def noise(seconds: float, seed: int = 0, rate: int = RATE) -> Array:
    return np.random.default_rng(seed).uniform(-0.5, 0.5, round(seconds * rate)).astype(np.float32)


def fade(sound: Array, ms: float, rate: int = RATE) -> Array:
    return np.asarray(sound * np.exp(-np.arange(len(sound)) / (ms / 1e3 * rate)), np.float32)


def place(frames: list[int], hit: Array, length: int) -> Array:
    made = np.zeros(length + len(hit), np.float32)
    for frame in frames:
        made[frame : frame + len(hit)] += hit
    return made[:length]


def kick() -> Array:
    time = np.arange(RATE // 4) / RATE
    return fade(np.sin(2 * np.pi * (50 * time + 150 * 0.03 * (1 - np.exp(-time / 0.03)))).astype(np.float32) * 0.9, 60)


def groove(bpm: float, beats: int, swing: float = 0.5) -> Array:
    """Kick on every beat, hats between, a snare-like noise on every other beat; cut exactly on the beat."""
    beat = 60 / bpm * RATE
    length = round(beats * beat)
    made = place([round(b * beat) for b in range(beats)], kick(), length)
    made += place([round((b + swing) * beat) for b in range(beats)], fade(noise(0.05, 1), 12) * 0.5, length)
    made += place([round(b * beat) for b in range(1, beats, 2)], fade(noise(0.15, 2), 40) * 0.8, length)
    return made
