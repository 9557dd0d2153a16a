"""Wood: blocks, claves, castanets, log drums, sticks, guiros; marimba-like bars. Runs on: any process, offline."""

import numpy as np

from ..effects import saturate
from ..filters import bell, through
from ..signals import Rng, Signal, length, mix, normal
from .bodies import BAR, TUNED, bank, blow, hiss
from .dice import chance, pick, ratio, uniform
from .family import Made, share
from .takes import shot


def piece(
    rng: Rng,
    low: float,
    high: float,
    seconds: tuple[float, float],
    *,
    ratios: tuple[float, ...],
    tap: tuple[float, float] = (0.05, 0.6),
) -> Signal:
    """A piece of wood, struck: few modes that die at once, a tap."""
    root, long = ratio(rng, low, high), ratio(rng, *seconds)
    modes = np.asarray(ratios) * np.exp(rng.normal(0, 0.05, len(ratios)))
    levels = uniform(rng, 0.25, 0.8) ** np.arange(len(modes)) * rng.uniform(0.5, 1.2, len(modes))
    made = bank(root * modes, levels, long * modes ** -uniform(rng, 0.3, 1.0), length(long * 1.1 + 0.01), rng, soft=0.1)
    return mix(
        normal(made[None]),
        blow(ratio(rng, 1500, 7000), 0.6, ratio(rng, 0.002, 0.015), rng) * np.float32(ratio(rng, *tap)),
    )


def block(rng: Rng) -> Made:
    """A hollow block: one strong resonance, a hard tap."""
    return piece(rng, 350, 1800, (0.03, 0.18), ratios=(1.0, 1.6, 2.57, 4.2)), set()


def temple(rng: Rng) -> Made:
    """A temple block: round and hollow."""
    return piece(rng, 220, 1000, (0.06, 0.25), ratios=(1.0, 2.3, 3.9), tap=(0.02, 0.25)), set()


def clave(rng: Rng) -> Made:
    """Two hard rods: one pure high tone."""
    return piece(rng, 1500, 3400, (0.04, 0.25), ratios=(1.0, 2.71, 5.15), tap=(0.02, 0.3)), set()


def clave_machine(rng: Rng) -> Made:
    """The clave of an analog machine: a ping of a sine."""
    made = bank([ratio(rng, 1800, 3200)], 1.0, ratio(rng, 0.02, 0.09), length(0.1), rng, soft=0.05)
    return saturate(made[None], uniform(rng, 0, 6)), set()


def castanet(rng: Rng) -> Made:
    """Two shells of hard wood, once or in a quick roll."""
    made = [piece(rng, 1000, 2800, (0.01, 0.05), ratios=(1.0, 1.7, 2.4, 3.3), tap=(0.3, 1.0))]
    for number in range(pick(rng, (0, 0, 1, 2, 4))):
        late = length((number + 1) * uniform(rng, 0.03, 0.08))
        made.append(
            np.pad(piece(rng, 1000, 2800, (0.01, 0.05), ratios=(1.0, 1.7, 2.4), tap=(0.3, 1.0)), [(0, 0), (late, 0)])
        )
    return mix(*made), set()


def log(rng: Rng) -> Made:
    """A slit drum: a warm low tongue of wood."""
    return piece(rng, 90, 420, (0.12, 0.5), ratios=(1.0, 2.8, 4.9, 6.5), tap=(0.02, 0.3)), set()


def sticks(rng: Rng) -> Made:
    """Two drum sticks: a count-in."""
    made = piece(rng, 700, 2600, (0.01, 0.06), ratios=(1.0, 1.35, 2.1, 2.76, 3.9), tap=(0.3, 1.2))
    return made, set()


def knock(rng: Rng) -> Made:
    """Knuckles or a stick on a table, a door, a box, a guitar's body."""
    modes = rng.uniform(90, 1500, 12)
    made = bank(modes, rng.uniform(0.2, 1, 12), ratio(rng, 0.02, 0.12) * (modes / 300) ** -0.5, length(0.25), rng)
    tap = blow(ratio(rng, 500, 5000), 0.5, ratio(rng, 0.003, 0.02), rng)
    hit = mix(normal(made[None]), tap * np.float32(ratio(rng, 0.05, 0.7)))
    if chance(rng, 0.3):
        hit = mix(hit, np.pad(hit, [(0, 0), (length(uniform(rng, 0.09, 0.25)), 0)]) * np.float32(0.8))
    return hit, set()


def guiro(rng: Rng) -> Made:
    """A stick drawn over notches: a ratchet of clicks."""
    seconds, teeth = ratio(rng, 0.08, 0.7), ratio(rng, 35, 160)
    frames = length(seconds)
    click = piece(rng, 1400, 4500, (0.004, 0.015), ratios=(1.0, 1.5, 2.3, 3.4), tap=(0.3, 1.0))
    places = np.cumsum(
        48_000
        / (teeth * np.linspace(1, uniform(rng, 0.7, 1.8), int(seconds * teeth) + 1))
        * rng.uniform(0.9, 1.1, int(seconds * teeth) + 1)
    )
    pulses = np.zeros(frames, np.float32)
    inside = places[places < frames].astype(int)
    pulses[inside] = rng.uniform(0.4, 1.0, len(inside)) * np.sin(np.pi * (0.1 + 0.9 * inside / frames))
    size = 1 << (frames + click.shape[1]).bit_length()
    made = np.fft.irfft(np.fft.rfft(pulses, size) * np.fft.rfft(click[0], size), size)[:frames]
    return made[None].astype(np.float32), set()


def guiro_machine(rng: Rng) -> Made:
    """The guiro of an analog machine: a buzz of pulses that speeds up."""
    frames = length(ratio(rng, 0.06, 0.4))
    rate = np.linspace(ratio(rng, 60, 150), ratio(rng, 120, 400), frames)
    pulses = (np.diff(np.floor(np.cumsum(rate) / 48_000), prepend=0.0) > 0).astype(np.float32)
    return through(pulses[None], bell(ratio(rng, 2000, 5000), 24.0, 3.0)) * np.float32(1.0), {"electronic"}


def bar(rng: Rng) -> Made:
    """A marimba or xylophone bar as percussion: one note."""
    made = piece(rng, 130, 1500, (0.15, 0.9), ratios=pick(rng, (TUNED, BAR[:4], (1.0, 3.0, 6.2))), tap=(0.02, 0.3))
    return made, set()


def vibraslap(rng: Rng) -> Made:
    """Teeth that rattle in a box for a second."""
    seconds = ratio(rng, 0.4, 1.4)
    frames = length(seconds)
    rate = ratio(rng, 18, 34)
    gate = np.exp(-((np.arange(frames) / 48_000 * rate) % 1.0) * uniform(rng, 4, 10))
    rattle = hiss(1500, 6000, seconds, rng)[:, :frames]
    made = rattle * gate[: rattle.shape[1]].astype(np.float32)
    tone = bank(rng.uniform(1500, 3800, 5), 1.0, 0.03, length(0.1), rng)
    return through(mix(made, normal(tone[None]) * np.float32(0.5)), bell(ratio(rng, 2000, 3200), 9.0, 2.0)), set()


def hit(rng: Rng) -> Made:
    """Any wooden thing, hit."""
    return piece(rng, 180, 2500, (0.015, 0.15), ratios=tuple(np.sort(rng.uniform(1, 6, 6))), tap=(0.05, 1.0)), set()


P = "percussion"
FAMILIES = share(
    0.644,
    shot("woodblock", block, P, "woodblock", "wooden", "acoustic", weight=2.6),
    shot("temple_block", temple, P, "woodblock", "temple_block", "wooden", "acoustic", weight=2.1),
    shot("clave", clave, P, "clave", "wooden", "acoustic", weight=2.1),
    shot("clave_machine", clave_machine, P, "clave", "electronic", "analog", weight=0.7),
    shot("castanets", castanet, P, "castanets", "wooden", "acoustic", weight=2.2),
    shot("log_drum", log, P, "log_drum", "wooden", "acoustic", weight=1.4),
    shot("sticks", sticks, P, "wood_hit", "stick_click", "acoustic", weight=2.4),
    shot("knock", knock, P, "wood_hit", "foley", "wooden", weight=1.0),
    shot("guiro", guiro, P, "guiro", "wooden", "scraped", "acoustic", weight=1.6),
    shot("guiro_machine", guiro_machine, P, "guiro", "analog", weight=0.4),
    shot("marimba_hit", bar, P, "marimba", "wooden", weight=1.1),
    shot("vibraslap", vibraslap, P, "vibraslap", "acoustic", weight=1.8),
    shot("wood_hit", hit, P, "wood_hit", "wooden", "acoustic", weight=1.0),
)
