"""Hands: claps of machines, of one person, of a crowd; finger snaps, stomps. Runs on: any process, offline."""

import numpy as np

from ..drums import Clap, clap
from ..effects import room, saturate
from ..envelopes import decay
from ..filters import bandpass, bell, chain, highpass, lowpass, through
from ..signals import Rng, Signal, length, mix, noise, normal, pan
from .bodies import bank, blow, hiss, skin, spray
from .dice import chance, pick, ratio, uniform
from .family import Made, share
from .tablas import bump
from .takes import SAMPLING, shot


def palm(rng: Rng) -> Signal:
    """Two palms that meet once: a click and the air between them, mono, peak 1."""
    cavity = ratio(rng, 600.0, 2600.0)
    bands = [
        (cavity, 1.0, ratio(rng, 0.01, 0.08)),
        (cavity * uniform(rng, 1.6, 3.0), ratio(rng, 0.2, 1.0), ratio(rng, 0.006, 0.04)),
        (ratio(rng, 5000.0, 10_000.0), ratio(rng, 0.1, 0.6), ratio(rng, 0.004, 0.02)),
    ]
    return spray(bands, length(0.14), rng)


def single(rng: Rng) -> Made:
    """One hand clap, near or in a room."""
    made = palm(rng)
    if chance(rng, 0.5):
        made = room(made, ratio(rng, 0.15, 1.2), ratio(rng, 2000, 9000), ratio(rng, 0.1, 1.0), rng)
    return made, set()


def crowd(rng: Rng) -> Made:
    """Several people who clap nearly together."""
    people, spread = int(rng.integers(3, 14)), ratio(rng, 0.006, 0.05)
    out = np.zeros((2, length(0.2 + 4 * spread)), np.float32)
    for _ in range(people):
        hand, start = palm(rng), length(min(abs(float(rng.normal(0.0, spread))), 3 * spread))
        out[:, start : start + hand.shape[1]] += pan(hand, uniform(rng, -0.9, 0.9)) * np.float32(uniform(rng, 0.3, 1.0))
    return room(out, ratio(rng, 0.15, 1.3), ratio(rng, 2500, 9000), ratio(rng, 0.1, 0.9), rng), set()


def machine(rng: Rng, tail: tuple[float, float], hands: tuple[int, int]) -> Signal:
    """Bursts of band-passed noise and a tail, as analog circuits clap."""
    given = Clap(
        ratio(rng, 700, 1900),
        ratio(rng, *tail),
        hands=int(rng.integers(*hands)),
        gap=ratio(rng, 0.006, 0.016),
        q=ratio(rng, 0.6, 3.0),
        high=ratio(rng, 4e3, 14e3),
        drive=uniform(rng, 0, 12),
        room_seconds=ratio(rng, 0.1, 0.6),
        room_level=uniform(rng, 0.0, 0.3),
    )
    return clap(given, rng)


def tr808(rng: Rng) -> Made:
    """Three quick bursts and a reverberant tail."""
    return machine(rng, (0.12, 0.5), (3, 5)), set()


def tr909(rng: Rng) -> Made:
    """Tighter and brighter than its elder."""
    return through(machine(rng, (0.08, 0.3), (3, 5)), bell(ratio(rng, 1500, 4000), uniform(rng, 0, 6))), set()


def layered(rng: Rng) -> Made:
    """A clap over a snare or noise: the clap of house and pop."""
    made = machine(rng, (0.06, 0.4), (2, 6))
    body = hiss(ratio(rng, 300, 3000), 14_000, ratio(rng, 0.05, 0.4), rng) if chance(rng, 0.5) else palm(rng)
    return saturate(mix(made, body * np.float32(uniform(rng, 0.2, 1.0))), uniform(rng, 0, 12)), set()


def sampled(rng: Rng) -> Made:
    """A few real hands in the memory of an early drum machine."""
    made = mix(
        *[np.pad(palm(rng), [(0, 0), (length(uniform(rng, 0.0005, 0.03)), 0)]) for _ in range(int(rng.integers(2, 6)))]
    )
    return through(saturate(made, uniform(rng, 0, 9)), lowpass(ratio(rng, 5000, 12_000), 1.0, 4)), {pick(rng, SAMPLING)}


def snap(rng: Rng) -> Made:
    """A finger snap: a short resonance of the palm between 1 and 4 kHz, a click; one or several people, a room."""
    size = length(0.3)
    made = np.zeros((1, size), np.float32)
    for _ in range(pick(rng, (1, 1, 1, 2, 4))):
        hertz, start = ratio(rng, 1000, 4500), length(uniform(rng, 0.0001, 0.025))
        falls = [ratio(rng, 0.015, 0.12), 0.02]
        tone = bank([hertz, hertz * uniform(rng, 1.4, 2.4)], [1.0, 0.4], falls, size, rng, soft=1.0)
        burst = blow(hertz * uniform(rng, 0.8, 2.0), ratio(rng, 0.5, 3), ratio(rng, 0.015, 0.2), rng)
        part = mix(normal(tone[None]) * np.float32(ratio(rng, 0.05, 1.0)), burst * np.float32(uniform(rng, 0.2, 1.2)))
        made[:, start:] += part[:, : size - start]
    if chance(rng, 0.4):  # the finger lands on the palm
        made = mix(made, bump(rng, ratio(rng, 0.05, 1.0)))
    if chance(rng, 0.6):
        return room(made, ratio(rng, 0.1, 0.9), ratio(rng, 2500, 9000), ratio(rng, 0.1, 0.9), rng), set()
    return made, set()


def stomp(rng: Rng) -> Made:
    """A foot on a wooden stage or a floor: thud, boards, dust."""
    thud = skin(
        ratio(rng, 45, 130),
        ratio(rng, 0.08, 0.4),
        rng,
        bright=ratio(rng, 0.2, 0.7),
        detune=0.15,
        bend=uniform(rng, 0, 0.3),
    )
    boards = bank(rng.uniform(120, 700, 7), rng.uniform(0.2, 1, 7), rng.uniform(0.03, 0.2, 7), length(0.3), rng)
    sole = blow(ratio(rng, 800, 4000), 0.5, ratio(rng, 0.005, 0.05), rng)
    made = mix(
        thud[None], normal(boards[None]) * np.float32(ratio(rng, 0.1, 0.9)), sole * np.float32(ratio(rng, 0.05, 0.6))
    )
    return room(made, ratio(rng, 0.2, 1.5), ratio(rng, 800, 5000), ratio(rng, 0.1, 0.8), rng), set()


def noise_clap(rng: Rng) -> Made:
    """A clap of a small digital or analog box: one or two bursts, thin."""
    frames = length(ratio(rng, 0.05, 0.25))
    made = through(noise(frames, rng), chain(bandpass(ratio(rng, 900, 3000), ratio(rng, 0.7, 4)), highpass(400)))
    made = normal(made) * decay(frames, frames / 48_000)
    late = length(ratio(rng, 0.008, 0.02))
    return mix(made * np.float32(0.7), np.pad(made, [(0, 0), (late, 0)])), set()


FAMILIES = (
    *share(
        0.3,
        shot("clap_single", single, "clap", "acoustic", weight=1.2),
        shot("clap_crowd", crowd, "clap", "acoustic"),
        shot("clap_808", tr808, "clap", "808", "electronic", "analog", weight=1.2),
        shot("clap_909", tr909, "clap", "909", "electronic", "analog", weight=1.2),
        shot("clap_layered", layered, "clap", "electronic"),
        shot("clap_sampled", sampled, "clap", "drum_machine", "electronic", "eighties"),
        shot("clap_small", noise_clap, "clap", "electronic", weight=0.6),
    ),
    *share(
        0.22,
        shot("snap", snap, "percussion", "snap", weight=2.6),
        shot("body_percussion", stomp, "percussion", "body_percussion", "stomp"),
    ),
)
