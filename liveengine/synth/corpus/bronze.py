"""Cymbals as microphones and samplers kept them: steady low partials, a dull top. Runs on: any process, offline."""

import numpy as np

from ..effects import crush
from ..envelopes import attack
from ..filters import bell, chain, highpass, lowpass, through
from ..signals import Rng, Signal, clock, landing, length, mix, normal
from .bodies import bank, blow, plate, spray
from .dice import chance, pick, ratio, uniform
from .family import Made, share
from .takes import shot


def disc(rng: Rng, seconds: float, *, ping: float, wash: float, low: tuple[float, float] = (180.0, 700.0)) -> Signal:
    """A struck disc: a few low modes that outlast all else, dense ones whose highs die first, noise of level `wash`,
    the tip of a stick of level `ping`; what is above 8 to 17 kHz may be gone.
    """
    frames = length(min(seconds, 3.0))
    count = int(rng.integers(2, 9))
    hertz = ratio(rng, *low) * np.sort(np.concatenate([[1.0], rng.uniform(1.1, 5.0, count)]))
    deep = bank(hertz, rng.uniform(0.2, 1.0, count + 1), seconds * rng.uniform(0.6, 1.6, count + 1), frames, rng)
    top = ratio(rng, 8000.0, 17_500.0)
    dense = plate(
        (hertz[0] * 1.5, top),
        int(rng.integers(40, 110)),
        seconds,
        frames,
        rng,
        slope=uniform(rng, 0.05, 0.6),
        tilt=uniform(rng, 0.0, 0.9),
    )
    bands = [(1500.0, ratio(rng, 0.02, 0.6), seconds), (4000.0, 1.0, seconds * 0.8), (8500.0, 1.0, seconds * 0.6)]
    made = mix(
        normal(deep[None]) * np.float32(ratio(rng, 0.03, 0.8)),
        normal(dense[None]) * np.float32(ratio(rng, 0.3, 1.0)),
        spray(bands, frames, rng) * np.float32(wash),
    )
    bloom = 1.0 - uniform(rng, 0.0, 0.7) * np.exp(-clock(frames) / ratio(rng, 0.005, 0.1))
    made = normal(made * bloom.astype(np.float32) * attack(frames, ratio(rng, 0.0004, 0.01)))
    tip = blow(ratio(rng, 1500.0, 8000.0), uniform(rng, 0.4, 1.5), ratio(rng, 0.005, 0.05), rng) * np.float32(ping)
    made = through(mix(made, tip), chain(highpass(ratio(rng, 60, 350)), lowpass(top, order=pick(rng, (2, 4, 6)))))
    if chance(rng, 0.25):
        made = crush(normal(made), pick(rng, (6.0, 8.0, 10.0)), int(rng.integers(1, 4)))
    return made


def crash(rng: Rng) -> Made:
    """Loud on the edge."""
    return disc(rng, ratio(rng, 1.5, 8.0), ping=ratio(rng, 0.02, 0.3), wash=ratio(rng, 0.2, 1.0)), set()


def touched(rng: Rng) -> Made:
    """Softly, whatever cymbal it is."""
    return disc(rng, ratio(rng, 1.0, 6.0), ping=ratio(rng, 0.02, 0.5), wash=ratio(rng, 0.05, 0.5)), set()


def ride(rng: Rng) -> Made:
    """On the bow: the stick speaks, the bronze answers."""
    made = disc(rng, ratio(rng, 1.5, 9.0), ping=ratio(rng, 0.2, 1.2), wash=ratio(rng, 0.02, 0.35))
    root = ratio(rng, 300, 900)
    cup = bank(root * rng.uniform(1, 9, 8), rng.uniform(0.2, 1, 8), rng.uniform(0.5, 3.0, 8), length(2.5), rng)
    return mix(made, normal(cup[None]) * np.float32(ratio(rng, 0.05, 0.7))), set()


def splash(rng: Rng) -> Made:
    """Small and thin."""
    made = disc(rng, ratio(rng, 0.7, 3.5), ping=ratio(rng, 0.02, 0.3), wash=ratio(rng, 0.15, 0.8), low=(400.0, 1500.0))
    return made * attack(made.shape[1], ratio(rng, 0.0005, 0.03)), set()


def opened(rng: Rng) -> Made:
    """Two of them that lie loosely on each other: partials and sizzle."""
    seconds = ratio(rng, 0.7, 4.0)
    made = disc(rng, seconds, ping=ratio(rng, 0.05, 0.6), wash=ratio(rng, 0.2, 1.0), low=(230.0, 900.0))
    if chance(rng, 0.3):
        made = landing(made[:, : length(seconds * uniform(rng, 0.2, 0.6))], 0.03)
    return made, set()


def china(rng: Rng) -> Made:
    """Trashy: its middle is driven, its top rough."""
    made = disc(rng, ratio(rng, 0.7, 4.0), ping=0.1, wash=ratio(rng, 0.3, 1.0), low=(180.0, 500.0))
    rough = 1.0 + uniform(rng, 0.2, 0.6) * np.sin(2 * np.pi * ratio(rng, 25, 120) * clock(made.shape[1]))
    return through(made * rough.astype(np.float32), bell(ratio(rng, 500, 2500), uniform(rng, 2, 9))), set()


C = "cymbal"
FAMILIES = share(
    0.22,
    shot("crash_bronze", crash, C, "crash", "acoustic", weight=1.4),
    shot("cymbal_touched", touched, C, "acoustic", weight=0.8),
    shot("ride_bronze", ride, C, "ride", "acoustic", weight=1.2),
    shot("splash_bronze", splash, C, "splash", "acoustic", weight=0.9),
    shot("china_bronze", china, C, "china", "acoustic", weight=0.5),
    shot("hat_open_bronze", opened, "hihat", "open_hat", "acoustic", weight=1.2),
)
