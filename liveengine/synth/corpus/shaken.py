"""Shaken things: shakers, maracas, cabasa, tambourine, sleigh bells. Runs on: any process, offline."""

import numpy as np

from ..envelopes import attack, decay
from ..filters import bandpass, chain, highpass, lowpass, through
from ..signals import RATE, Rng, Signal, length, mix, noise, normal
from .bodies import bank, blow, hiss, skin
from .dice import chance, pick, ratio, uniform
from .family import Made, share
from .tablas import bump
from .takes import shot


def grains(rng: Rng, seconds: float, rise: float, density: float, *, hertz: float, q: float) -> Signal:
    """Beads in a shell: random impulses under a swing through the shell's resonance."""
    frames = length(rise + seconds * 1.1)
    hits = (rng.random(frames) < density / RATE) * rng.standard_normal(frames)
    swing = attack(frames, rise) * np.concatenate(
        [np.ones(length(rise) - 1), decay(frames - length(rise) + 1, seconds)]
    )
    made = (hits * swing)[None].astype(np.float32)
    return normal(
        through(made, chain(bandpass(hertz, q), highpass(ratio(rng, 800, 3000)), lowpass(ratio(rng, 6000, 15_000))))
    )


def shaker(rng: Rng) -> Made:
    """One stroke of an egg, a tube, a box: forward, or forth and back."""
    hertz, density = ratio(rng, 3000, 9000), ratio(rng, 800, 12_000)
    made = grains(rng, ratio(rng, 0.04, 0.3), ratio(rng, 0.015, 0.12), density, hertz=hertz, q=uniform(rng, 0.4, 1.6))
    if chance(rng, 0.3):
        back = grains(rng, ratio(rng, 0.03, 0.12), ratio(rng, 0.005, 0.05), density, hertz=hertz, q=0.8)
        made = mix(
            made, np.pad(back, [(0, 0), (length(uniform(rng, 0.08, 0.22)), 0)]) * np.float32(uniform(rng, 0.3, 1))
        )
    return made, set()


def maracas(rng: Rng) -> Made:
    """A sharp jerk of dry seeds, and the hand's own weight."""
    made = grains(
        rng,
        ratio(rng, 0.02, 0.14),
        ratio(rng, 0.004, 0.05),
        ratio(rng, 3000, 20_000),
        hertz=ratio(rng, 3000, 9000),
        q=uniform(rng, 0.3, 1.5),
    )
    return mix(made, bump(rng, ratio(rng, 0.05, 1.2))) if chance(rng, 0.4) else made, set()


def maracas_machine(rng: Rng) -> Made:
    """High-passed noise with a sudden swing."""
    return hiss(ratio(rng, 4000, 8000), 16_000, ratio(rng, 0.02, 0.09), rng, rise=ratio(rng, 0.006, 0.03)), set()


def cabasa(rng: Rng) -> Made:
    """Steel beads twisted round a cylinder: an even scrape."""
    seconds = ratio(rng, 0.05, 0.3)
    frames = length(seconds)
    shape = np.sin(np.pi * np.linspace(0, 1, frames) ** uniform(rng, 0.5, 2)) ** 0.6
    teeth = 1 + uniform(rng, 0, 0.8) * np.sign(
        np.sin(np.linspace(0, seconds * ratio(rng, 100, 500) * 2 * np.pi, frames))
    )
    return through(
        noise(frames, rng) * (shape * teeth).astype(np.float32),
        chain(bandpass(ratio(rng, 5e3, 11e3), 0.9), highpass(2500.0)),
    ), set()


def jingles(rng: Rng, seconds: float, hits: int, spread: float) -> Signal:
    """Pairs of small brass discs that clash `hits` times within `spread` seconds."""
    frames = length(min(seconds * 1.1 + spread, 2.8))
    count = int(rng.integers(10, 26))
    ring = bank(
        rng.uniform(ratio(rng, 2500, 5000), 14_000, count),
        rng.uniform(0.2, 1, count),
        seconds * rng.uniform(0.3, 1, count),
        length(seconds * 1.1),
        rng,
        soft=1.0,
    )
    fuzz = noise(len(ring), rng)[0] * decay(len(ring), seconds * 0.4)
    clash = normal(ring[None]) + through(fuzz[None], highpass(4500.0)) * np.float32(ratio(rng, 0.05, 0.4))
    out = np.zeros((1, frames), np.float32)
    for number in range(hits):
        start = 0 if number == 0 else int(rng.random() * spread * RATE)
        part = clash[:, : frames - start]
        out[:, start : start + part.shape[1]] += part * np.float32(1.0 if number == 0 else rng.uniform(0.1, 0.7))
    return normal(out)


def tambourine(rng: Rng) -> Made:
    """A hit or a shake, with or without a skin."""
    made = jingles(rng, ratio(rng, 0.08, 0.5), int(rng.integers(2, 9)), ratio(rng, 0.02, 0.15))
    if chance(rng, 0.5):
        head = skin(ratio(rng, 150, 420), ratio(rng, 0.05, 0.2), rng, bright=0.6)
        made = mix(
            made,
            head[None] * np.float32(ratio(rng, 0.1, 0.8)),
            blow(ratio(rng, 800, 3000), 0.6, 0.02, rng) * np.float32(0.2),
        )
    return mix(made, bump(rng, ratio(rng, 0.03, 0.8))) if chance(rng, 0.3) else made, set()


def sleigh(rng: Rng) -> Made:
    """A string of small round bells, shaken."""
    return jingles(rng, ratio(rng, 0.15, 0.6), int(rng.integers(8, 30)), ratio(rng, 0.1, 0.9)), set()


def rattle(rng: Rng) -> Made:
    """Seeds, shells, matches, keys in a box: coarse and uneven."""
    made = grains(
        rng,
        ratio(rng, 0.05, 0.4),
        ratio(rng, 0.002, 0.1),
        ratio(rng, 60, 1200),
        hertz=ratio(rng, 1200, 6000),
        q=uniform(rng, 0.6, 4.0),
    )
    return made, set()


def rolled(rng: Rng) -> Made:
    """A tambourine or shaker roll: shaken without pause."""
    seconds, rate = ratio(rng, 0.6, 2.5), ratio(rng, 9, 20)
    frames = length(seconds)
    swing = 0.35 + 0.65 * np.abs(np.sin(np.pi * rate * np.arange(frames) / RATE)) ** pick(rng, (1, 2, 4))
    made = noise(frames, rng) * swing.astype(np.float32) * attack(frames, 0.02)
    return through(made, chain(bandpass(ratio(rng, 5e3, 10e3), uniform(rng, 0.6, 1.5)), highpass(2000.0))), set()


def sand(rng: Rng) -> Made:
    """Sand blocks, brushes on paper, a scrape: soft noise percussion."""
    seconds = ratio(rng, 0.06, 0.35)
    made = hiss(ratio(rng, 800, 4000), ratio(rng, 6e3, 14e3), seconds, rng, rise=ratio(rng, 0.01, 0.1))
    return through(made, lowpass(ratio(rng, 4e3, 16e3))), {"scraped"}


P = "percussion"
FAMILIES = share(
    0.54,
    shot("shaker", shaker, P, "shaker", "acoustic", weight=2.0),
    shot("maracas", maracas, P, "maracas", "shaker", "acoustic", weight=1.5),
    shot("maracas_machine", maracas_machine, P, "maracas", "shaker", "electronic", "analog", weight=0.7),
    shot("cabasa", cabasa, P, "cabasa", "shaker", "acoustic", weight=1.9),
    shot("tambourine", tambourine, P, "tambourine", "acoustic", weight=2.8),
    shot("sleigh_bells", sleigh, P, "sleigh_bells", "acoustic", weight=1.7),
    shot("rattle", rattle, P, "shaker", "acoustic", weight=0.7),
    shot("shaker_roll", rolled, P, "shaker", "drum_roll", "acoustic", weight=0.5),
    shot("scrape", sand, P, "acoustic", weight=0.6),
)
