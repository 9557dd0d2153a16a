"""Rims and edges: a stick across the head, on a hoop, on a shell; those of machines. Runs on: any process, offline."""

import numpy as np

from ..effects import crush, room, saturate
from ..filters import bandpass, bell, chain, highpass, lowpass, through
from ..signals import Rng, Signal, length, mix, normal
from .bodies import bank, blow, hiss, plate, skin
from .dice import chance, pick, ratio, uniform
from .family import Made, share
from .snares import drum
from .takes import SAMPLING, sampled, shot


def click(rng: Rng, low: float, high: float, seconds: float) -> Signal:
    """Wood on metal: a few resonances of stick and hoop, `[1, frames]`, peak 1."""
    count = int(rng.integers(3, 9))
    hertz = ratio(rng, low, high) * np.sort(np.concatenate([[1.0], rng.uniform(1.2, 7.0, count)]))
    levels = uniform(rng, 0.5, 0.95) ** np.arange(count + 1) * rng.uniform(0.4, 1.0, count + 1)
    falls = seconds * (hertz / hertz[0]) ** -uniform(rng, 0.1, 0.7)
    made = bank(hertz, levels, falls, length(seconds * 1.1 + 0.01), rng, soft=0.1)
    tick = blow(ratio(rng, 2000, 9000), uniform(rng, 0.4, 1.2), ratio(rng, 0.002, 0.01), rng)
    return mix(normal(made[None]), tick * np.float32(ratio(rng, 0.05, 1.0)))


def across(rng: Rng) -> Made:
    """A stick laid over the head clicks on the rim: wood, the stopped head's thump, the shell, wires that answer."""
    wood = click(rng, 350, 2000, ratio(rng, 0.02, 0.14))
    head = skin(ratio(rng, 130, 420), ratio(rng, 0.03, 0.2), rng, bright=uniform(rng, 0.3, 0.7), detune=0.05)
    wires = hiss(ratio(rng, 900, 3000), 11_000, ratio(rng, 0.04, 0.3), rng, rise=0.003)
    made = mix(
        wood,
        head[None] * np.float32(ratio(rng, 0.02, 0.9)),
        wires * np.float32(ratio(rng, 0.003, 0.12)),
    )
    if chance(rng, 0.35):
        made = room(made, ratio(rng, 0.15, 0.9), ratio(rng, 2000, 8000), ratio(rng, 0.1, 0.7), rng)
    return made, {"side_stick"}


def shot_on(rng: Rng) -> Made:
    """Head and hoop at once: a crack, the ring of the shell and of the head's edge, loud."""
    made = drum(rng, wires=ratio(rng, 0.2, 1.0), stick=1.4)
    count = int(rng.integers(4, 9))
    edge = bank(
        rng.uniform(350, 2600, count), rng.uniform(0.3, 1, count), rng.uniform(0.06, 0.8, count), length(0.8), rng
    )
    crack = click(rng, 500, 2500, ratio(rng, 0.02, 0.1))
    made = mix(made, normal(edge[None]) * np.float32(ratio(rng, 0.2, 1.3)), crack * np.float32(ratio(rng, 0.2, 1.2)))
    return saturate(made, uniform(rng, 0, 8)), set()


def hoop(rng: Rng) -> Made:
    """A stick on the bare hoop or shell of a drum or stand: clack, no head."""
    made = click(rng, 600, 3200, ratio(rng, 0.02, 0.2))
    frames = length(0.25)
    ring = plate((ratio(rng, 500, 2500), 12_000.0), 24, ratio(rng, 0.03, 0.25), frames, rng)
    return mix(made, normal(ring[None]) * np.float32(ratio(rng, 0.02, 0.5))), set()


def machine(rng: Rng) -> Made:
    """Two or three short resonances, driven: the rims of analog machines."""
    roots = np.array([ratio(rng, 280, 650), ratio(rng, 1200, 2800), ratio(rng, 380, 900)])
    made = bank(roots, [ratio(rng, 0.2, 1.0), 1.0, ratio(rng, 0.1, 1.0)], ratio(rng, 0.008, 0.07), length(0.1), rng)
    pulse = blow(ratio(rng, 2500, 6000), 0.7, ratio(rng, 0.002, 0.006), rng) * np.float32(ratio(rng, 0.05, 0.9))
    made = saturate(mix(normal(made[None]), pulse), uniform(rng, 0, 18))
    return through(made, chain(highpass(ratio(rng, 60, 500)), bell(ratio(rng, 800, 3000), uniform(rng, 0, 9)))), set()


def memory(rng: Rng) -> Made:
    """A rim click in the memory of a sampling drum machine."""
    made = saturate(across(rng)[0], uniform(rng, 0, 9))
    made = sampled(made, rng) if chance(rng, 0.4) else through(made, lowpass(ratio(rng, 5000, 12_000), 1.0, 4))
    return made, {pick(rng, SAMPLING), "side_stick"}


def patched(rng: Rng) -> Made:
    """A tick of a synthesiser that serves as a rim: filtered noise or a pulse through a ringing filter."""
    hertz = ratio(rng, 500, 3000)
    made = mix(
        blow(hertz, ratio(rng, 0.8, 12.0), ratio(rng, 0.006, 0.05), rng),
        click(rng, 300, 1500, ratio(rng, 0.01, 0.05)) * np.float32(ratio(rng, 0.05, 1.0)),
    )
    made = saturate(made, uniform(rng, 0, 20))
    if chance(rng, 0.25):
        return crush(normal(made), uniform(rng, 4, 9), int(rng.integers(1, 7))), {"bitcrushed"}
    return through(made, bandpass(hertz * uniform(rng, 0.7, 1.5), 0.4)), set()


RIM = ("snare", "rimshot")
FAMILIES = share(
    0.2,
    shot("rim_across", across, *RIM, "acoustic", weight=1.6),
    shot("rim_shot", shot_on, *RIM, "acoustic", weight=1.0),
    shot("rim_hoop", hoop, *RIM, "acoustic", weight=0.6),
    shot("rim_machine", machine, *RIM, "electronic", "drum_machine", "analog", weight=1.0),
    shot("rim_sampled", memory, *RIM, "electronic", "drum_machine", "eighties", weight=0.7),
    shot("rim_patched", patched, *RIM, "electronic", weight=0.7),
)
