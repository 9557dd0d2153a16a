"""Glitches, zaps, lasers, robots, spaceships: electronics at work. Runs on: any process, offline."""

from collections.abc import Callable

import numpy as np

from ..effects import crush, echo, fold, saturate
from ..envelopes import attack, decay, gate, wander
from ..filters import bandpass, fast, highpass, lowpass, moving, through
from ..oscillators import phase, sine
from ..signals import RATE, Rng, Signal, clock, landing, length, noise, normal, wide
from .dice import chance, pick, ratio, uniform
from .family import Made, share
from .forms import bed, shot


def wave(kind: str, cycles: Signal) -> Signal:
    """A wave of a kind (sine, saw, triangle, square, pulse) at a phase in cycles."""
    shapes: dict[str, Callable[[], Signal]] = {
        "sine": lambda: sine(cycles),
        "saw": lambda: 2 * cycles - 1,
        "triangle": lambda: 4 * np.abs(cycles - 0.5) - 1,
        "square": lambda: np.where(cycles < 0.5, 1.0, -1.0),
        "pulse": lambda: np.where(cycles < 0.15, 1.0, -1.0),
    }
    made: Signal = shapes[kind]().astype(np.float32)
    return made


def zap(rng: Rng) -> Made:
    """A tone that falls fast."""
    frames = length(ratio(rng, 0.05, 0.8))
    low, high, time = ratio(rng, 40, 600), ratio(rng, 1200, 12_000), frames / RATE * ratio(rng, 0.05, 0.6)
    path = low + (high - low) * np.exp(-clock(frames) / np.float32(time))
    bent = phase(path.astype(np.float32), frames)
    made = wave(
        pick(rng, ("sine", "saw", "square", "triangle")),
        (bent + ratio(rng, 0.01, 1.5) * sine(bent * pick(rng, (1.41, 2.0, 0.5)))) % 1.0,
    )
    return normal((made * decay(frames, frames / RATE * uniform(rng, 0.8, 2)))[None]), {"falling"}


def laser(rng: Rng) -> Made:
    """One shot or a salvo."""
    made, true = zap(rng)
    if chance(rng, 0.4):
        count, every = int(rng.integers(2, 7)), length(ratio(rng, 0.06, 0.25))
        out = np.zeros((1, every * count + made.shape[-1]), np.float32)
        for n in range(count):
            out[:, n * every : n * every + made.shape[-1]] += made
        made = out
    return echo(wide(made), ratio(rng, 0.05, 0.3), 0.5, uniform(rng, 0.2, 0.8)) if chance(rng, 0.3) else made, true


def debris(rng: Rng) -> Made:
    """Slivers of tone, noise and silence on a grid."""
    slices, grid = int(rng.integers(4, 40)), length(ratio(rng, 0.008, 0.09))
    out = np.zeros((2, slices * grid), np.float32)
    piece, root = np.zeros(grid, np.float32), ratio(rng, 40, 900)
    for n in range(slices):
        if n == 0 or chance(rng, 0.55):
            piece = _sliver(rng, grid, root)
        if n and chance(rng, 0.25):
            continue
        angle = uniform(rng, 0, np.pi / 2)
        out[:, n * grid : (n + 1) * grid] += piece * np.array([[np.cos(angle)], [np.sin(angle)]], np.float32)
    made = crush(normal(out), uniform(rng, 2.0, 8.0), int(rng.integers(1, 10))) if chance(rng, 0.7) else normal(out)
    return normal(through(made, highpass(40.0))), {"digital"}


def _sliver(rng: Rng, frames: int, root: float) -> Signal:
    kind = int(rng.integers(5))
    hertz = root * 2 ** float(rng.integers(0, 6))
    if kind == 0:
        made = through(noise(frames, rng), bandpass(ratio(rng, 300, 12_000), 3.0))[0]
    elif kind == 1:
        made = wave(pick(rng, ("square", "saw", "pulse")), phase(min(hertz, 9000.0), frames))
    elif kind == 2:
        made = sine(phase((hertz * np.exp2(-60 * clock(frames))).astype(np.float32), frames))
    elif kind == 3:
        made = rng.choice((-1.0, 1.0), frames // 16 + 1).repeat(16)[:frames].astype(np.float32)
    else:
        made = np.zeros(frames, np.float32)
        made[rng.integers(0, frames, 3)] = 1.0
    return normal(made) * decay(frames, frames / RATE * ratio(rng, 0.3, 4)) * attack(frames, 0.0006)


def stuttered(rng: Rng) -> Made:
    """A piece of something repeated, faster or slower, ended in a click."""
    root, count, size = ratio(rng, 60, 900), int(rng.integers(4, 24)), length(ratio(rng, 0.015, 0.15))
    piece = sum(_sliver(rng, size, root) * np.float32(uniform(rng, 0.3, 1)) for _ in range(3))
    shrink, parts = uniform(rng, 0.85, 1.08), []
    for n in range(count):
        parts.append(np.asarray(piece)[: max(64, int(size * min(1.0, shrink**n)))])
    return normal(crush(normal(np.concatenate(parts)[None]), uniform(rng, 3, 10), int(rng.integers(1, 5)))), {"digital"}


def bits(rng: Rng) -> Made:
    """Raw data played as sound: shifts, masks and counters of bytes."""
    frames, rate = length(ratio(rng, 0.2, 2.5)), int(rng.integers(4, 24))
    t = np.arange(frames // rate + 1, dtype=np.int64) + int(rng.integers(0, 50_000))
    a, b, c = (int(x) for x in rng.integers(1, 13, 3))
    formula = int(rng.integers(4))
    values = (
        (t * (t >> a | t >> b))
        if formula == 0
        else (t & (t >> a)) * c
        if formula == 1
        else (t * c) ^ (t >> b)
        if formula == 2
        else (t >> a) * (t & 127)
    )
    made = ((values & 255).repeat(rate)[:frames] / 127.5 - 1).astype(np.float32)
    return normal(through(made[None], highpass(25.0))), {"digital", "noisy"}


def robot(rng: Rng) -> Made:
    """A droid that chirps, whistles and whirrs."""
    parts: list[Signal] = []
    for _ in range(int(rng.integers(2, 9))):
        size = length(ratio(rng, 0.04, 0.35))
        shape_ = np.exp2(
            uniform(rng, -2, 2) * np.linspace(0, 1, size) ** ratio(rng, 0.4, 2)
            + uniform(rng, 0, 0.6) * np.sin(2 * np.pi * ratio(rng, 4, 60) * clock(size))
        )
        tone = wave(
            pick(rng, ("sine", "sine", "triangle", "square")),
            phase((ratio(rng, 250, 3000) * shape_).astype(np.float32), size),
        )
        parts += [tone * gate(size, size / RATE * 0.9, 0.01), np.zeros(length(ratio(rng, 0.005, 0.12)), np.float32)]
    made = np.concatenate(parts)[None]
    return normal(saturate(made, uniform(rng, 0, 10))), {"robotic"}


def servo(rng: Rng) -> Made:
    """Motors that move an arm: pitch follows speed."""
    parts: list[Signal] = []
    for _ in range(int(rng.integers(1, 6))):
        size = length(ratio(rng, 0.12, 0.9))
        speed = np.clip(np.minimum(np.linspace(0, 6, size), np.linspace(6, 0, size)), 0.05, 1)
        root = ratio(rng, 60, 700)
        turns = phase((root * speed).astype(np.float32), size)
        whine = wave(pick(rng, ("saw", "square")), turns) * 0.5 + wave("saw", (turns * 7) % 1.0) * 0.3
        parts += [(whine + noise(size, rng)[0] * 0.15) * speed, np.zeros(length(ratio(rng, 0.01, 0.2)), np.float32)]
    made = np.concatenate(parts)[None].astype(np.float32)
    return normal(through(made, bandpass(ratio(rng, 600, 3000), 0.6)))[:, : 4 * RATE], {"robotic", "mechanical_noise"}


def arm(rng: Rng) -> Made:
    """A robot's arm recorded closely: bursts of noise and gears through resonances that slide."""
    frames = fast(length(ratio(rng, 0.15, 2.4)))
    path = ratio(rng, 40, 600) * np.exp2(0.6 * wander(frames, 8, rng))
    gears = wave("saw", phase(path.astype(np.float32), frames)) * np.float32(uniform(rng, 0.2, 1.0))
    raw = noise(frames, rng) * np.float32(uniform(rng, 0.1, 1.0)) + gears
    made = normal(through(raw, lowpass(ratio(rng, 100, 600)))) * np.float32(uniform(rng, 0.0, 0.8))
    for _ in range(int(rng.integers(1, 4))):
        path = ratio(rng, 300, 4500) * np.exp2(uniform(rng, 0.2, 1.6) * wander(frames, int(rng.integers(2, 12)), rng))
        band = normal(moving(raw, np.clip(path, 80, 14_000), "band", ratio(rng, 1, 12)))
        made = made + band * np.float32(uniform(rng, 0.3, 1))
    shake = 1 - np.float32(uniform(rng, 0, 0.9)) * (np.sin(2 * np.pi * ratio(rng, 6, 60) * clock(frames)) > 0)
    bursts = np.clip(wander(frames, int(rng.integers(2, 7)), rng) * 3 + uniform(rng, 0.3, 2.0), 0, 1)
    return landing(normal((made * shake * bursts).astype(np.float32)), 0.03), {"robotic", "mechanical_noise"}


def ship(rng: Rng) -> Made:
    """Computers and engines of spaceships: wobbling tones, teleports."""
    frames = length(uniform(rng, 0.6, 3.5))
    speed = ratio(rng, 2, 40) * np.exp2(uniform(rng, -2, 2) * np.linspace(0, 1, frames))
    wob = np.sin(2 * np.pi * phase(speed.astype(np.float32), frames))
    path = ratio(rng, 80, 1500) * np.exp2(uniform(rng, 0.1, 2) * wob + uniform(rng, -2, 2) * np.linspace(0, 1, frames))
    made = wave(pick(rng, ("sine", "triangle", "saw")), phase(np.clip(path, 20, 12_000).astype(np.float32), frames))
    made = fold(made, uniform(rng, 0, 1.5)) if chance(rng, 0.4) else made
    return landing(echo(wide(made[None]), ratio(rng, 0.05, 0.4), 0.5, uniform(rng, 0, 0.7))[:, : 4 * RATE], 0.2), {
        "futuristic"
    }


def spark(rng: Rng) -> Made:
    """Electric arcs: irregular crackles over a buzz."""
    frames = length(uniform(rng, 0.2, 2.5))
    hits = (rng.random(frames) < ratio(rng, 40, 1500) / RATE) * rng.standard_normal(frames)
    buzz = wave("pulse", phase(pick(rng, (50.0, 60.0, 100.0, 120.0)), frames)) * np.float32(uniform(rng, 0, 0.08))
    level = np.repeat(rng.random(int(frames / RATE * 25) + 2) ** 2, RATE // 25)[:frames]
    return normal(through(((hits + buzz) * level).astype(np.float32)[None], highpass(ratio(rng, 300, 3000)))), {
        "crackling"
    }


def glitch_loop(rng: Rng) -> Made:
    """Debris in time: a rhythm of errors."""
    tempo = uniform(rng, 80, 170)
    frames, steps = round(240 / tempo * RATE), 16
    out, root = np.zeros((2, frames), np.float32), ratio(rng, 50, 500)
    few = [_sliver(rng, length(ratio(rng, 0.01, 0.12)), root) for _ in range(int(rng.integers(3, 8)))]
    for step in range(steps):
        if chance(rng, 0.6):
            start, piece = round(step * frames / steps), pick(rng, few)
            size, angle = min(len(piece), frames - start), uniform(rng, 0, np.pi / 2)
            out[:, start : start + size] += piece[:size] * np.array([[np.cos(angle)], [np.sin(angle)]], np.float32)
    return normal(np.tile(out, 2 if chance(rng, 0.4) else 1)), {"digital"}


def whistled(rng: Rng) -> Made:
    """A slide whistle, a boing, a spring: comedy."""
    frames = length(uniform(rng, 0.25, 1.5))
    along = np.linspace(0, 1, frames)
    boing = chance(rng, 0.4)
    way = uniform(rng, -2, 2) * along + (
        0.5 * np.exp(-along * 4) * np.sin(2 * np.pi * ratio(rng, 8, 25) * along * frames / RATE) if boing else 0
    )
    made = sine(phase((ratio(rng, 120, 500) * (1 if boing else 3) * np.exp2(way)).astype(np.float32), frames))
    made = made * (decay(frames, frames / RATE * 1.5) if boing else gate(frames, frames / RATE * 0.9, 0.05))
    return normal(made[None] + noise(frames, rng) * np.float32(0.01)), {"gliding"}


FAMILIES = share(
    0.24,
    shot("zap", zap, "zap", "fx", "scifi", weight=1.4),
    shot("laser", laser, "laser", "fx", "scifi", weight=3.4),
    shot("debris", debris, "glitch", "fx", weight=1.6, wet=0.1),
    shot("stutter", stuttered, "glitch", "fx", weight=1.0, wet=0.1),
    shot("bit noise", bits, "glitch", "fx", weight=0.8, wet=0.1),
    shot("robot", robot, "fx", "futuristic", "scifi", weight=1.1),
    shot("servo", servo, "fx", "machine", weight=1.1),
    shot("robot arm", arm, "fx", "machine", weight=1.4),
    shot("spaceship", ship, "spaceship", "fx", "scifi", weight=0.8),
    shot("spark", spark, "electric_spark", "fx", weight=0.5),
    shot("cartoon", whistled, "cartoon", "fx", weight=0.5),
    bed("glitch loop", glitch_loop, "glitch", "fx", looped=1.0, weight=0.9),
)
