"""Metal and glass: cowbells, agogos, triangles, bells, gongs, anvils, cans, bottles. Runs on: any process, offline."""

import numpy as np

from ..effects import room, saturate
from ..envelopes import attack, decay
from ..filters import bandpass, chain, highpass, lowpass, through
from ..oscillators import phase
from ..signals import Rng, Signal, clock, length, mix, normal
from .bodies import BAR, CHURCH, TUBE, bank, blow, plate, spray
from .dice import chance, pick, ratio, uniform
from .family import Made, share
from .takes import shot


def rung(
    rng: Rng,
    root: float,
    ratios: tuple[float, ...],
    seconds: float,
    *,
    detune: float = 0.01,
    slope: float = 0.4,
    tap: float = 0.2,
    even: float = 0.7,
) -> Signal:
    """A metal body: partials of given ratios, each with a near twin that beats with it, and the tap."""
    modes = np.asarray(ratios) * np.exp(rng.normal(0, detune, len(ratios)))
    levels = even ** np.arange(len(modes)) * rng.uniform(0.3, 1.2, len(modes))
    twins = modes * (1 + rng.uniform(0.0002, 0.004, len(modes)))
    falls = seconds * modes**-slope
    frames = length(min(seconds * 1.05, 3.0))
    pitches, all_levels = (
        np.concatenate([modes, twins]) * root,
        np.concatenate([levels, levels * rng.uniform(0, 0.8, len(modes))]),
    )
    made = bank(pitches, all_levels, np.concatenate([falls, falls * 0.9]), frames, rng, soft=0.1)
    small = plate((root * 1.3, 14_000.0), 50, seconds * 0.6, frames, rng, slope=slope)  # those no list names
    made = normal(made) + normal(small) * np.float32(ratio(rng, 0.01, 0.5))
    return mix(
        normal((made * attack(frames, 0.0004))[None]),
        blow(ratio(rng, 2500, 9000), 0.6, ratio(rng, 0.002, 0.02), rng) * np.float32(tap),
    )


def cowbell(rng: Rng) -> Made:
    """A folded sheet hit with a stick: two strong partials a fifth or so apart, clank above."""
    root = ratio(rng, 380, 1100)
    ratios = (1.0, uniform(rng, 1.35, 1.6), uniform(rng, 2.2, 2.8), 3.3, 3.9, 4.8, 5.7, 7.1)
    return rung(
        rng, root, ratios, ratio(rng, 0.08, 0.6), detune=0.03, tap=ratio(rng, 0.05, 0.7), even=uniform(rng, 0.6, 0.9)
    ), set()


def cowbell_808(rng: Rng) -> Made:
    """Two square waves, 540 and 800 Hz or thereabouts, through a band-pass."""
    tune, seconds = ratio(rng, 0.7, 1.5), ratio(rng, 0.08, 0.6)
    frames = length(seconds)
    squares = [np.where(phase(hertz * tune, frames, float(rng.random())) < 0.5, 1.0, -1.0) for hertz in (540.0, 800.0)]
    level = 0.5 * decay(frames, seconds * 0.15) + 0.5 * decay(frames, seconds)
    made = ((squares[0] + squares[1]) * level)[None].astype(np.float32)
    return through(
        made, chain(bandpass(ratio(rng, 800, 2600), uniform(rng, 0.5, 1.5)), lowpass(ratio(rng, 4e3, 14e3)))
    ), set()


def agogo(rng: Rng) -> Made:
    """A small cone bell: high, clear, two of them."""
    root = ratio(rng, 600, 1900)
    made = rung(
        rng, root, (1.0, 2.01, 2.74, 4.1, 5.5, 6.9), ratio(rng, 0.12, 0.8), detune=0.03, tap=ratio(rng, 0.05, 0.5)
    )
    if chance(rng, 0.15):
        second = rung(rng, root * uniform(rng, 0.65, 0.85), (1.0, 2.01, 2.74, 4.1), 0.4, tap=0.2)
        made = mix(made, np.pad(second, [(0, 0), (length(uniform(rng, 0.1, 0.25)), 0)]))
    return made, set()


def triangle(rng: Rng) -> Made:
    """A bent steel rod: many high partials, long or muted."""
    root = ratio(rng, 900, 4500)
    ratios = tuple(np.sort(rng.uniform(1.0, 9.0, 14)))
    seconds = ratio(rng, 0.05, 0.15) if chance(rng, 0.3) else ratio(rng, 0.8, 4.0)
    return through(
        rung(rng, root, ratios, seconds, slope=0.15, tap=ratio(rng, 0.02, 0.3), even=uniform(rng, 0.9, 1.02)),
        highpass(700.0),
    ), set()


def bell(rng: Rng) -> Made:
    """A hand bell, desk bell, bicycle bell: small and clear."""
    ratios = pick(rng, (CHURCH[1:], (1.0, 2.0, 2.7, 4.1, 5.4), (1.0, 2.76, 5.4, 8.9), (1.0, 1.5, 2.3, 3.1, 4.4, 5.2)))
    return rung(rng, ratio(rng, 400, 6500), ratios, ratio(rng, 0.4, 6.0), detune=0.02, tap=ratio(rng, 0.01, 0.3)), set()


def church(rng: Rng) -> Made:
    """A big bell: hum, prime, tierce, quint, nominal."""
    return rung(
        rng,
        ratio(rng, 110, 600),
        CHURCH,
        ratio(rng, 1.5, 6.0),
        detune=0.008,
        tap=ratio(rng, 0.02, 0.25),
        even=uniform(rng, 0.8, 0.95),
    ), set()


def gong(rng: Rng) -> Made:
    """A big bronze disc: low, dense, blooming."""
    seconds = ratio(rng, 1.2, 6.0)
    frames = length(min(seconds, 3.0))
    root = ratio(rng, 60, 260)
    low = bank(
        root * np.sort(rng.uniform(1, 6, 14)),
        rng.uniform(0.3, 1, 14),
        seconds * rng.uniform(0.5, 1, 14),
        frames,
        rng,
        soft=1.0,
    )
    high = plate((500, 7000), 50, seconds * 0.7, frames, rng) * (1 - np.exp(-clock(frames) / ratio(rng, 0.03, 0.5)))
    made = mix(
        normal(low[None]),
        normal(high[None]) * np.float32(ratio(rng, 0.1, 0.8)),
        blow(ratio(rng, 150, 900), 0.5, 0.05, rng, 0.004) * np.float32(0.2),
    )
    return made, set()


def anvil(rng: Rng) -> Made:
    """A hammer on an anvil, a rail, a brake drum: bright, hard, ringing."""
    ratios = tuple(np.sort(rng.uniform(1.0, 8.0, 12)))
    return rung(
        rng,
        ratio(rng, 400, 2600),
        ratios,
        ratio(rng, 0.15, 2.0),
        slope=0.2,
        tap=ratio(rng, 0.2, 1.2),
        even=uniform(rng, 0.85, 1.0),
    ), set()


def pipe(rng: Rng) -> Made:
    """A tube hung up or held: hollow and ringing."""
    return rung(
        rng,
        ratio(rng, 150, 1400),
        pick(rng, (TUBE, BAR)),
        ratio(rng, 0.15, 2.5),
        detune=0.02,
        tap=ratio(rng, 0.05, 0.6),
        even=uniform(rng, 0.6, 0.95),
    ), set()


def can(rng: Rng) -> Made:
    """A tin can, a bucket, a lid, a pan: short, rattling sheet."""
    seconds = ratio(rng, 0.04, 0.5)
    frames = length(seconds * 1.1)
    made = plate(
        (ratio(rng, 250, 1200), ratio(rng, 5e3, 13e3)),
        int(rng.integers(14, 50)),
        seconds,
        frames,
        rng,
        slope=uniform(rng, 0.1, 0.6),
    )
    rattle = spray([(ratio(rng, 1500, 7000), 1.0, seconds)], frames, rng) * np.float32(ratio(rng, 0.03, 0.5))
    return mix(
        normal(made[None]), rattle, blow(ratio(rng, 800, 6000), 0.6, 0.008, rng) * np.float32(ratio(rng, 0.1, 0.8))
    ), set()


def scrap(rng: Rng) -> Made:
    """Sheet metal struck in a hall: clang."""
    seconds = ratio(rng, 0.3, 2.5)
    frames = length(min(seconds * 1.05, 3.0))
    made = plate((ratio(rng, 80, 500), ratio(rng, 3e3, 12e3)), 60, seconds, frames, rng, slope=uniform(rng, 0.2, 0.7))
    hit = mix(
        normal(made[None]),
        blow(ratio(rng, 400, 5000), 0.4, ratio(rng, 0.005, 0.06), rng) * np.float32(ratio(rng, 0.1, 1.0)),
    )
    return saturate(
        room(hit, ratio(rng, 0.3, 2.0), ratio(rng, 1500, 7000), ratio(rng, 0.05, 0.8), rng), uniform(rng, 0, 15)
    ), set()


def chained(rng: Rng) -> Made:
    """A chain, keys, a handful of small metal: many little clinks."""
    seconds = ratio(rng, 0.15, 1.2)
    return clinks(rng, seconds, int(rng.integers(6, 40)), (2500, 12_000), (0.01, 0.12)), set()


def clinks(rng: Rng, seconds: float, count: int, span: tuple[float, float], ring: tuple[float, float]) -> Signal:
    """Small metal parts that hit each other at random within some time."""
    grains = [
        normal(
            bank(rng.uniform(*span, 5), rng.uniform(0.2, 1, 5), rng.uniform(*ring, 5), length(ring[1] * 1.1), rng)[None]
        )
        for _ in range(4)
    ]
    frames = length(seconds + ring[1] * 1.2)
    out = np.zeros((1, frames), np.float32)
    for number in range(count):
        grain, start = grains[number % 4], int(abs(rng.normal(0, 0.4)) * seconds * 48_000) % length(seconds)
        out[:, start : start + grain.shape[1]] += grain[:, : frames - start] * np.float32(rng.uniform(0.1, 1) ** 2)
    return out


def coin(rng: Rng) -> Made:
    """Coins, a till, a dropped washer: clinks and perhaps a bell or a drawer."""
    made = clinks(rng, ratio(rng, 0.05, 0.8), int(rng.integers(1, 12)), (3000, 11_000), (0.03, 0.3))
    if chance(rng, 0.35):
        ding = rung(rng, ratio(rng, 1500, 3500), (1.0, 2.01, 2.7, 4.2), ratio(rng, 0.5, 2.0), tap=0.1)
        drawer = spray([(ratio(rng, 300, 2500), 1.0, 0.15)], length(0.3), rng)
        made = mix(
            made,
            np.pad(ding, [(0, 0), (length(uniform(rng, 0.0001, 0.3)), 0)]),
            drawer * np.float32(ratio(rng, 0.1, 0.8)),
        )
    return made, {"keys_jingle"}


def bottle(rng: Rng) -> Made:
    """A bottle or a glass, tapped."""
    ratios = pick(rng, ((1.0, 2.32, 4.25, 6.63, 9.38), (1.0, 1.8, 2.9, 4.6), (1.0, 2.8, 5.2)))
    return rung(
        rng,
        ratio(rng, 500, 3500),
        ratios,
        ratio(rng, 0.06, 1.6),
        detune=0.04,
        tap=ratio(rng, 0.05, 0.8),
        even=uniform(rng, 0.4, 0.8),
    ), set()


def chimes(rng: Rng) -> Made:
    """A row of small bars swept with the hand: a glittering run."""
    count, seconds = int(rng.integers(8, 30)), ratio(rng, 0.5, 2.0)
    low = ratio(rng, 1500, 3000)
    order = np.linspace(1.0, uniform(rng, 2.0, 4.0), count)[:: pick(rng, (-1, 1))]
    frames = length(min(seconds + 1.2, 3.0))
    out = np.zeros((1, frames), np.float32)
    for number, step in enumerate(order):
        start = int(number / count * seconds * 48_000 * uniform(rng, 0.95, 1.0))
        tone = bank(
            low * step * np.array([1, 2.756, 5.4]),
            [1, 0.3, 0.1],
            ratio(rng, 0.4, 1.5),
            min(frames - start, 72_000),
            rng,
        )
        out[:, start : start + len(tone)] += tone * np.float32(uniform(rng, 0.3, 1))
    return out, set()


def steel(rng: Rng) -> Made:
    """A steel drum or a kalimba-like tongue: one warm metallic note."""
    ratios = pick(rng, ((1.0, 2.0, 3.0, 4.0, 5.1), (1.0, 5.4, 9.1), (1.0, 2.0, 3.02, 6.3)))
    return rung(
        rng,
        ratio(rng, 180, 1000),
        ratios,
        ratio(rng, 0.3, 1.8),
        detune=0.008,
        tap=ratio(rng, 0.02, 0.3),
        even=uniform(rng, 0.4, 0.75),
    ), set()


P = "percussion"
FAMILIES = share(
    0.85,
    shot("cowbell", cowbell, P, "cowbell", "metallic", "acoustic", weight=2.6),
    shot("cowbell_808", cowbell_808, P, "cowbell", "808", "electronic", "analog", weight=1.2),
    shot("agogo", agogo, P, "agogo", "metallic", "acoustic", weight=1.4),
    shot("triangle", triangle, P, "triangle", "metallic", "acoustic", weight=4.4),
    shot("bell", bell, P, "bell", "metallic", weight=1.6),
    shot("church_bell", church, P, "church_bell", "metallic", "acoustic", weight=0.5),
    shot("gong", gong, P, "gong", "metallic", "acoustic", weight=1.6),
    shot("anvil", anvil, P, "anvil", "metallic", weight=1.4),
    shot("pipe", pipe, P, "metal_hit", "metallic", weight=0.9),
    shot("can", can, P, "metal_hit", "metallic", "foley", weight=1.2),
    shot("metal_sheet", scrap, P, "metal_hit", "metallic", "industrial", weight=0.9, plain=0.9),
    shot("chain", chained, P, "keys_jingle", "metallic", "foley", weight=0.6),
    shot("coin", coin, P, "metallic", "foley", weight=0.7),
    shot("bottle", bottle, P, "glass_hit", weight=1.4),
    shot("chimes", chimes, P, "chimes", "metallic", weight=1.2),
    shot("steel_drum", steel, P, "steel_drum", "metallic", weight=1.1),
)
