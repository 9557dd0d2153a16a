"""Plucked, picked, slapped and hammered strings. Runs on: any process, offline. `[1, frames]`, peak 1.

A string is a delay line with losses in a loop (Karplus-Strong), solved at once as a spectrum, so that pitch is exact
and stiffness is free. Sources: K. Karplus, A. Strong, Digital synthesis of plucked-string and drum timbres (1983);
D. Jaffe, J. Smith, Extensions of the Karplus-Strong plucked-string algorithm (1983).
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from .envelopes import attack, gate
from .filters import fast, highpass, lowpass, through
from .signals import RATE, Rng, Signal, clock, length, noise, normal

BENT = 5.0  # nepers over the transform: how far what rings past its end is pushed down


@dataclass(frozen=True)
class Plucked:
    """One string, how it is struck and what it loses."""

    held: ClassVar[bool] = True
    root: float = 220.0
    seconds: float = 1.0  # how long it rings before it is stopped
    velocity: float = 1.0
    ring: float = 4.0  # s to -60 dB of the lowest partial
    damping: float = 0.6  # how much sooner the highs die, per kHz
    stiffness: float = 0.0001  # inharmonicity of the partials
    place: float = 0.15  # where it is struck, share of its length
    pickup: float = 0.0  # where it is heard, share of its length; 0 is the bridge
    hard: float = 5000.0  # Hz, low-pass of the blow
    slope: float = -3.0  # dB per octave of the blow above the root: -6 is an ideal pluck heard by its speed
    noisy: float = 0.3  # share of noise in the blow
    buzz: float = 0.0  # a string against a fret or a curved bridge: it grows brighter as it rings
    knock: float = 0.0  # level of the body's knock
    knock_hz: float = 180.0
    release: float = 0.08


def plucked(p: Plucked, rng: Rng) -> Signal:
    """One note of a string."""
    frames = length(p.seconds + p.release)
    size = fast(frames + RATE // 8)
    hertz = np.fft.rfftfreq(size, 1 / RATE)
    made = np.fft.irfft(_blow(p, hertz, size, rng) * _loop(p, hertz, size), size)[:frames]
    made = made * np.exp(np.arange(frames) * (BENT / size))
    sound: Signal = normal(made.astype(np.float32)[None])
    if p.buzz > 0.0:
        rattle = through(np.abs(sound) * sound, highpass(max(900.0, 3.0 * p.root)))
        swell = attack(frames, min(0.15, p.seconds * 0.3)) * np.float32(p.buzz)
        sound = sound + normal(rattle) * swell * (0.3 + 0.7 * np.abs(sound))
    if p.knock > 0.0:
        thump = np.sin(2 * np.pi * p.knock_hz * clock(frames)) * np.exp(-clock(frames) * np.float32(38.0))
        dull = through(noise(frames, rng), lowpass(p.knock_hz * 3.0)) * np.exp(-clock(frames) * np.float32(60.0))
        sound = sound + (thump[None] + normal(dull)) * np.float32(p.knock * 0.5)
    return normal(sound * gate(frames, p.seconds, p.release))


def _loop(p: Plucked, hertz: Signal, size: int) -> Signal:
    """What the string makes of a blow: 1 / (1 - loss times one turn round the string)."""
    stiff = p.stiffness
    turns = hertz / p.root
    if stiff > 0.0:
        turns = np.sqrt((np.sqrt(1.0 + 4.0 * stiff * turns**2) - 1.0) / (2.0 * stiff))
    lasting = p.ring / (1.0 + p.damping * hertz / 1000.0 + 0.02 * p.damping * (hertz / 1000.0) ** 2)
    loss = np.exp(-6.9078 / (p.root * lasting) - BENT / size * RATE / p.root)
    made: Signal = 1.0 / (1.0 - loss * np.exp(-2j * np.pi * turns))
    if p.pickup > 0.0:
        made = made * (1.0 - 0.95 * np.exp(-2j * np.pi * turns * p.pickup))
    made = made * (1.0 - 0.95 * np.exp(-2j * np.pi * turns * p.place))
    return made


def _blow(p: Plucked, hertz: Signal, size: int, rng: Rng) -> Signal:
    edge = lowpass(max(p.hard * (0.35 + 0.65 * p.velocity), 1.5 * p.root))(hertz)
    edge = edge * (np.maximum(hertz, p.root) / p.root) ** (p.slope / 6.0206)
    burst = np.zeros(size)
    count = max(8, int(RATE / p.root))
    burst[:count] = rng.uniform(-1, 1, count)
    rough = np.fft.rfft(burst) * np.sqrt(3.0 / count)
    made: Signal = ((1.0 - p.noisy) + p.noisy * rough) * edge * highpass(0.4 * p.root)(hertz)
    return made


def warped(signal: Signal, speed: Signal) -> Signal:
    """The signal read at a moving speed (1 is as it was): slides, bends, tape stops; as long as `speed`.

    What lies beyond the signal is silence.
    """
    read = np.cumsum(speed, dtype=np.float64)
    read -= read[0]
    count = signal.shape[-1]
    whole = np.floor(read).astype(np.int64)
    part = (read - whole).astype(np.float32)
    inside = (whole >= 0) & (whole < count - 1)
    whole = np.clip(whole, 0, max(count - 2, 0))
    low = signal[..., whole]
    made: Signal = (low + (signal[..., whole + 1] - low) * part) * inside
    return made.astype(np.float32)
