"""Pads, strings, choirs and drones that move and loop. Runs on: any process, offline. `[2, frames]`, peak 1."""

from dataclasses import dataclass

import numpy as np

from .effects import chorus, crush, room, saturate, width
from .envelopes import attack, pump, wander, wave
from .filters import chain, highpass, lowpass, moving, through
from .oscillators import TOP, coloured, shape, spread
from .signals import Rng, Signal, balanced, landing, length, normal
from .voices import vowel


@dataclass(frozen=True)
class Pad:
    """An ensemble (each harmonic a band of detuned voices), a slowly moving filter, air, a large room."""

    root: float = 110.0
    seconds: float = 8.0
    velocity: float = 1.0
    circular: bool = True
    chords: tuple[tuple[int, ...], ...] = ((0, 7, 12, 15),)  # one after another over the length
    wave: str = "saw"  # an oscillator shape, or a vowel: `vowel a`
    slope: float = 0.0  # dB per octave of the harmonics
    band: float = 18.0  # cents, width of the ensemble
    cutoff: float = 1200.0
    motion: float = 0.8  # octaves of slow filter movement
    cycles: int = 1
    wandering: float = 0.3  # octaves of random movement
    sub: float = 0.0
    air: float = 0.02
    air_hz: float = 5000.0
    beating: float = 0.0  # depth of random loudness movement
    pulse: int = 0  # beats of sidechain ducking
    depth: float = 0.6
    swing: float = 0.002
    drive: float = 0.0
    bits: float = 0.0
    low: float = 70.0
    high: float = 14_000.0
    breadth: float = 0.9
    room_seconds: float = 4.0
    room_level: float = 0.5
    swell: float = 0.4  # s, attack of a one-shot
    fade: float = 1.5  # s, end of a one-shot


def pad(p: Pad, rng: Rng) -> Signal:
    """A pad of exactly `seconds`; circular, its end runs into its beginning."""
    frames = length(p.seconds)
    made = _chords(p, frames, rng)
    cutoff = p.cutoff * np.exp2(p.motion * wave(frames, p.cycles, -0.25) + p.wandering * wander(frames, 6, rng))
    made = moving(made, np.clip(cutoff, 60.0, 18_000.0), "low", 0.7, p.circular)
    if p.air > 0.0:
        hiss = coloured(frames, lambda f: np.abs(chain(highpass(p.air_hz), lowpass(12_000.0))(f)), rng, 2)
        made = made + hiss * np.float32(p.air) * (1.0 + 0.6 * wander(frames, 5, rng))
    if p.beating > 0.0:
        made = made * (1.0 + np.float32(p.beating) * np.stack([wander(frames, 24, rng), wander(frames, 24, rng)]))
    made = chorus(normal(made), p.swing, max(1, round(0.4 * p.seconds)), p.circular)
    if p.drive > 0.0:
        made = saturate(made, p.drive, 0.1, p.circular)
    made = room(made, p.room_seconds, 3500.0, p.room_level, rng, circular=p.circular)[:, :frames]
    if p.bits > 0.0:
        made = crush(normal(made), p.bits, 3)
    made = width(through(made, chain(highpass(p.low), lowpass(p.high)), p.circular), p.breadth)
    if p.pulse:
        made = made * pump(frames, p.pulse, p.depth)
    if not p.circular:
        made = landing(made * attack(frames, p.swell), p.fade)
    return normal(balanced(made))


def _chords(p: Pad, frames: int, rng: Rng) -> Signal:
    total = np.zeros((2, frames), np.float32)
    count = len(p.chords)
    for number, chord in enumerate(p.chords):
        part = spread(frames, _partials(p, chord), rng)
        total += part * _turn(frames, number, count)
    return total


def _turn(frames: int, number: int, count: int) -> Signal:
    """Loudness of chord `number` of `count`: crossfaded around the circle."""
    if count == 1:
        return np.ones(frames, np.float32)
    center = (number + 0.5) / count
    away = np.abs((np.arange(frames) / frames - center + 0.5) % 1.0 - 0.5) * count
    edge = np.clip((0.5 - away) / 0.12 + 0.5, 0.0, 1.0)
    return np.sin(edge * np.pi / 2).astype(np.float32)


def _partials(p: Pad, chord: tuple[int, ...]) -> list[tuple[float, float, float]]:
    partials = []
    for interval in chord:
        root = p.root * 2 ** (interval / 12)
        count = max(1, int(min(TOP, p.cutoff * 2 ** (p.motion + 3)) / root))
        hertz = np.arange(1, count + 1) * root
        levels = vowel(p.wave[6:])(hertz) / np.arange(1, count + 1) if p.wave.startswith("vowel") else None
        if levels is None:
            levels = np.abs(shape(p.wave, count))
        levels = levels * np.arange(1, count + 1) ** (p.slope / 6.0206)
        bands = hertz * (2 ** (p.band / 1200) - 1)
        partials += [(float(f), float(a), float(b)) for f, a, b in zip(hertz, levels, bands, strict=True) if a > 1e-4]
    if p.sub > 0.0:
        partials.append((p.root / 2, p.sub, 0.3))
    return partials
