"""Wind, rain, thunder, fire, water, sea, forest, animals. Runs on: any process, offline."""

import numpy as np

from ..effects import room
from ..envelopes import attack, decay, gate, wander
from ..filters import bandpass, chain, fast, formants, highpass, lowpass, moving, through
from ..oscillators import coloured, phase, scan, sine, tables
from ..signals import RATE, Rng, Signal, clock, landing, length, noise, normal, pan, wide
from ..speech import Speech, speech
from .dice import chance, pick, ratio, uniform
from .family import Made, share
from .forms import bed, shot


def _long(rng: Rng) -> int:
    return fast(length(uniform(rng, 2.0, 4.6)))


def _coloured(frames: int, rng: Rng, slope: float, channels: int = 2) -> Signal:
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
    frames = _long(rng)
    raw = _coloured(frames, rng, uniform(rng, -9, -3))
    gusts = 0.55 + 0.45 * wander(frames, int(rng.integers(3, 9)), rng)
    path = ratio(rng, 150, 1300) * np.exp2(uniform(rng, 0.3, 1.5) * wander(frames, 7, rng) + gusts)
    made = normal(moving(raw, np.clip(path, 50, 12_000), pick(rng, ("band", "band", "low")), ratio(rng, 0.7, 9), True))
    made = made * gusts + normal(raw) * np.float32(uniform(rng, 0, 0.4))
    return normal(made), set()


def rain(rng: Rng) -> Made:
    """Drizzle to downpour, on leaves, roofs, windows."""
    frames = _long(rng)
    drops = _drops(frames, rng, ratio(rng, 60, 3000))
    root, ring = ratio(rng, 900, 6000), ratio(rng, 0.5, 3)
    parts = [through(drops, bandpass(root * by, ring), True) for by in (0.6, 1.0, 1.9)]
    made = normal(np.sum(parts, axis=0))
    bed_ = through(
        _coloured(frames, rng, uniform(rng, -3, 0)),
        chain(highpass(ratio(rng, 200, 1500)), lowpass(ratio(rng, 5000, 15_000))),
        True,
    )
    return normal(made * np.float32(uniform(rng, 0.3, 1)) + normal(bed_) * np.float32(ratio(rng, 0.05, 1.0))), set()


def thunder(rng: Rng) -> Made:
    """A crack, then a roll."""
    frames = fast(length(uniform(rng, 1.8, 4.0)))
    made = _coloured(frames, rng, uniform(rng, -10, -5)) * np.exp(-clock(frames) * np.float32(uniform(rng, 0.5, 2)))
    made = normal(made * (0.5 + 0.5 * np.abs(wander(frames, 30, rng)))) * attack(frames, uniform(rng, 0.005, 0.6))
    if chance(rng, 0.5):
        made = made + _coloured(frames, rng, -3) * decay(frames, uniform(rng, 0.1, 0.8)) * np.float32(
            uniform(rng, 0.1, 0.6)
        )
    return landing(room(made, ratio(rng, 1, 4), 1200.0, 0.5, rng)[:, :frames], 0.5), {"ominous"}


def storm(rng: Rng) -> Made:
    """Wind, rain and thunder at once."""
    frames = _long(rng)
    out = np.zeros((2, frames), np.float32)
    for make, level in ((wind, 0.8), (rain, 0.6), (thunder, 1.0)):
        layer = wide(make(rng)[0])[:, :frames] * np.float32(uniform(rng, 0.2, 1) * level)
        out[:, : layer.shape[-1]] += layer
    return normal(out), {"ominous"}


def cave(rng: Rng) -> Made:
    """Drops and a low breath under stone."""
    frames = _long(rng)
    made = _coloured(frames, rng, -9) * np.float32(ratio(rng, 0.02, 0.2))
    for _ in range(int(rng.integers(2, 9))):
        piece = bubble(rng, 400, 2800, (0.03, 0.2))
        at = int(rng.integers(0, frames - len(piece)))
        made[:, at : at + len(piece)] += pan(piece[None] * np.float32(ratio(rng, 0.2, 1)), uniform(rng, -0.9, 0.9))
    return normal(room(made, ratio(rng, 2, 5), 2500.0, uniform(rng, 0.7, 1.6), rng, circular=True)), {"wet"}


def horse(rng: Rng) -> Made:
    """Hooves: walk, trot, gallop."""
    frames = length(uniform(rng, 0.8, 3.0))
    out, time = np.zeros((1, frames + RATE), np.float32), 0.0
    steps = pick(rng, ((0.28, 0.28), (0.16, 0.3), (0.1, 0.1, 0.26)))
    low = ratio(rng, 400, 1500)
    while time < frames / RATE:
        for step in steps:
            size = length(0.08)
            hoof = normal(through(noise(size, rng), bandpass(low * uniform(rng, 0.85, 1.2), 3.0))) * decay(size, 0.06)
            at = min(int(time * RATE), frames)
            out[:, at : at + size] += hoof * np.float32(uniform(rng, 0.5, 1))
            time += step * uniform(rng, 0.95, 1.05)
    return normal(out[:, :frames]), set()


def fire(rng: Rng) -> Made:
    """Crackles over a soft roar."""
    frames = _long(rng)
    cracks = through(_drops(frames, rng, ratio(rng, 6, 90)), bandpass(ratio(rng, 1200, 5000), 0.8), True)
    roar = _coloured(frames, rng, -7) * (1 + 0.4 * wander(frames, 20, rng))
    return normal(normal(cracks) + normal(roar) * np.float32(ratio(rng, 0.04, 0.6))), set()


def bubble(rng: Rng, low: float, high: float, seconds: tuple[float, float]) -> Signal:
    """One bubble: a damped sine that rises. Source: M. Minnaert, On musical air-bubbles (1933)."""
    frames = length(ratio(rng, *seconds))
    path = ratio(rng, low, high) * np.exp2(uniform(rng, 0.0, 1.2) * np.linspace(0, 1, frames))
    return sine(phase(path.astype(np.float32), frames)) * decay(frames, frames / RATE * 1.3) * attack(frames, 0.002)


def stream(rng: Rng) -> Made:
    """Water that runs: many bubbles over a hiss."""
    frames = _long(rng)
    out = np.zeros((2, frames), np.float32)
    few = [bubble(rng, 300, 3500, (0.01, 0.08)) for _ in range(40)]
    for _ in range(int(frames / RATE * ratio(rng, 15, 130))):
        piece, side = few[int(rng.integers(40))], uniform(rng, 0, 1)
        at = int(rng.integers(0, frames - len(piece)))
        out[:, at : at + len(piece)] += (
            piece * np.array([[side], [1 - side]], np.float32) * np.float32(rng.exponential(0.5))
        )
    hiss = _coloured(frames, rng, uniform(rng, -5, 0)) * (1 + 0.3 * wander(frames, 15, rng))
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
    frames = _long(rng)
    made = _coloured(frames, rng, uniform(rng, -6, -2))
    swell = np.abs(wander(frames, 3, rng)) ** ratio(rng, 0.7, 2)
    path = ratio(rng, 300, 1200) * np.exp2(3 * swell)
    return normal(moving(made, np.clip(path, 100, 14_000), "low", 0.7, True) * (0.15 + swell)), set()


def chirp(rng: Rng) -> Signal:
    """One call of a bird."""
    frames = length(ratio(rng, 0.03, 0.35))
    along = np.linspace(0, 1, frames)
    bend = uniform(rng, -1.2, 1.2) * along + uniform(rng, 0, 0.5) * np.sin(
        2 * np.pi * ratio(rng, 1, 25) * along + uniform(rng, 0, 6)
    )
    tone = sine(phase((ratio(rng, 1200, 6500) * np.exp2(bend)).astype(np.float32), frames))
    return tone * np.sin(np.pi * along).astype(np.float32) ** ratio(rng, 0.4, 2)


def birds(rng: Rng) -> Made:
    """One bird or many; near or in a wood."""
    frames, solo = length(uniform(rng, 0.5, 4.0)), chance(rng, 0.5)
    out = np.zeros((2, frames), np.float32)
    calls = [chirp(rng) for _ in range(int(rng.integers(1, 4 if solo else 9)))]
    for _ in range(int(rng.integers(1, 12 if solo else 40))):
        piece, at = pick(rng, calls), int(rng.integers(0, frames))
        side = 0.0 if solo else uniform(rng, -0.9, 0.9)
        out[:, at : at + len(piece)] += pan(piece[None], side)[:, : frames - at] * np.float32(ratio(rng, 0.15, 1))
    made = normal(out) + _coloured(frames, rng, uniform(rng, -6, -1)) * np.float32(ratio(rng, 0.001, 0.12))
    return normal(made), set()


def crow(rng: Rng) -> Made:
    """Harsh calls: crows, ravens, gulls."""
    parts = []
    root, tract = (
        ratio(rng, 250, 900),
        formants(((ratio(rng, 900, 1600), 300, 0), (ratio(rng, 1700, 3200), 400, -3)), 0.05),
    )
    for _ in range(int(rng.integers(1, 5))):
        frames = length(ratio(rng, 0.15, 0.6))
        along = np.linspace(0, 1, frames)
        rough = np.exp2(wander(frames, 60, rng) * np.float32(uniform(rng, 0.02, 0.3)) + uniform(rng, -0.5, 0.5) * along)
        turns = phase((root * rough).astype(np.float32), frames)
        made = (np.exp(-turns * 5) - 0.2).astype(np.float32) + noise(frames, rng)[0] * np.float32(
            uniform(rng, 0.05, 0.4)
        )
        parts += [
            normal(through(made[None], tract) * np.sin(np.pi * along) ** 0.4),
            np.zeros((1, length(ratio(rng, 0.05, 0.4))), np.float32),
        ]
    return normal(np.concatenate(parts, axis=1)).astype(np.float32), set()


def insects(rng: Rng) -> Made:
    """Crickets, cicadas, bees, flies."""
    frames = _long(rng)
    kind, time = pick(rng, ("cricket", "cricket", "cicada", "bee")), clock(frames)
    if kind == "bee":
        path = ratio(rng, 120, 450) * np.exp2(0.3 * wander(frames, 12, rng))
        made = wide((2 * phase(path.astype(np.float32), frames) - 1).astype(np.float32)[None]) * (
            0.4 + 0.6 * np.abs(wander(frames, 8, rng))
        )
        return normal(through(made, bandpass(ratio(rng, 600, 2500), 0.7))), set()
    made = np.zeros((2, frames), np.float32)
    for _ in range(int(rng.integers(1, 6))):
        rate, trill, share_ = ratio(rng, 0.8, 5), ratio(rng, 18, 60), uniform(rng, 0.2, 0.8)
        gate_ = (
            (np.mod(time * rate + rng.random(), 1.0) < share_)
            if kind == "cricket"
            else 0.6 + 0.4 * wander(frames, 6, rng)
        )
        tone = sine(phase(ratio(rng, 2500, 7500), frames)) * (0.5 + 0.5 * np.sin(2 * np.pi * trill * time)) * gate_
        made += pan((tone * np.float32(ratio(rng, 0.1, 1)))[None], uniform(rng, -0.9, 0.9))
    made = normal(made) + _coloured(frames, rng, 0) * np.float32(ratio(rng, 0.002, 0.3 if kind == "cicada" else 0.05))
    return normal(made.astype(np.float32)), set()


def frogs(rng: Rng) -> Made:
    """Croaks."""
    frames = length(uniform(rng, 0.4, 3.0))
    out = np.zeros((2, frames), np.float32)
    for _ in range(int(rng.integers(1, 12))):
        size = length(ratio(rng, 0.08, 0.5))
        rate, root = ratio(rng, 20, 90), ratio(rng, 300, 1600)
        croak = (
            sine(phase(root, size)) * np.exp(-phase(rate, size) * 5) * np.sin(np.pi * np.linspace(0, 1, size)) ** 0.5
        )
        at = int(rng.integers(0, frames))
        out[:, at : at + size] += pan(croak[None].astype(np.float32), uniform(rng, -0.8, 0.8))[:, : frames - at]
    return normal(out), set()


def throat(rng: Rng, given: Speech, rough: float) -> Signal:
    """An animal that says something."""
    made = speech(given, rng)
    frames = made.shape[-1]
    return normal(made * (1 + np.float32(rough) * sine(phase(uniform(rng, 25, 90), frames))))


def dog(rng: Rng) -> Made:
    """Barks."""
    parts = []
    root, tract = ratio(rng, 150, 700), uniform(rng, 0.8, 1.5)
    for _ in range(int(rng.integers(1, 4))):
        given = Speech(
            said=("w", "a", "uh"),
            root=root,
            pace=ratio(rng, 0.4, 0.8),
            tract=tract,
            melody=4.0,
            falls=6.0,
            breath=0.4,
            effort=6.0,
        )
        parts += [throat(rng, given, uniform(rng, 0.2, 0.9)), np.zeros((1, length(ratio(rng, 0.05, 0.4))), np.float32)]
    return normal(np.concatenate(parts, axis=1)), set()


def cat(rng: Rng) -> Made:
    """A meow, or purring."""
    if chance(rng, 0.3):
        frames = length(uniform(rng, 0.8, 3.0))
        pulse = np.exp(-phase(uniform(rng, 20, 32), frames) * 6).astype(np.float32)
        return normal(through(noise(frames, rng) * pulse, lowpass(ratio(rng, 300, 1200)))), {"soft"}
    given = Speech(
        said=("m", "i", "a", "u"),
        root=ratio(rng, 350, 800),
        pace=ratio(rng, 1.2, 2.8),
        tract=uniform(rng, 1.2, 1.7),
        melody=uniform(rng, 1, 5),
        falls=uniform(rng, -2, 6),
    )
    return throat(rng, given, uniform(rng, 0, 0.3)), set()


def sheep(rng: Rng) -> Made:
    """Bleating, mooing, neighing: farm animals."""
    low = chance(rng, 0.4)
    given = Speech(
        said=("m", "u", "u") if low else ("b", "ae", "ae"),
        root=ratio(rng, 70, 160) if low else ratio(rng, 180, 450),
        pace=ratio(rng, 2, 5),
        tract=uniform(rng, 0.6, 0.9) if low else uniform(rng, 0.9, 1.3),
        melody=1.5,
        falls=uniform(rng, -2, 4),
    )
    made = throat(rng, given, 0.1)
    if not low:
        made = made * (1 - 0.5 * (0.5 + 0.5 * sine(phase(uniform(rng, 6, 14), made.shape[-1]))))
    return normal(made), set()


def howl(rng: Rng) -> Made:
    """A wolf; an owl when short."""
    owl = chance(rng, 0.4)
    if owl:
        parts = []
        root = ratio(rng, 300, 700)
        for _ in range(int(rng.integers(1, 5))):
            size = length(ratio(rng, 0.12, 0.5))
            parts += [
                sine(phase(root, size)) * np.sin(np.pi * np.linspace(0, 1, size)) ** 0.6,
                np.zeros(length(ratio(rng, 0.05, 0.3))),
            ]
        return normal(np.concatenate(parts)[None].astype(np.float32)), {"owl"}
    frames = length(uniform(rng, 1.0, 3.5))
    along = np.linspace(0, 1, frames)
    path = ratio(rng, 250, 600) * np.exp2(0.9 * np.sin(np.pi * along**0.5) + 0.05 * wander(frames, 30, rng))
    made = scan(tables(np.array([[1.0, 0.35, 0.12, 0.05]])), phase(path.astype(np.float32), frames))
    return normal((made * np.sin(np.pi * along) ** 0.5)[None].astype(np.float32)), {"wolf", "animal"}


def whale(rng: Rng) -> Made:
    """Slow bent tones under water."""
    frames = length(uniform(rng, 1.0, 4.0))
    path = ratio(rng, 90, 900) * np.exp2(uniform(rng, 0.3, 1.5) * wander(frames, 5, rng))
    made = scan(tables(np.array([[1, 0.5, 0.25, 0.12, 0.06]])), phase(path.astype(np.float32), frames))
    made = made * attack(frames, 0.3) * gate(frames, frames / RATE * 0.8, 0.4)
    return normal(room(made[None], ratio(rng, 1.5, 4), 1800.0, 0.9, rng)[:, :frames]), {"wet"}


def roar(rng: Rng) -> Made:
    """A monster, a lion, a dinosaur."""
    frames = length(uniform(rng, 0.5, 3.0))
    rough = np.exp2(wander(frames, 50, rng) * np.float32(uniform(rng, 0.2, 0.8)))
    turns = phase((ratio(rng, 30, 110) * rough).astype(np.float32), frames)
    raw = np.exp(-turns * 6).astype(np.float32) + noise(frames, rng)[0] * np.float32(uniform(rng, 0.1, 0.6))
    throat_ = formants(((ratio(rng, 250, 600), 150, 0), (ratio(rng, 700, 1300), 200, -3), (2200, 300, -10)), 0.03)
    along = np.linspace(0, 1, frames)
    return normal(through((raw * np.sin(np.pi * along) ** 0.6)[None], throat_)).astype(np.float32), {"ominous"}


def forest(rng: Rng) -> Made:
    """Wind in leaves, birds, insects: a place outside."""
    frames = _long(rng)
    layers = [normal(wind(rng)[0])[:, :frames] * np.float32(uniform(rng, 0.1, 0.6))]
    for make, share_ in ((birds, 0.7), (insects, 0.5), (stream, 0.25), (frogs, 0.15)):
        if chance(rng, share_):
            layers.append(normal(wide(make(rng)[0]))[:, :frames] * np.float32(uniform(rng, 0.1, 0.8)))
    out = np.zeros((2, frames), np.float32)
    for layer in layers:
        out[:, : layer.shape[-1]] += layer
    return normal(out), set()


FAMILIES = share(
    0.30,
    bed("wind", wind, "wind", "atmo", weight=1.5),
    bed("rain", rain, "rain", "atmo", weight=1.2),
    shot("thunder", thunder, "thunder", "atmo", weight=0.8),
    bed("storm", storm, "storm", "atmo", weight=0.5),
    bed("cave", cave, "cave", "atmo", weight=0.5),
    shot("horse", horse, "horse", "animal", weight=0.3),
    bed("fire", fire, "fire", "atmo", weight=0.7),
    bed("stream", stream, "water", "atmo", weight=1.0),
    shot("bubbles", bubbles, "bubbles", weight=0.7),
    shot("drip", drip, "water_drop", weight=0.7, wet=0.5),
    shot("splash of water", splash, "splash_water", weight=0.4),
    bed("sea", waves, "sea", "atmo", weight=1.0),
    bed("birds", birds, "birds", "atmo", looped=0.3, weight=1.4),
    shot("crow", crow, "crow", "birds", weight=0.9),
    bed("insects", insects, "insects", "atmo", weight=0.9),
    shot("frogs", frogs, "frogs", weight=0.4),
    shot("dog", dog, "dog", "animal", weight=0.6),
    shot("cat", cat, "cat", "animal", weight=0.5),
    shot("sheep", sheep, "cow", "animal", weight=0.5),
    shot("howl", howl, weight=0.4),
    shot("whale", whale, "whale", "animal", weight=0.3, wet=0.0),
    shot("roar", roar, "monster", "fx", weight=0.5),
    bed("forest", forest, "forest", "field_recording", "atmo", weight=0.8),
)
