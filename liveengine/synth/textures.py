"""Wind, rain, records, machines, grains: beds that loop. Runs on: any process, offline. `[2, frames]`, peak 1."""

from dataclasses import dataclass

import numpy as np

from .effects import cloud, echo, room, saturate
from .envelopes import attack, decay, pump, wander, wave
from .filters import bandpass, chain, highpass, lowpass, moving, through
from .oscillators import coloured
from .signals import Rng, Signal, balanced, landing, length, normal, place
from .struck import Struck, struck
from .tones import Keys, keys


@dataclass(frozen=True)
class Wind:
    """Noise through wandering resonances."""

    root: float = 600.0  # Hz, middle of the resonance
    seconds: float = 8.0
    velocity: float = 1.0
    circular: bool = True
    q: float = 3.0
    range: float = 1.2  # octaves
    detail: int = 7
    body: float = 0.4  # level of the low roar
    air: float = 0.1
    drive: float = 0.0
    pulse: int = 0
    room_seconds: float = 3.0
    room_level: float = 0.4


def wind(p: Wind, rng: Rng) -> Signal:
    """A bed of wind, steam or roar."""
    frames = length(p.seconds)
    raw = coloured(frames, lambda f: (200.0 / np.maximum(f, 60.0)) ** 0.5, rng, 2)
    made = np.zeros((2, frames), np.float32)
    for ratio in (1.0, 2.3):
        path = p.root * ratio * np.exp2(p.range * wander(frames, p.detail, rng))
        band = moving(raw, np.clip(path, 50, 16_000), "band", p.q, p.circular)
        made += normal(band) * (0.6 + 0.4 * wander(frames, p.detail, rng)) / np.float32(ratio)
    made += normal(through(raw, lowpass(p.root * 0.5), p.circular)) * np.float32(p.body)
    made += normal(through(raw, highpass(6000.0), p.circular)) * np.float32(p.air)
    if p.drive > 0.0:
        made = saturate(made, p.drive, 0.0, p.circular)
    made = room(made, p.room_seconds, 4000.0, p.room_level, rng, circular=p.circular)[:, :frames]
    made = through(made, highpass(40.0), p.circular)
    if not p.circular:
        made = landing(made * attack(frames, 0.004) * decay(frames, p.seconds), p.seconds * 0.3)
    return normal(made * pump(frames, p.pulse, 0.7) if p.pulse else made)


@dataclass(frozen=True)
class Rain:
    """Thousands of drops or crackles over a hiss: rain, fire, vinyl."""

    root: float = 2500.0
    seconds: float = 8.0
    velocity: float = 1.0
    circular: bool = True
    density: float = 180.0  # drops per second
    ringing: float = 1.5  # q of the drops
    hiss: float = 0.12
    hiss_low: float = 400.0
    hiss_high: float = 9000.0
    hum: float = 0.0  # 50 Hz and its harmonics
    rotation: float = 0.0  # Hz, loudness of a turning record
    room_seconds: float = 1.5
    room_level: float = 0.15


def rain(p: Rain, rng: Rng) -> Signal:
    """A bed of drops."""
    frames = length(p.seconds)
    drops = np.zeros((2, frames), np.float32)
    for channel in range(2):
        count = int(p.density * p.seconds)
        levels = rng.exponential(0.3, count) ** 1.6 * rng.choice((-1.0, 1.0), count)
        np.add.at(drops[channel], rng.integers(0, frames, count), levels.astype(np.float32))
    drops = drops * 0.8 + drops[::-1] * 0.2
    parts = [through(drops, bandpass(p.root * ratio, p.ringing), True) for ratio in (0.6, 1.0, 1.9)]
    made = normal(parts[0] + parts[1] + parts[2])
    band = chain(highpass(p.hiss_low), lowpass(p.hiss_high))
    bed = coloured(frames, lambda f: np.abs(band(f)) * (1000.0 / np.maximum(f, 100.0)) ** 0.3, rng, 2)
    made += bed * np.float32(p.hiss) * (1.0 + 0.3 * wander(frames, 4, rng))
    if p.rotation > 0.0:
        made *= 0.8 + 0.2 * wave(frames, max(1, round(p.rotation * p.seconds)))
    if p.hum > 0.0:
        turns = max(1, round(50.0 * p.seconds))
        for harmonic, level in ((1, 1.0), (2, 0.6), (3, 0.5), (5, 0.2)):
            made += wave(frames, turns * harmonic) * np.float32(p.hum * level)
    return normal(room(made, p.room_seconds, 6000.0, p.room_level, rng, circular=p.circular)[:, :frames])


@dataclass(frozen=True)
class Machine:
    """A factory hall: hum, roar, and metal struck in a far corner."""

    root: float = 55.0
    seconds: float = 8.0
    velocity: float = 1.0
    circular: bool = True
    hum: float = 0.5
    roar: float = 0.3
    clanks: int = 12
    clank_hz: float = 340.0
    clank_seconds: float = 0.5
    steady: int = 0  # strokes of an engine over the length
    drive: float = 4.0
    room_seconds: float = 3.5
    room_level: float = 0.9


def machine(p: Machine, rng: Rng) -> Signal:
    """A bed of machines."""
    frames = length(p.seconds)
    made = np.zeros((2, frames), np.float32)
    turns = round(p.root * p.seconds)
    for harmonic in range(1, 16):
        level = p.hum / harmonic * float(rng.uniform(0.4, 1.0))
        made += wave(frames, turns * harmonic, float(rng.random())) * np.float32(level)
    made *= 1.0 + 0.3 * wander(frames, 8, rng)
    roar = coloured(frames, lambda f: np.abs(bandpass(420.0, 0.6)(f)), rng, 2)
    if p.steady:
        roar = roar * (0.25 + 0.75 * pump(frames, p.steady, 1.0, 0.9)[::-1])
    made = saturate(made + roar * np.float32(p.roar), p.drive, 0.1, p.circular)
    metal = np.zeros((2, frames), np.float32)
    for _ in range(p.clanks):
        root = p.clank_hz * 2 ** float(rng.uniform(-1, 1.3))
        hit = struck(Struck(root=root, seconds=p.clank_seconds, body="metal", detune=0.06, drive=8.0, blow=0.5), rng)
        slot = int(rng.integers(16 * max(1, round(p.seconds / 2)))) / (16 * max(1, round(p.seconds / 2)))
        side = float(rng.uniform(0, 1))
        stereo = np.concatenate([hit * np.float32(side), hit * np.float32(1 - side)])
        place(metal, stereo, int(slot * frames), 0.25 + 0.5 * float(rng.random()))
    made = made * np.float32(0.5) + metal
    made = room(made, p.room_seconds, 2600.0, p.room_level, rng, circular=p.circular)[:, :frames]
    return normal(through(made, highpass(35.0), p.circular))


@dataclass(frozen=True)
class Grains:
    """A granular cloud of bells, glass or scrap, echoed into a hall."""

    root: float = 440.0
    seconds: float = 8.0
    velocity: float = 1.0
    circular: bool = True
    source: str = "bell"  # bell, glass or metal
    chord: tuple[int, ...] = (0, 7, 12)
    grain: float = 0.12
    density: float = 30.0  # grains per second
    pitches: tuple[float, ...] = (0.5, 1.0, 1.5, 2.0)
    air: float = 0.02
    low: float = 150.0
    high: float = 12_000.0
    room_seconds: float = 4.0
    room_level: float = 1.2


def grains(p: Grains, rng: Rng) -> Signal:
    """A shimmering bed."""
    frames = length(p.seconds)
    if p.source == "bell":
        tone = Keys(root=p.root, seconds=1.5, chord=p.chord, ratio=3.5, index=1.0, body=4.0, index_seconds=1.5)
        source = keys(tone, rng)
    else:
        source = struck(Struck(root=p.root, seconds=2.0, body=p.source, blow=0.1, detune=0.01, drive=0.0), rng)
    made = normal(cloud(source, frames, rng, grain=p.grain, count=int(p.density * p.seconds), pitches=p.pitches))
    made += coloured(frames, lambda f: np.abs(highpass(4000.0)(f)), rng, 2) * np.float32(p.air)
    made = echo(made, p.seconds / 32, 0.55, 0.5, p.circular)[:, :frames]
    made = room(made, p.room_seconds, 7000.0, p.room_level, rng, circular=p.circular)[:, :frames]
    made = balanced(through(made, chain(highpass(p.low), lowpass(p.high)), p.circular))
    return normal(made if p.circular else landing(made * attack(frames, 0.8), p.seconds * 0.45))
