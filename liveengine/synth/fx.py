"""Risers, impacts, sweeps, zaps, sirens, glitches. Runs on: any process, offline. `[2, frames]`, peak 1."""

from dataclasses import dataclass

import numpy as np

from .drums import Cymbal, Kick, cymbal, kick
from .effects import crush, echo, room, saturate
from .envelopes import attack, decay
from .filters import bandpass, chain, highpass, lowpass, moving, through
from .oscillators import modes, phase, scan, shape, sine, supersaw, tables
from .signals import RATE, Rng, Signal, clock, fit, landing, length, mix, noise, normal, wide


@dataclass(frozen=True)
class Sweep:
    """Noise and a tone between two frequencies: risers, fallers, whooshes."""

    root: float = 110.0
    seconds: float = 4.0
    velocity: float = 1.0
    start: float = 200.0
    stop: float = 9000.0
    peak: float = 1.0  # where along the length it is loudest: 1 rises, 0 falls, 0.5 passes by
    q: float = 1.2
    hiss: float = 1.0
    tone: float = 0.0
    octaves: float = 2.0  # how far the tone moves; negative falls
    stutter: float = 0.0  # depth of a tremolo that speeds up
    drive: float = 2.0
    room_seconds: float = 2.0
    room_level: float = 0.3


def sweep(p: Sweep, rng: Rng) -> Signal:
    """One sweep of exactly `seconds`."""
    frames = length(p.seconds)
    along = np.arange(frames, dtype=np.float32) / np.float32(frames)
    path = p.start * (p.stop / p.start) ** along
    if p.peak not in (0.0, 1.0):
        path = p.start * (p.stop / p.start) ** (1.0 - np.abs(along / p.peak - 1.0).clip(0, 1))
    made = moving(noise(frames, rng, 2), path, "band", p.q) * np.float32(p.hiss)
    if p.tone > 0.0:
        table = tables(shape("saw", int(9000 / (p.root * 2 ** max(p.octaves, 0))))[None, :])
        glide = p.root * np.exp2(p.octaves * along)
        for channel, cents in enumerate((-7.0, 7.0)):
            saw = scan(table, phase(glide * np.float32(2 ** (cents / 1200)), frames, float(rng.random())))
            made[channel] += moving(saw, np.clip(path * 1.5, 200, 12_000), "low", 0.7) * np.float32(p.tone)
    if p.stutter > 0.0:
        turns = phase(np.float32(4.0) * np.exp2(along * 2.5), frames)
        made = made * (1.0 - np.float32(p.stutter) * (0.5 - 0.5 * np.cos(2 * np.pi * turns)).astype(np.float32))
    made = normal(made) * _loudness(along, p.peak)
    made = room(saturate(made, p.drive), p.room_seconds, 5000.0, p.room_level, rng)[:, :frames]
    return normal(landing(made, min(0.06, p.seconds * 0.05)))


def _loudness(along: Signal, peak: float) -> Signal:
    up = along / max(peak, 1e-6)
    down = (1.0 - along) / max(1.0 - peak, 1e-6)
    made: Signal = np.clip(np.minimum(up, down), 0.0, 1.0).astype(np.float32) ** 2
    return made


@dataclass(frozen=True)
class Impact:
    """A boom that falls, a blow of noise, metal, and a hall around them."""

    root: float = 36.0
    seconds: float = 3.0
    velocity: float = 1.0
    boom: float = 1.0
    blow: float = 0.5
    blow_hz: float = 1200.0
    blow_seconds: float = 0.5
    metal: float = 0.0
    metal_hz: float = 230.0
    drive: float = 8.0
    room_seconds: float = 3.0
    room_hz: float = 2500.0
    room_level: float = 0.8
    reverse: bool = False


def impact(p: Impact, rng: Rng) -> Signal:
    """One impact; reversed it sucks towards its end."""
    frames = length(p.seconds)
    drop = Kick(root=p.root, seconds=p.seconds * 0.6, sweep=2.5, sweep_seconds=0.12, drive=p.drive, click=0.1)
    boom = fit(kick(drop, rng), frames) * np.float32(p.boom)
    hiss = through(noise(frames, rng, 2), lowpass(p.blow_hz, order=2)) * decay(frames, p.blow_seconds)
    parts = [boom, normal(hiss) * np.float32(p.blow)]
    if p.metal > 0.0:
        ratios = np.sort(np.exp(rng.uniform(0, 3.0, 24)))
        scrap = modes(ratios * p.metal_hz, 1 / ratios**0.4, p.seconds * 0.6 / ratios**0.3, frames, rng)
        parts.append(normal(scrap[None]) * np.float32(p.metal))
    made = room(saturate(mix(*parts), p.drive * 0.4), p.room_seconds, p.room_hz, p.room_level, rng)[:, :frames]
    made = landing(made * attack(frames, 0.0005), p.seconds * 0.3)
    return normal(landing(made[:, ::-1], 0.02) if p.reverse else made)


@dataclass(frozen=True)
class Reverse:
    """A cymbal played backwards."""

    root: float = 420.0
    seconds: float = 1.8
    velocity: float = 1.0
    low: float = 2500.0


def reverse(p: Reverse, rng: Rng) -> Signal:
    """A cymbal that swells and stops."""
    made = fit(cymbal(Cymbal(root=p.root, seconds=p.seconds, low=p.low, wash=0.8), rng), length(p.seconds))
    return normal(landing(made[:, ::-1], 0.015))


@dataclass(frozen=True)
class Zap:
    """A fast FM glide: lasers, drops, blips; a wobbling one is a siren."""

    root: float = 80.0  # Hz where it ends
    seconds: float = 0.5
    velocity: float = 1.0
    start: float = 5000.0
    glide: float = 0.08  # s
    ratio: float = 1.41
    index: float = 1.0
    wobble: float = 0.0  # octaves
    wobble_hz: float = 2.0
    drive: float = 3.0
    echo_seconds: float = 0.0
    echo_level: float = 0.0


def zap(p: Zap, rng: Rng) -> Signal:
    """One zap."""
    frames = length(p.seconds)
    time = clock(frames)
    path = p.root + (p.start - p.root) * np.exp(-time / np.float32(p.glide))
    path *= np.exp2(np.float32(p.wobble) * np.sin(2 * np.pi * p.wobble_hz * time))
    base = phase(path, frames, float(rng.random()) * 0.02)
    bent = sine(base + sine(phase(path * np.float32(p.ratio), frames)) * np.float32(p.index / (2 * np.pi)))
    level = attack(frames, 0.001) * decay(frames, p.seconds * 1.2)
    made = wide(through(saturate((bent * level)[None], p.drive), chain(highpass(30.0), lowpass(12_000.0))))
    return normal(landing(echo(made, p.echo_seconds, 0.6, p.echo_level), min(0.3, p.seconds * 0.3)))


@dataclass(frozen=True)
class Glitch:
    """Slivers of tone and noise, repeated, crushed, thrown left and right."""

    root: float = 300.0
    seconds: float = 1.0
    velocity: float = 1.0
    slices: int = 24
    bits: float = 6.0
    bright: float = 5000.0


def glitch(p: Glitch, rng: Rng) -> Signal:
    """One burst of digital debris."""
    frames = length(p.seconds)
    grid = frames // p.slices
    out = np.zeros((2, frames + grid), np.float32)
    piece = np.zeros(grid, np.float32)
    for number in range(p.slices):
        if number == 0 or rng.random() < 0.6:
            piece = _sliver(p, grid, rng)
        if number and rng.random() < 0.25:
            continue
        angle = float(rng.uniform(0.15, 0.85)) * np.pi / 2
        start = number * grid
        out[:, start : start + grid] += piece * np.array([[np.cos(angle)], [np.sin(angle)]], np.float32)
    return normal(landing(through(crush(normal(out[:, :frames]), p.bits, 3), highpass(60.0)), 0.02))


def _sliver(p: Glitch, frames: int, rng: Rng) -> Signal:
    kind = int(rng.integers(3))
    hertz = p.root * 2 ** float(rng.integers(0, 5))
    if kind == 0:
        made = through(noise(frames, rng), bandpass(p.bright * float(rng.uniform(0.4, 1.6)), 4.0))[0]
    elif kind == 1:
        made = supersaw(hertz, frames, 1, 0.0, rng, bright=0.97)[0]
    else:
        made = sine(phase(hertz * np.exp2(-3.0 * clock(frames) * 20).astype(np.float32), frames))
    return normal(made) * decay(frames, frames / RATE * float(rng.uniform(0.4, 2.0))) * attack(frames, 0.0008)
