"""A few plucked notes one after another, left to ring: licks, harmonics, runs. Runs on: any process, offline."""

import numpy as np

from ..envelopes import wander
from ..filters import lowpass, through
from ..plucked import warped
from ..signals import RATE, Rng, Signal, clock, fit, length, normal
from .dice import SCALES, chance, pick, ratio, uniform
from .family import Family, Made, share
from .forms import Player, finished
from .guitars import clean, driven, harmonic, muted, nylon, steel
from .strung import plucker


def _stopped(made: Signal, frames: int) -> Signal:
    """The note, stopped after so many frames."""
    cut = fit(made, frames)
    cut[:, -min(600, frames) :] *= np.linspace(1, 0, min(600, frames), dtype=np.float32)
    return cut


def lick(name: str, player: Player, low: int, high: int, *claims: str, weight: float = 1.0) -> Family:
    """Two to seven notes, in time or free; each rings on, or stops the one before."""

    def make(rng: Rng) -> Made:
        voice, true = player(rng)
        scale = [s + 12 * octave for octave in range(2) for s in pick(rng, SCALES)]
        root, count = int(rng.integers(low, high - 11)), int(rng.integers(2, 8))
        rings, every = chance(rng, 0.65), ratio(rng, 0.07, 0.5)
        degree, at, total = int(rng.integers(0, 8)), 0.0, length(4.4)
        out = np.zeros((2, total), np.float32)
        for _ in range(count):
            held = uniform(rng, 1.2, 3.2) if rings else every * uniform(rng, 0.7, 1.3)
            hertz = 440.0 * 2 ** ((min(root + scale[degree], high) - 69) / 12)
            sound, start = voice(hertz, held, uniform(rng, 0.4, 1.0)), int(at * RATE)
            if start >= total - 4800:
                break
            sound = _stopped(sound, total - start) if sound.shape[-1] > total - start else sound
            out[:, start : start + sound.shape[-1]] += sound * np.float32(uniform(rng, 0.5, 1))
            at += every * (uniform(rng, 0.6, 1.5) if chance(rng, 0.5) else 1.0)
            degree = int(np.clip(degree + int(rng.integers(-3, 4)), 0, len(scale) - 1))
        return finished(normal(out), true, rng, wet=0.3, dirt=0.03)

    return Family(name, ("one_shot", *claims), make, weight)


def run(name: str, player: Player, low: int, high: int, *claims: str, weight: float = 1.0) -> Family:
    """A finger drawn over many strings, up or down: a glissando."""

    def make(rng: Rng) -> Made:
        voice, true = player(rng)
        scale, root = pick(rng, SCALES), int(rng.integers(low, low + 8))
        midis = [root + s + 12 * octave for octave in range(4) for s in scale if root + s + 12 * octave <= high]
        up, seconds = chance(rng, 0.6), ratio(rng, 0.25, 1.8)
        out = np.zeros((2, length(4.2)), np.float32)
        for number, midi in enumerate(midis if up else midis[::-1]):
            start = int(seconds * RATE * number / len(midis))
            sound = voice(440.0 * 2 ** ((midi - 69) / 12), uniform(rng, 0.8, 2.0), uniform(rng, 0.3, 0.9))
            sound = sound[:, : out.shape[-1] - start]
            out[:, start : start + sound.shape[-1]] += sound
        return finished(normal(out), true | {"rising" if up else "falling"}, rng, wet=0.35, dirt=0.02)

    return Family(name, ("one_shot", *claims), make, weight)


def tremolo(name: str, player: Player, low: int, high: int, *claims: str, weight: float = 1.0) -> Family:
    """One note struck again and again."""

    def make(rng: Rng) -> Made:
        voice, true = player(rng)
        rate, seconds = uniform(rng, 7, 16), ratio(rng, 0.4, 2.5)
        hertz = 440.0 * 2 ** ((int(rng.integers(low, high)) - 69) / 12)
        out = np.zeros((2, length(seconds + 1.2)), np.float32)
        takes = [voice(hertz, 0.5, velocity) for velocity in (0.5, 0.7, 0.9)]
        for number in range(int(seconds * rate)):
            start = int((number + uniform(rng, -0.12, 0.12) + 0.15) / rate * RATE)
            sound = pick(rng, takes)[:, : out.shape[-1] - start]
            out[:, start : start + sound.shape[-1]] += sound * np.float32(uniform(rng, 0.5, 1))
        return finished(normal(out), true, rng, wet=0.3, dirt=0.02)

    return Family(name, ("one_shot", *claims), make, weight)


def bottleneck(rng: Rng) -> Made:
    """A glass or steel tube on ringing strings: the chord or note slides far, trembles and dies in the dark."""
    voice, true = pick(rng, (clean, clean, driven, steel))(rng)
    root, frames = 440.0 * 2 ** ((int(rng.integers(43, 74)) - 69) / 12), length(uniform(rng, 1.0, 4.2))
    steps = pick(rng, ((0,), (0,), (0, 7), (0, 4, 7), (0, 12)))
    made = np.sum([fit(voice(root * 2 ** (s / 12), frames / RATE, 0.9)[:1], 2 * frames) for s in steps], axis=0)
    time = clock(frames)
    way = uniform(rng, -14, 14) * np.clip(1 - time / np.float32(ratio(rng, 0.15, 3.0)), 0, 1) ** ratio(rng, 0.5, 3)
    shake = uniform(rng, 0, 0.8) * np.sin(2 * np.pi * ratio(rng, 2.5, 7) * time) * np.clip(time * 2, 0, 1)
    made = warped(made.astype(np.float32), np.exp2((way + shake + 0.1 * wander(frames, 9, rng)) / 12))
    made = through(made, lowpass(ratio(rng, 900, 6000)))
    return finished(normal(made), true | {"gliding"}, rng, wet=0.4, dirt=0.05)


def plucks(kind: str, low: int, high: int, weight: float) -> Family:
    """Licks of a plucked instrument of the world."""
    return lick(f"{kind} lick", plucker(kind), low, high, kind, "plucked", weight=weight)


GUITAR = ("guitar", "plucked")
FAMILIES = share(
    0.26,
    lick("nylon lick", nylon, 45, 76, *GUITAR, "acoustic_guitar", "nylon_guitar", weight=0.8),
    lick("steel lick", steel, 45, 76, *GUITAR, "acoustic_guitar", weight=0.9),
    lick("clean lick", clean, 43, 76, *GUITAR, "electric_guitar", weight=1.1),
    lick("driven lick", driven, 40, 74, "guitar", weight=0.7),
    lick("muted lick", muted, 43, 74, *GUITAR, "muted_guitar", weight=0.4),
    lick("harmonics", harmonic, 48, 78, *GUITAR, "ringing", weight=1.4),
    Family("bottleneck", ("one_shot", "guitar"), bottleneck, 1.2),
    plucks("koto", 52, 82, 0.6),
    plucks("sitar", 48, 74, 0.6),
    plucks("banjo", 52, 80, 0.6),
    plucks("harp", 45, 88, 0.5),
    plucks("oud", 43, 70, 0.5),
    plucks("mandolin", 57, 86, 0.4),
    plucks("ukulele", 60, 82, 0.4),
    run("harp glissando", plucker("harp"), 40, 92, "harp", "plucked", weight=0.6),
    run("koto run", plucker("koto"), 50, 86, "koto", "plucked", weight=0.3),
    tremolo("mandolin tremolo", plucker("mandolin"), 57, 86, "mandolin", "plucked", weight=0.5),
    tremolo("oud tremolo", plucker("oud"), 45, 72, "oud", "plucked", weight=0.3),
)
