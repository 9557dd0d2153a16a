"""Tuned bars, tines, tubes, bowls and bells, struck or rubbed. Runs on: any process, offline. `[1, frames]`, peak 1.

Ratios of the partials: N. Fletcher, T. Rossing, The physics of musical instruments.
"""

from dataclasses import dataclass

import numpy as np

from .envelopes import attack, decay
from .filters import bandpass, lowpass, through
from .oscillators import TOP, phase, sine
from .signals import Rng, Signal, clock, length, noise, normal

# ratios, levels, how long each rings relative to the first
BARS: dict[str, tuple[tuple[float, ...], tuple[float, ...], tuple[float, ...]]] = {
    "marimba": ((1.0, 3.93, 9.6, 17.0), (1.0, 0.3, 0.1, 0.04), (1.0, 0.25, 0.1, 0.06)),
    "vibraphone": ((1.0, 4.0, 10.3, 18.2), (1.0, 0.25, 0.08, 0.03), (1.0, 0.35, 0.1, 0.06)),
    "xylophone": ((1.0, 3.0, 6.1, 12.1), (1.0, 0.6, 0.3, 0.12), (1.0, 0.45, 0.25, 0.15)),
    "glockenspiel": ((1.0, 2.76, 5.4, 8.93, 13.3), (1.0, 0.5, 0.4, 0.25, 0.1), (1.0, 0.6, 0.4, 0.25, 0.15)),
    "celesta": ((1.0, 2.0, 4.0, 6.27), (1.0, 0.15, 0.35, 0.12), (1.0, 0.6, 0.35, 0.2)),
    "music_box": ((1.0, 2.0, 3.01, 6.27, 9.2), (1.0, 0.35, 0.2, 0.3, 0.15), (1.0, 0.7, 0.5, 0.3, 0.15)),
    "kalimba": ((1.0, 2.02, 5.4, 6.3, 13.0), (1.0, 0.2, 0.25, 0.1, 0.08), (1.0, 0.7, 0.2, 0.15, 0.08)),
    "steel_drum": ((1.0, 2.003, 2.99, 4.02, 5.1, 6.2), (1.0, 0.7, 0.45, 0.3, 0.2, 0.1), (1, 0.8, 0.6, 0.4, 0.3, 0.2)),
    "tube": (
        (0.5, 0.82, 1.29, 1.96, 2.66, 3.46, 4.36, 5.32),
        (0.2, 0.4, 0.7, 1.0, 0.8, 0.6, 0.4, 0.25),
        (1.0, 1.0, 0.9, 0.8, 0.65, 0.5, 0.4, 0.3),
    ),
    "church": (
        (0.5, 1.0, 1.19, 1.5, 2.0, 2.51, 2.66, 3.01, 4.02, 5.43, 6.8),
        (0.6, 0.8, 0.7, 0.35, 1.0, 0.3, 0.3, 0.4, 0.35, 0.2, 0.12),
        (1.6, 1.0, 0.8, 0.5, 0.5, 0.35, 0.35, 0.3, 0.22, 0.16, 0.12),
    ),
    "hand": ((1.0, 1.5, 3.0, 3.9, 5.4, 7.1), (1.0, 0.1, 0.5, 0.2, 0.15, 0.1), (1.0, 0.5, 0.5, 0.35, 0.2, 0.15)),
    "bowl": ((1.0, 2.71, 5.1, 8.2, 11.8), (1.0, 0.7, 0.35, 0.15, 0.06), (1.0, 0.7, 0.4, 0.25, 0.15)),
    "glass": ((1.0, 2.32, 4.25, 6.63, 9.38), (1.0, 0.55, 0.35, 0.25, 0.15), (1.0, 0.7, 0.5, 0.35, 0.25)),
    "chime": ((1.0, 2.76, 5.4, 8.93), (1.0, 0.7, 0.5, 0.3), (1.0, 0.7, 0.45, 0.3)),
    "plate": (
        (1.0, 1.37, 1.83, 2.41, 2.9, 3.6, 4.3, 5.5, 6.7, 8.1, 9.9, 12.1),
        (1.0, 0.8, 0.9, 0.7, 0.8, 0.6, 0.6, 0.5, 0.4, 0.35, 0.3, 0.2),
        (1.0, 0.95, 0.9, 0.8, 0.75, 0.7, 0.6, 0.5, 0.45, 0.4, 0.3, 0.25),
    ),
}


@dataclass(frozen=True)
class Bar:
    """A body with its partials, beating in pairs, and the mallet."""

    root: float = 440.0
    seconds: float = 1.5  # to -60 dB
    velocity: float = 1.0
    body: str = "marimba"
    bright: float = 1.0  # level of the upper partials
    beat: float = 0.0  # Hz between the two halves of each partial
    detune: float = 0.0  # random shift of the upper partials
    mallet: float = 0.2  # level of its knock
    mallet_hz: float = 1500.0
    tremolo: float = 0.0  # depth, as the fans of a vibraphone
    tremolo_hz: float = 5.0
    rise: float = 0.0005  # s; a rubbed glass swells
    bloom: float = 0.0  # s until the upper partials are full: gongs
    bend: float = 0.0  # semitones the pitch comes from


def bar(p: Bar, rng: Rng) -> Signal:
    """One note."""
    ratios, levels, falls = (np.asarray(row, float) for row in BARS[p.body])
    frames = length(min(p.seconds * 1.1, p.seconds + 0.3) + p.rise)
    ratios = ratios * np.where(np.arange(len(ratios)) == 0, 1.0, np.exp(rng.normal(0, 1, len(ratios)) * p.detune))
    levels = levels * np.where(np.arange(len(levels)) == 0, 1.0, p.bright * (0.4 + 0.6 * p.velocity))
    made = np.zeros(frames, np.float32)
    time = clock(frames)
    for number, (ratio, level, fall) in enumerate(zip(ratios, levels, falls, strict=True)):
        hertz = float(ratio * p.root)
        if hertz >= TOP:
            continue
        count = min(frames, length(float(fall) * p.seconds * 1.1 + p.rise))
        made[:count] += _partial(p, hertz, count, rng) * np.float32(level) * _shape(p, number, count, float(fall))
    made *= np.clip(time / np.float32(max(p.rise, 1e-4)), 0, 1)
    if p.tremolo > 0.0:
        made *= 1.0 - np.float32(p.tremolo) * (0.5 + 0.5 * np.sin(2 * np.pi * p.tremolo_hz * time))
    size = min(frames, length(0.12))
    knock = through(noise(size, rng), bandpass(p.mallet_hz, 0.8)) * decay(size, 0.05)
    sound = normal(made[None])
    sound[:, :size] += normal(knock) * np.float32(p.mallet)
    return normal(through(sound, lowpass(16_000.0)))


def _partial(p: Bar, hertz: float, count: int, rng: Rng) -> Signal:
    start = float(rng.uniform(0, 0.2))
    slide = np.exp2(np.float32(p.bend / 12) * np.exp(-clock(count) / np.float32(0.08))) if p.bend else 1.0
    first = sine(phase(hertz * slide, count, start))
    if p.beat <= 0.0:
        return first
    other = hertz + p.beat * float(rng.uniform(0.5, 1.5))
    return first * np.float32(0.6) + sine(phase(other * slide, count, start)) * np.float32(0.4)


def _shape(p: Bar, number: int, count: int, fall: float) -> Signal:
    level = decay(count, fall * p.seconds)
    return level * attack(count, p.bloom * (0.3 + 0.2 * number)) if p.bloom > 0.0 and number else level
