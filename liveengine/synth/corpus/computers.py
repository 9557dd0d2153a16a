"""Computers of the future and games of the past: readouts, rays, shields, saucers, arcades. Runs on: any process."""

import numpy as np

from ..effects import chorus, crush, echo, room, saturate
from ..envelopes import attack, decay, gate, wander
from ..filters import bandpass, fast, highpass, lowpass, moving, through
from ..oscillators import phase, sine
from ..plucked import warped
from ..signals import RATE, Rng, Signal, clock, landing, length, noise, normal, wide
from .dice import chance, pick, ratio, uniform
from .family import Made, share
from .forms import bed, shot
from .glitches import wave

WAVES = ("sine", "sine", "triangle", "square", "saw")


def readout(rng: Rng) -> Made:
    """A computer that thinks: tones at random, step by step, in one rhythm or none."""
    frames, rate = length(ratio(rng, 0.3, 4.0)), ratio(rng, 5, 32)
    steps = int(frames / RATE * rate) + 2
    few = ratio(rng, 150, 1200) * np.exp2(rng.uniform(0, uniform(rng, 0.5, 3.5), int(rng.integers(2, 16))))
    which = (clock(frames) * rate).astype(int)
    path = few[rng.integers(0, len(few), steps)][which]
    along = clock(frames) * np.float32(rate) % 1.0
    on = (rng.random(steps) < uniform(rng, 0.5, 1.0))[which]
    shape = np.minimum(1, along * 20) * np.clip((uniform(rng, 0.3, 1.0) - along) * 30, 0, 1)
    made = wave(pick(rng, WAVES), phase(path.astype(np.float32), frames)) * (shape * on).astype(np.float32)
    made = through(made[None], lowpass(ratio(rng, 1500, 14_000)))
    heard = echo(wide(made), ratio(rng, 0.05, 0.3), 0.4, uniform(rng, 0, 0.6)) if chance(rng, 0.4) else made
    return normal(heard)[:, : 4 * RATE], {"electronic"}


def field(rng: Rng) -> Made:
    """A shield, a reactor, a beam that stands: a hum whose overtones beat and turn."""
    frames, root = fast(length(uniform(rng, 1.0, 4.5))), ratio(rng, 35, 300)
    made: Signal = np.zeros((2, frames), np.float32)
    for channel in range(2):
        for by in (1.0, 1.01, 2.0, 3.02):
            row = wave(pick(rng, ("saw", "square", "sine")), phase(root * by, frames, float(rng.random())))
            made[channel] += row * np.float32(uniform(rng, 0.1, 1) / by)
    beat = 1 + np.float32(uniform(rng, 0.2, 1)) * sine(phase(ratio(rng, 2, 45), frames))
    path = ratio(rng, 250, 1800) * np.exp2(
        uniform(rng, 0.2, 1.6) * np.sin(2 * np.pi * ratio(rng, 0.2, 9) * clock(frames))
    )
    made = normal(moving(made * beat, np.clip(path, 60, 12_000), pick(rng, ("low", "band")), ratio(rng, 0.8, 7)))
    made = made * sine(phase(ratio(rng, 60, 1500), frames)) if chance(rng, 0.3) else made
    air = normal(through(noise(frames, rng, 2), bandpass(ratio(rng, 800, 6000), 0.6))) * np.float32(
        ratio(rng, 0.01, 0.3)
    )
    return normal(normal(made) + air), {"electronic", "futuristic", "pulsating"}


def saucer(rng: Rng) -> Made:
    """A flying saucer of old films: a tone that trembles far and wide, near or passing."""
    frames, speed = length(uniform(rng, 0.8, 4.2)), ratio(rng, 2, 18)
    along = np.linspace(0, 1, frames)
    swing = np.sin(2 * np.pi * phase((speed * np.exp2(uniform(rng, -1.5, 1.5) * along)).astype(np.float32), frames))
    path = ratio(rng, 180, 1500) * np.exp2(uniform(rng, 0.1, 1.2) * swing + uniform(rng, -1.5, 1.5) * along)
    made = wave(pick(rng, WAVES), phase(np.clip(path, 30, 9000).astype(np.float32), frames))
    level = np.sin(np.pi * along) ** ratio(rng, 0.2, 1.5)
    made = (made * level)[None].astype(np.float32)
    heard = room(through(made, lowpass(ratio(rng, 1500, 9000))), ratio(rng, 0.4, 3.0), 5000.0, ratio(rng, 0.1, 1), rng)
    return landing(normal(heard[:, :frames]), 0.1), {"gliding", "vibrato"}


def warp(rng: Rng) -> Made:
    """A drive that charges and leaves, a gate, a beam for people: tones and air torn upwards or down."""
    frames, up = fast(length(uniform(rng, 0.6, 4.2))), chance(rng, 0.6)
    along = np.linspace(0, 1, frames, dtype=np.float32)
    climb = along ** ratio(rng, 0.7, 4.0) if up else (1 - along) ** ratio(rng, 0.7, 4.0)
    made = np.zeros((2, frames), np.float32)
    root, octaves = ratio(rng, 40, 300), uniform(rng, 1.5, 5.0)
    for number in range(int(rng.integers(2, 7))):
        path = np.clip(root * (1 + number * uniform(rng, 0, 1)) * np.exp2(octaves * climb), 20, 14_000)
        made[number % 2] += wave(pick(rng, WAVES), phase(path.astype(np.float32), frames, float(rng.random())))
    trem = 1 - np.float32(uniform(rng, 0, 0.9)) * (
        0.5 + 0.5 * sine(phase((ratio(rng, 4, 30) * np.exp2(2 * climb)).astype(np.float32), frames))
    )
    cutoff = np.clip(ratio(rng, 300, 900) * np.exp2(uniform(rng, 2, 4.5) * climb), 60, 15_000)
    air = normal(moving(noise(frames, rng, 2), cutoff, "band", ratio(rng, 0.7, 4))) * np.float32(uniform(rng, 0, 0.8))
    made = normal(moving(normal(made) * trem + air, cutoff, "low", ratio(rng, 0.7, 3)))
    made = made * (0.15 + 0.85 * (climb if chance(rng, 0.5) else np.sin(np.pi * along)))
    made = chorus(made, ratio(rng, 0.0005, 0.004), 3.0) if chance(rng, 0.5) else made
    heard = room(made, ratio(rng, 0.4, 3), 6000.0, ratio(rng, 0.05, 0.8), rng)[:, :frames]
    return landing(normal(heard), 0.1), {"rising" if up else "falling"}


def ray(rng: Rng) -> Made:
    """A phaser: a saw that sweeps hard and stays, or falls again and again."""
    frames = length(ratio(rng, 0.12, 1.6))
    rate = pick(rng, (0.0, ratio(rng, 5, 60)))
    time = clock(frames)
    along = time * rate % 1.0 if rate else time / np.float32(frames / RATE)
    low, octaves = ratio(rng, 80, 700), uniform(rng, 1.0, 5.0)
    path = np.clip(low * np.exp2(octaves * (1 - along) ** ratio(rng, 1, 5)), 20, 14_000)
    turns = phase(path.astype(np.float32), frames)
    made = wave(
        pick(rng, WAVES), (turns + ratio(rng, 0.01, 0.8) * sine((turns * pick(rng, (0.5, 1.5, 2, 3))) % 1)) % 1.0
    )
    made = made[None] * decay(frames, frames / RATE * uniform(rng, 0.8, 6)) + noise(frames, rng) * decay(
        frames, 0.1
    ) * np.float32(ratio(rng, 0.005, 0.4))
    late = length(ratio(rng, 0.0005, 0.006))
    made = made + np.pad(made, [(0, 0), (late, 0)])[:, :frames] * np.float32(uniform(rng, 0, 0.9))
    made = saturate(made, uniform(rng, 0, 16)) * gate(frames, frames / RATE * 0.9, 0.05)
    return normal(made.astype(np.float32)), {"falling"}


def chipped(rng: Rng) -> Made:
    """Sounds of an early home computer: explosions of stepped noise, engines, warbling sirens, jingles, deaths."""
    kind = pick(rng, ("blast", "engine", "siren", "jingle", "death", "march"))
    frames = length(ratio(rng, 0.15, 2.0))
    time, along = clock(frames), np.linspace(0, 1, frames)
    if kind == "blast":
        steps = np.maximum(1, (ratio(rng, 4, 16) * np.exp2(uniform(rng, 0, 4) * along)).astype(int))
        held = np.cumsum(1.0 / steps).astype(int)
        made = rng.choice((-1.0, 1.0), int(held[-1]) + 1)[held]
    else:
        rate, low = ratio(rng, 4, 40), ratio(rng, 60, 900)
        turn = time * rate % 1.0
        notes = rng.choice([0, 3, 4, 5, 7, 9, 12, 16, 19], int(rng.integers(3, 9)))
        path = {
            "engine": low * 0.5 * np.exp2(uniform(rng, -0.5, 1.5) * along) * (1 + 0.5 * (turn < 0.5)),
            "siren": low * np.exp2(uniform(rng, 0.3, 2) * np.abs(2 * turn - 1)),
            "jingle": 2 * low * 2 ** (notes[(time * rate * 0.4).astype(int) % len(notes)] / 12),
            "death": 4 * low * np.exp2(-3 * along + 0.8 * (turn - 0.5)),
            "march": low * 2 ** (-((time * rate * 0.15).astype(int) % 4) / 12.0),
        }[kind]
        made = wave(pick(rng, ("square", "pulse", "triangle")), phase(path.astype(np.float32), frames))
        made = made * ((time * rate * 0.3 % 1.0) < 0.4) if kind == "march" else made
    level = np.rint(np.exp(-uniform(rng, 0.0, 4.0) * along) * 15) / 15
    made = crush(normal((made * level)[None].astype(np.float32)), uniform(rng, 3, 7), int(rng.integers(1, 6)))
    return normal(through(made, highpass(40.0))), {"chiptune", "electronic"}


def chirp(rng: Rng) -> Made:
    """One very short tone: bleep, bloop, plop, plip; straight, bent, or with a few overtones."""
    seconds = ratio(rng, 0.008, 0.5)
    frames = length(seconds + 0.02)
    along = clock(frames) / np.float32(seconds)
    bend = uniform(rng, -2.5, 2.5) * along ** ratio(rng, 0.4, 2) if chance(rng, 0.55) else 0.0 * along
    turns = phase(np.clip(ratio(rng, 90, 4000) * np.exp2(bend), 20, 14_000).astype(np.float32), frames)
    made = wave(pick(rng, WAVES), turns) + sine((turns * int(rng.integers(2, 6))) % 1) * np.float32(
        ratio(rng, 0.01, 0.8)
    )
    flat = chance(rng, 0.5)
    level = gate(frames, seconds * 0.9, 0.01) if flat else decay(frames, seconds * uniform(rng, 0.6, 1.5))
    made = (made * level * attack(frames, ratio(rng, 0.0003, 0.008)))[None]
    made = through(made, lowpass(ratio(rng, 600, 15_000), uniform(rng, 0.7, 3)))
    return normal(made), {"electronic", "synthetic"}


def scanner(rng: Rng) -> Made:
    """Data read or sent: a chirping sweep over and over, sped up, slowed down."""
    frames, rate = length(ratio(rng, 0.3, 3.0)), ratio(rng, 6, 90)
    turn = clock(frames) * np.float32(rate) % 1.0
    path = ratio(rng, 200, 2000) * np.exp2(uniform(rng, 0.3, 3) * (turn if chance(rng, 0.5) else 1 - turn))
    made = wave(pick(rng, WAVES), phase(np.clip(path, 20, 12_000).astype(np.float32), frames))[None]
    speed = np.exp2(uniform(rng, -1.5, 1.5) * np.linspace(0, 1, frames) + 0.4 * wander(frames, 5, rng))
    made = warped(np.tile(made, 5), speed)
    return normal(through(made, bandpass(ratio(rng, 600, 3000), 0.5))), {"digital", "electronic"}


FX = ("fx", "futuristic", "scifi")


def combed(rng: Rng) -> Made:
    """Something powers up or down: a comb of overtones and air that dips, climbs and dips, softer each time."""
    frames, dips = fast(length(ratio(rng, 0.4, 3.0))), uniform(rng, 0.4, 3.5)
    along = np.linspace(0, 1, frames, dtype=np.float32)
    swing = np.abs(np.cos(np.pi * dips * along)) if chance(rng, 0.7) else 0.5 + 0.5 * np.cos(2 * np.pi * dips * along)
    octaves, root = uniform(rng, 1.0, 4.0), ratio(rng, 60, 350)
    path = np.clip(root * np.exp2(octaves * swing * (1 - uniform(rng, 0, 0.7) * along)), 30, 9000)
    made = np.zeros((1, frames), np.float32)
    for by in (1.0, 1.0 + uniform(rng, 0.003, 0.03), 2.0, uniform(rng, 2.5, 5.0)):
        kind = pick(rng, ("saw", "saw", "square", "triangle"))
        made += wave(kind, phase(np.clip(path * by, 20, 12_000).astype(np.float32), frames)) * np.float32(1 / by)
    air = noise(frames, rng) * np.float32(ratio(rng, 0.02, 0.8))
    made = moving(normal(made) + air, np.clip(path * ratio(rng, 2, 12), 80, 15_000), "low", ratio(rng, 0.7, 3.0))
    level = (1 - along) ** ratio(rng, 0.2, 1.5) * np.clip(along * ratio(rng, 10, 400), 0, 1)
    heard = chorus(made * level, ratio(rng, 0.0005, 0.004), 2.0) if chance(rng, 0.5) else made * level
    return landing(normal(heard), 0.03), {"electronic", "gliding"}


def sprayed(rng: Rng) -> Made:
    """Many thin tones on their own ways, arcs up and down through one another: sparkle of a strange machine."""
    frames, count = length(ratio(rng, 0.5, 3.0)), int(rng.integers(4, 14))
    along = np.linspace(0, 1, frames, dtype=np.float32)
    made = np.zeros((2, frames), np.float32)
    shared, home = uniform(rng, -2.5, 2.5), ratio(rng, 500, 4000)
    for number in range(count):
        own = uniform(rng, -2.5, 2.5) if chance(rng, 0.5) else shared
        arc = own * along + uniform(rng, -1, 1) * np.sin(np.pi * uniform(rng, 0.5, 3) * along)
        path = np.clip(home * np.exp2(uniform(rng, -1.5, 1.5) + arc), 40, 15_000)
        level = np.exp(-np.abs(along - uniform(rng, 0, 0.8)) * ratio(rng, 1, 20)) * np.float32(uniform(rng, 0.2, 1))
        made[number % 2] += (
            wave(pick(rng, ("sine", "sine", "triangle")), phase(path.astype(np.float32), frames)) * level
        )
    heard = echo(made, ratio(rng, 0.03, 0.3), 0.4, uniform(rng, 0, 0.6)) if chance(rng, 0.4) else made
    return landing(normal(heard[:, : 4 * RATE] * np.float32(1)), 0.05), {"electronic", "gliding"}


def pulsed(rng: Rng) -> Made:
    """Sweeps that follow one another ever slower, or ever faster: a coil, a spring, a drive that starts."""
    frames, first = length(uniform(rng, 0.8, 4.2)), ratio(rng, 8, 90)
    along = np.linspace(0, 1, frames, dtype=np.float32)
    change = -uniform(rng, 1, 4.5) if chance(rng, 0.6) else uniform(rng, 1, 3)
    turns = phase((first * np.exp2(change * along)).astype(np.float32), frames)
    way = turns if chance(rng, 0.6) else 1 - turns
    path = np.clip(ratio(rng, 60, 500) * np.exp2(uniform(rng, 2, 6) * way), 30, 15_000)
    tone = wave(pick(rng, WAVES), phase(path.astype(np.float32), frames))[None]
    air = normal(moving(noise(frames, rng), path, "band", ratio(rng, 2, 12))) * np.float32(uniform(rng, 0.1, 1.5))
    shape = np.sin(np.pi * np.clip(turns, 0, 1)) ** ratio(rng, 0.1, 1.0) * np.clip((1 - along) * 6, 0, 1)
    made = (normal(tone) * np.float32(uniform(rng, 0, 1)) + air) * shape.astype(np.float32)
    return landing(normal(through(made, highpass(40.0))), 0.05), {"electronic", "pulsating"}


FAMILIES = share(
    0.42,
    shot("readout", readout, "bleep", "computer_sound", *FX, weight=1.5),
    bed("force field", field, "electric_hum", "fx", "scifi", looped=0.4, weight=0.8),
    shot("flying saucer", saucer, "spaceship", *FX, weight=0.9),
    shot("warp", warp, "spaceship", *FX, weight=1.0),
    shot("phaser ray", ray, "laser", *FX, weight=1.4),
    shot("arcade", chipped, "game_sound", "fx", weight=1.4),
    shot("chirp", chirp, "bleep", "fx", weight=1.8, wet=0.1),
    shot("scanner", scanner, "bleep", "computer_sound", *FX, weight=0.7),
    shot("power comb", combed, "computer_sound", *FX, weight=0.9),
    shot("sparkling tones", sprayed, "bleep", "computer_sound", *FX, weight=0.9),
    shot("slowing pulses", pulsed, "computer_sound", *FX, weight=0.6),
)
