"""Stems of one category, one-shots and loops, drawn at random: what a category's model is measured by. Runs on: any.

One-shots come from the corpus' families, loops from the styles' parts; another seed has none of them in common.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from .corpus import Family, families
from .labelled import part
from .signals import child, normal

LOOPED = 0.4  # share of the stems
_CLAIMS = {
    "kick": ("kick",),
    "snare": ("snare",),
    "hihat": ("hihat",),
    "bass": ("bass",),
    "synth": ("pad", "lead", "chord", "pluck"),
    "percussion": ("percussion",),
}
_PARTS = {
    "kick": ("kick",),
    "snare": ("snare",),
    "hihat": ("hats",),
    "bass": ("bass",),
    "synth": ("chords", "arp", "pad", "lead"),
    "percussion": ("more",),
}
CATEGORIES = tuple(_CLAIMS)


@dataclass(frozen=True)
class Drawn:
    """One stem and what is true of it."""

    name: str
    sound: npt.NDArray[np.float32]  # [channels, frames] at RATE, peak 0.9
    tempo: float | None  # beats per minute; None = played once
    bars: int | None


def draw(category: str, seed: int, number: int) -> Drawn:
    """Stem `number` of a category (one of CATEGORIES) and a seed: depends on these alone."""
    rng = child(seed, f"{category} {number}")
    if rng.random() < LOOPED:
        sound, tempo, bars = part(rng, str(rng.choice(_PARTS[category])))
        return Drawn(f"{category}_loop_{number}_{tempo:.0f}bpm", sound, tempo, bars)
    having = _having(category)
    weights = np.array([family.weight for family in having])
    family = having[int(rng.choice(len(having), p=weights / weights.sum()))]
    made, _ = family.make(rng)
    return Drawn(f"{category}_{family.name}_{number}", np.ascontiguousarray(normal(made, 0.9), np.float32), None, None)


@cache
def _having(category: str) -> list[Family]:
    """Return the families of one-shots of a category."""
    wanted = set(_CLAIMS[category])
    return [one for one in families() if "one_shot" in one.claims and wanted & set(one.claims)]
