"""Beeps, sirens, alarms, telephones, modems, games: tones of machines. Runs on: any process, offline."""

import numpy as np

from ..effects import crush, saturate
from ..envelopes import attack, decay, gate
from ..filters import bandpass, bell, chain, lowpass, through
from ..oscillators import modes, phase, sine
from ..signals import RATE, Rng, Signal, clock, landing, length, noise, normal
from .dice import chance, pick, pitch, ratio, uniform
from .family import Made, share
from .forms import shot
from .glitches import wave


def blip(rng: Rng) -> Made:
    """One short tone."""
    frames = length(ratio(rng, 0.02, 0.4))
    bend = np.exp2(uniform(rng, -2, 2) * clock(frames) / (frames / RATE)) if chance(rng, 0.4) else np.ones(frames)
    made = wave(
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
        tone = wave(kind, phase(pick(rng, few), on)) * gate(on, on / RATE * 0.85, 0.01)
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
    made = wave(
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
    made = wave(pick(rng, ("sine", "square", "pulse", "saw")), phase(path.astype(np.float32), frames)) * (turn < share_)
    return normal(through(made[None].astype(np.float32), lowpass(ratio(rng, 3000, 14_000)))), {"electronic"}


def airhorn(rng: Rng) -> Made:
    """A brassy chord that bends."""
    frames, root = length(uniform(rng, 0.3, 2.5)), ratio(rng, 220, 520)
    bend = np.exp2(
        -uniform(rng, 0, 0.4) * np.exp(-clock(frames) * 12)
        - uniform(rng, 0, 0.5) * np.clip(clock(frames) / (frames / RATE) - 0.8, 0, 1)
    )
    made = sum(
        wave("saw", phase((root * r * bend).astype(np.float32), frames, float(rng.random()))) for r in (1.0, 1.26, 1.5)
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
    kind, form = (
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
    made = wave(form, phase(path.astype(np.float32), frames)) * np.rint(decay(frames, frames / RATE * 2) * 15) / 15
    if kind == "hurt":
        made = made * 0.4 + rng.choice((-1.0, 1.0), frames // 24 + 1).repeat(24)[:frames] * 0.6 * decay(
            frames, frames / RATE
        )
    true = {"coin": {"game_sound"}, "jump": {"jump_sound"}, "power": {"power_up"}}.get(kind, set())
    return normal(crush(made[None].astype(np.float32), uniform(rng, 3, 6), int(rng.integers(1, 5)))), true


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


def tone(rng: Rng) -> Made:
    """A beep with a colour: dense and cut off, pure and cut while it rings, or of two that bend each other."""
    frames, root = length(ratio(rng, 0.05, 0.35)), ratio(rng, 150, 1800)
    kind = pick(rng, ("pure", "dense", "fm"))
    if kind == "pure":
        partials = root * np.array([1.0, uniform(rng, 1.5, 4.2), uniform(rng, 4.0, 9.0)])
        levels = np.array([1.0, ratio(rng, 0.01, 0.4), ratio(rng, 0.003, 0.15)])
        made = modes(partials, levels, np.array([2.0, 0.8, 0.4]) * ratio(rng, 0.2, 2.0), frames, rng)
    elif kind == "fm":
        swing = sine(phase(root * uniform(rng, 0.3, 3.6), frames)) * np.float32(ratio(rng, 0.03, 0.5))
        made = sine(phase(root, frames) + swing * decay(frames, ratio(rng, 0.05, 5.0)))
    else:
        other = phase(root * uniform(rng, 0.996, 1.004), frames)
        made = wave(pick(rng, ("saw", "square", "pulse", "triangle")), phase(root, frames))
        made = made + wave("saw", other) * np.float32(uniform(rng, 0, 0.7))
        colour = chain(bell(ratio(rng, 500, 6000), uniform(rng, 0, 12), 1.0), lowpass(ratio(rng, 1500, 16_000)))
        made = through(made[None], colour)[0]
    level = attack(frames, ratio(rng, 0.0003, 0.006)) * decay(frames, ratio(rng, 0.3, 8.0))
    hiss = noise(frames, rng)[0] * decay(frames, 0.02) * np.float32(ratio(rng, 0.001, 0.2))
    return landing(normal((made * level + hiss)[None]), ratio(rng, 0.001, 0.02)), {"electronic"}


FAMILIES = share(
    0.29,
    shot("blip", blip, "bleep", weight=1.4),
    shot("beeps", beeps, "bleep", "futuristic", weight=1.2),
    shot("ping", ping, "bleep", weight=0.8),
    shot("siren", siren, "siren", "fx", weight=1.2),
    shot("alarm", alarm, "alarm", "fx", weight=0.8),
    shot("air horn", airhorn, "air_horn", "fx", weight=0.5),
    shot("modem", modem, "modem", "fx", weight=0.7),
    shot("telephone", dialled, "telephone", "fx", weight=0.5),
    shot("morse", morse, "morse", "fx", weight=0.3),
    shot("game", game, "game_sound", "fx", weight=1.0),
    shot("interface", ui, "ui_sound", "fx", weight=0.6),
    shot("coloured beep", tone, "bleep", weight=1.2, wet=0.1),
)
