"""Loops and hits for the tests of variations, made from a seed."""

import numpy as np

from liveengine.ml.mutate.wish import Samples

RATE = 16_000


def loop(seed: int = 0, beats: int = 4, tempo: float = 120.0, channels: int = 2) -> tuple[Samples, list[int]]:
    """Return a drum loop [channels, frames] with a hit on each half of a beat, and where these begin."""
    chance = np.random.default_rng(seed)
    frames = round(beats * 60.0 * RATE / tempo)
    sound = np.zeros((channels, frames), np.float32)
    attacks = [round(n * frames / (2 * beats)) for n in range(2 * beats)]
    for n, attack in enumerate(attacks):
        time = np.arange(min(frames // (2 * beats), frames - attack)) / RATE
        pitch = 60.0 if n % 2 == 0 else float(chance.uniform(200.0, 2_000.0))
        hit = np.sin(2 * np.pi * pitch * time) * np.exp(-12.0 * time) * chance.uniform(0.3, 0.7)
        sound[:, attack : attack + len(time)] += hit.astype(np.float32)
    return sound, attacks


def hit(seed: int = 0, seconds: float = 0.5) -> Samples:
    """Return a one-shot [1, frames]."""
    chance = np.random.default_rng(seed)
    time = np.arange(round(seconds * RATE)) / RATE
    noise = chance.normal(size=len(time)) * np.exp(-60.0 * time)
    return np.asarray((0.5 * np.sin(2 * np.pi * 180.0 * time) * np.exp(-9.0 * time) + 0.3 * noise), np.float32)[None]
