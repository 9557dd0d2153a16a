"""Things used as percussion: doors, thuds, impacts, switches, steps, paper, water. Runs on: any process, offline."""

import numpy as np

from ..effects import room, saturate
from ..envelopes import attack, decay
from ..filters import bandpass, chain, highpass, lowpass, through
from ..signals import RATE, Rng, length, mix, noise, normal
from .bodies import bank, blow, glide, hiss, plate, skin, spray
from .dice import chance, pick, ratio, uniform
from .family import Made, share
from .takes import shot


def door(rng: Rng) -> Made:
    """A door that falls shut: latch, slam, rattle, a room."""
    panel = bank(
        rng.uniform(45, 500, 14), rng.uniform(0.2, 1, 14), rng.uniform(0.05, 0.35, 14), length(0.4), rng, soft=1.0
    )
    slam = spray(
        [
            (ratio(rng, 100, 400), 1.0, ratio(rng, 0.08, 0.3)),
            (ratio(rng, 500, 2500), ratio(rng, 0.1, 0.7), ratio(rng, 0.03, 0.15)),
        ],
        length(0.4),
        rng,
    )
    parts = [normal(panel[None]), slam * np.float32(ratio(rng, 0.2, 1.0))]
    for _ in range(int(rng.integers(1, 5))):
        latch = normal(plate((700, 7000), 12, 0.05, length(0.06), rng)[None]) * np.float32(ratio(rng, 0.05, 0.6))
        parts.append(np.pad(latch, [(0, 0), (length(uniform(rng, 0.001, 0.3)), 0)]))
    return room(mix(*parts), ratio(rng, 0.3, 2.0), ratio(rng, 800, 5000), ratio(rng, 0.1, 0.9), rng), set()


def impact(rng: Rng) -> Made:
    """Something heavy hits something large: a low boom, debris, a long room."""
    low = skin(
        ratio(rng, 28, 90),
        ratio(rng, 0.4, 2.2),
        rng,
        bright=uniform(rng, 0.4, 0.8),
        bend=uniform(rng, 0, 0.8),
        bend_seconds=0.06,
        detune=0.1,
    )
    crack = spray(
        [(ratio(rng, 150, 600), 1.0, 0.3), (ratio(rng, 800, 4000), ratio(rng, 0.1, 0.9), 0.15)], length(0.5), rng
    )
    made = mix(low[None], crack * np.float32(ratio(rng, 0.4, 1.8)))
    if chance(rng, 0.4):
        made = mix(
            made,
            normal(plate((150, 6000), 40, ratio(rng, 0.3, 1.5), length(1.5), rng)[None])
            * np.float32(ratio(rng, 0.05, 0.6)),
        )
    return saturate(
        room(made, ratio(rng, 0.8, 2.8), ratio(rng, 800, 5000), ratio(rng, 0.2, 1.2), rng), uniform(rng, 0, 12)
    ), {"wet"}


def smash(rng: Rng) -> Made:
    """Something large and dull is hit: a slab of noise in the middle, boards or plates that give way."""
    seconds = ratio(rng, 0.2, 1.2)
    frames = length(seconds * 1.1)
    bands = [
        (hertz * ratio(rng, 0.7, 1.4), ratio(rng, 0.2, 1.0), seconds * fall)
        for hertz, fall in ((180.0, 1.0), (450.0, 1.0), (1100.0, 0.8), (2600.0, 0.7), (5500.0, 0.5))
    ]
    made = spray(bands, frames, rng) * attack(frames, ratio(rng, 0.0005, 0.03))
    boards = plate((ratio(rng, 60, 200), ratio(rng, 900, 4000)), 40, seconds, frames, rng, slope=uniform(rng, 0.1, 0.8))
    hit = mix(made, normal(boards[None]) * np.float32(ratio(rng, 0.05, 0.8)))
    if chance(rng, 0.5):
        hit = room(hit, ratio(rng, 0.3, 1.8), ratio(rng, 1000, 6000), ratio(rng, 0.1, 0.9), rng)
    return saturate(hit, uniform(rng, 0, 9)), set()


def thud(rng: Rng) -> Made:
    """A fall, a book, a sack, a body: dull and short."""
    low = skin(
        ratio(rng, 40, 160),
        ratio(rng, 0.05, 0.3),
        rng,
        bright=uniform(rng, 0.3, 0.8),
        damping=uniform(rng, 0.5, 1.4),
        detune=0.2,
    )
    dust = spray([(ratio(rng, 200, 1200), 1.0, ratio(rng, 0.03, 0.2))], length(0.25), rng)
    return through(mix(low[None], dust * np.float32(ratio(rng, 0.1, 1.0))), lowpass(ratio(rng, 600, 5000))), set()


def switch(rng: Rng) -> Made:
    """A light switch, a key, a lock, a camera: one or two dry clicks."""
    made = [normal(plate((ratio(rng, 400, 2000), 9000), 14, ratio(rng, 0.006, 0.05), length(0.06), rng)[None])]
    for number in range(pick(rng, (0, 1, 1, 2, 3))):
        again = normal(plate((ratio(rng, 400, 2500), 9000), 10, 0.02, length(0.04), rng)[None]) * np.float32(
            uniform(rng, 0.2, 1)
        )
        made.append(np.pad(again, [(0, 0), (length((number + 1) * uniform(rng, 0.03, 0.14)), 0)]))
    return mix(*made), {"click"}


def step(rng: Rng) -> Made:
    """A footstep: heel, then sole, on boards, stone or gravel."""
    heel = skin(ratio(rng, 70, 220), 0.08, rng, bright=0.7, detune=0.2)[None]
    gravel = chance(rng, 0.35)
    frames = length(0.35)
    crunch = noise(frames, rng) * (
        (rng.random(frames) < (0.02 if gravel else 0.15)) * decay(frames, ratio(rng, 0.1, 0.35))
    ).astype(np.float32)
    sole = through(crunch, bandpass(ratio(rng, 1500, 6000), 0.6))
    made = mix(
        heel, np.pad(normal(sole), [(0, 0), (length(uniform(rng, 0.001, 0.09)), 0)]) * np.float32(ratio(rng, 0.2, 1.2))
    )
    return made, {"footsteps"}


def paper(rng: Rng) -> Made:
    """Paper, foil, cloth: torn, crumpled or flapped."""
    frames = length(ratio(rng, 0.08, 0.7))
    gate = (rng.random(frames // 40 + 1) < uniform(rng, 0.1, 0.7)) * rng.random(frames // 40 + 1)
    made = (
        noise(frames, rng)
        * np.repeat(gate, 40)[:frames].astype(np.float32)
        * attack(frames, 0.01)
        * decay(frames, frames / RATE * 1.5)
    )
    return through(made, chain(bandpass(ratio(rng, 1500, 8000), 0.5), highpass(ratio(rng, 200, 1500)))), set()


def drop(rng: Rng) -> Made:
    """A drop of water, a cork, a mouth pop: a resonance whose pitch rises."""
    tone = bank([ratio(rng, 350, 2600)], 1.0, ratio(rng, 0.04, 0.25), length(0.3), rng, soft=0.05)
    made = glide(tone, -uniform(rng, 0.1, 0.6), ratio(rng, 0.01, 0.08))[None]
    return mix(made, blow(ratio(rng, 1500, 6000), 0.6, 0.006, rng) * np.float32(ratio(rng, 0.01, 0.5))), {"water_drop"}


def machine(rng: Rng) -> Made:
    """A stapler, a ratchet, a printer, a lighter: several mechanical noises in a row."""
    parts = []
    place = 0.0
    for _ in range(int(rng.integers(2, 7))):
        part = normal(plate((ratio(rng, 200, 3000), 10_000), 16, ratio(rng, 0.01, 0.12), length(0.14), rng)[None])
        scrape = hiss(800, 9000, ratio(rng, 0.01, 0.1), rng, rise=0.005) * np.float32(uniform(rng, 0, 0.7))
        parts.append(
            np.pad(mix(part, scrape) * np.float32(uniform(rng, 0.3, 1)), [(0, 0), (length(place + 0.0001), 0)])
        )
        place += ratio(rng, 0.02, 0.18)
    return mix(*parts), {"mechanical_noise"}


def slap(rng: Rng) -> Made:
    """A slap, a whip, a ruler, a towel: a crack of air."""
    made = spray(
        [(ratio(rng, 500, 1500), ratio(rng, 0.3, 1), 0.06), (ratio(rng, 2000, 6000), 1.0, ratio(rng, 0.01, 0.07))],
        length(0.15),
        rng,
    )
    if chance(rng, 0.35):
        swish = hiss(600, 6000, 0.06, rng, rise=ratio(rng, 0.03, 0.12)) * np.float32(0.25)
        made = mix(swish, np.pad(made, [(0, 0), (length(0.1), 0)]))
    return made, set()


def plastic(rng: Rng) -> Made:
    """Tubs, crates, pens, toys: hollow, dull resonances."""
    modes = ratio(rng, 150, 900) * np.sort(rng.uniform(1, 7, 7))
    made = bank(modes, rng.uniform(0.2, 1, 7), ratio(rng, 0.015, 0.1), length(0.15), rng, soft=0.5)
    return mix(
        normal(made[None]),
        blow(ratio(rng, 1000, 6000), 0.5, ratio(rng, 0.003, 0.02), rng) * np.float32(ratio(rng, 0.1, 0.9)),
    ), set()


def shatter(rng: Rng) -> Made:
    """Glass that breaks: a crack and falling shards."""
    seconds = ratio(rng, 0.3, 1.4)
    frames = length(seconds + 0.3)
    out = np.zeros((1, frames), np.float32)
    for _ in range(int(rng.integers(15, 50))):
        shard = normal(
            bank(rng.uniform(2000, 13_000, 4), rng.uniform(0.2, 1, 4), rng.uniform(0.02, 0.2), length(0.15), rng)[None]
        )
        start = int(min(rng.exponential(seconds * 0.25), seconds) * RATE)
        out[:, start : start + shard.shape[1]] += shard[:, : frames - start] * np.float32(rng.random() ** 2)
    crack = spray([(ratio(rng, 2000, 7000), 1.0, 0.06)], length(0.1), rng)
    return mix(normal(out), crack * np.float32(ratio(rng, 0.2, 1.0))), {"glass_hit"}


P, F = "percussion", "foley"
FAMILIES = share(
    0.2,
    shot("foley_door", door, P, F, "door", weight=1.2),
    shot("foley_impact", impact, P, "impact", weight=1.2, plain=0.9),
    shot("foley_smash", smash, P, "impact", weight=1.0),
    shot("foley_thud", thud, P, F, "thud", weight=1.0),
    shot("foley_switch", switch, P, F, weight=1.0),
    shot("foley_step", step, P, F, weight=0.7),
    shot("foley_paper", paper, P, F, weight=0.6),
    shot("foley_drop", drop, P, F, weight=0.7),
    shot("foley_machine", machine, P, F, weight=0.8),
    shot("foley_slap", slap, P, F, "slap", weight=0.8),
    shot("foley_plastic", plastic, P, F, weight=0.8),
    shot("foley_shatter", shatter, P, F, weight=0.5),
)
