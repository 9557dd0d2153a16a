"""Sounds to learn from: families of sounds, each drawn at random with what is true of it. Runs on: any process."""

from types import ModuleType

from . import (
    animals,
    basses,
    bassguitars,
    beats,
    bells,
    bleeps,
    blips,
    breaks,
    choirs,
    computers,
    cymbals,
    drones,
    foley,
    folk,
    glitches,
    guitars,
    hands,
    hardbasses,
    hardkicks,
    hats,
    impacts,
    keys,
    kicks,
    leads,
    licks,
    machines,
    metal,
    nature,
    orchestra,
    pads,
    phones,
    records,
    robots,
    shaken,
    skins,
    snares,
    speaking,
    strung,
    sweeps,
    things,
    toms,
    tops,
    wood,
)
from .family import Clip, Family, Made, draw, share

# Each room is a module of families of one kind and names them in `FAMILIES`.
ROOMS: tuple[ModuleType, ...] = (
    *(
        kicks,
        hardkicks,
        snares,
        hands,
        hats,
        cymbals,
        toms,
        skins,
        wood,
        metal,
        shaken,
        blips,
        foley,
        beats,
        breaks,
        tops,
    ),
    *(
        basses,
        bassguitars,
        animals,
        bells,
        bleeps,
        choirs,
        computers,
        drones,
        folk,
        glitches,
        guitars,
        hardbasses,
        impacts,
        keys,
        leads,
        licks,
        machines,
        nature,
        orchestra,
        pads,
        phones,
        records,
        robots,
        speaking,
        strung,
        sweeps,
        things,
    ),
)


def families() -> tuple[Family, ...]:
    """All families there are, names unique, each with its weight."""
    return tuple(family for room in ROOMS for family in room.FAMILIES)


__all__ = ["ROOMS", "Clip", "Family", "Made", "draw", "families", "share"]
