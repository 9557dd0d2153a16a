"""Glitches, zaps, lasers, sirens, alarms, beeps, games, modems, robots: electronics at work. Runs on: any process."""

from collections.abc import Callable

import numpy as np

from ..effects import crush, echo, fold, saturate
from ..envelopes import attack, decay, gate, wander
from ..filters import bandpass, fast, highpass, lowpass, moving, through
from ..oscillators import modes, phase, sine
from ..signals import RATE, Rng, Signal, clock, landing, length, noise, normal, wide
from .dice import chance, pick, pitch, ratio, uniform
from .family import Made, share
from .forms import bed, shot


def _wave(kind: str, cycles: Signal) -> Signal:
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
    made = _wave(
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
        made = _wave(pick(rng, ("square", "saw", "pulse")), phase(min(hertz, 9000.0), frames))
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


def blip(rng: Rng) -> Made:
    """One short tone."""
    frames = length(ratio(rng, 0.02, 0.4))
    bend = np.exp2(uniform(rng, -2, 2) * clock(frames) / (frames / RATE)) if chance(rng, 0.4) else np.ones(frames)
    made = _wave(
        pick(rng, ("sine", "sine", "triangle", "square", "saw")),
        phase((bend * ratio(rng, 150, 5000)).astype(np.float32), frames),
    )
    made = (
        made
        * attack(frames, ratio(rng, 0.0005, 0.01))
        * (gate(frames, frames / RATE * 0.8, 0.02) if chance(rng, 0.5) else decay(frames, frames / RATE))
    )
    return normal(made[None]), {"electronic"}


def beeps(rng: Rng) -> Made:
    """A row of tones: answers of a machine."""
    size, count = length(ratio(rng, 0.03, 0.2)), int(rng.integers(2, 14))
    kind, few = (
        pick(rng, ("sine", "triangle", "square", "saw")),
        [ratio(rng, 200, 4500) for _ in range(int(rng.integers(1, 7)))],
    )
    parts: list[Signal] = []
    for _ in range(count):
        on = length(size / RATE * uniform(rng, 0.3, 1.0))
        tone = _wave(kind, phase(pick(rng, few), on)) * gate(on, on / RATE * 0.85, 0.01)
        parts += [tone, np.zeros(max(0, size - on), np.float32)]
    return normal(np.concatenate(parts)[None]), {"electronic"}


def ping(rng: Rng) -> Made:
    """A pure tone that dies away: sonar, triangle-like, glassy."""
    frames, hertz = length(ratio(rng, 0.15, 2.5)), ratio(rng, 300, 4000)
    made = modes(
        hertz * np.array([1, 2.0, 2.76]),
        np.array([1, uniform(rng, 0, 0.4), uniform(rng, 0, 0.2)]),
        frames / RATE * np.array([1, 0.6, 0.3]),
        frames,
        rng,
    )
    return normal((made * attack(frames, 0.001))[None]), {"electronic"}


def siren(rng: Rng) -> Made:
    """Up and down, or two tones."""
    frames = length(uniform(rng, 1.0, 4.0))
    speed, low, octaves = ratio(rng, 0.3, 9), ratio(rng, 250, 1400), uniform(rng, 0.2, 2.0)
    turn = phase(speed, frames)
    kind = pick(rng, ("sine", "up", "down", "two"))
    way = {"sine": 0.5 + 0.5 * np.sin(2 * np.pi * turn), "up": turn, "down": 1 - turn, "two": (turn < 0.5) * 1.0}[kind]
    made = _wave(
        pick(rng, ("sine", "square", "saw", "triangle")),
        phase((low * np.exp2(octaves * way)).astype(np.float32), frames),
    )
    return through(made[None], lowpass(ratio(rng, 1500, 9000))), {"moving"}


def alarm(rng: Rng) -> Made:
    """The same beep again and again, until someone wakes."""
    every, share_, count = ratio(rng, 0.1, 0.9), uniform(rng, 0.25, 0.8), int(rng.integers(3, 12))
    frames = length(min(every * count, 4.0))
    turn = phase(1 / every, frames)
    first, second = ratio(rng, 400, 3500), pick(rng, (1.0, 1.0, 1.25, 0.8, 1.5))
    path = np.where(turn < share_ / 2, first, first * second)
    made = _wave(pick(rng, ("sine", "square", "pulse", "saw")), phase(path.astype(np.float32), frames)) * (
        turn < share_
    )
    return normal(through(made[None].astype(np.float32), lowpass(ratio(rng, 3000, 14_000)))), {"electronic"}


def airhorn(rng: Rng) -> Made:
    """A brassy chord that bends."""
    frames, root = length(uniform(rng, 0.3, 2.5)), ratio(rng, 220, 520)
    bend = np.exp2(
        -uniform(rng, 0, 0.4) * np.exp(-clock(frames) * 12)
        - uniform(rng, 0, 0.5) * np.clip(clock(frames) / (frames / RATE) - 0.8, 0, 1)
    )
    made = sum(
        _wave("saw", phase((root * r * bend).astype(np.float32), frames, float(rng.random()))) for r in (1.0, 1.26, 1.5)
    )
    made = saturate(np.asarray(made)[None] * gate(frames, frames / RATE * 0.95, 0.05), uniform(rng, 6, 20))
    return through(made, bandpass(ratio(rng, 900, 2000), 0.5)), {"loud"}


def modem(rng: Rng) -> Made:
    """Two frequencies that carry bits; carriers; fax; dial tones; Morse."""
    frames, speed = length(uniform(rng, 0.5, 4.0)), ratio(rng, 8, 300)
    few = np.array([ratio(rng, 400, 3000) for _ in range(int(rng.integers(2, 5)))])
    picked = rng.integers(0, len(few), int(frames / RATE * speed) + 2)[(clock(frames) * speed).astype(int)]
    made = sine(phase(few[picked].astype(np.float32), frames)) + noise(frames, rng)[0] * np.float32(
        ratio(rng, 0.001, 0.6)
    )
    return normal(through(made[None], bandpass(1500.0, 0.7))), {"digital"}


def dialled(rng: Rng) -> Made:
    """Keys of a telephone, its ring, the engaged tone."""
    rows, columns = (697, 770, 852, 941), (1209, 1336, 1477, 1633)
    kind, parts = pick(rng, ("keys", "ring", "tone")), list[Signal]()
    for _ in range(int(rng.integers(2, 9))):
        size = length(ratio(rng, 0.06, 0.3) if kind == "keys" else 0.4)
        if kind == "keys":
            made = sine(phase(float(pick(rng, rows)), size)) + sine(phase(float(pick(rng, columns)), size))
        elif kind == "ring":
            made = sum(sine(phase(h, size)) for h in (1100.0, 1450.0, 2900.0)) * (
                0.6 + 0.4 * np.sign(np.sin(2 * np.pi * 20 * clock(size)))
            )
        else:
            made = sine(phase(pick(rng, (425.0, 440.0, 350.0)), size)) + sine(phase(440.0, size))
        parts += [
            np.asarray(made, np.float32) * gate(size, size / RATE * 0.95, 0.01),
            np.zeros(length(ratio(rng, 0.03, 0.3)), np.float32),
        ]
    return normal(np.concatenate(parts)[None])[:, : 4 * RATE], set()


def morse(rng: Rng) -> Made:
    """Dots and dashes."""
    dot, hertz, parts = ratio(rng, 0.03, 0.1), ratio(rng, 400, 1600), list[Signal]()
    for _ in range(int(rng.integers(6, 20))):
        size = length(dot * pick(rng, (1, 1, 3)))
        parts += [
            sine(phase(hertz, size)) * gate(size, size / RATE * 0.95, 0.004),
            np.zeros(length(dot * pick(rng, (1, 1, 1, 3))), np.float32),
        ]
    return normal(np.concatenate(parts)[None])[:, : 4 * RATE], {"electronic"}


def game(rng: Rng) -> Made:
    """Coins, jumps, power-ups, deaths of the arcade."""
    kind, wave = (
        pick(rng, ("coin", "jump", "power", "hurt", "shoot", "over")),
        pick(rng, ("square", "pulse", "triangle")),
    )
    root, step = ratio(rng, 200, 1200), ratio(rng, 0.03, 0.12)
    rows = {
        "coin": (0, 5),
        "power": tuple(range(0, int(rng.integers(12, 30)), int(rng.integers(2, 6)))),
        "over": (12, 11, 7, 4, 0, -5),
    }
    if kind in rows:
        notes = rows[kind]
        frames = length(step * (len(notes) + 2))
        at = np.minimum((clock(frames) / step).astype(int), len(notes) - 1)
        path = root * 2 ** (np.asarray(notes)[at] / 12)
    else:
        frames = length(ratio(rng, 0.1, 0.6))
        way = {"jump": uniform(rng, 0.5, 2), "hurt": -uniform(rng, 0.5, 2), "shoot": -uniform(rng, 2, 4)}[kind]
        path = root * np.exp2(way * clock(frames) / (frames / RATE))
    made = _wave(wave, phase(path.astype(np.float32), frames)) * np.rint(decay(frames, frames / RATE * 2) * 15) / 15
    if kind == "hurt":
        made = made * 0.4 + rng.choice((-1.0, 1.0), frames // 24 + 1).repeat(24)[:frames] * 0.6 * decay(
            frames, frames / RATE
        )
    true = {"coin": {"game_sound"}, "jump": {"jump_sound"}, "power": {"power_up"}}.get(kind, set())
    return normal(crush(made[None].astype(np.float32), uniform(rng, 3, 6), int(rng.integers(1, 5)))), true


def robot(rng: Rng) -> Made:
    """A droid that chirps, whistles and whirrs."""
    parts: list[Signal] = []
    for _ in range(int(rng.integers(2, 9))):
        size = length(ratio(rng, 0.04, 0.35))
        shape_ = np.exp2(
            uniform(rng, -2, 2) * np.linspace(0, 1, size) ** ratio(rng, 0.4, 2)
            + uniform(rng, 0, 0.6) * np.sin(2 * np.pi * ratio(rng, 4, 60) * clock(size))
        )
        tone = _wave(
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
        whine = _wave(pick(rng, ("saw", "square")), turns) * 0.5 + _wave("saw", (turns * 7) % 1.0) * 0.3
        parts += [(whine + noise(size, rng)[0] * 0.15) * speed, np.zeros(length(ratio(rng, 0.01, 0.2)), np.float32)]
    made = np.concatenate(parts)[None].astype(np.float32)
    return normal(through(made, bandpass(ratio(rng, 600, 3000), 0.6)))[:, : 4 * RATE], {"robotic", "mechanical_noise"}


def arm(rng: Rng) -> Made:
    """A robot's arm recorded closely: bursts of noise and gears through resonances that slide."""
    frames = fast(length(ratio(rng, 0.15, 2.4)))
    path = ratio(rng, 40, 600) * np.exp2(0.6 * wander(frames, 8, rng))
    gears = _wave("saw", phase(path.astype(np.float32), frames)) * np.float32(uniform(rng, 0.2, 1.0))
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
    made = _wave(pick(rng, ("sine", "triangle", "saw")), phase(np.clip(path, 20, 12_000).astype(np.float32), frames))
    made = fold(made, uniform(rng, 0, 1.5)) if chance(rng, 0.4) else made
    return landing(echo(wide(made[None]), ratio(rng, 0.05, 0.4), 0.5, uniform(rng, 0, 0.7))[:, : 4 * RATE], 0.2), {
        "futuristic"
    }


def spark(rng: Rng) -> Made:
    """Electric arcs: irregular crackles over a buzz."""
    frames = length(uniform(rng, 0.2, 2.5))
    hits = (rng.random(frames) < ratio(rng, 40, 1500) / RATE) * rng.standard_normal(frames)
    buzz = _wave("pulse", phase(pick(rng, (50.0, 60.0, 100.0, 120.0)), frames)) * np.float32(uniform(rng, 0, 0.08))
    level = np.repeat(rng.random(int(frames / RATE * 25) + 2) ** 2, RATE // 25)[:frames]
    return normal(through(((hits + buzz) * level).astype(np.float32)[None], highpass(ratio(rng, 300, 3000)))), {
        "crackling"
    }


def ui(rng: Rng) -> Made:
    """A tick, a confirmation, a message."""
    count, root = int(rng.integers(1, 4)), pitch(rng, 72, 100)
    every, out = length(ratio(rng, 0.05, 0.14)), np.zeros(length(1.0), np.float32)
    for n in range(count):
        size = length(ratio(rng, 0.06, 0.5))
        tone = modes(
            root * 2 ** (pick(rng, (0, 4, 5, 7, 12)) / 12) * np.array([1, 2, 4]),
            np.array([1, 0.3, 0.1]),
            size / RATE * np.array([1, 0.6, 0.3]),
            size,
            rng,
        )
        out[n * every : n * every + size] += tone[: len(out) - n * every]
    return normal(out[None]), {"clean"}


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
    0.37,
    shot("zap", zap, "zap", "fx", weight=1.0),
    shot("laser", laser, "laser", "fx", weight=0.8),
    shot("debris", debris, "glitch", "fx", weight=1.6, wet=0.1),
    shot("stutter", stuttered, "glitch", "fx", weight=1.0, wet=0.1),
    shot("bit noise", bits, "glitch", "fx", weight=0.8, wet=0.1),
    shot("blip", blip, "bleep", weight=1.4),
    shot("beeps", beeps, "bleep", "futuristic", weight=1.2),
    shot("ping", ping, "bleep", weight=0.8),
    shot("siren", siren, "siren", "fx", weight=0.8),
    shot("alarm", alarm, "alarm", "fx", weight=0.8),
    shot("air horn", airhorn, "air_horn", "fx", weight=0.5),
    shot("modem", modem, "modem", "fx", weight=0.7),
    shot("telephone", dialled, "telephone", "fx", weight=0.5),
    shot("morse", morse, "morse", "fx", weight=0.3),
    shot("game", game, "game_sound", "fx", weight=1.0),
    shot("robot", robot, "fx", "futuristic", weight=1.1),
    shot("servo", servo, "fx", "machine", weight=1.1),
    shot("robot arm", arm, "fx", "machine", weight=2.0),
    shot("spaceship", ship, "spaceship", "fx", weight=0.8),
    shot("spark", spark, "electric_spark", "fx", weight=0.5),
    shot("interface", ui, "ui_sound", "fx", weight=0.6),
    shot("cartoon", whistled, "cartoon", "fx", weight=0.5),
    bed("glitch loop", glitch_loop, "glitch", "fx", looped=1.0, weight=0.9),
)
