"""Sung, spoken, whispered and robot voices. Runs on: any process, offline. `[channels, frames]`, peak 1."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from .effects import crush, saturate
from .envelopes import attack, decay, gate
from .filters import Response, bandpass, chain, formants, highpass, lowpass, through
from .oscillators import TOP, drift, phase, scan, sine, tables
from .signals import Rng, Signal, clock, length, noise, normal

# formants in Hz, bandwidths in Hz, levels in dB of a tenor; source: Csound manual, formant values
VOWELS = {
    "a": ((650, 1080, 2650, 2900, 3250), (80, 90, 120, 130, 140), (0, -6, -7, -8, -22)),
    "e": ((400, 1700, 2600, 3200, 3580), (70, 80, 100, 120, 120), (0, -14, -12, -14, -20)),
    "i": ((290, 1870, 2800, 3250, 3540), (40, 90, 100, 120, 120), (0, -15, -18, -20, -30)),
    "o": ((400, 800, 2600, 2800, 3000), (70, 80, 100, 130, 135), (0, -10, -12, -12, -26)),
    "u": ((350, 600, 2700, 2900, 3300), (40, 60, 100, 120, 120), (0, -20, -17, -14, -26)),
}
STEPS = 8  # table rows between two vowels


def vowel(name: str, tract: float = 1.0, other: str | None = None, blend: float = 0.0) -> Response:
    """The vocal tract of a vowel, or between two; `tract` above 1 is a shorter one (woman, child)."""
    first, second = VOWELS[name], VOWELS[other or name]
    peaks = []
    for one, two in zip(zip(*first, strict=True), zip(*second, strict=True), strict=True):
        center = one[0] ** (1 - blend) * two[0] ** blend * tract
        peaks.append((center, (one[1] + (two[1] - one[1]) * blend) * tract, one[2] + (two[2] - one[2]) * blend))
    return formants(peaks, 0.004)


@dataclass(frozen=True)
class Voice:
    """Glottal pulses through a moving vocal tract, breath and a consonant before it."""

    held: ClassVar[bool] = True
    root: float = 165.0
    seconds: float = 0.8
    velocity: float = 1.0
    vowels: str = "ao"  # passed through one after another
    tract: float = 1.0
    singers: int = 1
    detune: float = 10.0  # cents
    breath: float = 0.05
    voiced: float = 1.0  # 0 whispers
    onset: str = ""  # h, t, k or s
    vibrato: float = 18.0  # cents
    scoop: float = -0.6  # semitones the pitch comes from
    fall: float = 0.0  # semitones the pitch ends below
    rise: float = 0.02
    release: float = 0.12
    effort: float = 0.0  # dB per octave added to the glottal slope
    robot: float = 0.0  # Hz of a ring modulator
    bits: float = 0.0
    drive: float = 1.0


def voice(p: Voice, rng: Rng) -> Signal:
    """One syllable; two channels when several sing."""
    frames = length(p.seconds + p.release)
    channels = 2 if p.singers > 1 else 1
    made: Signal = np.zeros((channels, frames), np.float32)
    for number in range(p.singers):
        part = _singer(p, frames, rng)
        side = 0.0 if p.singers == 1 else 1.6 * number / (p.singers - 1) - 0.8
        made += part * np.sqrt(np.array([[0.5 - side / 2], [0.5 + side / 2]], np.float32)[:channels] * 2)
    made = normal(made) * np.float32(p.voiced) + _breath(p, frames, channels, rng)
    level = attack(frames, p.rise) * gate(frames, p.seconds, p.release)
    made = normal(made * level) + _onset(p, frames, rng)
    if p.robot > 0.0:
        made = made * (0.35 + 0.65 * sine(phase(p.robot, frames)))
    if p.bits > 0.0:
        made = crush(made, p.bits, 3)
    return normal(through(saturate(made, p.drive), highpass(80.0)) * gate(frames, p.seconds, p.release * 2))


def _singer(p: Voice, frames: int, rng: Rng) -> Signal:
    time = clock(frames)
    swing = np.sin(2 * np.pi * float(rng.uniform(4.8, 5.8)) * time) * np.clip(time / 0.4, 0, 1)
    bend = p.scoop * np.exp(-time / np.float32(0.05)) - p.fall * (time / np.float32(p.seconds)) ** 2
    offset = float(rng.normal(0, 1)) * p.detune if p.singers > 1 else 0.0
    ratio = np.exp2(bend / 12 + (p.vibrato * swing + offset) / 1200)
    pitch = ratio * drift(frames, 6.0 if p.robot == 0.0 else 0.0, rng) * np.float32(p.root)
    count = int(min(TOP, 9000.0) / p.root)
    hertz = np.arange(1, count + 1) * p.root
    glottis = np.arange(1, count + 1) ** (-1.15 + p.effort / 6.0206)
    rows = np.stack([glottis * tract(hertz) for tract in _path(p)])
    place = np.clip(time / np.float32(p.seconds), 0, 1) * np.float32(len(rows) - 1)
    return scan(tables(rows), phase(pitch, frames, float(rng.random())), place)


def _path(p: Voice) -> list[Response]:
    if len(p.vowels) == 1:
        return [vowel(p.vowels, p.tract)]
    pairs = zip(p.vowels[:-1], p.vowels[1:], strict=True)
    return [vowel(a, p.tract, b, step / STEPS) for a, b in pairs for step in range(STEPS + 1)]


def _breath(p: Voice, frames: int, channels: int, rng: Rng) -> Signal:
    raw = noise(frames, rng, channels)
    tract = vowel(p.vowels[0], p.tract, p.vowels[-1], 0.5)
    shaped = through(raw, chain(tract, highpass(300.0), lowpass(11_000.0)))
    airy = through(raw, chain(highpass(2500.0), lowpass(10_000.0)))
    return (normal(shaped) + normal(airy) * np.float32(0.25)) * np.float32(p.breath)


def _onset(p: Voice, frames: int, rng: Rng) -> Signal:
    if not p.onset:
        return np.zeros((1, frames), np.float32)
    shapes: dict[str, tuple[float, float, Response]] = {
        "h": (0.11, 0.30, vowel(p.vowels[0], p.tract)),
        "t": (0.03, 0.45, highpass(3000.0)),
        "k": (0.045, 0.5, bandpass(1700.0 * p.tract, 1.6)),
        "s": (0.13, 0.35, highpass(5200.0)),
    }
    seconds, level, tract = shapes[p.onset]
    burst = through(noise(frames, rng), tract) * decay(frames, seconds) * attack(frames, 0.001)
    return normal(burst) * np.float32(level)
