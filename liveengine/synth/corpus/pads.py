"""Pads, string machines, choir pads, drones and their loops. Runs on: any process, offline."""

from dataclasses import replace
from typing import Any

import numpy as np

from ..effects import cloud, room, saturate
from ..envelopes import attack, wander
from ..filters import bandpass, fast, highpass, lowpass, moving, through
from ..oscillators import TOP, coloured, modes, phase, shape, sine, spread
from ..pads import Pad, pad
from ..signals import RATE, Rng, Signal, balanced, landing, length, normal, place, wide
from .dice import CHORDS, chance, pick, pitch, ratio, uniform
from .family import Made, share
from .forms import bed

MODES = ("minor", "minor", "major", "")


def _quick(seconds: float) -> int:
    """Frames of about `seconds` whose transform is quick."""
    return fast(length(seconds))


def _pad(rng: Rng, lowest: int, highest: int, **given: Any) -> Made:
    mode = pick(rng, MODES)
    count = pick(rng, (1, 1, 1, 2))
    base = Pad(
        root=pitch(rng, lowest, highest),
        seconds=_quick(uniform(rng, 2.0, 4.0)) / RATE,
        chords=tuple(pick(rng, CHORDS[mode]) for _ in range(count)) if chance(rng, 0.75) else ((0,),),
        band=ratio(rng, 3, 40),
        cutoff=ratio(rng, 400, 5000),
        motion=uniform(rng, 0.0, 1.6),
        wandering=uniform(rng, 0.0, 0.6),
        slope=uniform(rng, -6.0, 2.0),
        air=ratio(rng, 0.001, 0.08),
        beating=uniform(rng, 0.0, 0.5),
        swing=pick(rng, (0.0, ratio(rng, 0.0005, 0.004))),
        room_seconds=ratio(rng, 0.6, 4.0),
        room_level=ratio(rng, 0.05, 1.0),
    )
    base = replace(base, **given)
    wet = {"wet"} if base.room_level > 0.4 and base.room_seconds > 1.2 else set()
    true = {mode} if mode and len(base.chords[0]) > 2 else set()
    return pad(base, rng), wet | true


def warm(rng: Rng) -> Made:
    """Saws behind a soft filter."""
    return _pad(
        rng,
        36,
        60,
        wave=pick(rng, ("saw", "square", "triangle")),
        cutoff=ratio(rng, 250, 1400),
        drive=uniform(rng, 0, 5),
    )


def dark(rng: Rng) -> Made:
    """Low, little top, slow."""
    made, true = _pad(rng, 26, 48, cutoff=ratio(rng, 120, 600), sub=uniform(rng, 0, 0.6), slope=uniform(rng, -8, -2))
    return made, true | {"ominous"}


def bright(rng: Rng) -> Made:
    """Open and airy."""
    return _pad(
        rng, 48, 72, cutoff=ratio(rng, 3000, 12_000), slope=uniform(rng, -2, 3), air=ratio(rng, 0.01, 0.15), low=150.0
    )


def glassy(rng: Rng) -> Made:
    """Few, high, pure partials."""
    made, true = _pad(rng, 48, 76, wave="glass", cutoff=ratio(rng, 2500, 9000), band=ratio(rng, 1.5, 15), low=200.0)
    return made, true | {"glassy"}


def stringy(rng: Rng) -> Made:
    """The string machine: saws, three choruses, no dynamics."""
    made, true = _pad(
        rng, 40, 67, wave="saw", swing=ratio(rng, 0.001, 0.004), band=ratio(rng, 10, 40), cutoff=ratio(rng, 1200, 6000)
    )
    return made, true | {"vintage"}


def sung(rng: Rng) -> Made:
    """Vowels spread to a choir that never breathes."""
    return _pad(rng, 45, 67, wave=f"vowel {pick(rng, 'aeiou')}", cutoff=ratio(rng, 2000, 7000), band=ratio(rng, 15, 45))


def hollow(rng: Rng) -> Made:
    """Organ and hollow waves that stand still."""
    return _pad(rng, 36, 66, wave=pick(rng, ("organ", "hollow", "sine")), motion=uniform(rng, 0, 0.5))


def ducked(rng: Rng) -> Made:
    """A pad that is pressed down on every beat."""
    beats = int(rng.integers(4, 9))
    made, true = _pad(
        rng,
        36,
        64,
        seconds=_quick(beats * 60 / uniform(rng, 118, 150)) / RATE,
        pulse=beats,
        depth=uniform(rng, 0.5, 1.0),
    )
    return made, true | {"sidechained"}


def dirty(rng: Rng) -> Made:
    """Driven, crushed, worn."""
    made, true = _pad(
        rng, 30, 60, drive=uniform(rng, 8, 24), bits=pick(rng, (0.0, uniform(rng, 4, 8))), cutoff=ratio(rng, 400, 4000)
    )
    return made, true | {"gritty"}


def drone(rng: Rng) -> Made:
    """A tone that stands and breathes: fifths, octaves, beating."""
    frames, root = _quick(uniform(rng, 2.5, 4.5)), pitch(rng, 22, 52)
    ratios = rng.choice([1.0, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 1.007, 0.5, 1.19, 1.06], int(rng.integers(2, 6)))
    if chance(rng, 0.25):
        ratios = 2.0 ** np.arange(int(rng.integers(3, 8)))
    slope, top = uniform(rng, -12, -3), ratio(rng, 300, 6000)
    partials = []
    for by in ratios:
        count = max(1, int(min(TOP, top * 3) / (root * by)))
        k = np.arange(1, min(count, 60) + 1)
        levels = np.abs(shape(pick(rng, ("saw", "square", "hollow", "sine")), len(k))) * k ** ((slope + 6) / 6.02)
        partials += [(float(root * by * n), float(a), float(0.002 * root * n)) for n, a in zip(k, levels, strict=True)]
    made = spread(frames, partials, rng)
    path = top * np.exp2(uniform(rng, 0.0, 1.5) * wander(frames, int(rng.integers(2, 8)), rng))
    made = normal(moving(made, np.clip(path, 60, 16_000), "low", uniform(rng, 0.7, 3.0), True))
    hiss = coloured(frames, lambda f: (200 / np.maximum(f, 50)) ** 0.7, rng, 2) * np.float32(ratio(rng, 0.002, 0.12))
    made = made * (1 + np.float32(uniform(rng, 0, 0.4)) * wander(frames, 9, rng)) + hiss
    if chance(rng, 0.35):
        made = saturate(made, uniform(rng, 4, 22), 0.1, True)
    level = ratio(rng, 0.1, 1.2)
    made = room(made, ratio(rng, 1.0, 4.0), 3000.0, level, rng, circular=True)
    return balanced(normal(made)), {"wet"} if level > 0.4 else set()


def haunted(rng: Rng) -> Made:
    """Metal, breath and bent tones far away."""
    frames = _quick(uniform(rng, 2.5, 4.5))
    root = ratio(rng, 60, 300)
    partials = [
        (root * float(r), float(rng.uniform(0.2, 1)), 1.5)
        for r in np.exp(rng.uniform(0, 2.8, int(rng.integers(5, 14))))
    ]
    made = normal(spread(frames, partials, rng)) * (1 + 0.6 * wander(frames, 12, rng))
    wind = coloured(frames, lambda f: (300 / np.maximum(f, 60)) ** 0.8, rng, 2)
    path = ratio(rng, 200, 1500) * np.exp2(1.3 * wander(frames, 6, rng))
    made = made + normal(moving(wind, path, "band", uniform(rng, 2, 9), True)) * np.float32(uniform(rng, 0.1, 1.0))
    made = room(normal(made), ratio(rng, 2.0, 5.0), 2500.0, 1.0, rng, circular=True)
    return balanced(normal(through(made, highpass(35.0), True))), {"wet", "eerie"}


def cosmic(rng: Rng) -> Made:
    """Outer space: slow sweeps, far pings, a low hum."""
    made, _ = drone(rng)
    frames = made.shape[-1]
    for _ in range(int(rng.integers(1, 6))):
        size = _quick(uniform(rng, 0.6, 2.0))
        bend = ratio(rng, 150, 3500) * np.exp2(uniform(rng, -2, 2) * np.linspace(0, 1, size))
        tone = sine(phase(bend.astype(np.float32), size)) * np.sin(np.pi * np.linspace(0, 1, size)) ** 2
        place(made, wide(tone[None].astype(np.float32)), int(rng.integers(frames)), ratio(rng, 0.05, 0.5))
    return balanced(normal(room(made, ratio(rng, 2, 5), 5000.0, 0.8, rng, circular=True))), {"wet"}


def shimmering(rng: Rng) -> Made:
    """A cloud of grains over a long hall."""
    frames, hertz = _quick(uniform(rng, 2.5, 4.5)), pitch(rng, 50, 76)
    source = modes(
        np.array([1, 2, 3, 4.2, 5.4]) * hertz,
        np.array([1, 0.6, 0.4, 0.3, 0.2]),
        np.array([4, 3, 2, 1.5, 1.0]),
        length(1.5),
        rng,
    )
    steps = pick(rng, ((0.5, 1.0, 1.5, 2.0), (1.0, 1.25, 1.5, 2.0), (1.0, 1.2, 1.5, 2.0), (1.0, 2.0, 4.0)))
    made = normal(
        cloud(
            source[None],
            frames,
            rng,
            grain=ratio(rng, 0.05, 0.3),
            count=int(frames / RATE * uniform(rng, 12, 40)),
            pitches=steps,
        )
    )
    made = room(made, ratio(rng, 2.0, 5.0), 7000.0, uniform(rng, 0.5, 1.5), rng, circular=True)
    return balanced(normal(made)), {"wet", "shimmering"}


def swelling(rng: Rng) -> Made:
    """A tone that comes from nothing: a swell."""
    made, true = warm(rng) if chance(rng, 0.5) else bright(rng)
    frames = made.shape[-1]
    return landing(made * attack(frames, frames / RATE * uniform(rng, 0.5, 0.95)) ** 2, 0.1), true | {"swelling"}


def buzz(rng: Rng) -> Made:
    """Electric hum and buzz: mains, transformers, amplifiers."""
    frames = _quick(uniform(rng, 2.0, 4.5))
    root = pick(rng, (50.0, 60.0, 100.0, 120.0)) * uniform(rng, 0.98, 1.02)
    slope = uniform(rng, -9, -1)
    made = spread(frames, [(root * k, k ** (slope / 6) * float(rng.uniform(0.1, 1)), 0.2) for k in range(1, 60)], rng)
    made = normal(made) + coloured(frames, lambda f: (400 / np.maximum(f, 100)) ** 0.5, rng, 2) * np.float32(
        ratio(rng, 0.003, 0.2)
    )
    if chance(rng, 0.4):
        made = through(made, bandpass(ratio(rng, 200, 3000), 0.8), True)
    return normal(through(made, lowpass(ratio(rng, 1500, 14_000)), True)), set()


def buzzing(rng: Rng) -> Made:
    """A soft buzz that swells and goes, short."""
    frames, root = _quick(ratio(rng, 0.35, 2.5)), ratio(rng, 50, 260)
    slope, top = uniform(rng, -9, -2), ratio(rng, 500, 5000)
    made = spread(frames, [(root * k, k ** (slope / 6), ratio(rng, 0.1, 3.0)) for k in range(1, 40)], rng)
    level = np.sin(np.pi * np.linspace(0, 1, frames)) ** ratio(rng, 0.3, 2.0)
    return normal(through(made, lowpass(top)) * level.astype(np.float32)), {"buzzing"}


def dubbed(rng: Rng) -> Made:
    """Noise and tape under a pad: lo-fi and dusty."""
    made, true = warm(rng)
    frames = made.shape[-1]
    hiss = coloured(frames, lambda f: np.abs(highpass(1500.0)(f)), rng, 2) * np.float32(ratio(rng, 0.01, 0.08))
    return normal(through(made + hiss, lowpass(ratio(rng, 2500, 7000)), True)), true | {"lofi"}


def reversed_pad(rng: Rng) -> Made:
    """A struck and reversed tone."""
    hertz, frames = pitch(rng, 40, 70), _quick(uniform(rng, 1.5, 3.5))
    made: Signal = modes(
        np.array([1, 2, 3, 4, 5]) * hertz,
        1 / np.arange(1, 6),
        frames / RATE / np.array([1, 1.2, 1.5, 2, 2.5]),
        frames,
        rng,
    )
    made = room(made[None], 1.5, 4000.0, 0.5, rng)[:, :frames]
    return landing(normal(made[:, ::-1]), 0.02), {"reversed"}


FAMILIES = (
    *share(
        0.26,
        bed("warm pad", warm, "pad", "synth", "warm", weight=1.6),
        bed("bright pad", bright, "pad", "synth", weight=1.0),
        bed("glassy pad", glassy, "pad", "synth", weight=0.8),
        bed("string machine", stringy, "string_pad", "pad", "synth", weight=0.9),
        bed("choir pad", sung, "choir_pad", "pad", "synth", weight=0.7),
        bed("hollow pad", hollow, "pad", "synth", weight=0.7),
        bed("ducked pad", ducked, "pad", "synth", weight=0.5, looped=1.0),
        bed("dirty pad", dirty, "pad", "synth", weight=0.6),
        bed("dusty pad", dubbed, "pad", "synth", weight=0.5),
        bed("synth swell", swelling, "pad", "synth", weight=0.5, looped=0.0),
        bed("reversed tone", reversed_pad, "synth", weight=0.3, looped=0.0),
    ),
    *share(
        0.36,
        bed("dark pad", dark, "pad", "synth", "atmo", weight=1.0),
        bed("drone", drone, "drone", "atmo", "ambient_music", weight=2.0),
        bed("haunted drone", haunted, "drone", "atmo", "dark_ambience", weight=1.4),
        bed("outer space", cosmic, "space", "drone", "atmo", weight=0.6),
        bed("shimmer", shimmering, "atmo", "texture", "ethereal", "ambient_music", weight=0.9),
        bed("soft buzz", buzzing, "drone", "electric_hum", "atmo", looped=0.0, weight=0.5),
        bed("electric hum", buzz, "electric_hum", "drone", weight=0.9),
    ),
)
