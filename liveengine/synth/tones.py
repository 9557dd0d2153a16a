"""Stabs, plucks, leads, keys and bells, chords included. Runs on: any process, offline. `[2, frames]`, peak 1."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from .bass import LOWEST, OCTAVES, ROWS
from .effects import chorus, crush, saturate
from .envelopes import contour, decay, gate
from .filters import highpass, ladder, lowpass, through
from .oscillators import TOP, drift, phase, scan, shape, sine, tables
from .signals import Rng, Signal, clock, length, normal, wide


@dataclass(frozen=True)
class Tone:
    """Detuned oscillators through a ladder filter with an envelope, one note or a chord."""

    held: ClassVar[bool] = True
    root: float = 220.0
    seconds: float = 0.3
    velocity: float = 1.0
    chord: tuple[int, ...] = (0,)  # semitones above the root
    wave: str = "saw"
    pulse: float = 0.5
    voices: int = 3
    detune: float = 9.0
    spread: float = 0.7
    cutoff: float = 900.0
    envelope: float = 2.5
    fall: float = 0.25  # s, of the filter envelope, to a tenth
    resonance: float = 0.2
    wobble: float = 0.0
    wobble_hz: float = 4.0
    rise: float = 0.002
    body: float = 0.4
    sustain: float = 0.3
    release: float = 0.12
    vibrato: float = 0.0  # cents
    drive: float = 2.0
    bits: float = 0.0
    low: float = 90.0  # Hz, high-pass


def tone(p: Tone, rng: Rng) -> Signal:
    """One note or chord."""
    frames = length(p.seconds + p.release)
    time = clock(frames)
    octaves = p.envelope * (0.3 + 0.7 * p.velocity) * decay(frames, p.fall * 3.0)
    octaves += p.wobble * np.sin(2 * np.pi * p.wobble_hz * time) if p.wobble else np.float32(0)
    rows = (np.log2(p.cutoff / LOWEST) + octaves) * np.float32((ROWS - 1) / OCTAVES)
    swing = np.exp2(np.sin(2 * np.pi * 5.3 * time) * np.clip(time / 0.35, 0, 1) * np.float32(p.vibrato / 1200))
    out = np.zeros((2, frames), np.float32)
    for rank, interval in enumerate(p.chord):
        root = p.root * 2 ** (interval / 12)
        table = _filtered(p, root)
        for number in range(p.voices):
            place = 0.0 if p.voices == 1 else 2.0 * number / (p.voices - 1) - 1.0
            pitch = swing * drift(frames, 2.0, rng) * np.float32(root * 2 ** (place * p.detune / 1200))
            part = scan(table, phase(pitch, frames, float(rng.random())), rows)
            side = place * p.spread * (1 if rank % 2 else -1)
            out[0] += part * np.float32(np.sqrt(0.5 - side / 2))
            out[1] += part * np.float32(np.sqrt(0.5 + side / 2))
    level = contour(frames, p.rise, p.body, p.sustain) * gate(frames, p.seconds, p.release)
    made = through(saturate(out * level, p.drive, 0.05), highpass(p.low))
    if p.bits > 0.0:
        made = crush(made, p.bits, 2)
    return normal(made * gate(frames, p.seconds, p.release * 2))


def _filtered(p: Tone, root: float) -> Signal:
    count = max(1, int(TOP / root))
    grid = LOWEST * 2 ** (np.arange(ROWS) * OCTAVES / (ROWS - 1))
    spectra = shape(p.wave, count, p.pulse)[None, :]
    return tables(spectra * ladder(np.arange(1, count + 1) * root, np.minimum(grid, TOP), p.resonance))


@dataclass(frozen=True)
class Keys:
    """FM keys and bells: a carrier, a modulator that dies, a tine far above."""

    held: ClassVar[bool] = True
    root: float = 220.0
    seconds: float = 0.5
    velocity: float = 1.0
    chord: tuple[int, ...] = (0,)
    ratio: float = 1.0
    index: float = 1.2
    index_seconds: float = 0.6
    tine: float = 0.1
    ratio_tine: float = 14.0
    body: float = 1.6
    release: float = 0.3
    tremolo: float = 0.0
    swing: float = 0.0012  # s, chorus depth
    drive: float = 1.5
    tone: float = 9000.0


def keys(p: Keys, rng: Rng) -> Signal:
    """One note or chord of electric keys or bells."""
    frames = length(p.seconds + p.release)
    made = np.zeros(frames, np.float32)
    for interval in p.chord:
        root = p.root * 2 ** (interval / 12) * 2 ** (float(rng.normal(0, 1.5)) / 1200)
        base = phase(root, frames, float(rng.random()))
        depth = decay(frames, p.index_seconds) * np.float32(p.index * (0.3 + 0.7 * p.velocity) / (2 * np.pi))
        made += sine(base + sine(phase(root * p.ratio, frames)) * depth)
        if root * p.ratio_tine < TOP:
            made += sine(phase(root * p.ratio_tine, frames)) * decay(frames, 0.18) * np.float32(p.tine * p.velocity)
    made *= decay(frames, p.body) * gate(frames, p.seconds, p.release)
    made *= np.clip(clock(frames) / 0.0015, 0.0, 1.0)
    stereo = through(saturate(wide(made[None]), p.drive, 0.1), lowpass(p.tone))
    if p.tremolo > 0.0:
        sway = np.float32(p.tremolo) * np.sin(2 * np.pi * 4.6 * clock(frames))
        stereo = stereo * np.stack([1.0 + sway, 1.0 - sway])
    stereo = chorus(stereo, p.swing, 0.8 * frames / 48_000)
    return normal(stereo * gate(frames, p.seconds, p.release * 2))
