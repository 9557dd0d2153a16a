"""Kits: which sounds play together in a loop. Runs on: any process, offline."""

from collections.abc import Mapping, Sequence

from ..filters import lowpass, through
from ..signals import Rng, Signal, normal
from . import blips, cymbals, foley, hands, hardkicks, hats, kicks, metal, shaken, skins, snares, toms, wood
from .dice import chance, pick, ratio
from .family import Make
from .takes import ended

Kit = Mapping[str, Sequence[Make]]

ACOUSTIC: Kit = {
    "kick": (kicks.acoustic, kicks.acoustic, kicks.jazz, kicks.clicky, kicks.breaky),
    "snare": (snares.acoustic, snares.acoustic, snares.rim, snares.muffled),
    "ghost": (snares.ghost, snares.acoustic),
    "hat": (hats.closed, hats.closed, hats.soft),
    "open": (hats.half, hats.opened),
    "ride": (cymbals.ride, cymbals.cup),
    "crash": (cymbals.crash,),
    "tom": (toms.acoustic, toms.floor),
    "side": (snares.cross,),
    "perc": (metal.cowbell, shaken.tambourine, shaken.shaker),
}
BRUSHED: Kit = {
    **ACOUSTIC,
    "kick": (kicks.soft, kicks.jazz),
    "snare": (snares.brush, snares.ghost),
    "ghost": (snares.brush,),
}
TR808: Kit = {
    "kick": (kicks.tr808,),
    "snare": (snares.tr808, hands.tr808),
    "ghost": (snares.rim_machine,),
    "hat": (hats.closed_808,),
    "open": (hats.open_808,),
    "ride": (cymbals.machine_ride,),
    "crash": (cymbals.machine_crash,),
    "tom": (toms.tr808, skins.machine),
    "clap": (hands.tr808,),
    "side": (snares.rim_machine,),
    "perc": (metal.cowbell_808, wood.clave_machine, skins.machine, shaken.maracas_machine),
}
TR909: Kit = {
    "kick": (kicks.tr909,),
    "snare": (snares.tr909,),
    "ghost": (snares.tr909,),
    "hat": (hats.closed_909,),
    "open": (hats.open_909,),
    "ride": (cymbals.machine_ride,),
    "crash": (cymbals.machine_crash,),
    "tom": (toms.tr909,),
    "clap": (hands.tr909,),
    "side": (snares.rim_machine,),
    "perc": (toms.tr909, snares.rim_machine, shaken.maracas_machine),
}
BOX: Kit = {
    "kick": (kicks.cr78, kicks.tr606, kicks.sampled_machine),
    "snare": (snares.cr78, snares.tr606, snares.sampled_machine),
    "ghost": (snares.tr606,),
    "hat": (hats.cr78, hats.closed_606, hats.sampled),
    "open": (hats.open_606,),
    "ride": (cymbals.machine_ride,),
    "crash": (cymbals.machine_crash,),
    "tom": (toms.simmons, toms.tr808),
    "clap": (hands.sampled, hands.noise_clap),
    "side": (snares.rim_machine,),
    "perc": (metal.cowbell_808, wood.clave_machine, wood.guiro_machine, shaken.maracas_machine, skins.machine),
}
CLUB: Kit = {
    "kick": (kicks.techno, kicks.house, kicks.deep, kicks.tr909),
    "snare": (snares.clubby, snares.tr909, snares.noisy),
    "ghost": (snares.clubby,),
    "hat": (hats.noisy, hats.closed_909, hats.ringing, hats.closed_808, hats.fm),
    "open": (hats.open_909, hats.noisy_open, hats.open_808),
    "ride": (cymbals.machine_ride, cymbals.ride),
    "crash": (cymbals.crash,),
    "tom": (toms.tr909, blips.tuned),
    "clap": (hands.tr909, hands.layered, hands.tr808),
    "side": (snares.rim_machine, wood.block),
    "perc": (blips.reso, blips.tuned, shaken.shaker, skins.conga, metal.can, blips.blip, wood.hit),
}
MINIMAL: Kit = {
    **CLUB,
    "kick": (kicks.clicked, kicks.deep, kicks.house),
    "hat": (hats.tick, hats.noisy, hats.closed),
    "snare": (hands.snap, snares.rim_machine, snares.noisy, hands.noise_clap),
    "perc": (blips.tick, blips.blip, blips.pop, foley.switch, blips.glitch, wood.sticks),
}
HARD: Kit = {
    **CLUB,
    "kick": (hardkicks.distorted, hardkicks.warehouse, hardkicks.industrial, hardkicks.fuzzed),
    "snare": (snares.distorted, snares.clubby),
    "hat": (hats.dirty, hats.noisy, hats.closed_909),
    "perc": (metal.scrap, metal.anvil, blips.ring, foley.machine, metal.can),
}
GABBER: Kit = {**HARD, "kick": (hardkicks.gabber, hardkicks.distorted)}
DUSTY: Kit = {
    **ACOUSTIC,
    "kick": (kicks.boombap, kicks.acoustic),
    "snare": (snares.acoustic, snares.muffled, hands.layered),
    "hat": (hats.closed, hats.sampled),
    "clap": (hands.layered,),
}
TRAP: Kit = {
    **TR808,
    "kick": (kicks.trap, kicks.tr808),
    "snare": (snares.tr808, hands.tr808, snares.clubby, hands.snap),
    "hat": (hats.closed_808, hats.tick, hats.noisy),
}
BASS: Kit = {
    **CLUB,
    "kick": (kicks.techno, kicks.breaky, kicks.noisy),
    "snare": (snares.dubstep, snares.clubby, snares.acoustic),
    "hat": (hats.closed, hats.noisy),
}
CHIP: Kit = {
    "kick": (hardkicks.chip,),
    "snare": (snares.chip,),
    "ghost": (snares.chip,),
    "hat": (hats.chip,),
    "open": (hats.chip,),
    "tom": (blips.chip,),
    "perc": (blips.chip, blips.blip),
    "clap": (snares.chip,),
    "side": (blips.tick,),
    "ride": (hats.chip,),
    "crash": (snares.chip,),
}
GLITCH: Kit = {
    **MINIMAL,
    "kick": (kicks.clicked, kicks.fm, hardkicks.crushed, kicks.tr808),
    "snare": (blips.puff, snares.fm, snares.noisy, blips.crackle),
    "hat": (hats.tick, blips.tick, hats.fm, hats.chip),
    "perc": (blips.glitch, blips.crackle, blips.fm, blips.zap, blips.ring, foley.machine),
}
FOLEY: Kit = {
    **MINIMAL,
    "kick": (foley.thud, hands.stomp, kicks.soft),
    "snare": (foley.slap, hands.single, wood.knock, foley.plastic),
    "hat": (foley.switch, shaken.shaker, foley.paper),
    "perc": (foley.plastic, metal.can, metal.bottle, wood.knock, metal.coin, foley.drop),
}


def voice(kit: Kit, part: str, rng: Rng) -> tuple[Signal, ...]:
    """One part of a kit, peak 1: as it is and, softer strokes being darker, a duller take."""
    made = normal(ended(pick(rng, kit[part])(rng)[0]))
    if chance(rng, 0.5):
        return (made,)
    return made, through(made, lowpass(ratio(rng, 3000.0, 14_000.0)))
