"""Bowed and blown instruments: strings, brass, woodwinds, reeds. Runs on: any process, offline. Peak 1.

A wave whose brightness follows its loudness, through the fixed resonances of a body, with the noise of bow or breath.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from .envelopes import attack, gate
from .filters import bandpass, formants, highpass, through
from .oscillators import TOP, drift, phase, scan, tables
from .signals import Rng, Signal, clock, length, noise, normal

ROWS = 10  # spectra from soft to loud


@dataclass(frozen=True)
class Sustained:
    """One player or a section: `[1, frames]` for one, `[2, frames]` for several."""

    held: ClassVar[bool] = True
    root: float = 220.0
    seconds: float = 1.5
    velocity: float = 1.0
    soft: float = -18.0  # dB per octave of the spectrum when soft
    loud: float = -6.0  # dB per octave when loud
    even: float = 1.0  # level of the even harmonics: a clarinet has few
    body: tuple[tuple[float, float, float], ...] = ()  # resonances: Hz, bandwidth Hz, dB
    rise: float = 0.06
    swell: float = 0.0  # s, slow growth after the attack
    blare: float = 0.0  # brightness of the attack, which then settles
    release: float = 0.12
    vibrato: float = 15.0  # cents
    vibrato_hz: float = 5.3
    vibrato_late: float = 0.4  # s until it is full
    scoop: float = 0.0  # semitones the pitch comes from
    breath: float = 0.02  # level of the noise
    breath_hz: float = 2500.0
    pulsing: float = 0.0  # strokes per second: a tremolo of the bow or a fluttering tongue
    players: int = 1
    apart: float = 9.0  # cents and tens of milliseconds between the players


def sustained(p: Sustained, rng: Rng) -> Signal:
    """One held note."""
    frames = length(p.seconds + p.release)
    channels = 1 if p.players == 1 else 2
    made = np.zeros((channels, frames), np.float32)
    table = _spectra(p)
    for number in range(p.players):
        part = _player(p, table, frames, rng)
        side = 0.0 if p.players == 1 else 1.7 * number / (p.players - 1) - 0.85
        made += part * np.sqrt(np.array([[0.5 - side / 2], [0.5 + side / 2]], np.float32)[:channels] * 2)
    return normal(made * gate(frames, p.seconds, p.release))


def _spectra(p: Sustained) -> Signal:
    count = max(1, int(TOP / p.root))
    k = np.arange(1, count + 1)
    slopes = np.linspace(p.soft, p.loud, ROWS)[:, None] / 6.0206
    rows = k[None, :] ** slopes * np.where(k % 2 == 1, 1.0, p.even)[None, :]
    if p.body:
        rows = rows * formants(p.body, 0.15)(k * p.root)[None, :]
    rows = rows / np.sqrt(np.sum(rows**2, axis=1, keepdims=True))
    return tables(rows * np.exp(0.3j * k * k)[None, :])  # spread phases: no needle in the wave


def _player(p: Sustained, table: Signal, frames: int, rng: Rng) -> Signal:
    time = clock(frames)
    late = float(rng.random()) * p.apart * 0.002 if p.players > 1 else 0.0
    offset = float(rng.normal()) * p.apart if p.players > 1 else 0.0
    level = attack(frames, p.rise + late)
    if p.swell > 0.0:
        level = level * (0.35 + 0.65 * attack(frames, p.swell))
    if p.pulsing > 0.0:
        turns = phase(p.pulsing * float(rng.uniform(0.9, 1.1)), frames, float(rng.random()))
        level = level * (0.25 + 0.75 * np.abs(np.sin(np.pi * turns)).astype(np.float32))
    swing = np.sin(2 * np.pi * p.vibrato_hz * float(rng.uniform(0.93, 1.07)) * time + float(rng.uniform(0, 6.28)))
    swing *= np.clip(time / np.float32(p.vibrato_late + 1e-3), 0, 1) * np.float32(p.vibrato)
    bend = np.float32(p.scoop * 100.0) * np.exp(-time / np.float32(0.04))
    pitch = np.exp2((swing + bend + np.float32(offset)) / 1200) * drift(frames, 3.0, rng) * np.float32(p.root)
    bright = level * np.float32(0.35 + 0.65 * p.velocity) + np.float32(p.blare) * np.exp(-time / np.float32(0.12))
    wave = scan(table, phase(pitch, frames, float(rng.random())), np.clip(bright, 0, 1) * np.float32(ROWS - 1))
    made = wave * level * (1.0 + swing * np.float32(0.004))
    if p.breath > 0.0:
        air = through(noise(frames, rng), bandpass(p.breath_hz, 0.6))[0] * (level + 1.5 * np.exp(-time * 30.0))
        made = made + through(air[None], highpass(p.root * 0.8))[0] * np.float32(p.breath)
    sound: Signal = made.astype(np.float32)
    return sound
