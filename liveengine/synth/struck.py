"""Struck skin, wood, metal, glass; shakers. Runs on: any process, offline. `[channels, frames]`, peak 1."""

from dataclasses import dataclass

import numpy as np

from .effects import fold, room, saturate
from .envelopes import attack, decay
from .filters import bandpass, chain, highpass, lowpass, through
from .oscillators import modes
from .signals import Rng, Signal, clock, length, mix, noise, normal

# ratios of the first modes, levels, decays relative to the lowest
BODIES: dict[str, tuple[tuple[float, ...], tuple[float, ...], tuple[float, ...]]] = {
    "skin": ((1.0, 1.59, 2.14, 2.3, 2.65, 2.92), (1.0, 0.45, 0.3, 0.2, 0.12, 0.1), (1.0, 0.5, 0.4, 0.3, 0.2, 0.2)),
    "conga": ((1.0, 2.02, 2.98, 4.1, 5.3), (1.0, 0.5, 0.35, 0.2, 0.12), (1.0, 0.45, 0.3, 0.2, 0.12)),
    "wood": ((1.0, 2.57, 4.2, 6.1), (1.0, 0.5, 0.25, 0.12), (1.0, 0.5, 0.3, 0.2)),
    "clave": ((1.0, 2.71, 5.15), (1.0, 0.16, 0.06), (1.0, 0.4, 0.2)),
    "cowbell": (
        (1.0, 1.48, 2.0, 2.96, 3.0, 4.44, 5.0),
        (1.0, 0.9, 0.2, 0.4, 0.35, 0.2, 0.2),
        (1, 1, 0.6, 0.5, 0.5, 0.4, 0.3),
    ),
    "metal": (
        (1.0, 1.34, 1.81, 2.43, 2.97, 3.71, 4.32, 5.6, 6.9, 8.3),
        (1.0, 0.8, 0.9, 0.7, 0.8, 0.6, 0.5, 0.5, 0.4, 0.3),
        (1.0, 0.9, 0.8, 0.8, 0.6, 0.5, 0.5, 0.4, 0.3, 0.25),
    ),
    "glass": ((1.0, 2.32, 4.25, 6.63, 9.38), (1.0, 0.6, 0.4, 0.3, 0.2), (1.0, 0.8, 0.5, 0.4, 0.3)),
    "bell": (
        (0.5, 1.0, 1.19, 1.5, 2.0, 2.74, 3.76),
        (0.3, 1.0, 0.6, 0.4, 0.6, 0.3, 0.2),
        (1.2, 1, 0.8, 0.7, 0.6, 0.4, 0.3),
    ),
}


@dataclass(frozen=True)
class Struck:
    """A body of a material, hit: modes, a bend, the noise of the blow, drive, a room."""

    root: float = 200.0
    seconds: float = 0.3
    velocity: float = 1.0
    body: str = "skin"
    bend: float = 0.15
    bend_seconds: float = 0.03
    blow: float = 0.25
    blow_hz: float = 2500.0
    blow_seconds: float = 0.02
    bright: float = 0.7  # level of the upper modes
    detune: float = 0.0  # random shift of the modes, 0.02 makes scrap of a bell
    folds: float = 0.0
    drive: float = 2.0
    tone: float = 14_000.0
    low: float = 60.0
    room_seconds: float = 0.0
    room_level: float = 0.0


def struck(p: Struck, rng: Rng) -> Signal:
    """One hit; two channels when it has a room."""
    ratios, levels, falls = (np.asarray(row, float) for row in BODIES[p.body])
    frames = length(p.seconds * 1.15 + 0.02)
    ratios = ratios * np.exp(rng.normal(0, 1, len(ratios)) * p.detune)
    levels = levels * np.where(np.arange(len(levels)) == 0, 1.0, p.bright * (0.5 + 0.5 * p.velocity))
    bend = 1.0 + p.bend * p.velocity * np.exp(-clock(frames) / np.float32(p.bend_seconds))
    tone = modes(ratios * p.root, levels, falls * p.seconds, frames, rng, bend=bend) * attack(frames, 0.0005)
    if p.folds > 0.0:
        tone = fold(normal(tone[None]), p.folds)[0] * decay(frames, p.seconds)
    size = length(p.blow_seconds * 2)
    blow = through(noise(size, rng), bandpass(p.blow_hz, 0.7)) * decay(size, p.blow_seconds)
    made = mix(normal(tone[None]), normal(blow * attack(size, 0.0003)) * np.float32(p.blow))
    made = through(saturate(made, p.drive, 0.05), chain(lowpass(p.tone), highpass(p.low)))
    return normal(room(made, p.room_seconds, 4500.0, p.room_level, rng))


@dataclass(frozen=True)
class Shaker:
    """Beads in a shell: dense grains of noise under a swing; jingles make it a tambourine."""

    root: float = 6500.0  # Hz, centre
    seconds: float = 0.09
    velocity: float = 1.0
    rise: float = 0.02
    q: float = 0.8
    beads: float = 1800.0  # grains per second
    jingle: float = 0.0


def shaker(p: Shaker, rng: Rng) -> Signal:
    """One shake, mono."""
    frames = length(p.seconds * 1.2 + p.rise)
    hits = (rng.random(frames) < p.beads / 48_000.0) * rng.uniform(-1, 1, frames)
    grains = hits.astype(np.float32)[None] + noise(frames, rng) * np.float32(0.02)
    made = through(grains, chain(bandpass(p.root, p.q), highpass(2000.0)))
    if p.jingle > 0.0:
        hertz = np.sort(rng.uniform(4500.0, 12_000.0, 14))
        rattle = modes(hertz, rng.uniform(0.3, 1, 14), np.full(14, p.seconds * 0.9), frames, rng)
        made = normal(made) + normal(rattle[None]) * np.float32(p.jingle)
    late = np.maximum(clock(frames) - np.float32(p.rise), 0.0)
    return normal(made * attack(frames, p.rise) * np.exp(late * np.float32(-6.9 / p.seconds)))
