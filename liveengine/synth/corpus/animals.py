"""Birds, insects, frogs, dogs, monsters, and the woods they live in. Runs on: any process, offline."""

import numpy as np

from ..effects import room
from ..envelopes import attack, decay, gate, wander
from ..filters import bandpass, formants, highpass, lowpass, through
from ..oscillators import phase, scan, sine, tables
from ..signals import RATE, Rng, Signal, clock, length, noise, normal, pan, wide
from ..speech import Speech, speech
from .dice import chance, pick, ratio, uniform
from .family import Made, share
from .forms import bed, shot
from .nature import long, stream, tinted, wind


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
    made = normal(out) + tinted(frames, rng, uniform(rng, -6, -1)) * np.float32(ratio(rng, 0.001, 0.12))
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
    frames = long(rng)
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
    made = normal(made) + tinted(frames, rng, 0) * np.float32(ratio(rng, 0.002, 0.3 if kind == "cicada" else 0.05))
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
    frames = long(rng)
    layers = [normal(wind(rng)[0])[:, :frames] * np.float32(uniform(rng, 0.1, 0.6))]
    for make, share_ in ((birds, 0.7), (insects, 0.5), (stream, 0.25), (frogs, 0.15)):
        if chance(rng, share_):
            layers.append(normal(wide(make(rng)[0]))[:, :frames] * np.float32(uniform(rng, 0.1, 0.8)))
    out = np.zeros((2, frames), np.float32)
    for layer in layers:
        out[:, : layer.shape[-1]] += layer
    return normal(out), set()


def cawing(rng: Rng) -> Made:
    """Crows and gulls at a distance: rough overtones from one to six kHz, little below, each call sinking."""
    parts: list[Signal] = []
    root, low = ratio(rng, 350, 1100), ratio(rng, 500, 1100)
    tract = formants(
        ((ratio(rng, 1100, 2000), 500, 0), (ratio(rng, 2200, 4200), 900, -2), (ratio(rng, 4500, 7000), 1200, -9)), 0.01
    )
    fall, rough, air = uniform(rng, 0.0, 0.9), ratio(rng, 0.01, 0.2), ratio(rng, 0.1, 1.2)
    for _ in range(pick(rng, (1, 1, 2, 3))):
        frames = length(ratio(rng, 0.18, 0.7))
        along = np.linspace(0, 1, frames)
        bend = np.minimum(along * 6, 1) * 0.3 - fall * along + rough * wander(frames, 90, rng)
        turns = phase((root * np.exp2(bend)).astype(np.float32), frames)
        made = (np.exp(-turns * 7) - 0.14).astype(np.float32) + noise(frames, rng)[0] * np.float32(air * 0.4)
        level = np.minimum(1, along * ratio(rng, 8, 60)) * np.clip((1 - along) * ratio(rng, 2, 8), 0, 1)
        call = through(through(made[None], tract), highpass(low, 0.7, 4)) * level
        parts += [normal(call), np.zeros((1, length(ratio(rng, 0.05, 0.5))), np.float32)]
    made = np.concatenate(parts, axis=1).astype(np.float32)
    made = through(made, lowpass(ratio(rng, 3500, 12_000), 0.8, 8))
    return normal(room(made, ratio(rng, 0.15, 1.5), 3500.0, ratio(rng, 0.05, 0.8), rng)), set()


FAMILIES = share(
    0.52,
    shot("horse", horse, "horse", "animal", weight=0.3),
    bed("birds", birds, "birds", "atmo", looped=0.3, weight=1.8),
    shot("crow", crow, "crow", "birds", weight=1.2),
    bed("insects", insects, "insects", "atmo", weight=0.9),
    shot("frogs", frogs, "frogs", weight=0.4),
    shot("dog", dog, "dog", "animal", weight=0.9),
    shot("cat", cat, "cat", "animal", weight=0.5),
    shot("sheep", sheep, "cow", "animal", weight=0.9),
    shot("howl", howl, weight=0.4),
    shot("whale", whale, "whale", "animal", weight=0.3, wet=0.0),
    shot("roar", roar, "monster", "fx", weight=0.5),
    bed("forest", forest, "forest", "field_recording", "atmo", weight=0.8),
    shot("cawing", cawing, "crow", "birds", weight=1.4, wet=0.1),
)
