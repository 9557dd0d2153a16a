"""Strokes of a whole drum kit: two pieces at once, what rings along, a press roll. Runs on: any process, offline."""

import numpy as np

from ..effects import room
from ..filters import lowpass, through
from ..signals import Rng, Signal, length, mix, normal
from . import bronze, cymbals, hats, kicks, oldhats, rims, snares, toms
from .dice import chance, pick, ratio, uniform
from .family import Made, Make, share
from .takes import ended, shot

KICKS: tuple[Make, ...] = (kicks.acoustic, kicks.jazz, kicks.clicky)
SNARES: tuple[Make, ...] = (snares.acoustic, snares.rim, snares.muffled)
HATS: tuple[Make, ...] = (hats.closed, oldhats.heavy, oldhats.trodden)
CRASHES: tuple[Make, ...] = (cymbals.crash, bronze.crash, cymbals.splash)


def hit(makes: tuple[Make, ...], rng: Rng) -> Signal:
    """One piece of the kit, peak 1."""
    return normal(ended(pick(rng, makes)(rng)[0]))


def along(made: Signal, rng: Rng) -> Signal:
    """The stroke over what it shakes in the kit around it: wires, a tom, the cymbals; and the room."""
    wires = snares.drum(rng, wires=1.0, stick=0.0)
    rings = toms.acoustic(rng)[0]
    heard = mix(
        normal(made),
        np.pad(through(wires, lowpass(6000.0)), [(0, 0), (length(0.002), 0)]) * np.float32(ratio(rng, 0.003, 0.06)),
        through(rings, lowpass(400.0)) * np.float32(ratio(rng, 0.003, 0.06)),
    )
    return room(heard, ratio(rng, 0.15, 0.75), ratio(rng, 1500, 9000), ratio(rng, 0.05, 0.8), rng)


def together(rng: Rng, first: Signal, second: Signal) -> Signal:
    """Two pieces, nearly at the same time, in one room."""
    late = length(abs(float(rng.normal(0.0, 0.006))) + 1e-4)
    made = mix(first, np.pad(second, [(0, 0), (late, 0)]) * np.float32(ratio(rng, 0.3, 1.2)))
    return along(made, rng) if chance(rng, 0.6) else made


def crashed(rng: Rng) -> Made:
    """A crash with the kick or the snare below it: the end of a fill."""
    return together(rng, hit(CRASHES, rng), hit(KICKS if chance(rng, 0.65) else SNARES, rng)), {"cymbal", "crash"}


def hatted(rng: Rng) -> Made:
    """A kick or a snare and a hi-hat on the same beat."""
    low = chance(rng, 0.5)
    made = together(rng, hit(KICKS if low else SNARES, rng), hit(HATS, rng) * np.float32(uniform(rng, 0.3, 0.9)))
    return made, {"kick" if low else "snare", "hihat"}


def lone_kick(rng: Rng) -> Made:
    """The bass drum in the kit's room: its wires and toms answer."""
    return along(hit(KICKS, rng), rng), {"kick"}


def lone_snare(rng: Rng) -> Made:
    """The snare in the kit's room."""
    return along(hit((*SNARES, rims.shot_on), rng), rng), {"snare"}


def lone_tom(rng: Rng) -> Made:
    """A tom in the kit's room."""
    made, claims = pick(rng, (toms.acoustic, toms.acoustic, toms.floor))(rng)
    return along(made, rng), claims | {"tom", "percussion"}


def pressed(rng: Rng) -> Made:
    """A roll on the snare, with wires or without, even, growing or dying away, up to three seconds."""
    stick = hit((snares.acoustic, snares.off, snares.muffled), rng).mean(axis=0, keepdims=True)
    soft = through(stick, lowpass(ratio(rng, 1500, 7000)))
    frames, gap = length(uniform(rng, 1.0, 2.8)), ratio(rng, 0.02, 0.075)
    out = np.zeros((1, frames + stick.shape[1]), np.float32)
    grows, place = pick(rng, (-0.7, 0.0, 0.0, 0.8)), 0.0
    while place < frames:
        level = 1.0 + grows * (place / frames - (1.0 if grows > 0 else 0.0))
        take, start = (stick if chance(rng, 0.4) else soft), int(place)
        out[:, start : start + take.shape[1]] += take * np.float32(level * uniform(rng, 0.5, 1.0))
        place += gap * 48_000 * uniform(rng, 0.8, 1.2)
    return out, {"rising"} if grows > 0 else set()


FAMILIES = share(
    0.2,
    shot("kit_crash", crashed, "acoustic", weight=0.7),
    shot("kit_hat", hatted, "acoustic", weight=0.5),
    shot("kit_kick", lone_kick, "acoustic", weight=1.0),
    shot("kit_snare", lone_snare, "acoustic", weight=1.0),
    shot("kit_tom", lone_tom, "acoustic", weight=1.4),
    shot("kit_roll", pressed, "snare", "snare_roll", "acoustic", weight=0.7),
)
