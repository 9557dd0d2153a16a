"""Low, dull, old hi-hats: heavy cymbals, thuds of stands, worn tape, cheap boxes. Runs on: any process, offline."""

import numpy as np

from ..effects import crush, saturate
from ..envelopes import attack, decay
from ..filters import bandpass, bell, chain, highpass, lowpass, through
from ..oscillators import phase
from ..signals import Rng, length, mix, noise, normal
from .bodies import bank, blow, hiss, plate, skin, spray
from .dice import chance, pick, ratio, uniform
from .family import Made, share
from .hats import pair
from .takes import sampled, shot


def heavy(rng: Rng) -> Made:
    """Two thick cymbals that hardly ring: modes from 200 Hz up, as loud below 4 kHz as above."""
    seconds = ratio(rng, 0.07, 0.6)
    frames = length(seconds * 1.1)
    span = (ratio(rng, 180, 600), ratio(rng, 3500, 11_000))
    body = plate(span, int(rng.integers(40, 120)), seconds, frames, rng, slope=uniform(rng, -0.1, 0.3))
    wash = spray(
        [(1200, ratio(rng, 0.1, 1), seconds), (3000, 1, seconds), (6000, ratio(rng, 0.2, 1), seconds * 0.7)],
        frames,
        rng,
    )
    stick = blow(ratio(rng, 900, 4000), 0.5, ratio(rng, 0.004, 0.03), rng)
    made = mix(normal(body[None]), wash * np.float32(ratio(rng, 0.15, 1.5)), stick * np.float32(ratio(rng, 0.05, 0.8)))
    return made * attack(made.shape[1], ratio(rng, 0.0003, 0.01)), {"acoustic"}


def thudding(rng: Rng) -> Made:
    """A hat with the thud of its stand, of the foot or of the drum beside it: low thump, thin top."""
    thump = bank(rng.uniform(150, 480, 5), rng.uniform(0.3, 1, 5), rng.uniform(0.04, 0.22, 5), length(0.3), rng)
    late = length(ratio(rng, 0.0002, 0.02))
    top = pair(rng, ratio(rng, 0.06, 0.5), 0.6, ratio(rng, 0.0003, 0.01))
    if chance(rng, 0.5):
        top = mix(top, np.pad(normal(thump[None]) * np.float32(ratio(rng, 0.1, 1.6)), [(0, 0), (late, 0)]))
    else:
        top = mix(normal(thump[None]) * np.float32(ratio(rng, 0.1, 1.6)), np.pad(top, [(0, 0), (late, 0)]))
    return top, {"acoustic"}


def trodden(rng: Rng) -> Made:
    """The foot alone: two cymbals that close, air between them, a clank of the stand."""
    seconds = ratio(rng, 0.04, 0.3)
    air = hiss(ratio(rng, 400, 3000), ratio(rng, 4500, 15_000), seconds, rng, rise=ratio(rng, 0.002, 0.03))
    clank = bank(rng.uniform(180, 1500, 6), rng.uniform(0.2, 1, 6), rng.uniform(0.02, 0.12, 6), length(0.2), rng)
    ring = pair(rng, seconds * uniform(rng, 1.0, 2.0), 0.0, 0.004)
    late = length(ratio(rng, 0.001, 0.025))
    parts = [
        air * np.float32(ratio(rng, 0.3, 1.2)),
        np.pad(normal(clank[None]) * np.float32(ratio(rng, 0.03, 1.0)), [(0, 0), (late, 0)]),
        np.pad(ring * np.float32(ratio(rng, 0.1, 1.0)), [(0, 0), (late, 0)]),
    ]
    return mix(*parts), {"acoustic", "pedal_hat"}


def worn(rng: Rng) -> Made:
    """Any closed hat off an old record, a cassette, a telephone: what is above 3 to 8 kHz is gone."""
    made = pair(rng, ratio(rng, 0.08, 0.6), 0.7) if chance(rng, 0.6) else heavy(rng)[0]
    made = saturate(made, uniform(rng, 0, 14)) + noise(made.shape[1], rng) * np.float32(ratio(rng, 0.0005, 0.01))
    top = lowpass(ratio(rng, 2500, 8000), order=pick(rng, (2, 4)))
    return through(made, chain(highpass(ratio(rng, 80, 900)), top)), {"lofi", "vintage"}


def boxed(rng: Rng) -> Made:
    """A hat out of an early sampler or a toy: few bits, a low rate, images above."""
    made = pair(rng, ratio(rng, 0.06, 0.4), 0.7) if chance(rng, 0.7) else heavy(rng)[0]
    if chance(rng, 0.5):
        return sampled(made, rng), {"lofi", "electronic"}
    return crush(normal(made), uniform(rng, 3.5, 7.0), int(rng.integers(2, 7))), {"lofi", "bitcrushed", "electronic"}


def hushed(rng: Rng) -> Made:
    """Noise between 500 Hz and 5 kHz in place of cymbals: the dull hats of house, dub and lo-fi beats."""
    seconds, hertz = ratio(rng, 0.05, 0.5), ratio(rng, 900, 4500)
    frames = length(seconds)
    made = through(noise(frames, rng), chain(bandpass(hertz, ratio(rng, 0.3, 2.5)), highpass(hertz * 0.3)))
    made = normal(made * decay(frames, seconds) * attack(frames, ratio(rng, 0.0002, 0.015)))
    squares = [np.where(phase(hertz * k, frames, float(rng.random())) < 0.5, 1.0, -1.0) for k in (0.31, 0.47, 0.73)]
    metal = through((np.sum(squares, axis=0) * decay(frames, seconds))[None].astype(np.float32), highpass(hertz * 0.8))
    return mix(made, normal(metal) * np.float32(pick(rng, (0.0, 0.1, 0.5)))), {"electronic"}


def clanging(rng: Rng) -> Made:
    """A hat made of scrap: lids, bolts, short sheets of metal with lows of their own."""
    seconds = ratio(rng, 0.05, 0.4)
    frames = length(seconds * 1.1)
    sheet = plate((ratio(rng, 250, 1200), ratio(rng, 7000, 16_000)), int(rng.integers(12, 45)), seconds, frames, rng)
    knock = skin(ratio(rng, 150, 600), ratio(rng, 0.02, 0.12), rng, bright=0.6, detune=0.1)
    fizz = hiss(ratio(rng, 2500, 6000), 16_000, seconds * uniform(rng, 0.4, 1.2), rng)
    made = mix(
        normal(sheet[None]) * np.float32(ratio(rng, 0.3, 1.0)),
        knock[None] * np.float32(ratio(rng, 0.02, 0.6)),
        fizz * np.float32(ratio(rng, 0.1, 1.0)),
    )
    return through(made, bell(ratio(rng, 400, 3000), uniform(rng, -3, 8), 1.5)), {"metallic"}


HAT = ("hihat", "closed_hat")
FAMILIES = share(
    0.26,
    shot("hat_heavy", heavy, *HAT, weight=1.3),
    shot("hat_thud", thudding, *HAT, weight=1.2),
    shot("hat_foot", trodden, *HAT, weight=1.4),
    shot("hat_worn", worn, *HAT, weight=1.2),
    shot("hat_box", boxed, *HAT, weight=1.0),
    shot("hat_hushed", hushed, *HAT, weight=1.0),
    shot("hat_clang", clanging, *HAT, weight=0.8),
)
