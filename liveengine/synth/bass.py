"""Subtractive and FM basses, one note at a time. Runs on: any process, offline. `[1, frames]`, peak 1."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from .effects import crush, saturate
from .envelopes import attack, contour, decay, gate
from .filters import highpass, ladder, lowpass, through
from .oscillators import TOP, drift, phase, scan, shape, sine, tables
from .signals import Rng, Signal, clock, length, normal

ROWS = 40  # filter positions per note
LOWEST, OCTAVES = 60.0, 8.2  # Hz and range of the cutoff grid


@dataclass(frozen=True)
class Bass:
    """Oscillators through a resonant ladder whose cutoff follows an envelope; a sub below; drive after."""

    held: ClassVar[bool] = True
    root: float = 55.0
    seconds: float = 0.3  # how long the key is held
    velocity: float = 1.0
    wave: str = "saw"
    pulse: float = 0.5
    voices: int = 1
    detune: float = 8.0  # cents
    drift: float = 2.0  # cents
    octave: float = 0.0  # level of the same wave an octave above
    sub: float = 0.3
    cutoff: float = 300.0  # Hz
    envelope: float = 2.0  # octaves
    fall: float = 0.2  # s, of the filter envelope, to a tenth
    resonance: float = 0.3
    wobble: float = 0.0  # octaves of filter LFO
    wobble_hz: float = 3.0
    rise: float = 0.003
    body: float = 0.5  # s, amplitude decay
    sustain: float = 0.7
    release: float = 0.06
    glide: float = 0.0  # semitones the pitch comes from
    glide_seconds: float = 0.05
    drive: float = 4.0
    grit: float = 0.0  # level of a crushed copy above 300 Hz
    tone: float = 12_000.0


def bass(p: Bass, rng: Rng) -> Signal:
    """One bass note, exact filter sweep without aliasing (the filter is in the wavetables)."""
    frames = length(p.seconds + p.release)
    time = clock(frames)
    octaves = p.envelope * (0.4 + 0.6 * p.velocity) * decay(frames, p.fall * 3.0)
    octaves += p.wobble * np.sin(2 * np.pi * p.wobble_hz * time) if p.wobble else np.float32(0)
    rows = (np.log2(p.cutoff / LOWEST) + octaves) * np.float32((ROWS - 1) / OCTAVES)
    slide = np.exp2(p.glide / 12 * np.exp(-time / np.float32(max(p.glide_seconds, 1e-3) / 3)))
    table = _filtered(p)
    made = np.zeros(frames, np.float32)
    for number in range(p.voices):
        offset = 0.0 if p.voices == 1 else p.detune * (2.0 * number / (p.voices - 1) - 1.0)
        pitch = slide * drift(frames, p.drift, rng) * np.float32(p.root * 2 ** (offset / 1200))
        start = 0.0 if p.voices == 1 else float(rng.random())
        made += scan(table, phase(pitch, frames, start), rows)
    made /= np.float32(np.sqrt(p.voices))
    made = made / np.float32(np.max(np.abs(made)) + 1e-9)
    made += np.float32(p.sub) * sine(phase(slide * np.float32(p.root), frames))
    level = contour(frames, p.rise, p.body, p.sustain) * gate(frames, p.seconds, p.release)
    return _finish((made * level)[None], p)


def _filtered(p: Bass) -> Signal:
    count = int(TOP / p.root)
    harmonic = np.arange(1, count + 1) * p.root
    amplitude = shape(p.wave, count, p.pulse)
    if p.octave > 0.0:
        upper = np.zeros(count)
        upper[1::2] = shape(p.wave, count // 2, p.pulse)
        amplitude = amplitude + p.octave * upper
    grid = LOWEST * 2 ** (np.arange(ROWS) * OCTAVES / (ROWS - 1))
    return tables(amplitude[None, :] * ladder(harmonic, np.minimum(grid, TOP), p.resonance))


def _finish(made: Signal, p: Bass) -> Signal:
    made = saturate(made, p.drive, 0.12)
    if p.grit > 0.0:
        dirt = through(crush(saturate(through(made, highpass(180.0)), 18.0), 5.0, 3), highpass(300.0))
        made = made + through(dirt, lowpass(7000.0)) * np.abs(made) * np.float32(p.grit)
    made = through(made, lowpass(p.tone))
    fade = np.clip((made.shape[-1] - 1 - np.arange(made.shape[-1])) / 240.0, 0.0, 1.0)
    return normal(made * fade.astype(np.float32))


@dataclass(frozen=True)
class Fm:
    """Two operators and a feedback edge: metallic, woody and glassy basses."""

    held: ClassVar[bool] = True
    root: float = 55.0
    seconds: float = 0.25
    velocity: float = 1.0
    ratio: float = 1.0
    index: float = 3.0
    index_seconds: float = 0.15
    index_floor: float = 0.15
    ratio_b: float = 3.0
    index_b: float = 0.6
    sub: float = 0.3
    rise: float = 0.002
    body: float = 0.4
    sustain: float = 0.5
    release: float = 0.06
    drive: float = 3.0
    tone: float = 9000.0


def fm(p: Fm, rng: Rng) -> Signal:
    """One FM note."""
    frames = length(p.seconds + p.release)
    fall = p.index_floor + (1.0 - p.index_floor) * decay(frames, p.index_seconds)
    depth = np.float32(p.index * (0.4 + 0.6 * p.velocity) / (2 * np.pi)) * fall
    base = phase(p.root, frames)
    second = sine(base * p.ratio_b + float(rng.random()) * 0.1) * np.float32(p.index_b / (2 * np.pi)) * fall
    modulator = sine(phase(p.root * p.ratio, frames) + second)
    made = sine(base + modulator * depth) + np.float32(p.sub) * sine(base)
    level = contour(frames, p.rise, p.body, p.sustain) * gate(frames, p.seconds, p.release)
    made = saturate((made * level * attack(frames, 0.001))[None], p.drive, 0.08)
    return normal(through(made, lowpass(p.tone)) * gate(frames, p.seconds, p.release * 2))
