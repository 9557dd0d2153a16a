"""Drums and iron bells right before a microphone, electronic snares of one tone. Runs on: any process, offline."""

import numpy as np

from ..effects import saturate
from ..envelopes import attack, decay
from ..filters import chain, highpass, lowpass, through
from ..signals import RATE, Rng, Signal, fit, length, mix, noise, normal
from .bodies import bank, blow, glide, hiss, plate, skin
from .dice import chance, pick, ratio, uniform
from .family import Made, share
from .grooves import bus, loop
from .overheads import rumble
from .shaken import grains
from .tablas import bump, finger
from .takes import doubled, shot


def goblet(rng: Rng) -> Made:
    """A djembe: skin over a cavity that speaks in each stroke; a slap has many tones, a bass nearly one."""
    stroke = pick(rng, ("bass", "tone", "tone", "slap", "slap", "slap"))
    root, frames = ratio(rng, 260, 520), length(0.6)
    count, span, most = {"bass": (3, 2.5, 0.15), "tone": (7, 5.0, 0.35), "slap": (18, 9.0, 0.5)}[stroke]
    hertz = root * np.sort(np.concatenate([[1.0], rng.uniform(1.1, span, count)]))
    falls = ratio(rng, 0.08, most) * (hertz / root) ** -uniform(rng, 0.0, 0.5)
    head = bank(hertz, rng.uniform(0.1, 1.0, count + 1), falls, frames, rng, soft=0.1)
    cavity = bank([ratio(rng, 55, 120)], 1.0, ratio(rng, 0.12, 0.6), frames, rng, soft=0.05)
    air, skins, hand = {"bass": (1.0, 0.3, 0.3), "tone": (0.3, 1.0, 0.4), "slap": (0.2, 0.8, 1.2)}[stroke]
    made = mix(
        normal(head[None]) * np.float32(skins * ratio(rng, 0.4, 1.4)),
        normal(cavity[None]) * np.float32(air * ratio(rng, 0.2, 1.8)),
        finger(rng, 500, 7000, hand * ratio(rng, 0.2, 1.6)),
    )
    return (doubled(made, rng), {"flam"}) if chance(rng, 0.06) else (made, set())


def box(rng: Rng) -> Made:
    """A cajon: a slap of its corner with boards and wires, or a thump in its middle."""
    slap = chance(rng, 0.55)
    boards = bank(rng.uniform(90, 1800, 14), rng.uniform(0.1, 1, 14), rng.uniform(0.05, 0.4, 14), length(0.5), rng)
    thump = skin(ratio(rng, 50, 110), ratio(rng, 0.1, 0.5), rng, bright=uniform(rng, 0.1, 0.5), detune=0.1)
    crack = hiss(ratio(rng, 150, 900), ratio(rng, 3000, 14_000), ratio(rng, 0.06, 0.4), rng)
    top, low = (ratio(rng, 0.3, 1.2), ratio(rng, 0.1, 0.7)) if slap else (ratio(rng, 0.01, 0.15), 1.0)
    return mix(
        normal(boards[None]) * np.float32(ratio(rng, 0.2, 1.0) * (1.0 if slap else 0.3)),
        thump[None] * np.float32(low),
        crack * np.float32(top),
        finger(rng, 300, 5000, ratio(rng, 0.05, 0.8)),
    ), set()


def iron(rng: Rng) -> Made:
    """An iron bell struck by a rod, held or let ring: thin partials from 800 Hz up to the top, a hard clank."""
    seconds = ratio(rng, 0.04, 0.2) if chance(rng, 0.45) else ratio(rng, 0.2, 1.2)
    root = ratio(rng, 700, 4000)
    hertz = root * np.sort(np.concatenate([[1.0], rng.uniform(1.3, 9.0, 11)]))
    frames = length(seconds * 1.2)
    ring = bank(hertz, rng.uniform(0.1, 1.0, 12), seconds * rng.uniform(0.3, 1.1, 12), frames, rng, soft=0.3)
    dense = plate((root, 16_000.0), 40, seconds * 0.6, frames, rng, slope=0.2, tilt=uniform(rng, 0.0, 0.9))
    made = mix(
        normal(ring[None]),
        normal(dense[None]) * np.float32(ratio(rng, 0.1, 2.5)),
        blow(ratio(rng, 2000, 9000), uniform(rng, 0.3, 1.0), ratio(rng, 0.003, 0.03), rng)
        * np.float32(ratio(rng, 0.2, 1.5)),
    )
    return mix(made, bump(rng, ratio(rng, 0.05, 0.8))) if chance(rng, 0.4) else made, set()


def clear(rng: Rng) -> Made:
    """A cowbell or agogo of few clear partials, nearly a tone: an upper and a lower one, a tick of the stick."""
    kind = pick(rng, ("cowbell", "agogo", "agogo"))
    root, above = (ratio(rng, 400, 1000), (1.35, 1.65)) if kind == "cowbell" else (ratio(rng, 600, 2000), (1.9, 2.9))
    seconds = ratio(rng, 0.06, 0.9)
    hertz = root * np.array([1.0, uniform(rng, *above), uniform(rng, 3.0, 4.5), uniform(rng, 5.0, 8.0)])
    levels = [1.0, ratio(rng, 0.02, 1.0), ratio(rng, 0.01, 0.4), ratio(rng, 0.01, 0.3)]
    falls = seconds * np.array([1.0, 0.8, 0.5, 0.3]) * rng.uniform(0.5, 1.2, 4)
    ring = bank(hertz, levels, falls, length(seconds * 1.2), rng, soft=0.1)
    tick = blow(ratio(rng, 1000, 7000), uniform(rng, 0.4, 1.0), ratio(rng, 0.003, 0.02), rng)
    return mix(normal(ring[None]), tick * np.float32(ratio(rng, 0.03, 0.8))), {kind}


def deep(rng: Rng) -> Made:
    """A floor tom whose tones all ring for seconds, over what the kit shakes along."""
    root, seconds = ratio(rng, 52, 105), ratio(rng, 0.6, 3.0)
    hertz = root * np.array([1.0, 1.5, 1.9, 2.3, 2.6, 3.2, 4.1]) * np.exp(rng.normal(0, 0.05, 7))
    falls = seconds * rng.uniform(0.25, 1.1, 7)
    tones = bank(hertz, 0.62 ** np.arange(7) * rng.uniform(0.3, 1.3, 7), falls, length(seconds), rng, soft=0.1)
    tones = glide(tones, uniform(rng, 0.0, 0.15), ratio(rng, 0.03, 0.2))
    head = hiss(ratio(rng, 150, 500), ratio(rng, 1500, 9000), ratio(rng, 0.1, 1.0), rng)
    stick = blow(ratio(rng, 900, 6000), 0.5, ratio(rng, 0.004, 0.04), rng)
    return mix(
        normal(tones[None]),
        head * np.float32(ratio(rng, 0.02, 0.4)),
        stick * np.float32(ratio(rng, 0.05, 1.0)),
        rumble(rng, len(tones)) * np.float32(ratio(rng, 0.005, 0.1)),
    ), set()


def noisy(rng: Rng) -> Made:
    """An electronic tom with as much noise as tone."""
    root, seconds = ratio(rng, 60, 330), ratio(rng, 0.12, 0.7)
    tone = bank([root, root * uniform(rng, 1.2, 2.2)], [1.0, 0.4], seconds, length(seconds), rng, soft=0.05)
    tone = glide(tone, uniform(rng, 0.2, 1.5), ratio(rng, 0.03, 0.3))
    fuzz = hiss(ratio(rng, 100, 900), ratio(rng, 2500, 15_000), seconds * uniform(rng, 0.4, 1.2), rng)
    made = mix(normal(tone[None]), fuzz * np.float32(ratio(rng, 0.15, 1.0)))
    return saturate(made, uniform(rng, 0, 15)), {"high_tom"} if root > 170.0 else set()


def toned(rng: Rng) -> Made:
    """An electronic snare that is one short falling tone, after a short burst of noise."""
    root, seconds = ratio(rng, 110, 520), ratio(rng, 0.05, 0.3)
    tone = bank([root, root * uniform(rng, 1.4, 2.4)], [1.0, ratio(rng, 0.02, 0.6)], seconds, length(seconds), rng)
    tone = glide(tone, uniform(rng, 0.0, 0.8), ratio(rng, 0.01, 0.1))
    wires = hiss(ratio(rng, 300, 2500), ratio(rng, 5e3, 16e3), ratio(rng, 0.02, 0.2), rng)
    made = mix(normal(tone[None]), wires * np.float32(ratio(rng, 0.15, 1.6)))
    if chance(rng, 0.35):
        made = mix(made, bump(rng, ratio(rng, 0.05, 0.6)))
    return saturate(made, uniform(rng, 0, 18)), set()


def gesture(rng: Rng) -> Signal:
    """A handful of beads, shells or sticks that swells and dies within a second, over a thud."""
    rise, seconds = ratio(rng, 0.03, 0.5), ratio(rng, 0.1, 0.8)
    made = grains(rng, seconds, rise, ratio(rng, 60, 4000), hertz=ratio(rng, 600, 7000), q=uniform(rng, 0.4, 2.0))
    body = through(made, chain(lowpass(ratio(rng, 300, 2500)), highpass(60.0)))
    made = mix(made, normal(body) * np.float32(ratio(rng, 0.1, 1.5)))
    return mix(made, bump(rng, ratio(rng, 0.05, 0.8))) if chance(rng, 0.5) else made


def gestures(rng: Rng) -> Made:
    """A loop of few shaken and rubbed figures, loosely in time, with air between them."""
    beat, steps = ratio(rng, 0.25, 0.8), int(rng.integers(3, 9))
    frames = length(min(beat * steps, 7.0))
    hands = [gesture(rng) for _ in range(int(rng.integers(1, 4)))]
    out = np.zeros((1, frames), np.float32)
    for step in range(steps):
        start = int(step * beat * RATE * uniform(rng, 0.97, 1.03))
        if chance(rng, 0.7) and start < frames:
            part = pick(rng, hands)[:, : frames - start]
            out[:, start : start + part.shape[1]] += part * np.float32(ratio(rng, 0.2, 1.0))
    floor = through(noise(frames, rng), lowpass(ratio(rng, 200, 3000))) * np.float32(ratio(rng, 0.0005, 0.02))
    return bus(fit(mix(out, hands[0], floor), frames), rng, rooms=0.3)


def breath(rng: Rng) -> Made:
    """A low skin stroked by brush or nails: noise in its tones, a soft blow."""
    frames = length(ratio(rng, 0.15, 0.9))
    rubbed = noise(frames, rng) * attack(frames, ratio(rng, 0.002, 0.15)) * decay(frames, frames / RATE)
    head = skin(ratio(rng, 70, 320), ratio(rng, 0.1, 0.6), rng, bright=0.5, detune=0.08)
    made = through(rubbed, chain(highpass(ratio(rng, 100, 1500)), lowpass(ratio(rng, 2500, 14_000))))
    return mix(normal(made) * np.float32(ratio(rng, 0.2, 1.0)), head[None] * np.float32(ratio(rng, 0.1, 1.0))), set()


P = "percussion"
FAMILIES = share(
    0.33,
    shot("djembe_near", goblet, P, "djembe", "hand_drum", "acoustic", weight=1.6),
    shot("cajon_near", box, P, "cajon", "hand_drum", "acoustic", weight=0.9),
    shot("bell_iron", iron, P, "cowbell", "metallic", "acoustic", weight=1.1),
    shot("bell_clear", clear, P, "metallic", "acoustic", weight=0.9),
    shot("tom_ringing", deep, P, "tom", "floor_tom", "acoustic", weight=1.1),
    shot("tom_noisy", noisy, P, "tom", "electronic", weight=0.9),
    shot("snare_toned", toned, "snare", "electronic", weight=1.0),
    shot("drum_stroked", breath, P, "hand_drum", "scraped", "acoustic", weight=0.4),
    loop("loop_gestures", gestures, P, "percussion_loop", "acoustic", weight=1.0),
)
