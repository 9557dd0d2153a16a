"""Spoken sounds: phonemes one after another, by formants. Runs on: any process, offline. `[1, frames]`, peak 1.

Source: D. Klatt, Software for a cascade/parallel formant synthesizer (1980); formants: G. Peterson, H. Barney (1952).
"""

from dataclasses import dataclass

import numpy as np

from .envelopes import wander
from .filters import HOP, WINDOW, blocks, sculpted
from .oscillators import TABLE, phase, scan
from .signals import RATE, Rng, Signal, length, noise, normal

# seconds, voiced level, noise level, noise centre Hz, noise width Hz, first three formants Hz
PHONEMES: dict[str, tuple[float, float, float, float, float, tuple[float, float, float]]] = {
    "a": (0.14, 1.0, 0.0, 1500, 900, (730, 1090, 2440)),
    "ae": (0.13, 1.0, 0.0, 1500, 900, (660, 1720, 2410)),
    "e": (0.12, 1.0, 0.0, 1500, 900, (530, 1840, 2480)),
    "i": (0.12, 1.0, 0.0, 1500, 900, (270, 2290, 3010)),
    "o": (0.13, 1.0, 0.0, 1500, 900, (570, 840, 2410)),
    "u": (0.12, 1.0, 0.0, 1500, 900, (300, 870, 2240)),
    "er": (0.13, 1.0, 0.0, 1500, 900, (490, 1350, 1690)),
    "uh": (0.10, 1.0, 0.0, 1500, 900, (640, 1190, 2390)),
    "m": (0.08, 0.45, 0.0, 1500, 900, (250, 1000, 2200)),
    "n": (0.07, 0.45, 0.0, 1500, 900, (250, 1500, 2500)),
    "l": (0.07, 0.7, 0.0, 1500, 900, (360, 1000, 2700)),
    "r": (0.07, 0.7, 0.0, 1500, 900, (420, 1250, 1600)),
    "w": (0.06, 0.7, 0.0, 1500, 900, (290, 610, 2150)),
    "j": (0.06, 0.7, 0.0, 1500, 900, (270, 2200, 3000)),
    "v": (0.06, 0.5, 0.12, 5000, 5000, (280, 1100, 2200)),
    "z": (0.08, 0.4, 0.35, 6500, 3000, (280, 1600, 2500)),
    "s": (0.11, 0.0, 0.6, 7000, 3000, (320, 1600, 2500)),
    "sh": (0.11, 0.0, 0.7, 3300, 2000, (320, 1800, 2500)),
    "f": (0.09, 0.0, 0.25, 6000, 7000, (320, 1100, 2200)),
    "h": (0.06, 0.0, 0.3, 1500, 1800, (600, 1500, 2500)),
    "k": (0.03, 0.0, 0.8, 2200, 1200, (350, 1900, 2400)),
    "t": (0.02, 0.0, 0.8, 5000, 3500, (350, 1750, 2600)),
    "p": (0.015, 0.0, 0.7, 1200, 2000, (350, 900, 2200)),
    "b": (0.015, 0.5, 0.5, 700, 900, (250, 900, 2200)),
    "d": (0.02, 0.5, 0.6, 4000, 3000, (250, 1700, 2600)),
    "g": (0.025, 0.5, 0.6, 1900, 1100, (250, 1900, 2400)),
    "_": (0.045, 0.0, 0.0, 1500, 900, (400, 1400, 2400)),
}
STOPS = frozenset("ktpbdg")
VOWELS = ("a", "ae", "e", "i", "o", "u", "er", "uh")
CONSONANTS = ("m", "n", "l", "r", "w", "j", "v", "z", "s", "sh", "f", "h", "k", "t", "p", "b", "d", "g")


@dataclass(frozen=True)
class Speech:
    """A string of phonemes and who says it."""

    said: tuple[str, ...] = ("h", "e", "l", "o", "u")
    root: float = 120.0  # Hz
    pace: float = 1.0  # how long each phoneme is
    tract: float = 1.0  # above 1 a shorter one: woman 1.17, child 1.35
    melody: float = 2.5  # semitones of movement
    falls: float = 2.0  # semitones the sentence falls
    voiced: float = 1.0  # 0 whispers
    breath: float = 0.03
    width: float = 1.0  # of the formants: above 1 is duller
    effort: float = 0.0  # dB per octave added to the voice
    stress: str = ""  # this phoneme is held `held` times as long
    held: float = 1.0


def syllables(count: int, rng: Rng) -> tuple[str, ...]:
    """Phonemes of `count` random syllables."""
    said: list[str] = []
    for _ in range(count):
        if rng.random() < 0.85:
            said.append(CONSONANTS[int(rng.integers(len(CONSONANTS)))])
        said.append(VOWELS[int(rng.integers(len(VOWELS)))])
        if rng.random() < 0.3:
            said.append(VOWELS[int(rng.integers(len(VOWELS)))])
        if rng.random() < 0.35:
            said.append(CONSONANTS[int(rng.integers(len(CONSONANTS)))])
        if rng.random() < 0.12:
            said.append("_")
    return tuple(said)


def speech(p: Speech, rng: Rng, carrier: Signal | None = None) -> Signal:
    """What is said; `carrier` `[frames or more]` speaks instead of the glottis (a vocoder)."""
    rows, seconds = _score(p, rng)
    frames = length(seconds)
    centers = blocks(frames)
    table = np.array(rows)
    places = np.clip(centers / RATE, 0.0, seconds)
    track = np.stack([np.interp(places, table[:, 0], table[:, column]) for column in range(1, table.shape[1])])
    voiced, hissing = _gains(p, track)
    source = _glottis(p, frames, rng) if carrier is None else normal(np.resize(carrier, frames)[None])[0]
    if p.voiced < 1.0:
        source = source * np.float32(p.voiced) + noise(frames, rng)[0] * np.float32(0.35 * (1.0 - p.voiced))
    source = source + noise(frames, rng)[0] * np.float32(p.breath)
    made = normal(sculpted(source, voiced)) + sculpted(noise(frames, rng)[0], hissing) * np.float32(0.3)
    return normal(made[None])


def _score(p: Speech, rng: Rng) -> tuple[list[tuple[float, ...]], float]:
    """Points in time: seconds, voiced, noise, centre, width, F1, F2, F3."""
    rows: list[tuple[float, ...]] = []
    now = 0.01
    for name in p.said:
        seconds, voiced, hissing, center, wide, formants = PHONEMES[name]
        long = seconds * p.pace * float(rng.uniform(0.8, 1.25)) * (p.held if name == p.stress else 1.0)
        if name in STOPS:
            closed = 0.05 * min(p.pace, 1.5)
            rows += [(now + 0.008, 0.12 * voiced, 0.0, center, wide, *formants)]
            rows += [(now + closed, 0.1 * voiced, 0.0, center, wide, *formants)]
            now += closed
        edge = min(0.02, long * 0.3)
        rows += [(now + edge * (0.2 if name in STOPS else 1.0), voiced, hissing, center, wide, *formants)]
        rows += [(now + long - edge, voiced, hissing, center, wide, *formants)]
        now += long
    last = rows[-1]
    rows = [(0.0, 0.0, 0.0, *rows[0][3:]), *rows, (now + 0.06, 0.0, 0.0, *last[3:]), (now + 0.09, 0.0, 0.0, *last[3:])]
    return rows, now + 0.1


def _gains(p: Speech, track: Signal) -> tuple[Signal, Signal]:
    hertz = np.fft.rfftfreq(WINDOW, 1 / RATE).astype(np.float32)[None, :]
    voiced = np.zeros((track.shape[1], hertz.shape[1]), np.float32)
    levels = (0.0, -7.0, -14.0)
    for number, level in enumerate(levels):
        center = (track[4 + number] * p.tract).astype(np.float32)[:, None]
        band = (60.0 + 0.05 * center) * np.float32(p.width)
        voiced += np.float32(10 ** (level / 20)) / np.sqrt(1.0 + ((hertz - center) / (band / 2)) ** 2)
    top = 3500.0 * p.tract
    voiced += np.float32(0.1) / np.sqrt(1.0 + ((hertz - top) / 150.0) ** 2)
    voiced = (voiced + 0.003) * track[0].astype(np.float32)[:, None]
    center, wide = ((track[row] * p.tract).astype(np.float32)[:, None] for row in (2, 3))
    hissing = track[1].astype(np.float32)[:, None] / (1.0 + ((hertz - center) / (wide / 2)) ** 2)
    return voiced, hissing


def _glottis(p: Speech, frames: int, rng: Rng) -> Signal:
    along = np.linspace(0.0, 1.0, frames, dtype=np.float32)
    bend = wander(frames, 6, rng) * np.float32(p.melody) - along * np.float32(p.falls)
    jitter = wander(frames, max(8, frames // (8 * HOP)), rng) * np.float32(0.12)
    pitch = np.exp2((bend + jitter) / 12) * np.float32(p.root)
    count = max(4, min(TABLE // 2 - 1, int(10_000 / p.root)))
    k = np.arange(1, count + 1)
    from_glottis = k ** (-1.0 + p.effort / 6.0206)
    bins = np.zeros(TABLE // 2 + 1, np.complex64)
    bins[1 : count + 1] = from_glottis * (-0.5j * TABLE)
    cycle = np.fft.irfft(bins, TABLE).astype(np.float32)
    return scan(np.concatenate([cycle, cycle[:1]])[None], phase(pitch, frames))
