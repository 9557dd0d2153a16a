"""Robots: toys with gears, arms with motors, steppers, plotters, droids that speak. Runs on: any process, offline."""

import numpy as np

from ..effects import crush, room, saturate
from ..envelopes import wander
from ..filters import bandpass, chain, fast, formants, highpass, lowpass, moving, through
from ..oscillators import coloured, phase, sine
from ..signals import RATE, Rng, Signal, clock, landing, length, noise, normal
from .dice import chance, pick, ratio, uniform
from .family import Made, share
from .forms import bed, shot
from .glitches import wave
from .speaking import said
from .things import clank

ROBOT = {"robotic", "mechanical_noise"}


def _bursts(frames: int, rng: Rng) -> Signal:
    """How loud a thing is that moves in one to five strokes, with pauses that are not quite silent."""
    level = np.full(frames, ratio(rng, 0.003, 0.25), np.float32)
    count, place = int(rng.integers(1, 6)), uniform(rng, 0.0, 0.1)
    for _ in range(count):
        size = max(960, int(frames * uniform(rng, 0.3, 1.2) / count))
        start = int(place * frames)
        along = np.linspace(0, 1, size, dtype=np.float32)
        stroke = np.minimum(1, along * ratio(rng, 3, 40)) * np.minimum(1, (1 - along) * ratio(rng, 3, 40))
        part = level[start : start + size]
        part[:] = np.maximum(part, stroke[: len(part)] * np.float32(uniform(rng, 0.4, 1.0)))
        place += size / frames * uniform(rng, 0.8, 1.5)
    return level


def _near(made: Signal, rng: Rng) -> Signal:
    """A recording close by: a body of plastic or tin, a small room."""
    count = int(rng.integers(2, 7))
    tin = formants([(ratio(rng, 200, 6000), ratio(rng, 40, 700), uniform(rng, -12, 0)) for _ in range(count)], 0.15)
    heard = normal(through(made, tin)) if chance(rng, 0.8) else normal(made)
    return room(heard, ratio(rng, 0.08, 0.8), ratio(rng, 2000, 9000), ratio(rng, 0.02, 0.5), rng)


def toy(rng: Rng) -> Made:
    """Gears in a case of tin or plastic that start and stop: rattle, whine and hiss over the whole spectrum."""
    frames = fast(length(ratio(rng, 0.2, 2.2)))
    level = _bursts(frames, rng)
    speed = ratio(rng, 30, 320) * (0.4 + 0.6 * level) * np.exp2(uniform(rng, 0, 0.5) * wander(frames, 9, rng))
    turns = phase(speed.astype(np.float32), frames)
    teeth = np.exp(-turns * ratio(rng, 2, 20)).astype(np.float32) * (0.6 + 0.4 * rng.random(frames)).astype(np.float32)
    made = normal(noise(frames, rng) * teeth) * np.float32(ratio(rng, 0.2, 1.0))
    made += normal(coloured(frames, lambda f: np.maximum(f, 100.0) ** uniform(rng, -0.7, 0.0), rng)) * np.float32(
        ratio(rng, 0.05, 1.0)
    )
    whine = wave("saw", (turns * int(rng.integers(2, 12))) % 1.0)[None]
    made += normal(through(whine, bandpass(ratio(rng, 600, 4000), ratio(rng, 0.4, 2.0)))) * np.float32(
        ratio(rng, 0.05, 0.8)
    )
    for _ in range(int(rng.integers(0, 4))):
        path = ratio(rng, 350, 5000) * np.exp2(uniform(rng, 0.1, 1.2) * wander(frames, int(rng.integers(1, 7)), rng))
        made += normal(moving(made, np.clip(path, 80, 14_000), "band", ratio(rng, 1.5, 9))) * np.float32(
            uniform(rng, 0.2, 0.9)
        )
    return landing(normal(_near(made * level, rng)), 0.03), ROBOT


def geared(rng: Rng) -> Made:
    """A motor that lifts an arm: the whine climbs with its speed, sags under the load, and stops with a knock."""
    frames = fast(length(ratio(rng, 0.3, 2.6)))
    level = np.sqrt(_bursts(frames, rng))
    top, load = ratio(rng, 90, 1600), uniform(rng, 0, 0.5)
    speed = top * (0.15 + 0.85 * level) * np.exp2(load * wander(frames, 4, rng))
    turns = phase(speed.astype(np.float32), frames)
    made = np.zeros(frames, np.float32)
    for by in rng.choice([1.0, 2.0, 3.0, 5.0, 7.03, 11.0, 0.5, 0.33], int(rng.integers(2, 6)), replace=False):
        kind = pick(rng, ("sine", "saw", "square"))
        made += wave(kind, phase((speed * by).clip(10, 15_000).astype(np.float32), frames)) * np.float32(
            uniform(rng, 0.1, 1)
        )
    brush = noise(frames, rng) * (0.3 + 0.7 * np.abs(sine(turns)))
    mixed = normal(made[None]) * np.float32(uniform(rng, 0.2, 1)) + normal(brush) * np.float32(ratio(rng, 0.1, 1.5))
    mixed = mixed * level
    knock = clank(rng, ratio(rng, 150, 1800), ratio(rng, 0.02, 0.15))
    at = int(frames * uniform(rng, 0.3, 0.95))
    mixed[:, at : at + knock.shape[-1]] += knock[:, : frames - at] * np.float32(uniform(rng, 0.0, 0.8))
    return landing(normal(_near(mixed, rng)), 0.03), ROBOT


def stepper(rng: Rng) -> Made:
    """A stepping motor: it buzzes on one pitch after another, ramps between them, and halts."""
    parts: list[Signal] = []
    before, kind = ratio(rng, 60, 900), pick(rng, ("square", "saw", "pulse", "triangle"))
    for _ in range(int(rng.integers(1, 10))):
        size, after = length(ratio(rng, 0.04, 0.6)), ratio(rng, 60, 1400)
        ramp = np.clip(np.linspace(0, uniform(rng, 1, 8), size), 0, 1)
        row = wave(kind, phase((before * (after / before) ** ramp).astype(np.float32), size))
        parts.append(row * np.float32(uniform(rng, 0.4, 1)))
        if chance(rng, 0.3):
            parts.append(np.zeros(length(ratio(rng, 0.01, 0.15)), np.float32))
        before = after
    made = np.concatenate(parts)[None, : 4 * RATE]
    made = made + noise(made.shape[-1], rng) * np.abs(made) * np.float32(ratio(rng, 0.05, 1.5))
    body = chain(highpass(ratio(rng, 80, 700)), lowpass(ratio(rng, 2500, 14_000)))
    return normal(_near(through(made, body), rng)), ROBOT


def plotter(rng: Rng) -> Made:
    """A plotter or 3D printer at work: a fan, belts, two axes whose pitches draw arcs, again and again."""
    frames = fast(length(uniform(rng, 2.5, 4.6)))
    tint = uniform(rng, -1.0, 0.1)
    made = coloured(frames, lambda f: np.maximum(f, 60.0) ** tint, rng, 2)
    made = normal(made) * np.float32(ratio(rng, 0.1, 1.0))
    for _ in range(int(rng.integers(1, 4))):
        every = ratio(rng, 0.25, 1.6)
        arc = np.abs(np.sin(np.pi * (clock(frames) / every + uniform(rng, 0, 1)))) ** ratio(rng, 0.3, 2.0)
        path = ratio(rng, 80, 900) * (0.1 + arc * ratio(rng, 0.6, 2.5))
        row = wave(pick(rng, ("square", "saw", "triangle")), phase(path.astype(np.float32), frames))[None]
        row = through(row, bandpass(ratio(rng, 400, 4000), ratio(rng, 0.3, 1.5)))
        made = made + normal(row) * np.float32(ratio(rng, 0.05, 0.6)) * (0.3 + 0.7 * arc)
    for _ in range(int(rng.integers(0, 4))):
        made = made + sine(phase(ratio(rng, 120, 6000), frames)) * np.float32(ratio(rng, 0.005, 0.12))
    return normal(room(made, ratio(rng, 0.15, 1.0), 5000.0, ratio(rng, 0.03, 0.5), rng)[:, :frames]), {
        "mechanical_noise"
    }


def droid(rng: Rng) -> Made:
    """A little machine that talks in tones: slides, trills and chatter without words."""
    parts: list[Signal] = []
    home = ratio(rng, 250, 2200)
    for _ in range(int(rng.integers(2, 12))):
        size = length(ratio(rng, 0.03, 0.45))
        along = np.linspace(0, 1, size)
        path = home * np.exp2(
            uniform(rng, -1, 1)
            + uniform(rng, -1.5, 1.5) * along ** ratio(rng, 0.4, 2.5)
            + uniform(rng, 0, 0.7) * chance(rng, 0.5) * np.sin(2 * np.pi * ratio(rng, 5, 70) * clock(size))
        )
        row = wave(pick(rng, ("sine", "sine", "triangle", "square", "saw")), phase(path.astype(np.float32), size))
        edge = np.minimum(1, np.minimum(along, 1 - along) * size / 300).astype(np.float32)
        parts += [row * edge, np.zeros(length(ratio(rng, 0.003, 0.12)), np.float32)]
    made = np.concatenate(parts)[None, : 4 * RATE]
    if chance(rng, 0.4):
        made = made * sine(phase(ratio(rng, 30, 900), made.shape[-1]))
    if chance(rng, 0.4):
        mouth = formants([(ratio(rng, 300, 900), 120, 0), (ratio(rng, 900, 2800), 160, -2)], 0.1)
        made = through(saturate(made, uniform(rng, 0, 14)), mouth)
    return normal(made), {"robotic", "electronic"}


def voiced(rng: Rng) -> Made:
    """Speech gone through a machine: a comb, a ring, few bits, one note; words are lost, the robot remains."""
    made = said(rng, pick(rng, ("male", "female", "child")), (1, 5), melody=0.0, falls=0.0, pace=ratio(rng, 0.5, 1.3))
    frames = made.shape[-1]
    late = length(ratio(rng, 0.003, 0.02))
    for _ in range(int(rng.integers(1, 5))):
        made = made + np.pad(made, [(0, 0), (late, 0)])[:, :frames] * np.float32(uniform(rng, 0.5, 0.9))
    if chance(rng, 0.6):
        made = made * sine(phase(ratio(rng, 25, 600), frames))
    if chance(rng, 0.5):
        made = crush(normal(made), uniform(rng, 2.5, 6), int(rng.integers(3, 14)))
    hum = wave("saw", phase(ratio(rng, 40, 160), frames)) * np.float32(ratio(rng, 0.005, 0.2))
    return normal(_near(normal(made) + hum, rng)), {"robotic"}


def limbs(rng: Rng) -> Made:
    """Limbs that swing: arcs of dense overtones and hiss, up and down, with joints that knock in between."""
    frames = fast(length(ratio(rng, 0.4, 2.2)))
    along = np.linspace(0, 1, frames, dtype=np.float32)
    arcs, skew = uniform(rng, 0.8, 4.0), uniform(rng, 0.0, 1.0)
    rise = np.abs(np.sin(np.pi * (arcs * along + skew + uniform(rng, 0, 0.15) * wander(frames, 6, rng))))
    path = ratio(rng, 90, 500) * np.exp2(uniform(rng, 0.5, 2.2) * rise + 0.15 * wander(frames, 40, rng))
    turns = phase(path.astype(np.float32), frames)
    made = normal(wave(pick(rng, ("saw", "pulse", "square")), turns)[None]) * np.float32(ratio(rng, 0.1, 1.0))
    tint = uniform(rng, -0.6, 0.2)
    hiss = normal(coloured(frames, lambda f: np.maximum(f, 80.0) ** tint, rng))
    made = made + hiss * np.float32(ratio(rng, 0.3, 3.0)) * (0.4 + 0.6 * np.exp(-turns * uniform(rng, 0, 6)))
    for _ in range(int(rng.integers(1, 4))):
        band = np.clip(path * ratio(rng, 4, 24), 200, 14_000)
        made = made + normal(moving(made, band, "band", ratio(rng, 1.5, 8))) * np.float32(uniform(rng, 0.4, 1.5))
    grain = 1 + np.float32(uniform(rng, 0, 0.9)) * np.repeat(rng.uniform(-1, 1, frames // 240 + 1), 240)[:frames]
    made = made * (grain * (uniform(rng, 0.1, 0.7) + rise ** ratio(rng, 0.3, 2))).astype(np.float32)
    for _ in range(int(rng.integers(0, 6))):
        knock = clank(rng, ratio(rng, 90, 1500), ratio(rng, 0.02, 0.12))
        at = int(frames * rng.random() * 0.9)
        made[:, at : at + knock.shape[-1]] += knock[:, : frames - at] * np.float32(uniform(rng, 0.1, 0.9))
    return landing(normal(_near(made, rng)), 0.03), ROBOT


def gated(rng: Rng) -> Made:
    """A motor switched on and off: pieces of one steady hiss and whine, each as long as it likes, none alike."""
    parts: list[Signal] = []
    tint, root = uniform(rng, -0.8, 0.2), ratio(rng, 80, 2500)
    kind, whine = pick(rng, ("saw", "square", "sine")), ratio(rng, 0.02, 0.8)
    for _ in range(int(rng.integers(1, 6))):
        frames = fast(length(ratio(rng, 0.08, 0.9)))
        along = np.linspace(0, 1, frames, dtype=np.float32)
        path = root * uniform(rng, 0.8, 1.3) * np.exp2(uniform(rng, -0.5, 0.5) * along + 0.05 * wander(frames, 20, rng))
        air = normal(coloured(frames, lambda f: np.maximum(f, 60.0) ** tint, rng))
        made = air + wave(kind, phase(path.astype(np.float32), frames))[None] * np.float32(whine)
        level = np.clip(along * ratio(rng, 5, 200), 0, 1) * np.clip((1 - along) * ratio(rng, 5, 200), 0, 1)
        parts.append(made * (level * np.float32(ratio(rng, 0.15, 1.0))))
        knock = clank(rng, ratio(rng, 70, 900), ratio(rng, 0.02, 0.15)) * np.float32(uniform(rng, 0, 2.5))
        parts.append(np.pad(knock, [(0, 0), (0, length(ratio(rng, 0.005, 0.15)))]))
    made = np.concatenate(parts, axis=1)[:, : 3 * RATE]
    return landing(normal(_near(through(made, highpass(50.0)), rng)), 0.03), ROBOT


FAMILIES = share(
    0.46,
    shot("toy robot", toy, "fx", "machine", weight=2.4, wet=0.1),
    shot("geared arm", geared, "fx", "machine", weight=1.5, wet=0.1),
    shot("stepper", stepper, "fx", "machine", weight=0.9, wet=0.1),
    bed("plotter", plotter, "printer", "machine", "fx", looped=0.6, weight=1.0),
    shot("droid", droid, "fx", "futuristic", "scifi", weight=1.2),
    shot("machine speech", voiced, "robot_voice", "vocal", weight=0.8, wet=0.1),
    shot("swinging limbs", limbs, "fx", "machine", weight=1.6, wet=0.1),
    shot("switched motor", gated, "fx", "machine", weight=0.9, wet=0.1),
)
