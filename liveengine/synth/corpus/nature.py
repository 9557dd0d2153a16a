"""Wind, rain, thunder, fire, water, sea, caves. Runs on: any process, offline."""

import numpy as np

from ..effects import room
from ..envelopes import attack, decay, wander
from ..filters import bandpass, chain, fast, highpass, lowpass, moving, through
from ..oscillators import coloured, phase, sine
from ..signals import RATE, Rng, Signal, clock, landing, length, noise, normal, pan, wide
from .dice import chance, pick, ratio, uniform
from .family import Made, share
from .forms import bed, shot


def long(rng: Rng) -> int:
    """Frames of a bed of some two to five seconds whose transform is quick."""
    return fast(length(uniform(rng, 2.0, 4.6)))


def tinted(frames: int, rng: Rng, slope: float, channels: int = 2) -> Signal:
    """Noise that falls or rises by `slope` dB per octave, RMS 1."""
    return coloured(frames, lambda f: (np.maximum(f, 40.0) / 500.0) ** (slope / 6.02), rng, channels)


def _drops(frames: int, rng: Rng, density: float) -> Signal:
    made = np.zeros((2, frames), np.float32)
    for channel in range(2):
        count = max(1, int(density * frames / RATE))
        levels = rng.exponential(0.3, count) ** 1.6 * rng.choice((-1.0, 1.0), count)
        np.add.at(made[channel], rng.integers(0, frames, count), levels.astype(np.float32))
    return made * 0.8 + made[::-1] * 0.2


def wind(rng: Rng) -> Made:
    """Gusts, howling through gaps."""
    frames = long(rng)
    raw = tinted(frames, rng, uniform(rng, -9, -3))
    gusts = 0.55 + 0.45 * wander(frames, int(rng.integers(3, 9)), rng)
    path = ratio(rng, 150, 1300) * np.exp2(uniform(rng, 0.3, 1.5) * wander(frames, 7, rng) + gusts)
    made = normal(moving(raw, np.clip(path, 50, 12_000), pick(rng, ("band", "band", "low")), ratio(rng, 0.7, 9), True))
    made = made * gusts + normal(raw) * np.float32(uniform(rng, 0, 0.4))
    return normal(made), set()


def rain(rng: Rng) -> Made:
    """Drizzle to downpour, on leaves, roofs, windows."""
    frames = long(rng)
    drops = _drops(frames, rng, ratio(rng, 60, 3000))
    root, ring = ratio(rng, 900, 6000), ratio(rng, 0.5, 3)
    parts = [through(drops, bandpass(root * by, ring), True) for by in (0.6, 1.0, 1.9)]
    made = normal(np.sum(parts, axis=0))
    bed_ = through(
        tinted(frames, rng, uniform(rng, -3, 0)),
        chain(highpass(ratio(rng, 200, 1500)), lowpass(ratio(rng, 5000, 15_000))),
        True,
    )
    return normal(made * np.float32(uniform(rng, 0.3, 1)) + normal(bed_) * np.float32(ratio(rng, 0.05, 1.0))), set()


def thunder(rng: Rng) -> Made:
    """A crack, then a roll."""
    frames = fast(length(uniform(rng, 1.8, 4.0)))
    made = tinted(frames, rng, uniform(rng, -10, -5)) * np.exp(-clock(frames) * np.float32(uniform(rng, 0.5, 2)))
    made = normal(made * (0.5 + 0.5 * np.abs(wander(frames, 30, rng)))) * attack(frames, uniform(rng, 0.005, 0.6))
    if chance(rng, 0.5):
        made = made + tinted(frames, rng, -3) * decay(frames, uniform(rng, 0.1, 0.8)) * np.float32(
            uniform(rng, 0.1, 0.6)
        )
    return landing(room(made, ratio(rng, 1, 4), 1200.0, 0.5, rng)[:, :frames], 0.5), {"ominous"}


def storm(rng: Rng) -> Made:
    """Wind, rain and thunder at once."""
    frames = long(rng)
    out = np.zeros((2, frames), np.float32)
    for make, level in ((wind, 0.8), (rain, 0.6), (thunder, 1.0)):
        layer = wide(make(rng)[0])[:, :frames] * np.float32(uniform(rng, 0.2, 1) * level)
        out[:, : layer.shape[-1]] += layer
    return normal(out), {"ominous"}


def cave(rng: Rng) -> Made:
    """Drops and a low breath under stone."""
    frames = long(rng)
    made = tinted(frames, rng, -9) * np.float32(ratio(rng, 0.02, 0.2))
    for _ in range(int(rng.integers(2, 9))):
        piece = bubble(rng, 400, 2800, (0.03, 0.2))
        at = int(rng.integers(0, frames - len(piece)))
        made[:, at : at + len(piece)] += pan(piece[None] * np.float32(ratio(rng, 0.2, 1)), uniform(rng, -0.9, 0.9))
    return normal(room(made, ratio(rng, 2, 5), 2500.0, uniform(rng, 0.7, 1.6), rng, circular=True)), {"wet"}


def fire(rng: Rng) -> Made:
    """Crackles over a soft roar."""
    frames = long(rng)
    cracks = through(_drops(frames, rng, ratio(rng, 6, 90)), bandpass(ratio(rng, 1200, 5000), 0.8), True)
    roar = tinted(frames, rng, -7) * (1 + 0.4 * wander(frames, 20, rng))
    return normal(normal(cracks) + normal(roar) * np.float32(ratio(rng, 0.04, 0.6))), set()


def bubble(rng: Rng, low: float, high: float, seconds: tuple[float, float]) -> Signal:
    """One bubble: a damped sine that rises. Source: M. Minnaert, On musical air-bubbles (1933)."""
    frames = length(ratio(rng, *seconds))
    path = ratio(rng, low, high) * np.exp2(uniform(rng, 0.0, 1.2) * np.linspace(0, 1, frames))
    return sine(phase(path.astype(np.float32), frames)) * decay(frames, frames / RATE * 1.3) * attack(frames, 0.002)


def stream(rng: Rng) -> Made:
    """Water that runs: many bubbles over a hiss."""
    frames = long(rng)
    out = np.zeros((2, frames), np.float32)
    few = [bubble(rng, 300, 3500, (0.01, 0.08)) for _ in range(40)]
    for _ in range(int(frames / RATE * ratio(rng, 15, 130))):
        piece, side = few[int(rng.integers(40))], uniform(rng, 0, 1)
        at = int(rng.integers(0, frames - len(piece)))
        out[:, at : at + len(piece)] += (
            piece * np.array([[side], [1 - side]], np.float32) * np.float32(rng.exponential(0.5))
        )
    hiss = tinted(frames, rng, uniform(rng, -5, 0)) * (1 + 0.3 * wander(frames, 15, rng))
    return normal(normal(out) + normal(hiss) * np.float32(ratio(rng, 0.05, 1.2))), {"liquid"}


def bubbles(rng: Rng) -> Made:
    """Bubbles one by one: boiling, diving, a bong."""
    frames = length(uniform(rng, 0.5, 3.5))
    out = np.zeros((1, frames), np.float32)
    for _ in range(int(rng.integers(4, 50))):
        piece = bubble(rng, 150, 1600, (0.02, 0.15))
        at = int(rng.integers(0, max(1, frames - len(piece))))
        out[0, at : at + len(piece)] += piece[: frames - at] * np.float32(ratio(rng, 0.2, 1))
    return normal(out), set()


def drip(rng: Rng) -> Made:
    """A drop, or a few, maybe in a cave."""
    count, frames = int(rng.integers(1, 5)), length(uniform(rng, 0.15, 2.0))
    out = np.zeros((1, frames), np.float32)
    for n in range(count):
        piece = bubble(rng, 500, 3000, (0.03, 0.2))
        at = 0 if n == 0 else int(rng.integers(0, frames))
        out[0, at : at + len(piece)] += piece[: frames - at]
    return normal(out), set()


def splash(rng: Rng) -> Made:
    """Something falls into water."""
    frames = length(uniform(rng, 0.4, 2.0))
    made: Signal = (
        through(noise(frames, rng), bandpass(ratio(rng, 500, 3000), 0.5))
        * decay(frames, ratio(rng, 0.2, 1.0))
        * attack(frames, ratio(rng, 0.002, 0.06))
    )
    made = normal(made)
    for _ in range(int(rng.integers(5, 30))):
        piece = bubble(rng, 200, 2500, (0.02, 0.12))
        at = int(rng.integers(0, max(1, frames - len(piece))))
        made[0, at : at + len(piece)] += piece[: frames - at] * np.float32(uniform(rng, 0.05, 0.5))
    return normal(made), {"liquid"}


def waves(rng: Rng) -> Made:
    """Surf: noise that comes and goes."""
    frames = long(rng)
    made = tinted(frames, rng, uniform(rng, -6, -2))
    swell = np.abs(wander(frames, 3, rng)) ** ratio(rng, 0.7, 2)
    path = ratio(rng, 300, 1200) * np.exp2(3 * swell)
    return normal(moving(made, np.clip(path, 100, 14_000), "low", 0.7, True) * (0.15 + swell)), set()


FAMILIES = share(
    0.24,
    bed("wind", wind, "wind", "atmo", weight=1.5),
    bed("rain", rain, "rain", "atmo", weight=1.2),
    shot("thunder", thunder, "thunder", "atmo", weight=0.8),
    bed("storm", storm, "storm", "atmo", weight=0.5),
    bed("cave", cave, "cave", "atmo", weight=0.5),
    bed("fire", fire, "fire", "atmo", weight=0.7),
    bed("stream", stream, "water", "atmo", weight=1.0),
    shot("bubbles", bubbles, "bubbles", weight=0.7),
    shot("drip", drip, "water_drop", weight=0.7, wet=0.5),
    shot("splash of water", splash, "splash_water", weight=0.4),
    bed("sea", waves, "sea", "atmo", weight=1.0),
)
